import type { Brand, Setting, ThemeChange, ThemeState } from "./constants";
import { button, make } from "./dom";
import { groups, type Field } from "./themefields";

const zh = navigator.language.startsWith("zh");
const say = (words: [string, string]): string => words[zh ? 0 : 1];

/** How long the form is left alone before a change is tried, in milliseconds. */
const PAUSE = 150;

/** The theme editor: a form beside the real shell, which takes over what the file would say. */
class Editor {
  private readonly changes = new Map<string, unknown>();
  private readonly form = make("form", "form");
  private readonly preview = make("iframe", "preview");
  private readonly text = make("pre", "file");
  private readonly problem = make("p", "problem");
  private readonly save = button("save", () => void this.try(true), say(["保存", "Save"]));
  private readonly undo = button("undo", () => this.reset(), say(["撤销", "Undo"]));
  private saved = "";
  private timer = 0;
  private brand: Brand | undefined;

  async start(): Promise<void> {
    this.problem.role = "alert";
    this.text.tabIndex = 0;
    this.preview.title = say(["预览", "Preview"]);
    this.preview.src = "/?preview";
    this.preview.onload = () => this.show();
    this.form.onsubmit = (e) => e.preventDefault();
    const title = make("span", "file-name");
    const head = make("header", "head", make("h1", "", say(["主题", "Theme"])), title, this.undo, this.save);
    document.body.append(
      make("main", "editor", make("section", "left", head, this.problem, this.form), this.preview, make("aside", "right", make("h2", "", "superapp.yaml"), this.text)),
    );
    document.documentElement.lang = zh ? "zh-CN" : "en";
    const state = await this.ask({ changes: [], save: false });
    if (!state) return;
    this.saved = state.text;
    title.textContent = state.file;
    this.take(state);
    this.fill();
  }

  /** Draws the form by the look as it is. */
  private fill(): void {
    this.form.replaceChildren(...groups.map((g, i) => {
      const part = make("details", "group", make("summary", "", say(g.title)), ...g.fields.map((field) => this.row(field)));
      part.open = i === 0 || i === 2;
      return part;
    }));
  }

  private row(field: Field): HTMLElement {
    const value = this.valueOf(field.path);
    const input = enter(field, value, (v) => this.change(field.path, v));
    const row = make(field.kind === "parts" ? "fieldset" : "label", `row ${field.kind}`, make(field.kind === "parts" ? "legend" : "span", "row-label", say(field.label)), input);
    row.dataset["path"] = field.path;
    return row;
  }

  /** What the look has at a place; the shell's names are the file's in another case. */
  private valueOf(path: string): unknown {
    const brand = this.brand as unknown as Record<string, unknown>;
    const [top, ...rest] = path.split(".");
    const keys = top === "branding" ? brandKeys(rest) : ["ui", ...rest.map((k) => k.replace(/_(\w)/g, (_all, c: string) => c.toUpperCase()))];
    return keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], brand);
  }

  private change(path: string, value: unknown): void {
    this.changes.set(path, value);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.try(false), PAUSE);
  }

  private async try(save: boolean): Promise<void> {
    clearTimeout(this.timer);
    const changes: Setting[] = [...this.changes].map(([path, value]) => ({ path, value }));
    const state = await this.ask({ changes, save });
    if (!state) return;
    if (save) {
      this.changes.clear();
      this.saved = state.text;
    }
    this.take(state);
  }

  private async ask(change: ThemeChange): Promise<ThemeState | undefined> {
    const response = await fetch("/api/theme", { method: "POST", body: JSON.stringify(change), headers: { "Content-Type": "application/json" } });
    if (!response.ok) {
      this.problem.textContent = (await response.text()).trim();
      return undefined;
    }
    this.problem.textContent = "";
    return (await response.json()) as ThemeState;
  }

  private take(state: ThemeState): void {
    this.brand = state.brand;
    const before = new Set(this.saved.split("\n"));
    this.text.replaceChildren(...state.text.split("\n").map((line) => make("span", before.has(line) ? "" : "new", `${line}\n`)));
    const changed = state.text !== this.saved;
    this.save.disabled = !changed;
    this.undo.disabled = !changed;
    document.body.classList.toggle("changed", changed);
    this.text.querySelector(".new")?.scrollIntoView({ block: "center" });
    this.show();
  }

  private show(): void {
    if (this.brand) this.preview.contentWindow?.postMessage({ theme: this.brand }, location.origin);
  }

  private reset(): void {
    this.changes.clear();
    void this.try(false).then(() => this.fill());
  }
}

