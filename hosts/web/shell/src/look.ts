import type { Brand, Palette, UI } from "./constants";

/** The super-app's own look. It is there before anything is drawn. */
export const look = { brand: {} as Brand, ui: {} as UI };

const GREEN = "#07a35a";

/** Takes over a look: colours, fonts and sizes become properties that the style sheet reads. */
export function setLook(brand: Brand): void {
  look.brand = brand;
  look.ui = brand.ui;
  const root = document.documentElement;
  const { capsule, animation, frame, mode } = brand.ui;
  root.dataset["frame"] = frame;
  root.dataset["mode"] = mode;
  root.dataset["open"] = animation.open;
  root.dataset["close"] = animation.close;
  root.dataset["capsule"] = capsule.position;
  const set = (name: string, value: string | undefined): void => {
    if (value) root.style.setProperty(name, value);
    else root.style.removeProperty(name);
  };
  colours(brand, set);
  set("--animation", `${animation.duration / 1e6}ms`);
  set("--capsule-top", `${capsule.top}px`);
  set("--capsule-side", `${capsule.side}px`);
  set("--capsule-width", `${capsule.width}px`);
  set("--capsule-height", `${capsule.height}px`);
  set("--capsule-radius", `${capsule.radius}px`);
  set("--capsule-border-width", `${capsule.borderWidth}px`);
  set("--capsule-icon", `${capsule.iconSize}px`);
  for (const kind of ["light", "dark"] as const) {
    const c = capsule[kind];
    set(`--capsule-${kind}-ink`, c.icon);
    set(`--capsule-${kind}-back`, c.background);
    set(`--capsule-${kind}-border`, c.border);
    set(`--capsule-${kind}-divider`, c.divider);
  }
  font(brand, set);
}

/** Whether the shell is dark now. */
export function isDark(): boolean {
  const { mode } = look.ui;
  return mode === "dark" || (mode !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
}

function colours(brand: Brand, set: (name: string, value: string | undefined) => void): void {
  const dark = isDark();
  document.documentElement.classList.toggle("dark", dark);
  const own: Palette = dark ? brand.dark : brand.light;
  const back = own.background || (dark ? "#101316" : "#f5f6f8");
  const surface = own.surface || (dark ? "#1c2126" : "#ffffff");
  const primary = own.primary || brand.color || GREEN;
  set("--brand", primary);
  set("--on-brand", contrast(primary, "#ffffff") >= 4.5 ? "#fff" : contrast(primary, "#101316") > contrast(primary, "#ffffff") ? "#101316" : "#fff");
  set("--brand-button", contrast(primary, "#ffffff") >= 4.5 || contrast(primary, "#101316") >= 4.5 ? primary : readable(primary, "#ffffff"));
  set("--brand-ink", readable(readable(primary, surface), back));
  set("--back", back);
  set("--surface", surface);
  set("--ink", own.text || (dark ? "#eef1f4" : "#16191d"));
}

/** A colour moved towards black or white until it can be read on another. */
export function readable(colour: string, on: string): string {
  const target = luminance(on) > 0.4 ? 0 : 255;
  let now = channels(colour);
  for (let step = 0; step < 24 && ratio(now, channels(on)) < 5; step++) now = now.map((c) => Math.round(c + (target - c) * 0.1));
  return `rgb(${now.join(" ")})`;
}

/** Black or white: which of them a large letter is to have on a colour. */
export function inkOn(colour: string): string {
  return contrast(colour, "#ffffff") >= 3 ? "#fff" : "#101316";
}

function contrast(a: string, b: string): number {
  return ratio(channels(a), channels(b));
}

function ratio(a: number[], b: number[]): number {
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  return light(channels(colour));
}

function light(rgb: number[]): number {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function channels(colour: string): number[] {
  const rgb = /^rgb\((\d+) (\d+) (\d+)\)$/.exec(colour);
  if (rgb) return rgb.slice(1).map(Number);
  const hex = colour.replace("#", "");
  const full = hex.length === 3 ? Array.from(hex, (c) => c + c).join("") : hex;
  return [0, 2, 4].map((i) => parseInt(full.slice(i, i + 2), 16) || 0);
}

let loaded = "";

function font(brand: Brand, set: (name: string, value: string | undefined) => void): void {
  set("--font", brand.font ? `"${brand.font}"` : undefined);
  if (!brand.font || !brand.fontFile || loaded === brand.fontFile) return;
  loaded = brand.fontFile;
  new FontFace(brand.font, `url("${brand.fontFile}")`).load().then(
    (face) => document.fonts.add(face),
    () => undefined, // the next family of the list is used
  );
}
