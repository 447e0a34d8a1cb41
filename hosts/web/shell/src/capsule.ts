import type { Capsule } from "./constants";
import { button, icon, make } from "./dom";
import { t } from "./i18n";
import { look } from "./look";

/** What the capsule's buttons do. */
export interface CapsuleActions {
  more(): void;
  close(): void;
  home(): void;
}

const drawn = { more: "dots", close: "close", home: "home" } as const;

/** The capsule over a mini-program, as the super-app wants it. */
export function capsule(actions: CapsuleActions): HTMLElement {
  const c = look.ui.capsule;
  const box = make("div", "capsule");
  box.role = "toolbar";
  box.ariaLabel = t.capsule;
  c.show.forEach((part, i) => {
    if (i > 0 && c.divider) box.append(make("i"));
    const name = part as keyof typeof drawn;
    const b = button("capsule-part", actions[name], ...pictures(c, name));
    b.dataset["part"] = name;
    place(b, c[`${name}Size`], c[`${name}Margin`]);
    b.ariaLabel = { more: t.menu, close: t.close, home: t.home }[name];
    if (name === "more") b.ariaHasPopup = "dialog";
    box.append(b);
  });
  box.hidden = c.show.length === 0;
  return box;
}

/** The size of a part's icon, and how far it is from where the part begins. */
function place(part: HTMLElement, size: number | undefined, margin: number | undefined): void {
  if (size) part.style.setProperty("--capsule-icon", `${size}px`);
  if (!margin) return;
  part.style.justifyItems = "start";
  part.style.paddingInlineStart = `${margin}px`;
}

/** The drawn icon, or the super-app's own pictures: over light pages and over dark ones. */
function pictures(c: Capsule, name: keyof typeof drawn): Node[] {
  const key = `${name}Icon` as const;
  const [light, dark] = [c.light[key] || c[key], c.dark[key] || c[key]];
  const one = (src: string | undefined, kind: string): Node => {
    if (!src) {
      const svg = icon(drawn[name]);
      svg.classList.add(kind);
      return svg;
    }
    const image = make("img", `icon ${kind}`);
    image.alt = "";
    image.src = src;
    return image;
  };
  return light === dark && !light ? [icon(drawn[name])] : [one(light, "on-light"), one(dark, "on-dark")];
}
