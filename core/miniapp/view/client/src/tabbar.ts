import type { Page, TabBar, TabState } from "./constants";
import { make } from "./components/component";
import { resourceURL } from "./resources";
import { direction, t } from "./texts";

/** The tab bar, shown under (or over) tab pages. */
export class TabBarView {
  readonly element = make("nav", "tabbar");

  constructor(private readonly choose: (path: string) => void) {
    this.element.hidden = true;
    this.element.dir = direction;
    this.element.ariaLabel = t.tabs;
  }

  configure(bar: TabBar | undefined, state: TabState | undefined, top: Page | undefined): void {
    const s = state ?? {};
    this.element.hidden = !bar || bar.custom === true || s.hidden === true || top?.tab !== true;
    if (!bar || !top) return;
    this.element.style.backgroundColor = bar.backgroundColor || "#fff";
    this.element.classList.toggle("white-border", bar.borderStyle === "white");
    const focused = Array.from(this.element.children).indexOf(document.activeElement as Element);
    this.element.replaceChildren(...bar.list.map((_, i) => this.item(bar, i, top.path, s)));
    (this.element.children[focused] as HTMLElement | undefined)?.focus({ preventScroll: true });
  }

  private item(bar: TabBar, index: number, current: string, state: TabState): HTMLElement {
    const tab = bar.list[index] as TabBar["list"][number];
    const selected = tab.pagePath === current;
    const button = make("button", selected ? "tab selected" : "tab");
    if (selected) button.setAttribute("aria-current", "page");
    button.style.color = (selected ? bar.selectedColor : bar.color) || (selected ? "#067a43" : "#6b6b6b");
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
    if (text) {
      const mark = make("span", "badge", text.length > 3 ? "…" : text);
      if (text.length > 3) {
        mark.role = "img";
        mark.ariaLabel = text;
      }
      return [mark];
    }
    if (!state.redDots?.[index]) return [];
    const dot = make("span", "dot");
    dot.role = "img";
    dot.ariaLabel = t.unread;
    return [dot];
  }
}
