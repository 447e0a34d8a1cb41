import { appIcon } from "./appicon";
import type { App, Error as AppError, Screen } from "./constants";
import { button, icon, make } from "./dom";
import { appName, pick, t } from "./i18n";
import { isDark, look } from "./look";

/** What is seen while the super-app opens. */
export function openingScreen(stage: HTMLElement, asked = false): void {
  const s = shaded(look.ui.opening);
  if (!s.show && !asked) return;
  const mark = s.picture ? picture(s, "opening-picture") : appIcon({ id: "_brand", name: look.brand.name, color: look.brand.color ?? "" }, "large");
  const view = make("div", "opening", mark, make("h2", "", pick(s.title) || pick(look.brand.title) || look.brand.name));
  const text = pick(s.text) || pick(look.brand.tagline);
  if (text) view.append(make("p", "", text));
  if (s.indicator !== "none") view.append(indicator(s));
  paint(view, s);
  view.onclick = () => leave();
  stage.append(view);
  const leave = (): void => {
    view.classList.add("gone");
    setTimeout(() => view.remove(), 420);
  };
  setTimeout(leave, s.duration ? s.duration / 1e6 : 0);
}

/** What is seen while a mini-program loads. */
export function loadingScreen(app: App): HTMLElement {
  const s = shaded(look.ui.loading);
  const view = make("div", "splash", s.picture ? picture(s, "splash-picture") : appIcon(app, "large"), make("span", "splash-name", pick(s.title) || appName(app)));
  const text = pick(s.text);
  if (text) view.append(make("span", "splash-text", text));
  if (s.indicator !== "none") view.append(indicator(s));
  view.role = "status";
  paint(view, s);
  view.classList.toggle("plain", !s.show);
  return view;
}

/** What is seen in place of a mini-program that has failed. */
export function failureScreen(title: string, e: Partial<AppError> | undefined, place: string, act: { reload(): void; leave(): void }): HTMLElement {
  const s = shaded(look.ui.failure);
  const view = make("div", "failure", s.picture ? picture(s, "failure-picture") : icon("warn"), make("h2", "", pick(s.title) || title), make("p", "", pick(s.text) || t.crashedHint));
  if (e?.message && s.details) {
    const details = make("pre", "failure-details", e.message, place, e.frame ? `\n\n${e.frame}` : "");
    details.tabIndex = 0;
    details.ariaLabel = t.problems;
    details.role = "region";
    view.append(details);
  }
  if (e?.hint && s.details) view.append(make("p", "failure-hint", e.hint));
  if (s.retry) view.append(button("primary", act.reload, t.reload));
  view.append(button("secondary", act.leave, t.close));
  view.role = "alert";
  paint(view, s);
  return view;
}

/** A screen as it is in the light, or in the dark. */
function shaded(s: Screen): Screen {
  if (!isDark()) return s;
  const { picture, background, colour } = s.dark;
  return { ...s, picture: picture || s.picture, background: background || s.background, colour: colour || s.colour } as Screen;
}

function picture(s: Screen, className: string): HTMLElement {
  const image = make("img", className);
  image.alt = "";
  image.src = s.picture ?? "";
  return image;
}

function indicator(s: Screen): HTMLElement {
  const bar = make("span", s.indicator === "spinner" ? "splash-spinner" : "splash-bar");
  bar.ariaHidden = "true";
  return bar;
}

function paint(view: HTMLElement, s: Screen): void {
  if (s.background) view.style.background = s.background;
  if (s.colour) view.style.color = s.colour;
}
