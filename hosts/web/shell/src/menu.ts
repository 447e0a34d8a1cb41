import { api } from "./api";
import { appIcon } from "./appicon";
import type { AppView } from "./appview";
import type { App } from "./constants";
import { button, icon, make } from "./dom";
import { t } from "./i18n";
import { problemCard } from "./problems";
import { openPanel, openSheet } from "./sheet";

/** What the menu can do. */
export interface MenuActions {
  share(view: AppView, timeline: boolean): void;
  reload(view: AppView): void;
  exit(view: AppView): void;
}

/** Opens the capsule's menu. */
export function openMenu(stage: HTMLElement, view: AppView, actions: MenuActions): void {
  const sheet = openSheet(stage, "menu", () => sheet.close());
  const then = (f: () => void) => () => {
    sheet.close();
    f();
  };
  const entry = (name: Parameters<typeof icon>[0], text: string, f: () => void): HTMLElement => {
    const b = button("menu-entry", then(f), make("span", "menu-icon", icon(name)), make("span", "", text));
    b.dataset["entry"] = name;
    return b;
  };
  const entries = [
    entry("shield", t.settings, () => openPermissions(stage, view.app)),
    entry("info", t.about, () => openAbout(stage, view)),
    entry("reload", t.reload, () => actions.reload(view)),
    entry("alert", view.problems.length ? `${t.problems} ${view.problems.length}` : t.problems, () => openProblems(stage, view)),
    entry("exit", t.exit, () => actions.exit(view)),
  ];
  if (view.window.timeline) entries.unshift(entry("link", t.shareTimeline, () => actions.share(view, true)));
  if (view.window.share) entries.unshift(entry("share", t.share, () => actions.share(view, false)));
  sheet.panel.append(
    make("div", "menu-head", appIcon(view.app, "small"), make("span", "menu-name", view.app.name), ...badge(view.app)),
    make("div", "menu-entries", ...entries),
    button("menu-cancel", () => sheet.close(), t.cancel),
  );
}

/** Who vouches for a mini-program, in a sentence; nothing if the host does not say. */
function trustText(app: App): string {
  switch (app.trust) {
    case "verified":
      return t.trustVerified;
    case "dev":
      return t.trustDev;
    case "unsigned":
      return t.trustUnsigned;
  }
  return "";
}

/** What nobody but its author vouches for says so wherever its name is shown. */
function badge(app: App): HTMLElement[] {
  if (app.trust !== "dev" && app.trust !== "unsigned") return [];
  return [make("span", "trust-badge", app.trust)];
}

function openAbout(stage: HTMLElement, view: AppView): void {
  const { app } = view;
  const sheet = openPanel(stage, t.about);
  const about = make("div", "about", appIcon(app, "large"), make("h2", "", app.name));
  if (app.summary) about.append(make("p", "", app.summary));
  about.append(make("p", "faint", `${t.version} ${app.version || "–"} · ${app.id}`));
  const vouched = trustText(app);
  if (vouched) about.append(make("p", `trust trust-${app.trust}`, vouched));
  sheet.panel.append(about);
}

/** Shows what the mini-program may use; each can be taken back. */
export function openPermissions(stage: HTMLElement, app: App, closed?: () => void): void {
  const sheet = openPanel(stage, `${app.name} · ${t.settings}`, closed);
  const list = make("div", "rows");
  sheet.panel.append(make("h3", "", t.permissions), list, make("p", "faint", t.permissionsHint));
  api.permissions(app.id).then(
    (permissions) => {
      for (const p of permissions) {
        const toggle = make("input", "toggle");
        toggle.type = "checkbox";
        toggle.checked = p.granted;
        toggle.name = p.scope;
        toggle.onchange = () => {
          const wanted = toggle.checked;
          api.setPermission(app.id, { ...p, granted: wanted }).catch(() => (toggle.checked = !wanted));
        };
        list.append(make("label", "row", make("span", "", p.title || p.scope), toggle));
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
