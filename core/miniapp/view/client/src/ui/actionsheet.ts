import type { ActionSheet, ActionSheetResult } from "../constants";
import { make } from "../components/component";
import { t } from "../texts";
import { openLayer } from "./sheet";

/** What WeChat says the colour of the entries is where a program says none: in the dark it is another. */
const PLAIN = "#000000";

/** Shows a list to choose from; rejects with "cancel" if the user does not. */
export function showActionSheet(overlay: HTMLElement, id: number, a: ActionSheet): Promise<ActionSheetResult> {
  overlay.querySelector(`[data-ask="${id}"]`)?.remove();
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      layer.close();
      reject(new Error("cancel"));
    };
    const layer = openLayer(overlay, "sheet", cancel);
    layer.element.dataset["ask"] = String(id);
    layer.name(a.alertText || t.menu);
    if (a.alertText) layer.panel.append(make("div", "sheet-title", a.alertText));
    a.itemList.forEach((text, tapIndex) => {
      const item = make("button", "sheet-item", text);
      if (a.itemColor && a.itemColor.toLowerCase() !== PLAIN) item.style.color = a.itemColor;
      item.onclick = () => {
        layer.close();
        resolve({ tapIndex });
      };
      layer.panel.append(item);
    });
    const last = make("button", "sheet-item sheet-cancel", t.cancel);
    last.onclick = cancel;
    layer.panel.append(last);
    layer.panel.addEventListener("keydown", (e) => walk(layer.panel, e));
    if (document.hasFocus()) layer.panel.querySelector("button")?.focus({ preventScroll: true });
  });
}

/** The arrow keys go from one entry to the next, Home and End to the first and the last. */
function walk(panel: HTMLElement, e: KeyboardEvent): void {
  const all = [...panel.querySelectorAll("button")];
  const at = all.indexOf(document.activeElement as HTMLButtonElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[e.key];
  if (to === undefined) return;
  e.preventDefault();
  all[Math.max(0, Math.min(to, all.length - 1))]?.focus();
}
