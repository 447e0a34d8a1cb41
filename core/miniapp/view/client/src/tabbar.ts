import type { Page, TabBar, TabState } from "./constants";
import { make } from "./components/component";
import { resourceURL } from "./resources";

/** The tab bar, shown under (or over) tab pages. */
export class TabBarView {
  readonly element = make("div", "tabbar");

  constructor(private readonly choose: (path: string) => void) {
    this.element.hidden = true;
  }

  configure(bar: TabBar | undefined, state: TabState | undefined, top: Page | undefined): void {
    const s = state ?? {};
    this.element.hidden = !bar || bar.custom === true || s.hidden === true || top?.tab !== true;
    if (!bar || !top) return;
    this.element.style.backgroundColor = bar.backgroundColor || "#fff";
    this.element.classList.toggle("white-border", bar.borderStyle === "white");
    this.element.replaceChildren(...bar.list.map((_, i) => this.item(bar, i, top.path, s)));
  }

  private item(bar: TabBar, index: number, current: string, state: TabState): HTMLElement {
    const tab = bar.list[index] as TabBar["list"][number];
    const selected = tab.pagePath === current;
    const button = make("button", selected ? "tab selected" : "tab");
    button.style.color = (selected ? bar.selectedColor : bar.color) || (selected ? "#07c160" : "#8a8a8a");
    const path = selected ? tab.selectedIconPath || tab.iconPath : tab.iconPath;
    if (path) {
      const image = make("img", "tab-icon");
      image.src = resourceURL(path, "");
      image.alt = "";
      image.onerror = () => (image.style.visibility = "hidden"); // its place stays, without the browser's broken picture
      button.append(make("span", "tab-image", image, ...this.badge(state, index)));
    } else {
      button.append(...this.badge(state, index));
    }
    button.append(make("span", path ? "tab-text" : "tab-text large", tab.text));
    button.onclick = () => this.choose(tab.pagePath);
    return button;
  }

  private badge(state: TabState, index: number): HTMLElement[] {
    const text = state.badges?.[index];
    if (text) return [make("span", "badge", text.length > 3 ? "…" : text)];
    return state.redDots?.[index] ? [make("span", "dot")] : [];
  }
}
