import { api, HostSocket } from "./api";
import { Asks } from "./asks";
import { AppView } from "./appview";
import type { App, Launch, LaunchApp, Launcher, OpenSetting, Phone, SessionEnded, ToShell } from "./constants";
import { button, make } from "./dom";
import { Exchange } from "./exchange";
import { t } from "./i18n";
import { LauncherView } from "./launcher";
import { log } from "./log";
import { openMenu, openPermissions } from "./menu";
import { Prompts } from "./prompts";
import { openShare, readLink } from "./share";
import { StatusBar } from "./statusbar";

/** Messages kept for sessions that are being opened. */
const MAX_EARLY = 100;

/** The shell: launcher, open mini-programs, and everything that only it may show. */
class Shell {
  private readonly device = make("div", "device");
  private readonly screen = make("div", "screen");
  private readonly banner = make("div", "banner", t.offline);
  private readonly statusBar = new StatusBar();
  private readonly launcher = new LauncherView(
    (app) => void this.open(app),
    (user) => void this.switchUser(user),
  );
  private readonly views = new Map<string, AppView>();
  private readonly prompts = new Prompts(
    this.screen,
    (id) => this.launcher.app(id),
    (id, button) => this.socket.send({ choice: { id, button } }),
  );
  private readonly asks = new Asks(
    this.screen,
    (m) => this.socket.send(m),
    () => this.current?.session,
  );
  private readonly exchange = new Exchange(
    this.screen,
    (id) => this.launcher.app(id),
    (id, button) => this.socket.send({ choice: { id, button } }),
  );
  private socket!: HostSocket;
  private current: AppView | undefined;
  private wasUp = false;
  private dev = false;
  /** Messages about a session whose opening has not been answered yet. */
  private readonly early: ToShell[] = [];

  async start(): Promise<void> {
    this.banner.hidden = true;
    this.screen.append(this.launcher.element, this.statusBar.element, this.banner);
    this.device.append(this.screen);
    document.body.append(this.device);
    const { start, dev, restore } = await this.connect();
    this.dev = dev === true;
    window.addEventListener("hashchange", () => this.route());
    window.addEventListener("message", (e) => this.views.forEach((view) => view.message(e)));
    document.addEventListener("visibilitychange", () => this.tellVisible(this.current, !document.hidden));
    if (start && !readLink(location.hash)) this.launch(start);
    else if (!readLink(location.hash) && restore?.front) this.launch({ app: restore.front, launch: { path: "", scene: 0 } });
    else this.route();
    if (restore?.failed) this.tell(restore.failed === "broken" ? t.restoreBroken : t.restoreFailed);
  }

  /** Says something that stays until it is read. */
  private tell(text: string): void {
    const note = make("div", "notice", text, button("notice-close", () => note.remove(), t.close));
    note.setAttribute("role", "alert");
    this.screen.append(note);
  }

  private async connect(): Promise<Launcher> {
    const data = await api.launcher();
    this.launcher.show(data);
    this.socket = new HostSocket(
      (m) => this.receive(m),
      (up) => this.hostState(up),
    );
    return data;
  }

  private async switchUser(user: string): Promise<void> {
    await api.user(user);
    location.hash = "";
    location.reload();
  }

  private hostState(up: boolean): void {
    this.banner.hidden = up || !this.wasUp;
    if (up && this.wasUp) void this.recover();
    if (up) this.wasUp = true;
  }

  /** After the host was away: sessions that are still open get a new frame, the others say that they are gone. */
  private async recover(): Promise<void> {
    for (const view of this.views.values()) {
      if (view.alive) await view.reframe().catch((err: Error) => view.failed(t.crashed, { message: err.message }));
    }
  }

  /** Shows what the address names: #/app/ID, or the launcher. */
  private route(): void {
    const link = readLink(location.hash);
    const app = link && this.launcher.app(link.app);
    if (app) void this.open(app, link.launch);
    else this.front(undefined);
  }

  private async open(app: App, launch: Launch = { path: "", scene: 0 }): Promise<void> {
    let view = this.views.get(app.id);
    if (view?.alive && launch.path === "") {
      this.front(view);
      return;
    }
    if (!view) {
      view = new AppView(app, {
        menu: (v) => this.menu(v),
        leave: () => this.front(undefined),
        reload: (v) => void this.reload(v),
      }, this.dev);
      this.views.set(app.id, view);
      this.screen.append(view.element);
      void view.element.offsetWidth;
    }
    this.front(view);
    try {
      view.opened(await api.open({ app: app.id, launch, phone: this.phone() }));
      for (const m of this.early.splice(0)) this.receiveForView(m);
      if (view === this.current) this.asks.shown(view.session);
    } catch (err) {
      view.failed(t.openFailed, { message: (err as Error).message });
    }
    this.launcher.setRunning(this.views.keys());
  }

