/**
 * Turns resource addresses of a mini-program into paths of the host, so that the frame fetches nothing foreign: files of
 * the bundle under r/, everything else through the host's fetch?u=, which asks the network capability.
 */
const base = new URL(".", document.baseURI).href;

/** Resolves a resource address; dir is the folder that relative ones start from, with a trailing slash or empty. */
export function resourceURL(src: string, dir: string): string {
  const address = src.trim();
  if (address === "") return "";
  if (/^(data|blob):/i.test(address)) return address;
  if (address.startsWith("//")) return foreign(`https:${address}`);
  if (/^[a-z][a-z0-9+.-]*:/i.test(address)) return foreign(address);
  const [path = "", query = ""] = address.split(/(?=[?#])/, 2);
  const full = normalise(path.startsWith("/") ? path : dir + path);
  return `${base}r/${full.split("/").map(encodeURIComponent).join("/")}${query}`;
}

function foreign(address: string): string {
  return `${base}fetch?u=${encodeURIComponent(address)}`;
}

function normalise(path: string): string {
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") out.pop();
    else if (part !== "" && part !== ".") out.push(part);
  }
  return out.join("/");
}

const urlPattern = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)/gi;
const vhPattern = /(^|[\s:(,+*/-])(-?\d*\.?\d+)vh\b/g;

/** Rewrites addresses and units of a style: url(…) to host paths, vh to the page's own height. */
export function rewriteCSS(css: string, dir: string): string {
  const withURLs = css.replace(urlPattern, (whole, a?: string, b?: string, c?: string) => {
    const address = a ?? b ?? c ?? "";
    if (address.startsWith("#")) return whole;
    return `url("${resourceURL(address, dir).replace(/["\\\n]/g, encodeURIComponent)}")`;
  });
  return withURLs.includes("vh")
    ? withURLs.replace(vhPattern, (_, lead: string, n: string) => `${lead}calc(var(--dg-vh)*${n})`)
    : withURLs;
}

const rpxPattern = /(^|[^\w.])(\d*\.?\d+)rpx\b/g;

/** Rewrites rpx, of which the screen has 750, to vw. */
export function rpx(css: string): string {
  return css.includes("rpx") ? css.replace(rpxPattern, (_, lead: string, n: string) => `${lead}${Number(n) / 7.5}vw`) : css;
}

/** A length of an attribute as CSS has it: "20" is 20px, "20rpx" a part of the screen's width. */
export function cssLength(text: string, fallback = ""): string {
  const t = text.trim();
  if (t === "") return fallback;
  return /^-?\d*\.?\d+$/.test(t) ? `${t}px` : rpx(t);
}

/** A path relative to a file of the bundle, query kept. */
export function resolvePath(from: string, to: string): string {
  const [path = "", query = ""] = to.split(/(?=[?#])/, 2);
  return normalise(dirOf(from) + path) + query;
}

/** The folder of a bundle path, with a trailing slash, or empty. */
export function dirOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
