import type { Page } from "./constants";
import { make } from "./components/component";
import { icon } from "./icons";
import { forceScheme } from "./scheme";
import { rescheme } from "./styles";
import { direction, t } from "./texts";

/** How the host wants the bars of pages to look. */
export interface NavLook {
  height?: number;
  titleAlign?: string;
  titleSize?: number;
  titleWeight?: number;
  back?: boolean;
  home?: boolean;
  capsule?: string;
  /** The scheme that the super-app wants: "dark", "light" or "auto". */
  mode?: string;
  /** Pictures in place of the drawn icons. */
  backIcon?: string;
  homeIcon?: string;
  light?: NavColour;
  dark?: NavColour;
}

/** How a bar is drawn; what is not there is as the page says. */
export interface NavColour {
  title?: string;
  icon?: string;
  button?: string;
  border?: string;
}

let look: NavLook = {};

/** Takes over the host's wishes: sizes are set once for all bars. */
export function setNavLook(text: string | undefined): void {
  try {
    look = JSON.parse(text || "{}") as NavLook;
  } catch {
    look = {}; // bars look as ever
  }
  forceScheme(look.mode, rescheme);
  const { style, dataset } = document.documentElement;
  if (look.height) style.setProperty("--nav-height", `${look.height}px`);
  if (look.titleSize) style.setProperty("--nav-title-size", `${look.titleSize}px`);
  if (look.titleWeight) style.setProperty("--nav-title-weight", String(look.titleWeight));
  dataset["navTitle"] = look.titleAlign ?? "center";
  dataset["capsule"] = look.capsule ?? "right";
}

/** The bar at a page's top: title, back, home, spinner. The capsule at its right is the shell's. */
export class NavBar {
  readonly element = make("div", "navbar");
  private readonly back = make("button", "nav-button", mark("back", look.backIcon));
  private readonly home = make("button", "nav-button", mark("home", look.homeIcon));
  private readonly title = make("div", "nav-title");
  private readonly spinner = make("span", "spinner");

  constructor(actions: { back(): void; home(): void }) {
    this.back.onclick = () => actions.back();
    this.home.onclick = () => actions.home();
    this.element.dir = direction;
    this.title.role = "heading";
    this.title.ariaLevel = "1";
    this.title.tabIndex = -1; // the focus comes here when the page does
    this.element.append(make("div", "nav-left", this.back, this.home), this.title, make("div", "nav-right"));
  }

  configure(page: Page, o: { canGoBack: boolean; home: boolean; fallbackTitle: string }): void {
    const w = page.window;
    const dark = w.navigationBarTextStyle !== "white";
    this.back.ariaLabel = t.back;
    this.home.ariaLabel = t.home;
    this.element.hidden = w.navigationStyle === "custom";
    this.element.style.backgroundColor = w.navigationBarBackgroundColor ?? (dark ? "#f7f7f7" : "#000");
    this.element.style.color = dark ? "#000" : "#fff";
    this.paint(dark ? look.light : look.dark);
    this.back.hidden = !o.canGoBack || look.back === false;
    this.home.hidden = !o.home || look.home === false;
    this.title.ariaBusy = page.loading ? "true" : null;
    this.title.replaceChildren(
      ...(page.loading ? [this.spinner] : []),
      make("bdi", "nav-text", w.navigationBarTitleText ?? o.fallbackTitle),
    );
  }

  /** Takes the focus, if the bar is shown. */
  focus(): boolean {
    if (this.element.hidden) return false;
    this.title.focus({ preventScroll: true });
    return true;
  }

  /** The super-app's own colours win over the two that a page may choose from. */
  private paint(own: NavColour = {}): void {
    this.title.style.color = own.title ?? "";
    for (const b of [this.back, this.home]) {
      b.style.color = own.icon ?? "";
      b.style.background = own.button ?? "";
      b.style.boxShadow = own.border ? `inset 0 0 0 1px ${own.border}` : "";
    }
  }
}

/** The super-app's picture, or the drawn icon. */
function mark(name: "back" | "home", picture: string | undefined): Node {
  if (!picture) return icon(name);
  const image = make("img", "icon");
  image.alt = "";
  image.src = picture;
  return image;
}
