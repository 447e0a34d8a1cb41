import { button, make } from "./dom";
import { t } from "./i18n";

/** A panel above everything a mini-program can draw. */
export interface Sheet {
  panel: HTMLElement;
  close(): void;
}

/** Opens a panel at the bottom of the stage. dismiss runs when the user taps beside it; without it that does nothing. */
export function openSheet(stage: HTMLElement, className: string, dismiss?: () => void): Sheet {
  const panel = make("div", `sheet ${className}`);
  const mask = make("div", "mask");
  const layer = make("div", "layer", mask, panel);
  panel.role = "dialog";
  mask.onclick = () => dismiss?.();
  stage.append(layer);
  void layer.offsetWidth;
  layer.classList.add("open");
  return {
    panel,
    close() {
      layer.classList.remove("open");
      layer.inert = true;
      setTimeout(() => layer.remove(), 260);
    },
  };
}

/** A panel with a title and a button to leave it. */
export function openPanel(stage: HTMLElement, title: string, closed: () => void = () => undefined): Sheet {
  const leave = (): void => {
    sheet.close();
    closed();
  };
  const sheet = openSheet(stage, "panel", leave);
  sheet.panel.append(make("div", "panel-head", make("span", "panel-title", title), button("panel-done", leave, t.done)));
  return sheet;
}
