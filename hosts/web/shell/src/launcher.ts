import { appIcon } from "./appicon";
import type { App, Launcher } from "./constants";
import { button, icon, make } from "./dom";
import { appName, language, nameOf, offered, pick, t } from "./i18n";
import { look } from "./look";
import type { Remembered } from "./memory";
import { matches } from "./pinyin";
import { privacyTitle } from "./privacy";
import { readWindow } from "./share";

/** What the launcher can do. */
export interface LauncherActions {
  open(app: App): void;
  switchUser(user: string): void;
  speak(language: string): void;
  scan(): void;
  privacy(): void;
}

/** The first screen: the super-app's name and its mini-programs. */
export class LauncherView {
  readonly element = make("main", "launcher");
  private readonly sections = make("div", "sections");
  private readonly search = make("input", "search-field");
  private data: Launcher | undefined;
  private running = new Set<string>();

  constructor(
    private readonly actions: LauncherActions,
    private readonly memory: Remembered,
  ) {
    this.search.type = "search";
    this.search.oninput = () => this.list();
    this.search.onkeydown = (e) => {
      const first = this.sections.querySelector<HTMLElement>(".tile");
      if (e.key === "Enter" && this.search.value.trim()) first?.click();
    };
    this.element.onkeydown = (e) => this.arrow(e);
  }

  show(data: Launcher): void {
    this.data = data;
    const { brand } = data;
    const { launcher } = look.ui;
    this.search.value = "";
    this.search.placeholder = t.search;
    this.search.ariaLabel = t.search;
    const name = pick(brand.title) || brand.name;
    if (readWindow(location.hash) === undefined) document.title = name;
    this.element.dataset["layout"] = launcher.layout;
    if (launcher.columns) this.element.style.setProperty("--columns", String(launcher.columns));
    else this.element.style.removeProperty("--columns");
    this.element.classList.toggle("counted", !!launcher.columns);
    this.element.style.backgroundImage = launcher.background ? `url("${launcher.background}")` : "";
    this.element.classList.toggle("pictured", !!launcher.background);
    const head = make(
      "header",
      "brand",
      appIcon({ id: "_brand", name, color: brand.color || "#07a35a" }, "large"),
      make("div", "brand-text", make("h1", "", name), make("p", "", pick(brand.tagline))),
    );
    head.append(make("div", "brand-tools", ...this.tools(data)));
    const bar = make("div", "search-bar");
    if (launcher.search) bar.append(make("label", "search", icon("search"), this.search));
    if (launcher.scan) {
      const scan = button("scan-button", () => this.actions.scan(), icon("scan"));
      scan.ariaLabel = t.scan;
      if (launcher.search) bar.append(scan);
      else head.querySelector(".brand-tools")?.append(scan);
    }
    this.element.replaceChildren(head, ...(launcher.search ? [bar] : []), this.sections);
    if (look.ui.privacy.version) this.element.append(button("privacy-entry", () => this.actions.privacy(), privacyTitle()));
    this.list();
  }

  /** Marks the mini-programs that run in the background. */
  setRunning(apps: Iterable<string>): void {
    this.running = new Set(apps);
    this.list();
  }

  app(id: string): App | undefined {
    return this.data?.apps.find((a) => a.id === id);
  }

  get shown(): Launcher {
    return this.data!;
  }

  /** Takes over what the host lists now; show draws it. */
  update(data: Launcher): void {
    this.data = data;
  }

  /** Puts the focus on a mini-program's tile, for who works by keys. */
  focus(id: string | undefined): void {
    const tiles = [...this.sections.querySelectorAll<HTMLElement>(".tile")];
    tiles.find((el) => el.dataset["app"] === id)?.focus({ preventScroll: true });
  }

  /** Puts the focus back on the choice of the language, which was drawn anew. */
  focusLanguage(): void {
    this.element.querySelector<HTMLElement>(".language select")?.focus({ preventScroll: true });
  }

  get user(): string {
    return this.data?.user ?? "";
  }

  private tools(data: Launcher): HTMLElement[] {
    const out: HTMLElement[] = [];
    const languages = look.ui.languages?.length || look.ui.texts ? offered(look.ui) : [];
    if (languages.length > 1) out.push(select("language", t.language, languages.map((l) => [l, nameOf(l)]), language, (l) => this.actions.speak(l)));
    if (data.users.length > 1) out.push(select("account", t.account, data.users.map((u) => [u, u]), data.user, (u) => this.actions.switchUser(u)));
    return out;
  }

