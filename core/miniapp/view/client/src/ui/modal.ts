import type { Modal, ModalResult } from "../constants";
import { make } from "../components/component";
import { t } from "../texts";
import { openLayer } from "./sheet";

/** What WeChat says its buttons' colours are where a program says none: in the dark they are others. */
const PLAIN = { cancel: "#000000", confirm: "#576B95" };

/** Shows a dialog; resolves with the user's choice. The ask's id keeps a reconnect from showing it twice. */
export function showModal(overlay: HTMLElement, id: number, m: Modal): Promise<ModalResult> {
  overlay.querySelector(`[data-ask="${id}"]`)?.remove();
  let leave = (): void => undefined;
  const layer = openLayer(overlay, "dialog", undefined, () => leave());
  layer.element.dataset["ask"] = String(id);
  layer.panel.role = m.editable ? "dialog" : "alertdialog";
  layer.name(m.title || m.content || t.dialog);
  if (m.title) layer.panel.append(make("div", "dialog-title", m.title));
  const input = make("textarea", "dialog-input");
  if (m.editable) {
    input.placeholder = m.placeholderText ?? "";
    input.value = m.content ?? "";
    input.ariaLabel = m.placeholderText || m.title || t.input;
    layer.panel.append(input);
  } else if (m.content) {
    const content = make("div", m.title ? "dialog-content" : "dialog-content alone", m.content);
    content.id = `dialog-content-${id}`;
    content.tabIndex = 0; // a long one is scrolled by keys
    if (m.title) layer.panel.setAttribute("aria-describedby", content.id);
    layer.panel.append(content);
  }
  return new Promise((resolve) => {
    const done = (confirm: boolean): void => {
      layer.close();
      resolve({ confirm, cancel: !confirm, ...(m.editable && confirm ? { content: input.value } : {}) });
    };
    const buttons = make("div", "dialog-buttons");
    if (m.showCancel) buttons.append(button("cancel", m.cancelText || t.cancel, m.cancelColor, () => done(false)));
    buttons.append(button("confirm", m.confirmText || t.confirm, m.confirmColor, () => done(true)));
    layer.panel.append(buttons);
    leave = () => done(!m.showCancel); // the one button there is
    // The harmless one first.
    if (m.editable) input.focus();
    else if (document.hasFocus()) (buttons.firstElementChild as HTMLElement).focus({ preventScroll: true });
  });
}

function button(kind: keyof typeof PLAIN, text: string, color: string | undefined, choose: () => void): HTMLElement {
  const b = make("button", `dialog-button ${kind}`, text);
  if (color && color.toLowerCase() !== PLAIN[kind].toLowerCase()) b.style.color = color;
  b.onclick = choose;
  return b;
}
