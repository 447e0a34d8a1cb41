import { badge, openAbout } from "./about";
import { api } from "./api";
import { appIcon } from "./appicon";
import type { AppView } from "./appview";
import type { App, MenuItem } from "./constants";
import { button, icon, make } from "./dom";
import { appName, pick, scopeText, t } from "./i18n";
import { look } from "./look";
import { problemCard } from "./problems";
import { openPanel, openSheet } from "./sheet";

/** What the menu can do. */
export interface MenuActions {
  share(view: AppView, timeline: boolean): void;
  favourite(view: AppView): void;
  favoured(view: AppView): boolean;
  code(view: AppView): void;
  float(view: AppView): void;
  reload(view: AppView): void;
  exit(view: AppView): void;
  openApp(app: string, page: string): void;
  emit(view: AppView, event: string): void;
}

/** An entry; without one it has no place in the menu now. */
type Entry = HTMLElement | undefined;

/** Opens the capsule's menu. */
export function openMenu(stage: HTMLElement, view: AppView, actions: MenuActions): void {
  const sheet = openSheet(stage, "menu", () => sheet.close());
  sheet.name(`${appName(view.app)} · ${t.menu}`);
  const then = (f: () => void) => () => {
    sheet.close();
    f();
  };
  const all = { ...builtIn(stage, view, actions, then), ...own(view, actions, then) };
  sheet.panel.append(
    make("div", "menu-head", appIcon(view.app, "small"), make("span", "menu-name", appName(view.app)), ...badge(view.app)),
    make("div", "menu-entries", ...ordered(all)),
    button("menu-cancel", () => sheet.close(), t.cancel),
  );
}

/** The entries that are there and not hidden: those of the super-app's order first. */
function ordered(all: Record<string, Entry>): HTMLElement[] {
  const { order = [], hide = [] } = look.ui.menu;
  const names = [...order, ...Object.keys(all).filter((name) => !order.includes(name))];
  return names.filter((name) => !hide.includes(name)).flatMap((name) => all[name] ?? []);
}

type Then = (f: () => void) => () => void;

function entry(kind: Parameters<typeof icon>[0], text: string, f: () => void): HTMLElement {
  const b = button("menu-entry", f, make("span", "menu-icon", icon(kind)), make("span", "", text));
  b.dataset["entry"] = kind;
  return b;
}

function builtIn(stage: HTMLElement, view: AppView, actions: MenuActions, then: Then): Record<string, Entry> {
  const { feedback } = look.ui.menu;
  const liked = actions.favoured(view);
  return {
    share: view.window.share ? entry("share", t.share, then(() => actions.share(view, false))) : undefined,
    timeline: view.window.timeline ? entry("link", t.shareTimeline, then(() => actions.share(view, true))) : undefined,
    favourite: look.ui.launcher.favourites ? entry(liked ? "starred" : "star", liked ? t.unfavourite : t.favourite, then(() => actions.favourite(view))) : undefined,
    qr: entry("qr", t.qr, then(() => actions.code(view))),
    float: look.ui.float.show ? entry("float", t.float, then(() => actions.float(view))) : undefined,
    permissions: entry("shield", t.settings, then(() => openPermissions(stage, view.app))),
    about: entry("info", t.about, then(() => openAbout(stage, view.app))),
    feedback: feedback ? entry("chat", t.feedback, then(() => openOutside(feedback))) : undefined,
    reload: entry("reload", t.reload, then(() => actions.reload(view))),
    debug: entry("alert", view.problems.length ? `${t.problems} ${view.problems.length}` : t.problems, then(() => openProblems(stage, view))),
    exit: entry("exit", t.exit, then(() => actions.exit(view))),
  };
}

/** The super-app's own entries. */
function own(view: AppView, actions: MenuActions, then: Then): Record<string, Entry> {
  const act = (m: MenuItem): void => {
    if (m.url) openOutside(m.url);
    else if (m.app) actions.openApp(m.app, m.page ?? "");
    else if (m.event) actions.emit(view, m.event);
  };
  return Object.fromEntries((look.ui.menu.items ?? []).filter((m) => !m.only?.length || m.only.includes(view.app.id)).map((m) => {
    const mark = make("span", "menu-icon", Array.from(pick(m.title))[0] ?? "•");
    if (m.icon) {
      const image = make("img", "icon");
      Object.assign(image, { src: m.icon, alt: "" });
      mark.replaceChildren(image);
    }
    const b = button("menu-entry", then(() => act(m)), mark, make("span", "", pick(m.title)));
    b.dataset["entry"] = m.id;
    return [m.id, b];
  }));
}

function openOutside(address: string): void {
  window.open(address, "_blank", "noopener,noreferrer");
}

/** Shows what the mini-program may use; each can be taken back. */
export function openPermissions(stage: HTMLElement, app: App, closed?: () => void): void {
  const sheet = openPanel(stage, `${appName(app)} · ${t.settings}`, closed);
  const list = make("div", "rows");
  sheet.panel.append(make("h3", "", t.permissions), list, make("p", "faint", t.permissionsHint));
  api.permissions(app.id).then(
    (permissions) => {
      for (const p of permissions) {
        const toggle = make("input", "toggle");
        toggle.type = "checkbox";
        toggle.checked = p.granted;
        toggle.name = p.scope;
        toggle.setAttribute("role", "switch");
        toggle.onchange = () => {
          const wanted = toggle.checked;
          api.setPermission(app.id, { ...p, granted: wanted }).catch(() => (toggle.checked = !wanted));
        };
        list.append(make("label", "row", make("span", "", scopeText(p.scope)), toggle));
      }
      if (permissions.length === 0) list.append(make("p", "empty", t.noPermissions));
    },
    (err: Error) => list.append(make("p", "empty", err.message)),
  );
}

function openProblems(stage: HTMLElement, view: AppView): void {
  const sheet = openPanel(stage, t.problems);
  const list = make("div", "problems");
  list.append(...view.problems.map(problemCard));
  if (view.problems.length === 0) list.append(make("p", "empty", t.noProblems));
  sheet.panel.append(list);
}
