import { api, HostSocket } from "./api";
import { Asks } from "./asks";
import { AppView } from "./appview";
import { announce } from "./announce";
import type { App, Brand, Launch, LaunchApp, Launcher, Memory, OpenSetting, Phone, SessionEnded, SessionLost, ToShell } from "./constants";
import { button, make } from "./dom";
import { Early } from "./early";
import { Exchange } from "./exchange";
import { FloatBubble } from "./float";
import { appName, language, pick, setLanguage, t } from "./i18n";
import { LauncherView } from "./launcher";
import { log } from "./log";
import { isDark, look, setLook } from "./look";
import { Remembered, type Shown } from "./memory";
import { openMenu, openPermissions } from "./menu";
import { askPrivacy, openPrivacy } from "./privacy";
import { networkType } from "./network";
import { Prompts } from "./prompts";
import { scan } from "./scan";
import { openingScreen } from "./screens";
import { showMoment } from "./moments";
import type { Moment } from "./themefields";
import { openCode, openShare, readCode, readLink, readWindow } from "./share";
import { setInert } from "./sheet";
import { StatusBar } from "./statusbar";
import { WatermarkView } from "./watermark";

/** The shell: launcher, open mini-programs, and everything that only it may show. */
class Shell {
  private readonly device = make("div", "device");
  private readonly screen = make("div", "screen");
  private readonly banner = make("div", "banner");
  private readonly statusBar = new StatusBar();
  private readonly memory = new Remembered((before, told) => this.remembered(before, told));
  private readonly launcher = new LauncherView({
    open: (app) => void this.open(app),
    switchUser: (user) => void this.switchUser(user),
    speak: (l) => {
      this.memory.speak(l);
      this.launcher.focusLanguage();
    },
    scan: () => this.scan(),
    privacy: () => openPrivacy(this.screen, () => void this.withdraw()),
  }, this.memory);
  private readonly watermark = new WatermarkView(this.screen);
  private readonly float = new FloatBubble(this.screen, (app) => void this.open(app));
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
    this.memory,
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
  /** The one mini-program that this window shows; undefined: the launcher's window. */
  private readonly only = readWindow(location.hash);
  /** The host opens mini-programs in windows of their own. */
  private windows = false;
  private reloading = false;
  private readonly early = new Early();