  private menu(view: AppView): void {
    openMenu(this.screen, view, {
      share: (v, timeline) => this.socket.send({ share: { session: v.session, timeline } }),
      reload: (v) => void this.reload(v),
      exit: (v) => this.exit(v),
    });
  }

  private exit(view: AppView): void {
    this.socket.send({ close: { session: view.session } });
    this.drop(view);
  }

  private async reload(view: AppView): Promise<void> {
    const { app } = view;
    if (view.alive) {
      this.exit(view);
      await new Promise((resolve) => setTimeout(resolve, 300));
    } else {
      this.drop(view);
    }
    await this.open(app);
  }

  private drop(view: AppView): void {
    this.exchange.silence(view.app.id);
    this.views.delete(view.app.id);
    view.gone();
    if (this.current === view) this.front(undefined);
    view.show(false);
    setTimeout(() => view.element.remove(), 320);
    this.launcher.setRunning(this.views.keys());
  }

  /** Puts a mini-program, or the launcher, in front. */
  private front(view: AppView | undefined, tell = true): void {
    if (this.current !== view) {
      this.current?.show(false);
      this.tellVisible(this.current, false);
      this.current = view;
      view?.show(true);
      if (tell && view?.session) this.tellVisible(view, true);
      if (view?.session) this.asks.shown(view.session);
    }
    this.launcher.element.inert = view !== undefined;
    this.statusBar.setLight(view?.window.textStyle === "white");
    const hash = view ? `#/app/${encodeURIComponent(view.app.id)}` : "";
    if (location.hash !== hash) history.replaceState(null, "", hash || location.pathname);
    this.launcher.setRunning(this.views.keys());
  }

  private tellVisible(view: AppView | undefined, shown: boolean): void {
    if (view?.session) this.socket.send({ visible: { session: view.session, shown } });
  }

  private receive(m: ToShell): void {
    if (m.prompt) this.prompts.add(m.prompt);
    else if (m.retract) this.retract(m.retract.id);
    else if (m.choose) this.exchange.choose(m.choose);
    else if (m.deliver) void this.exchange.deliver(m.deliver);
    else if (m.record && this.views.has(m.record.app)) void this.exchange.record(m.record);
    else if (m.setting) this.setting(m.setting);
    else if (m.apps) void api.launcher().then((data) => this.launcher.show(data));
    else if (m.launch) this.launch(m.launch);
    else if (m.ask) this.asks.receive(m.ask);
    else this.receiveForView(m);
  }

  private retract(id: string): void {
    this.prompts.retract(id);
    this.exchange.retract(id);
  }

  private launch({ app: id, launch, session }: LaunchApp): void {
    const app = this.launcher.app(id);
    const view = this.views.get(id);
    // An open one has been told how it is entered; that it is seen must not be told once more.
    if (view?.alive && session !== undefined && view.session === session) this.front(view, false);
    else if (app) void this.open(app, session === undefined ? launch : undefined);
  }

  private receiveForView(m: ToShell): void {
    const id = (m.window ?? m.ended ?? m.problem ?? m.log ?? m.share ?? m.renewed)?.session;
    const view = [...this.views.values()].find((v) => v.session === id);
    if (!view) {
      if (id !== undefined && this.early.length < MAX_EARLY) this.early.push(m);
      return;
    }
    if (m.window) {
      view.setWindow(m.window);
      if (view === this.current) this.statusBar.setLight(m.window.textStyle === "white");
    } else if (m.problem) {
      view.problem(m.problem.error);
      if (m.problem.error.id === "turn-timeout") view.hung();
    }
    else if (m.renewed) view.renewed();
    else if (m.log) log(m.log.log.level, view.app.name, m.log.log.message);
    else if (m.share) openShare(this.screen, view.app, m.share.share);
    else if (m.ended) this.ended(view, m.ended);
  }

  private ended(view: AppView, { session, error }: SessionEnded): void {
    this.asks.drop(session);
    if (error) {
      this.exchange.silence(view.app.id);
      view.failed(t.crashed, error);
    } else this.drop(view);
  }

  private setting({ id, app }: OpenSetting): void {
    const known = this.launcher.app(app) ?? { id: app, name: app };
    openPermissions(this.screen, known, () => this.socket.send({ setting: { id } }));
  }

  private phone(): Phone {
    const box = this.screen.getBoundingClientRect();
    return {
      width: Math.round(this.screen.clientWidth || box.width),
      height: Math.round(this.screen.clientHeight || box.height),
      pixelRatio: window.devicePixelRatio,
      statusBar: Math.round(this.statusBar.element.getBoundingClientRect().height),
      dark: window.matchMedia("(prefers-color-scheme: dark)").matches,
      language: navigator.language.replace("-", "_"),
      platform: /android/i.test(navigator.userAgent) ? "android" : /iphone|ipad/i.test(navigator.userAgent) ? "ios" : "devtools",
    };
  }
}

void new Shell().start();
