import type { Error as AppError } from "./constants";
import { button, icon, make } from "./dom";
import { t } from "./i18n";

/** A problem with its place: in words, and in the source if that is at hand. */
export function problemCard(p: AppError): HTMLElement {
  const where = p.file ? `${p.file}:${p.line ?? 0}:${p.column ?? 0}` : (p.page ?? "");
  const card = make("div", "problem", make("b", "", p.message), make("span", "faint", `${p.origin} · ${p.id}${where ? ` · ${where}` : ""}`));
  if (p.frame) card.append(make("pre", "code-frame", p.frame));
  if (p.hint) card.append(make("span", "", p.hint));
  return card;
}

/** Problems shown over a mini-program while it is being developed. */
export class ProblemOverlay {
  private readonly list = make("div", "overlay-list");
  private readonly count = make("span", "overlay-count");
  private readonly element = make("aside", "overlay", make("header", "overlay-head", icon("alert"), this.count, this.closer()), this.list);

  constructor(private readonly stage: HTMLElement) {}

  /** Shows one more problem, on top. */
  add(p: AppError): void {
    this.list.prepend(problemCard(p));
    this.count.textContent = `${t.problems} ${this.list.childElementCount}`;
    if (!this.element.isConnected) this.stage.append(this.element);
  }

  clear(): void {
    this.list.replaceChildren();
    this.element.remove();
  }

  private closer(): HTMLElement {
    const close = button("overlay-close", () => this.clear(), "×");
    close.ariaLabel = t.close;
    return close;
  }
}
