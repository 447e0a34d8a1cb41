import { Component, pageAround } from "./component";

/** Sides as <list-view padding="{{[top, right, bottom, left]}}"> gives them. */
function sides(list: unknown): string {
  return Array.isArray(list) ? list.slice(0, 4).map((n) => `${Number(n) || 0}px`).join(" ") : "";
}

/** <sticky-section>: the stretch in which its header sticks. */
export class StickySection extends Component {
  protected override update(): void {
    // A header that is not pushed out by the next section's sticks to the whole list.
    this.style.display = this.bool("pushPinnedHeader", true) ? "" : "contents";
    this.style.padding = sides(this.data("padding"));
  }
}

/** <sticky-header>: stays at the top of what scrolls. */
export class StickyHeader extends Component {
  private onTop = false;
  private unwatch: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const scroller = this.closest<HTMLElement>("dg-scroll-view") ?? pageAround(this)?.scroller;
    if (!scroller) return;
    const check = (): void => this.check(scroller);
    scroller.addEventListener("scroll", check, { passive: true });
    this.unwatch = () => scroller.removeEventListener("scroll", check);
  }

  disconnectedCallback(): void {
    this.unwatch?.();
  }

  protected override update(): void {
    this.style.top = `${this.num("offsetTop")}px`;
    this.style.padding = sides(this.data("padding"));
  }

  private check(scroller: HTMLElement): void {
    const top = this.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    const onTop = scroller.scrollTop > 0 && top <= this.num("offsetTop") + 0.5;
    if (onTop === this.onTop) return;
    this.onTop = onTop;
    this.emit("stickontopchange", { isStickOnTop: onTop, id: this.id });
  }
}

/** <list-view>: rows below one another. */
export class ListView extends Component {
  protected override update(): void {
    this.style.padding = sides(this.data("padding"));
  }
}

/** <grid-view>: rows of the same height, or columns that are filled one after the other. */
export class GridView extends Component {
  protected override update(): void {
    const masonry = this.str("type", "aligned") === "masonry";
    const extent = this.num("maxCrossAxisExtent");
    const columns = Math.max(1, this.num("crossAxisCount", 2));
    const [main, cross] = [`${this.num("mainAxisGap")}px`, `${this.num("crossAxisGap")}px`];
    this.style.padding = sides(this.data("padding"));
    this.toggleAttribute("masonry", masonry);
    this.style.setProperty("--gap", main);
    Object.assign(this.style, masonry
      ? { display: "block", columns: extent > 0 ? `${extent}px` : String(columns), columnGap: cross }
      : { display: "grid", gap: `${main} ${cross}`, gridTemplateColumns: extent > 0 ? `repeat(auto-fill,minmax(min(100%,${extent}px),1fr))` : `repeat(${columns},minmax(0,1fr))` });
  }
}

/** <share-element>: with one of the same key on the page that comes next it seems to be the same thing. */
export class ShareElement extends Component {
  get shareKey(): string {
    return this.bool("transform") || this.bool("transitionOnGesture") || this.has("key") || this.has("mapkey") ? this.str("mapkey", this.str("key")) : "";
  }

  get timing(): KeyframeAnimationOptions {
    return { duration: this.num("duration", 300), easing: this.str("easingFunction", "ease-out") };
  }
}

/** <keyboard-accessory>: a bar above the keyboard while the field around it has the focus. */
export class KeyboardAccessory extends Component {
  override connectedCallback(): void {
    super.connectedCallback();
    this.slot = "accessory";
  }
}
