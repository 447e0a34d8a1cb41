import { appIcon } from "./appicon";
import type { App, Launcher } from "./constants";
import { api } from "./api";
import { button, icon, make } from "./dom";
import { t } from "./i18n";
import { readWindow } from "./share";

/** The first screen: the super-app's name and its mini-programs. */
export class LauncherView {
  readonly element = make("main", "launcher");
  private readonly grid = make("div", "grid");
  private readonly search = make("input", "search-field");
  private data: Launcher | undefined;
  private running = new Set<string>();

  constructor(
    private readonly open: (app: App) => void,
    private readonly switchUser: (user: string) => void,
  ) {
    this.search.type = "search";
    this.search.placeholder = t.search;
    this.search.ariaLabel = t.search;
    this.search.oninput = () => this.list();
  }

  show(data: Launcher): void {
    this.data = data;
    this.search.value = "";
    if (readWindow(location.hash) === undefined) document.title = data.brand.name;
    document.documentElement.style.setProperty("--brand", data.brand.color || "#07a35a");
    const head = make(
      "header",
      "brand",
      appIcon({ id: "_brand", name: data.brand.name, color: data.brand.color || "#07a35a" }, "large"),
      make("div", "brand-text", make("h1", "", data.brand.name), make("p", "", data.brand.tagline ?? "")),
    );
    if (data.users.length > 1) head.append(this.account(data));
    this.element.replaceChildren(
      head,
      make("label", "search", icon("search"), this.search),
      make("section", "card", make("h2", "", t.miniPrograms), this.grid),
    );
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

  private account(data: Launcher): HTMLElement {
    const select = make("select", "account");
    select.ariaLabel = t.account;
    select.append(...data.users.map((u) => new Option(u, u, u === data.user, u === data.user)));
    select.onchange = () => this.switchUser(select.value);
    return select;
  }

  private list(): void {
    if (!this.data) return;
    const wanted = this.search.value.trim().toLowerCase();
    const apps = this.data.apps.filter((a) => `${a.name} ${a.summary ?? ""} ${a.id}`.toLowerCase().includes(wanted));
    this.grid.replaceChildren(...apps.map((a) => this.tile(a)));
    if (apps.length === 0) this.grid.append(make("p", "empty", this.data.apps.length === 0 ? t.empty : t.none));
  }

  private tile(app: App): HTMLElement {
    const tile = button("tile", () => this.open(app), appIcon(app), make("span", "tile-name", app.name));
    tile.dataset["app"] = app.id;
    if (app.summary) tile.append(make("span", "tile-summary", app.summary));
    if (this.running.has(app.id)) tile.append(make("span", "running", t.running));
    return tile;
  }
}

export { api };
