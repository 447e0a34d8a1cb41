import type { Brand, Setting, ThemeChange, ThemeState } from "./constants";
import { button, make } from "./dom";
import { groups, type Field, type Group } from "./themefields";
import { enter } from "./themeinputs";

const zh = navigator.language.startsWith("zh");
const say = (words: [string, string]): string => words[zh ? 0 : 1];

/** How long the form is left alone before a change is tried, in milliseconds. */
const PAUSE = 150;

/** The theme editor: a form beside the real shell, which takes over what the file would say. */
class Editor {
  /** In order: one that adds to a list or takes from it gives those after it other places. */
  private changes: Setting[] = [];
  private readonly form = make("form", "form");
  private readonly preview = make("iframe", "preview");
  private readonly text = make("pre", "file");
  private readonly problem = make("p", "problem");
  private readonly save = button("save", () => void this.try(true), say(["保存", "Save"]));
  private readonly undo = button("undo", () => this.reset(), say(["撤销", "Undo"]));
  private saved = "";
  private timer = 0;
  private brand: Brand | undefined;
  private files: Record<string, string> = {};
  /** Files that were chosen and are not saved yet, in base64, by their names in superapp.yaml. */
  private uploads: Record<string, string> = {};

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
    const open = [...this.form.querySelectorAll("details")].map((part) => part.open);
    this.form.replaceChildren(...groups.map((g, i) => {
      const part = make("details", "group", make("summary", "", say(g.title)), ...this.look(g), ...g.fields.map((field) => this.row(field, field.path)));
      part.open = open[i] ?? (i === 0 || i === 2);
      return part;
    }));
  }

  /** A button that has the shell show what is seen for a moment only. */
  private look(g: Group): HTMLElement[] {
    const { moment } = g;
    if (!moment) return [];
    const look = button("look", () => this.preview.contentWindow?.postMessage({ moment }, location.origin), say(["预览", "Show"]));
    look.type = "button";
    return [make("div", "row", look)];
  }

  private row(field: Field, path: string): HTMLElement {
    if (field.kind === "list") return this.list(field, path);
    const several = ["parts", "language", "long"].includes(field.kind);
    const value = field.kind === "path" ? this.files[path] : this.valueOf(path);
    const input = enter(field, value, this.languages(), (v, below) => this.change(below ? `${path}.${below}` : path, v), (file) => this.upload(file));
    const row = make(several ? "fieldset" : "label", `row ${field.kind}`, make(several ? "legend" : "span", "row-label", say(field.label)), input);
    row.dataset["path"] = path;
    return row;
  }

  /** A list of entries, each with fields of its own. */
  private list(field: Field, path: string): HTMLElement {
    const entries = (this.valueOf(path) as unknown[] | undefined) ?? [];
    const rows = entries.map((_entry, i) => {
      const at = `${path}.${i}`;
      const remove = button("remove", () => void this.restructure(at, null), say(["删除", "Remove"]));
      remove.type = "button";
      return make("fieldset", "entry", make("legend", "", `${say(field.label)} ${i + 1}`), ...(field.entry ?? []).map((f) => this.row(f, `${at}.${f.path}`)), remove);
    });
    const fresh = (): unknown => field.fresh?.(entries.length);
    const add = button("add", () => void (entries.length ? this.restructure(`${path}.${entries.length}`, fresh()) : this.restructure(path, [fresh()])), `+ ${say(field.label)}`);
    add.type = "button";
    const list = make("div", "entries", ...rows, add);
    list.dataset["path"] = path;
    return list;
  }

  /** The languages that texts are entered in. */
  private languages(): string[] {
    const spoken = this.brand?.ui?.languages ?? [];
    return spoken.length ? spoken.map((l) => l.split("-")[0] ?? l) : ["zh", "en"];
  }

  /** What the look has at a place; the shell's names are the file's in another case. */
  private valueOf(path: string): unknown {
    const brand = this.brand as unknown as Record<string, unknown>;
    const [top, ...rest] = path.split(".");
    const keys = top === "branding" ? brandKeys(rest) : ["ui", ...rest.map((k) => k.replace(/_(\w)/g, (_all, c: string) => c.toUpperCase()))];
    return keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], brand);
  }

  /** Adds an entry to a list, or takes one from it; the form is drawn anew. */
  private async restructure(path: string, value: unknown): Promise<void> {
    clearTimeout(this.timer);
    this.changes.push({ path, value });
    if (await this.try(false)) this.fill();
    else this.changes.pop();
  }

  private async upload(file: File): Promise<string> {
    const dot = file.name.lastIndexOf(".");
    const stem = file.name.slice(0, dot < 0 ? undefined : dot).normalize("NFKD").replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^[^A-Za-z0-9]+|-+$/g, "").slice(0, 60) || "picture";
    const name = `pictures/${stem}.${file.name.slice(dot + 1).toLowerCase().replace(/[^a-z0-9]/g, "") || "png"}`;
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    this.uploads[name] = btoa(text);
    return name;
  }

  private change(path: string, value: unknown): void {
    const last = this.changes.at(-1);
    if (last?.path === path) last.value = value;
    else this.changes.push({ path, value });
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.try(false), PAUSE);
  }

  private async try(save: boolean): Promise<boolean> {
    clearTimeout(this.timer);
    const state = await this.ask({ changes: this.changes, files: this.uploads, save });
    if (!state) return false;
    if (save) {
      this.changes = [];
      this.uploads = {};
      this.saved = state.text;
    }
    this.take(state);
    return true;
  }

  private async ask(change: ThemeChange): Promise<ThemeState | undefined> {
    const response = await fetch("/api/theme", { method: "POST", body: JSON.stringify(change), headers: { "Content-Type": "application/json" } });
    if (!response.ok) {
      this.problem.textContent = (await response.text()).trim();
      this.point(this.problem.textContent);
      return undefined;
    }
    this.problem.textContent = "";
    this.point("");
    return (await response.json()) as ThemeState;
  }

  /** Says what is wrong beside the fields that it is about, too: each line names its place, ui.menu.items[0].title. */
  private point(problem: string): void {
    for (const note of this.form.querySelectorAll(".field-problem")) note.remove();
    for (const field of this.form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    const rows = [...this.form.querySelectorAll<HTMLElement>(".row[data-path]")];
    for (const line of problem.split("\n")) {
      const [, where, what] = / ((?:ui|branding)[\w.[\]-]*): (.*)$/.exec(line) ?? [];
      const place = where?.replace(/\[(\d+)\]/g, ".$1");
      const near = rows.filter((r) => place === r.dataset["path"] || place?.startsWith(`${r.dataset["path"]}.`));
      const row = near.sort((a, b) => b.dataset["path"]!.length - a.dataset["path"]!.length)[0];
      if (!row) continue;
      row.querySelector("input, select, textarea")?.setAttribute("aria-invalid", "true");
      row.append(make("span", "field-problem", what ?? ""));
      row.closest("details")?.setAttribute("open", "");
    }
  }

  private take(state: ThemeState): void {
    this.brand = state.brand;
    this.files = state.files;
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
    this.changes = [];
    this.uploads = {};
    void this.try(false).then(() => this.fill());
  }
}

function brandKeys(rest: string[]): string[] {
  if (rest[0] !== "theme") return rest;
  return rest[1] === "dark" ? ["dark", ...rest.slice(2)] : ["light", ...rest.slice(1)];
}

void new Editor().start();