  /** Draws the parts anew; the focus stays on the mini-program that has it. */
  list(): void {
    if (!this.data) return;
    const at = document.activeElement;
    const focused = at instanceof HTMLElement && this.sections.contains(at) ? `${at.closest<HTMLElement>(".card")?.dataset["section"]}/${at.dataset["app"]}` : "";
    const wanted = this.search.value;
    this.sections.replaceChildren(...(wanted.trim() ? this.found(wanted) : this.parts(this.data.apps)));
    for (const tile of this.sections.querySelectorAll<HTMLElement>(".tile")) {
      if (focused === `${tile.closest<HTMLElement>(".card")?.dataset["section"]}/${tile.dataset["app"]}`) tile.focus({ preventScroll: true });
    }
  }

  private found(wanted: string): HTMLElement[] {
    const apps = (this.data?.apps ?? []).filter((a) => matches([a.name, ...Object.values(a.names ?? {}), a.summary ?? "", ...Object.values(a.summaries ?? {}), a.id].join(" "), wanted));
    return [this.section("found", t.miniPrograms, apps, t.none.replace("{}", wanted.trim()))];
  }

  private parts(apps: App[]): HTMLElement[] {
    const { recent, favourites, groups = [] } = look.ui.launcher;
    const known = (ids: string[]): App[] => ids.flatMap((id) => apps.find((a) => a.id === id) ?? []);
    const out: HTMLElement[] = [];
    const add = (key: string, title: string, list: App[]): void => {
      if (list.length > 0) out.push(this.section(key, title, list));
    };
    if (recent > 0) add("recent", t.recent, known(this.memory.recent).slice(0, recent));
    if (favourites) add("favourites", t.favourites, known(this.memory.favourites));
    groups.forEach((g, i) => add(`group-${i}`, pick(g.title), known(g.apps)));
    const grouped = new Set(groups.flatMap((g) => g.apps));
    const rest = apps.filter((a) => !grouped.has(a.id));
    if (rest.length > 0 || groups.length === 0) out.push(this.section("all", groups.length ? t.others : t.miniPrograms, rest, t.empty));
    return out;
  }

  private section(key: string, title: string, apps: App[], empty = ""): HTMLElement {
    const grid = make("div", "grid", ...apps.map((a) => this.tile(a)));
    if (apps.length === 0) grid.append(make("div", "nothing", icon("search"), make("p", "empty", empty)));
    const part = make("section", `card ${key === "recent" || key === "favourites" ? "strip" : ""}`, make("h2", "", title), grid);
    part.dataset["section"] = key;
    part.ariaLabel = title;
    return part;
  }

  private tile(app: App): HTMLElement {
    const name = appName(app);
    const words = make("span", "tile-text", make("span", "tile-name", name));
    const tile = button("tile", () => this.actions.open(app), appIcon(app), words);
    tile.dataset["app"] = app.id;
    const summary = pick(app.summaries) || app.summary;
    tile.title = name;
    if (summary) words.append(make("span", "tile-summary", summary));
    if (this.running.has(app.id)) tile.append(make("span", "running", t.running));
    return tile;
  }

  /** The arrow keys go from one mini-program to the next. */
  private arrow(e: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    const at = document.activeElement;
    if (!step || !(at instanceof HTMLElement) || !at.classList.contains("tile")) return;
    const tiles = [...this.sections.querySelectorAll<HTMLElement>(".tile")];
    const sideways = e.key === "ArrowRight" || e.key === "ArrowLeft";
    const turned = sideways && document.documentElement.dir === "rtl" ? -step : step;
    const next = sideways ? tiles[tiles.indexOf(at) + turned] : below(tiles, at, step);
    if (!next) return;
    e.preventDefault();
    next.focus();
  }
}

/** The nearest tile of the next line up or down. */
function below(tiles: HTMLElement[], at: HTMLElement, step: number): HTMLElement | undefined {
  const from = at.getBoundingClientRect();
  const far = (el: HTMLElement): number => {
    const r = el.getBoundingClientRect();
    const down = (r.top - from.top) * step;
    return down <= 4 ? Infinity : down * 4 + Math.abs(r.left - from.left);
  };
  const best = tiles.reduce((a, b) => (far(b) < far(a) ? b : a));
  return far(best) === Infinity ? undefined : best;
}

function select(className: string, label: string, options: [string, string][], value: string, changed: (value: string) => void): HTMLElement {
  const el = make("select", "account");
  el.ariaLabel = label;
  el.append(...options.map(([v, text]) => new Option(text, v, v === value, v === value)));
  el.onchange = () => changed(el.value);
  return make("label", `account-box${className === "language" ? " language" : ""}`, ...(className === "language" ? [icon("globe")] : []), el, icon("down"));
}