  async start(data: Launcher): Promise<void> {
    this.banner.hidden = true;
    this.banner.role = "status";
    this.screen.append(this.launcher.element, this.statusBar.element, this.banner);
    this.device.append(this.screen);
    document.body.append(this.device);
    this.dev = data.dev === true;
    this.windows = data.windows === true;
    this.memory.set(data.memory);
    this.words();
    this.launcher.show(data);
    this.mark();
    // The theme editor shows the shell as it is once that is done.
    if (window.parent === window) {
      openingScreen(this.screen);
      await askPrivacy(this.screen, this.memory);
      await this.memory.handOver();
    }
    this.socket = new HostSocket(
      (m) => this.receive(m),
      (up) => this.hostState(up),
      this.only,
    );
    window.addEventListener("hashchange", () => this.route());
    window.addEventListener("message", (e) => this.message(e));
    window.addEventListener("resize", () => this.views.forEach((v) => v.tellStatusBar()));
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.restyle(look.brand));
    document.addEventListener("visibilitychange", () => this.tellVisible(this.current, !document.hidden));
    if (data.start && !readLink(location.hash)) this.launch(data.start);
    else if (this.only === undefined && !readLink(location.hash) && data.restore?.front) this.launch({ app: data.restore.front, launch: { path: "", scene: 0 } });
    else this.route();
    if (data.restore?.failed) this.notice({ broken: t.restoreBroken, stuck: t.restoreStuck }[data.restore.failed] ?? t.restoreFailed);
  }

  /** Says something that stays until it is read. */
  private notice(text: string): void {
    const note = make("div", "notice", text, button("notice-close", () => note.remove(), t.close));
    note.setAttribute("role", "alert");
    this.screen.append(note);
  }

  private message(e: MessageEvent): void {
    const { theme, moment } = (e.origin === location.origin && e.source === window.parent && e.data ? e.data : {}) as { theme?: Brand; moment?: Moment };
    const edited = window.parent !== window;
    if (theme && edited) this.restyle(theme);
    else if (moment && edited) showMoment(this.screen, moment, this.launcher.shown.apps[0]);
    else this.views.forEach((view) => view.message(e));
  }

  /** Takes over another look while everything goes on. */
  private restyle(brand: Brand): void {
    setLook(brand);
    this.launcher.show({ ...this.launcher.shown, brand });
    for (const view of this.views.values()) view.restyle();
    if (!this.current) this.statusBar.setLight(isDark());
    this.mark();
  }

  private async refresh(): Promise<void> {
    const data = await api.launcher();
    if (window.parent === window && (data.brand.ui.privacy.version ?? 0) > data.memory.privacy) {
      location.reload(); // the text that the user agreed to is another one now
      return;
    }
    this.launcher.update(data);
    this.restyle(data.brand);
  }

  /** Takes over what the host remembers of the user, who may have said it in another window. */
  private remember(m: Memory): void {
    if (!this.memory.hear(m)) location.reload(); // the user took consent back in another window
  }

  /** Shows what the user sees of the memory now; a tile that is being pressed stays unless the lists are others. */
  private remembered({ language, recent, favourites }: Shown, told: Promise<void>): void {
    if (this.memory.language !== language) this.respeak(told);
    else if (`${this.memory.recent} ${this.memory.favourites}` !== `${recent} ${favourites}`) this.launcher.list();
  }

  /** Speaks the user's language. */
  private words(): void {
    setLanguage(look.brand.ui, this.memory.language, ...navigator.languages);
    this.banner.textContent = t.offline;
  }

  /**
   * Speaks another language from now on; told is done once the host has been. What is open stays as it is, and what was typed into it,
   * unless the language is laid out the other way: the capsule would stand on the pages' own buttons.
   */
  private respeak(told: Promise<void>): void {
    const { dir } = document.documentElement;
    this.words();
    this.views.forEach((view) => view.rename());
    this.restyle(look.brand);
    if (document.documentElement.dir !== dir) void told.then(() => this.recover(), () => undefined); // what the host does not take is shown as before
  }

  /** Takes the user's consent back: the host closes what is open, in all windows, and the question is put again. */
  private async withdraw(): Promise<void> {
    try {
      await this.memory.agree(0);
    } catch (err) {
      this.notice(`${t.notKept} ${t.notKeptHint}\n${(err as Error).message}`);
      return;
    }
    location.hash = "";
    location.reload();
  }

  /** Opens the mini-program that a code names. */
  private scan(): void {
    scan(this.screen, {}).then(
      ({ result }) => {
        const link = readCode(result);
        const app = link && this.launcher.app(link.app);
        if (app) void this.open(app, link.launch);
        else this.tell(t.notHere);
      },
      () => undefined, // the user left it
    );
  }

  /** Says something in passing. */
  private tell(text: string): void {
    const note = make("div", "note", text);
    note.role = "status";
    this.screen.append(note);
    setTimeout(() => note.remove(), 4000);
  }

  private async switchUser(user: string): Promise<void> {
    // Until the other one is there nothing is opened: it would be the one's before.
    this.launcher.element.inert = true;
    try {
      await api.user(user);
    } catch (err) {
      this.launcher.element.inert = false;
      this.launcher.list();
      this.notice((err as Error).message);
      return;
    }
    location.hash = "";
    location.reload();
  }

  private hostState(up: boolean): void {
    this.banner.hidden = up || !this.wasUp;
    if (up && this.wasUp) void this.recover();
    if (up) this.wasUp = true;
  }

  /** After the host was away, or for another direction: sessions that are still open get a new frame, the others say that they are gone. */
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
    if (link && !app) this.notice(t.notHere);
  }

  private async open(app: App, launch: Launch = { path: "", scene: 0 }): Promise<void> {
    if (this.windows && this.only === undefined) {
      await api.window({ app: app.id, launch }).catch((err: Error) => log("error", app.name, err.message));
      return;
    }
    let view = this.views.get(app.id);
    if (view?.alive && launch.path === "") {
      this.front(view);
      return;
    }
    if (!view) {
      view = new AppView(app, {
        menu: (v) => this.menu(v),
        leave: () => this.leave(),
        home: (v) => this.socket.send({ home: { session: v.session } }),
        reload: (v) => void this.reload(v),
        debug: (v, on) => this.socket.send({ debug: { session: v.session, on } }),
      }, this.dev);
      this.views.set(app.id, view);
      this.screen.append(view.element);
      void view.element.offsetWidth;
    }
    this.front(view);
    this.memory.used(app.id);
    this.early.begin();
    try {
      view.opened(await api.open({ app: app.id, launch, phone: this.phone() }));
      for (const m of this.early.end(view.session)) this.receiveForView(m);
      if (view === this.current) this.asks.shown(view.session);
    } catch (err) {
      this.early.end();
      view.failed(t.openFailed, { message: (err as Error).message });
    }
    this.launcher.setRunning(this.views.keys());
  }

  /** Goes back to the launcher, which is another window if this one shows one mini-program. */
  private leave(): void {
    if (this.only === undefined) this.front(undefined);
    else void api.window({ app: this.only, launch: { path: "", scene: 0 }, close: true });
  }

  private menu(view: AppView): void {
    openMenu(this.screen, view, {
      favourite: (v) => void this.memory.toggle(v.app.id),
      favoured: (v) => this.memory.likes(v.app.id),
      code: (v) => openCode(this.screen, v.app, v.window.path),
      float: (v) => {
        this.front(undefined);
        this.float.show(v.app);
      },
      openApp: (id, page) => {
        const app = this.launcher.app(id);
        if (app) void this.open(app, page ? { path: page, scene: 0 } : undefined);
      },
      emit: (v, event) => this.socket.send({ emit: { session: v.session, event } }),
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
    this.reloading = true;
    if (view.alive) {
      this.exit(view);
      await new Promise((resolve) => setTimeout(resolve, 300));
    } else {
      this.drop(view);
    }
    this.reloading = false;
    await this.open(app);
  }

  private drop(view: AppView): void {
    this.exchange.silence(view.app.id);
    this.float.drop(view.app.id);
    this.views.delete(view.app.id);
    view.gone();
    if (this.current === view) {
      this.front(undefined);
      if (this.only !== undefined && !this.reloading) this.leave();
    }
    view.show(false);
    setTimeout(() => view.element.remove(), look.ui.animation.duration / 1e6 + 20);
    this.launcher.setRunning(this.views.keys());
  }

  /** Puts a mini-program, or the launcher, in front. */
  private front(view: AppView | undefined, tell = true): void {
    const was = this.current;
    if (was !== view) {
      this.current?.show(false);
      this.tellVisible(this.current, false);
      this.current = view;
      setInert(this.launcher.element, view !== undefined);
      view?.show(true);
      if (tell && view?.session) this.tellVisible(view, true);
      if (!view) this.launcher.focus(was?.app.id);
      if (view?.session) this.asks.shown(view.session);
    }
    if (view) this.float.drop(view.app.id);
    this.mark();
    announce(view ? `${appName(view.app)} ${t.opened}` : t.launcher);
    setInert(this.launcher.element, view !== undefined);
    this.statusBar.setLight(view ? view.window.textStyle === "white" : isDark());
    if (this.only !== undefined) document.title = view?.window.title || (view && appName(view.app)) || document.title;
    const hash = this.only !== undefined ? `#/window/${encodeURIComponent(this.only)}` : view ? `#/app/${encodeURIComponent(view.app.id)}` : "";
    if (location.hash !== hash) history.replaceState(null, "", hash || location.pathname);
    this.launcher.setRunning(this.views.keys());
  }

  /** Prints the watermark of what is in front. */
  private mark(): void {
    const name = pick(look.brand.title) || look.brand.name;
    this.watermark.set(this.launcher.user, this.current ? appName(this.current.app) : name, this.current ? this.current.window.textStyle === "white" : isDark());
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
    else if (m.apps) void this.refresh();
    else if (m.memory) this.remember(m.memory);
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
    const id = (m.window ?? m.ended ?? m.problem ?? m.log ?? m.call ?? m.share ?? m.renewed ?? m.lost)?.session;
    const view = [...this.views.values()].find((v) => v.session === id);
    if (!view) {
      if (id !== undefined && !m.lost) this.early.keep(id, m);
      return;
    }
    if (m.window) {
      view.setWindow(m.window);
      if (view === this.current && m.window.title) announce(m.window.title);
      if (this.only !== undefined) document.title = m.window.title || appName(view.app);
      if (view === this.current) this.statusBar.setLight(m.window.textStyle === "white");
      if (view === this.current) this.mark();
    } else if (m.problem) {
      view.problem(m.problem.error);
      if (m.problem.error.id === "turn-timeout") view.hung();
    }
    else if (m.renewed) {
      this.asks.drop(m.renewed.session);
      view.renewed();
    }
    else if (m.log) {
      log(m.log.log.level, view.app.name, m.log.log.message);
      view.debug.log(m.log.log);
    }
    else if (m.call) view.debug.call(m.call.call);
    else if (m.share) openShare(this.screen, view.app, m.share.share);
    else if (m.lost) this.lost(view, m.lost);
    else if (m.ended) this.ended(view, m.ended);
  }

  private lost(view: AppView, { session, back }: SessionLost): void {
    if (back) view.found();
    else if (view.alive) {
      view.lost();
      this.socket.send({ lost: { session } });
    }
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
      dark: isDark(),
      network: networkType(),
      // The root has no size of its own: it is what the user's browser is set to.
      fontSize: parseFloat(getComputedStyle(document.documentElement).fontSize),
      language: language.replace("-", "_"),
      platform: /android/i.test(navigator.userAgent) ? "android" : /iphone|ipad/i.test(navigator.userAgent) ? "ios" : "devtools",
    };
  }
}

async function begin(): Promise<void> {
  const data = await api.launcher();
  setLook(data.brand);
  await new Shell().start(data);
}

void begin();
