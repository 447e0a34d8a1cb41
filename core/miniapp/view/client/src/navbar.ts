import type { Page } from "./constants";
import { make } from "./components/component";
import { icon } from "./icons";

/** The bar at a page's top: title, back, home, spinner. The capsule at its right is the shell's. */
export class NavBar {
  readonly element = make("div", "navbar");
  private readonly back = make("button", "nav-button", icon("back"));
  private readonly home = make("button", "nav-button", icon("home"));
  private readonly title = make("div", "nav-title");
  private readonly spinner = make("span", "spinner");

  constructor(actions: { back(): void; home(): void }) {
    this.back.ariaLabel = "返回";
    this.home.ariaLabel = "首页";
    this.back.onclick = () => actions.back();
    this.home.onclick = () => actions.home();
    this.element.append(make("div", "nav-left", this.back, this.home), this.title, make("div", "nav-right"));
  }

  configure(page: Page, o: { canGoBack: boolean; home: boolean; fallbackTitle: string; statusBar: number }): void {
    const w = page.window;
    const dark = w.navigationBarTextStyle !== "white";
    this.element.hidden = w.navigationStyle === "custom";
    this.element.style.backgroundColor = w.navigationBarBackgroundColor ?? (dark ? "#f7f7f7" : "#000");
    this.element.style.color = dark ? "#000" : "#fff";
    this.element.style.setProperty("--status-bar", `${o.statusBar}px`);
    this.back.hidden = !o.canGoBack;
    this.home.hidden = !o.home;
    this.title.replaceChildren(
      ...(page.loading ? [this.spinner] : []),
      make("span", "nav-text", w.navigationBarTitleText ?? o.fallbackTitle),
    );
  }
}
