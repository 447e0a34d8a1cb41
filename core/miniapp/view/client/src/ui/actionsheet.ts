import type { ActionSheet, ActionSheetResult } from "../constants";
import { make } from "../components/component";
import { openLayer } from "./sheet";
import { words } from "../words";

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
    const last = make("button", "sheet-item sheet-cancel", words.cancel);
    last.onclick = cancel;
    layer.panel.append(last);
  });
}
