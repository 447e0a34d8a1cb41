import { api } from "./api";
import { appIcon } from "./appicon";
import type { App, Launch, Share } from "./constants";
import { button, icon, make } from "./dom";
import { appName, t } from "./i18n";
import { openPanel } from "./sheet";

/** WeChat's scene values of an entry by what was forwarded. */
const SCENE_CARD = 1007;
const SCENE_TIMELINE = 1154;
/** By a code of its own. */
export const SCENE_CODE = 1047;

/** The address of a mini-program's page in this super-app: /open?app=…&page=… */
export function addressOf(app: Pick<App, "id">, page: string, scene: number): string {
  const query = new URLSearchParams({ app: app.id });
  if (page) query.set("page", page.replace(/^\//, ""));
  query.set("scene", String(scene));
  return `${location.origin}/open?${query}`;
}

/** What a scanned or typed code names: an address of this super-app's, or one of the W3C's form. */
export function readCode(text: string): { app: string; launch: Launch } | undefined {
  const address = readAddress(text.trim());
  if (address) return address;
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return undefined; // some other code
  }
  if (url.pathname !== "/open") return readLink(url.hash);
  const app = url.searchParams.get("app");
  return app ? { app, launch: { path: url.searchParams.get("page") ?? "", scene: SCENE_CODE } } : undefined;
}

/** Shows the code that opens a page. */
export function openCode(stage: HTMLElement, app: App, page: string): void {
  const { panel } = openPanel(stage, t.qr);
  const address = addressOf(app, page, SCENE_CODE);
  const image = make("img", "code");
  Object.assign(image, { src: api.qr(address), alt: address });
  panel.append(make("div", "code-card", image, make("div", "share-app", appIcon(app, "small"), make("span", "", appName(app)))), make("p", "faint code-hint", t.qrHint), make("p", "faint share-link", address));
}

/** The address that opens a shared page in this super-app. */
export function linkOf(app: App, share: Share): string {
  return addressOf(app, share.path, share.timeline ? SCENE_TIMELINE : SCENE_CARD);
}

/** The mini-program that this window shows alone, by its address. */
export function readWindow(hash: string): string | undefined {
  return hash.startsWith("#/window/") ? readLink(hash)?.app : undefined;
}

/** What an address names: a mini-program, and a page of it if it is the address of a shared one. */
export function readLink(hash: string): { app: string; launch: Launch } | undefined {
  const address = readAddress(hash.slice(1));
  if (address) return address;
  const found = /^#\/(?:app|window)\/([^?]+)(?:\?(.*))?$/.exec(hash);
  if (!found) return undefined;
  const query = new URLSearchParams(found[2] ?? "");
  const scene = Number(query.get("scene"));
  try {
    return { app: decodeURIComponent(found[1]!), launch: { path: query.get("path") ?? "", scene: scene === SCENE_TIMELINE || scene === SCENE_CODE ? scene : query.has("path") ? SCENE_CARD : 0 } };
  } catch {
    return undefined; // not an address of ours
  }
}

/**
 * Reads an address of the W3C's Addressing draft, or of its earlier form: #platform://miniapp/<id>;version=…/<page>?<query>,
 * #miniapp://<id>/<page>. The version is the super-app's business, which has one of each mini-program.
 */
export function readAddress(text: string): { app: string; launch: Launch } | undefined {
  const found = /^(?:[a-z][a-z0-9+.-]*:\/\/miniapp\/|miniapp:\/\/)([A-Za-z0-9][A-Za-z0-9._~-]*)(?:;version=[^@/?#]*)?(?:@[^/?#]*)?(?:\/([^?#]*))?(?:\?([^#]*))?(?:#.*)?$/i.exec(text);
  if (!found) return undefined;
  try {
    const path = decodeURIComponent(found[2] ?? "").replace(/\/+$/, "");
    if (path.split("/").some((part) => part === "..")) return undefined;
    return { app: found[1]!, launch: { path: found[3] ? `${path}?${found[3]}` : path, scene: 0 } };
  } catch {
    return undefined; // not an address of ours
  }
}

/** Shows what is to be forwarded, and the ways to do so. */
export function openShare(stage: HTMLElement, app: App, share: Share): void {
  const link = linkOf(app, share);
  const { panel } = openPanel(stage, share.timeline ? t.shareTimeline : t.share);
  panel.classList.add("ask", "share");
  const copy = button("primary wide copy-link", () => {
    void copyText(link).then(() => (copy.textContent = t.copied));
  }, t.copyLink);
  panel.append(
    make("div", "share-card", make("div", "share-app", appIcon(app, "small"), make("span", "", appName(app))), make("b", "share-title", share.title)),
    make("p", "faint share-link", link),
    copy,
  );
  if (navigator.share) panel.append(button("secondary wide", () => void navigator.share({ title: share.title, url: link }).catch(() => undefined), t.shareWith));
  panel.querySelector(".share-card")?.append(icon("link"));
}

/** Copies text; by a hidden field where the asynchronous clipboard is not there or not allowed. */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make("textarea", "clipboard");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}
