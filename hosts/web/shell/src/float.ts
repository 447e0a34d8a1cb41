import { appIcon } from "./appicon";
import type { App } from "./constants";
import { button, make } from "./dom";
import { appName, t } from "./i18n";
import { look } from "./look";

/** How far a finger moves before a tap is a drag, in CSS pixels. */
const SLOP = 6;

/** The bubble of a mini-program that was put aside: a tap brings it back, and it can be dragged out of the way. */
export class FloatBubble {
  private readonly element = make("div", "float");
  private app: App | undefined;

  constructor(
    private readonly stage: HTMLElement,
    private readonly open: (app: App) => void,
  ) {}

  show(app: App): void {
    this.app = app;
    const back = button("float-app", () => this.back(), appIcon(app, "small"), make("span", "float-name", appName(app)));
    back.ariaLabel = `${t.backTo} ${appName(app)}`;
    const away = button("float-close", () => this.drop(), "×");
    away.ariaLabel = t.close;
    this.element.replaceChildren(back, away);
    this.element.dataset["side"] = look.ui.float.side;
    this.element.style.bottom = `${look.ui.float.bottom}px`;
    this.drag(back);
    this.stage.append(this.element);
  }

  /** Takes the bubble of a mini-program away that is gone or in front. */
  drop(app = this.app?.id): void {
    if (this.app?.id !== app) return;
    this.element.remove();
    this.app = undefined;
  }

  private back(): void {
    const { app } = this;
    this.drop();
    if (app) this.open(app);
  }

  private drag(handle: HTMLElement): void {
    handle.onpointerdown = (down) => {
      const from = parseFloat(this.element.style.bottom);
      let moved = false;
      handle.setPointerCapture(down.pointerId);
      handle.onpointermove = (e) => {
        moved ||= Math.hypot(e.clientX - down.clientX, e.clientY - down.clientY) > SLOP;
        if (!moved) return;
        const most = this.stage.clientHeight - this.element.offsetHeight - 40;
        this.element.style.bottom = `${Math.max(20, Math.min(most, from + down.clientY - e.clientY))}px`;
        const box = this.stage.getBoundingClientRect();
        this.element.dataset["side"] = e.clientX < box.left + box.width / 2 ? "left" : "right";
      };
      handle.onpointerup = () => {
        handle.onpointermove = null;
        if (moved) handle.addEventListener("click", (e) => e.stopImmediatePropagation(), { capture: true, once: true });
      };
    };
  }
}
