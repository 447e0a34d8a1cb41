import { resourceURL, rewriteCSS, rpx } from "../resources";
import { decodeEntities } from "./basic";
import { Component } from "./component";

/** A node of <rich-text nodes>. */
interface RichNode {
  type?: string;
  name?: string;
  text?: string;
  /** The text has no entities left: it comes from HTML that was parsed. */
  decoded?: boolean;
  attrs?: Record<string, unknown>;
  children?: RichNode[];
}

const tags = new Set(
  ("a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del div dl dt em fieldset " +
    "font footer h1 h2 h3 h4 h5 h6 header hr i img ins label legend li mark nav ol p pre q rt ruby s section small span strong " +
    "sub sup table tbody td tfoot th thead tr tt u ul").split(" "),
);

const attributes: Record<string, Set<string>> = {
  a: new Set(["title"]),
  bdo: new Set(["dir"]),
  col: new Set(["span", "width"]),
  colgroup: new Set(["span", "width"]),
  font: new Set(["color", "face", "size"]),
  img: new Set(["alt", "height", "width"]),
  ol: new Set(["start", "type"]),
  table: new Set(["width", "border", "cellpadding", "cellspacing", "align"]),
  td: new Set(["colspan", "height", "rowspan", "width", "align", "valign"]),
  th: new Set(["colspan", "height", "rowspan", "width", "align", "valign"]),
  tr: new Set(["align", "valign", "colspan", "height", "rowspan", "width"]),
};

/** How deep nodes may be nested; what is deeper is left out. */
const MAX_DEPTH = 64;

/** <rich-text>: a tree of known, harmless elements, from nodes or from HTML text. */
export class RichText extends Component {
  protected override update(changed: Set<string>): void {
    const space = this.str("space");
    this.style.whiteSpace = space ? "pre-wrap" : "";
    this.style.userSelect = this.bool("userSelect") ? "text" : "";
    if (!changed.has("nodes")) return;
    const { nodes } = this.props;
    const list = typeof nodes === "string" ? parse(nodes) : Array.isArray(nodes) ? (nodes as RichNode[]) : [];
    this.replaceChildren(...buildRich(list, this.folder));
  }
}

/** HTML text as harmless elements. */
export function richNodes(html: string, folder: string): Node[] {
  return buildRich(parse(html), folder);
}

function buildRich(list: RichNode[], folder: string): Node[] {
  return list.flatMap((n) => build(n, folder, 0));
}

function build(node: RichNode, folder: string, depth: number): Node[] {
  if (typeof node !== "object" || node === null || depth > MAX_DEPTH) return [];
  if (node.type === "text" || node.name === undefined) {
    const text = String(node.text ?? "");
    return [document.createTextNode(node.decoded ? text : decodeEntities(text))];
  }
  const name = String(node.name).toLowerCase();
  const children = (Array.isArray(node.children) ? node.children : []).flatMap((c) => build(c, folder, depth + 1));
  if (!tags.has(name)) return [];
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(node.attrs ?? {})) attribute(el, key.toLowerCase(), String(value), folder);
  el.append(...children);
  return [el];
}

function attribute(el: HTMLElement, key: string, value: string, folder: string): void {
  if (key === "class") el.className = value;
  else if (key === "style") el.style.cssText = rewriteCSS(rpx(value), folder);
  else if (key === "src" && el instanceof HTMLImageElement) showImage(el, value, folder);
  else if (key.startsWith("data-")) el.setAttribute(key, value);
  else if (attributes[el.localName]?.has(key)) el.setAttribute(key, value);
}

/** Shows a picture of the program's; what it called the picture is kept with it. */
export function showImage(img: HTMLImageElement, src: string, folder: string): void {
  img.dataset["src"] = src;
  img.src = resourceURL(src, folder);
}

/** Reads HTML without running or loading anything of it. */
function parse(html: string): RichNode[] {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return Array.from(parsed.body.childNodes, (n) => read(n, 0));
}

function read(node: Node, depth: number): RichNode {
  if (!(node instanceof Element) || depth > MAX_DEPTH) return { type: "text", decoded: true, text: node instanceof Text ? node.data : "" };
  const attrs: Record<string, string> = {};
  for (const { name, value } of Array.from(node.attributes)) attrs[name] = value;
  return { name: node.localName, attrs, children: Array.from(node.childNodes, (n) => read(n, depth + 1)) };
}
