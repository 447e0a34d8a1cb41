import type { Modal, ModalResult } from "../constants";
import { make } from "../components/component";
import { openLayer } from "./sheet";

/** Shows a dialog; resolves with the user's choice. The ask's id keeps a reconnect from showing it twice. */
export function showModal(overlay: HTMLElement, id: number, m: Modal): Promise<ModalResult> {
  overlay.querySelector(`[data-ask="${id}"]`)?.remove();
  const layer = openLayer(overlay, "dialog");
  layer.element.dataset["ask"] = String(id);
  layer.panel.role = "dialog";
  if (m.title) layer.panel.append(make("div", "dialog-title", m.title));
  const input = make("textarea", "dialog-input");
  if (m.editable) {
    input.placeholder = m.placeholderText ?? "";
    input.value = m.content ?? "";
    layer.panel.append(input);
  } else if (m.content) {
    layer.panel.append(make("div", m.title ? "dialog-content" : "dialog-content alone", m.content));
  }
  return new Promise((resolve) => {
    const done = (confirm: boolean): void => {
      layer.close();
      resolve({ confirm, cancel: !confirm, ...(m.editable && confirm ? { content: input.value } : {}) });
    };
    const buttons = make("div", "dialog-buttons");
    if (m.showCancel) buttons.append(button("cancel", m.cancelText || "取消", m.cancelColor || "#000", () => done(false)));
    buttons.append(button("confirm", m.confirmText || "确定", m.confirmColor || "#576b95", () => done(true)));
    layer.panel.append(buttons);
    if (m.editable) input.focus();
  });
}

function button(kind: string, text: string, color: string, choose: () => void): HTMLElement {
  const b = make("button", `dialog-button ${kind}`, text);
  b.style.color = color;
  b.onclick = choose;
  return b;
}