function brandKeys(rest: string[]): string[] {
  if (rest[0] !== "theme") return rest;
  return rest[1] === "dark" ? ["dark", ...rest.slice(2)] : ["light", ...rest.slice(1)];
}

/** The element that a setting is entered in. What is left empty is removed from the file. */
function enter(field: Field, value: unknown, changed: (v: unknown) => void): HTMLElement {
  switch (field.kind) {
    case "choice":
      return choice(field, String(value ?? ""), changed);
    case "parts":
      return parts(field, (value as string[] | undefined) ?? [], changed);
    case "colour":
      return colour(String(value ?? ""), changed);
    case "bool": {
      const box = make("input", "switch");
      Object.assign(box, { type: "checkbox", checked: value === true });
      box.onchange = () => changed(box.checked);
      return box;
    }
    default:
      return line(field, value, changed);
  }
}

function line(field: Field, value: unknown, changed: (v: unknown) => void): HTMLElement {
  const input = make("input", "line");
  const words = value as Record<string, string> | undefined;
  const language = field.kind === "language" ? (Object.keys(words ?? {}).find((k) => k.startsWith(zh ? "zh" : "en")) ?? (zh ? "zh" : "en")) : "";
  const text = field.kind === "language" ? words?.[language] : field.kind === "words" ? ((value as string[] | undefined) ?? []).join(", ") : value;
  input.value = String(text ?? "");
  if (field.kind === "number") Object.assign(input, { type: "number", min: field.min, max: field.max, step: field.step ?? 1 });
  input.oninput = () => {
    const v = input.value.trim();
    if (field.kind === "number") changed(v === "" ? null : Number(v));
    else if (field.kind === "words") changed(v === "" ? null : v.split(/[\s,，]+/).filter(Boolean));
    else if (field.kind === "language") changed(v === "" ? null : { ...words, [language]: v });
    else changed(v === "" ? null : v);
  };
  return input;
}

function choice(field: Field, value: string, changed: (v: unknown) => void): HTMLElement {
  const select = make("select", "line");
  select.append(...(field.options ?? []).map((o) => new Option(o, o, o === value, o === value)));
  select.onchange = () => changed(select.value);
  return select;
}

function parts(field: Field, value: string[], changed: (v: unknown) => void): HTMLElement {
  const chosen = new Set(value);
  return make("span", "parts-list", ...(field.options ?? []).map((name) => {
    const box = make("input");
    Object.assign(box, { type: "checkbox", checked: chosen.has(name), value: name });
    box.onchange = () => {
      if (box.checked) chosen.add(name);
      else chosen.delete(name);
      changed((field.options ?? []).filter((o) => chosen.has(o)));
    };
    return make("label", "part", box, name);
  }));
}

/** A colour by eye and by number; its transparency is kept. */
function colour(value: string, changed: (v: unknown) => void): HTMLElement {
  const [eye, text] = [make("input", "eye"), make("input", "line hex")];
  const long = (v: string): string => (v.length === 4 ? `#${Array.from(v.slice(1), (c) => c + c).join("")}` : v.slice(0, 7)) || "#000000";
  Object.assign(eye, { type: "color", value: long(value) });
  eye.ariaLabel = "#";
  Object.assign(text, { value, placeholder: "–", spellcheck: false });
  eye.oninput = () => {
    text.value = eye.value + (text.value.length === 9 ? text.value.slice(7) : "");
    changed(text.value);
  };
  text.oninput = () => {
    if (/^#[0-9a-f]{3,8}$/i.test(text.value)) eye.value = long(text.value);
    changed(text.value.trim() === "" ? null : text.value.trim());
  };
  return make("span", "colour-pair", eye, text);
}

void new Editor().start();
