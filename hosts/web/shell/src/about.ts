import { api } from "./api";
import { appIcon } from "./appicon";
import type { App, Package } from "./constants";
import { make } from "./dom";
import { appName, language, pick, roleText, scopeText, t } from "./i18n";
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

/** Where the log holds a release, and since when. */
function logText(p: Package): string {
  const since = p.loggedAt ? new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(p.loggedAt)) : "";
  return [t.logIndex.replace("{}", String(p.logIndex)), since].filter(Boolean).join(" · ");
}

/** What somebody who has signed is, with enough of the key to tell it from another. */
function signers(p: Package): HTMLElement[] {
  return (p.signers ?? []).map((s) =>
    make("div", "signer", make("span", "", `${roleText(s.role)}: ${s.organisation || s.name}`), make("code", "key", `${s.algorithm} ${s.key.slice(0, 12)}…`)));
}

/** What a package says that it may ask for, each with its purpose. */
function asks(p: Package): HTMLElement[] {
  return (p.permissions ?? []).map((a) => make("div", "asked", make("span", "", scopeText(a.scope)), ...(a.purpose ? [make("small", "", a.purpose)] : [])));
}

/** Who made a mini-program, who vouches for it, and what it may use. */
export function openAbout(stage: HTMLElement, app: App): void {
  const sheet = openPanel(stage, t.about);
  const about = make("div", "about", appIcon(app, "large"), make("h3", "about-name", appName(app)));
  const summary = pick(app.summaries) || app.summary;
  if (summary) about.append(make("p", "", summary));
  const rows = make("dl", "facts");
  const fact = (name: string, value: string | HTMLElement[], className = ""): void =>
    rows.append(make("div", "fact", make("dt", "", name), make("dd", className, ...(typeof value === "string" ? [value] : value))));
  const p = app.package;
  if (p) fact(t.packageName, p.name || p.id);
  fact(t.version, `${p?.version || app.version || "–"} · ${p?.id || app.id}`, "version");
  // What is signed wins over what the super-app says.
  fact(t.publisher, p?.vendor || app.publisher || t.unknown, "vendor");
  const vouched = trustText(app);
  if (vouched) fact(t.trust, vouched, `trust trust-${app.trust}`);
  if (p?.signers?.length) fact(t.signedBy, signers(p), "signers");
  if (p?.logIndex !== undefined) fact(t.logEntry, logText(p), "log");
  fact(t.licence, p?.licence || app.licence || t.unknown);
  if (p) fact(t.mayAsk, p.permissions?.length ? asks(p) : t.asksNothing, "asks");
  const granted = make("dd", "", "…");
  rows.append(make("div", "fact", make("dt", "", t.permissions), granted));
  api.permissions(app.id).then(
    (list) => (granted.textContent = list.filter((p) => p.granted).map((p) => scopeText(p.scope)).join(", ") || t.noPermissions),
    (err: Error) => (granted.textContent = err.message),
  );
  sheet.panel.append(about, rows);
}
