import { api } from "./api";
import { appIcon } from "./appicon";
import type { App } from "./constants";
import { make } from "./dom";
import { pick, t } from "./i18n";
import { openPanel } from "./sheet";

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
export function badge(app: App): HTMLElement[] {
  if (app.trust !== "dev" && app.trust !== "unsigned") return [];
  return [make("span", "trust-badge", app.trust)];
}

/** Who made a mini-program, who vouches for it, and what it may use. */
export function openAbout(stage: HTMLElement, app: App): void {
  const sheet = openPanel(stage, t.about);
  const about = make("div", "about", appIcon(app, "large"), make("h3", "about-name", pick(app.names) || app.name));
  const summary = pick(app.summaries) || app.summary;
  if (summary) about.append(make("p", "", summary));
  const rows = make("dl", "facts");
  const fact = (name: string, value: string, className = ""): void =>
    rows.append(make("div", "fact", make("dt", "", name), make("dd", className, value)));
  fact(t.version, `${app.version || "–"} · ${app.id}`);
  fact(t.publisher, app.publisher || t.unknown);
  const vouched = trustText(app);
  if (vouched) fact(t.trust, vouched, `trust trust-${app.trust}`);
  fact(t.licence, app.licence || t.unknown);
  const granted = make("dd", "", "…");
  rows.append(make("div", "fact", make("dt", "", t.permissions), granted));
  api.permissions(app.id).then(
    (list) => (granted.textContent = list.filter((p) => p.granted).map((p) => p.title || p.scope).join(", ") || t.noPermissions),
    (err: Error) => (granted.textContent = err.message),
  );
  sheet.panel.append(about, rows);
}
