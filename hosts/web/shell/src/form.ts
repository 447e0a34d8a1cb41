import { button, make } from "./dom";
import { t } from "./i18n";
import { openSheet, type Sheet } from "./sheet";

/** A dialog that is answered once: by finish, or by closing it, which is "cancel". */
export function dialog<T>(
  stage: HTMLElement,
  name: string,
  title: string,
  build: (sheet: Sheet, finish: (result: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => sheet.close();
    const cancel = (): void => {
      leave();
      reject(new Error("cancel"));
    };
    const sheet = openSheet(stage, `panel ask ${name}`, cancel);
    sheet.name(title);
    sheet.panel.append(make("div", "panel-head", make("h2", "panel-title", title), button("panel-done cancel", cancel, t.cancel)));
    build(sheet, (result) => {
      leave();
      resolve(result);
    });
  });
}

/** The most characters of a line: what the host remembers of a text, in bytes, is three times that. */
const LONGEST = 300;

/** A line of a form. */
export function field(label: string, name: string, value = "", type = "text"): { row: HTMLElement; input: HTMLInputElement } {
  const input = make("input", "field");
  Object.assign(input, { name, value, type, autocomplete: "off", maxLength: LONGEST });
  if (type === "number") input.step = "any";
  return { row: make("label", "row", make("span", "field-label", label), input), input };
}
