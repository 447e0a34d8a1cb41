import { onDrag } from "../drag";
import { mediaQuery } from "../mediaquery";
import { sheetFor } from "../styles";
import { t } from "../texts";
import { View } from "./basic";
import { Component, make, pageAround, shadow } from "./component";

/** Elements that stand elsewhere in the document than in the template: where they belong. */
export interface Displaced extends Element {
  dgOwner?: Element;
}

/** <root-portal>: its content leaves its place and is laid out as if it stood at the page's end. */
export class RootPortal extends Component {
  private readonly layer: Displaced = document.createElement("dg-portal");

  constructor() {
    super();
    this.layer.dgOwner = this;
  }

  disconnectedCallback(): void {
    this.append(...this.layer.childNodes);
    this.layer.remove();
  }

  protected override update(): void {
    const portals = pageAround(this)?.portals;
    if (this.bool("enable", true) && portals) {
      if (!this.layer.isConnected) portals.append(this.layer);
      this.layer.append(...this.childNodes);
    } else {
      this.append(...this.layer.childNodes);
      this.layer.remove();
    }
  }
}

/** <match-media>: shows its content while the screen is as it says. */
export class MatchMedia extends Component {
  private query: MediaQueryList | undefined;
  private readonly check = (): void => {
    this.toggleAttribute("unmatched", !(this.query?.matches ?? true));
  };

  disconnectedCallback(): void {
    this.query?.removeEventListener("change", this.check);
    this.query = undefined;
  }

  protected override update(): void {
    this.query?.removeEventListener("change", this.check);
    this.query = matchMedia(mediaQuery({
      minWidth: this.str("minWidth"), maxWidth: this.str("maxWidth"), width: this.str("width"),
      minHeight: this.str("minHeight"), maxHeight: this.str("maxHeight"), height: this.str("height"), orientation: this.str("orientation"),
    }));
    this.query.addEventListener("change", this.check);
    this.check();
  }
}

const containerSheet = sheetFor(`
  :host { display: none; }
  :host([shown]) { display: block; }
  .mask { position: fixed; inset: 0; background: rgb(0 0 0 / .6); }
  .box { position: fixed; background: #fff; box-sizing: border-box; overflow: hidden auto; }
  .box:focus { outline: none; }
  .bottom { left: 0; right: 0; bottom: 0; max-height: 100%; }
  .top { left: 0; right: 0; top: 0; max-height: 100%; }
  .right { top: 0; right: 0; bottom: 0; width: 100%; }
  .center { inset: 0; margin: auto; width: 100%; height: fit-content; max-height: 100%; }
  .bottom.round { border-radius: 20px 20px 0 0; }
  .top.round { border-radius: 0 0 20px 20px; }
  .right.round { border-radius: 20px 0 0 20px; }
  .center.round { border-radius: 20px; }
  [hidden] { display: none; }
`);

const away: Record<string, Keyframe> = {
  bottom: { transform: "translateY(100%)" },
  top: { transform: "translateY(-100%)" },
  right: { transform: "translateX(100%)" },
  center: { transform: "scale(.8)", opacity: 0 },
};

/** <page-container>: a page within the page, that "back" closes before it leaves the page. */
export class PageContainer extends View {
  private readonly mask = make("div", "mask");
  private readonly box = make("div", "box", make("slot"));
  private shown = false;
  private turn = 0;

  constructor() {
    super();
    shadow(this, containerSheet, this.mask, this.box);
    this.mask.addEventListener("click", () => {
      this.emit("clickoverlay");
      void this.leave();
    });
    this.box.role = "dialog";
    this.box.tabIndex = -1;
    this.addEventListener("keydown", (e) => {
      if (e.key !== "Escape" || e.defaultPrevented || !this.shown) return;
      e.preventDefault();
      void this.leave();
    });
    onDrag(this.box, () => "y", {
      start: () => this.bool("closeOnSlideDown") && this.box.scrollTop <= 0,
      move: (_dx, dy) => (this.box.style.transform = dy > 0 ? `translateY(${dy}px)` : ""),
      end: (_x, speed) => this.dropped(speed),
    });
  }

  disconnectedCallback(): void {
    if (this.shown) this.pageEvent("container", { open: false });
    this.shown = false;
  }

  /** "Back" was asked for. */
  do_leave(): void {
    void this.leave();
  }

  protected override update(changed: Set<string>): void {
    super.update(changed);
    this.box.ariaLabel = this.str("ariaLabel") || t.dialog;
    const z = this.num("zIndex", 100);
    this.mask.hidden = !this.bool("overlay", true);
    this.mask.style.cssText = `z-index:${z};${this.css("overlayStyle")}`;
    this.box.className = `box ${this.position}${this.bool("round") ? " round" : ""}`;
    this.box.style.cssText = `z-index:${z};${this.css("customStyle")}`;
    if (changed.has("show") && this.bool("show") !== this.shown) void (this.bool("show") ? this.enter() : this.leave());
  }

  private get position(): string {
    const p = this.str("position", "bottom");
    return p in away ? p : "bottom";
  }

  private async enter(): Promise<void> {
    const turn = ++this.turn;
    this.shown = true;
    this.pageEvent("container", { open: true });
    this.emit("beforeenter");
    this.toggleAttribute("shown", true);
    this.takeFocus();
    this.emit("enter");
    await this.move("normal");
    if (turn === this.turn) this.emit("afterenter");
  }

  private opener: HTMLElement | undefined;

  /** The focus goes in, to come back to what opened it. */
  private takeFocus(): void {
    const at = (this.getRootNode() as ShadowRoot).activeElement;
    this.opener = at instanceof HTMLElement ? at : undefined;
    if (document.hasFocus()) this.box.focus({ preventScroll: true });
  }

  private async leave(): Promise<void> {
    if (!this.shown) return;
    const turn = ++this.turn;
    this.shown = false;
    this.props["show"] = false;
    if (this.matches(":focus-within") && this.opener?.isConnected) this.opener.focus({ preventScroll: true });
    this.pageEvent("container", { open: false });
    this.emit("beforeleave");
    this.emit("leave");
    await this.move("reverse");
    if (turn !== this.turn) return;
    this.toggleAttribute("shown", false);
    this.box.style.transform = "";
    this.emit("afterleave");
  }

  private async move(direction: PlaybackDirection): Promise<void> {
    const options: KeyframeAnimationOptions = { duration: this.num("duration", 300), easing: "ease-out", fill: "both", direction };
    const motions = [
      this.box.animate([away[this.position] ?? {}, { transform: "none", opacity: 1 }], options),
      this.mask.animate([{ opacity: 0 }, { opacity: 1 }], options),
    ];
    await Promise.allSettled(motions.map((m) => m.finished));
    motions.forEach((m) => m.cancel());
  }

  private dropped(speed: number): void {
    const way = new DOMMatrix(getComputedStyle(this.box).transform).m42;
    if (way > this.box.offsetHeight / 3 || (way > 0 && speed > 0.3)) void this.leave();
    else this.box.style.transform = "";
  }
}
