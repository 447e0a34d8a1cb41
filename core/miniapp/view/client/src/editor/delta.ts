/** One operation of a delta: text, or an embedded thing, with what it looks like. */
export interface DeltaOp {
  insert: string | Record<string, unknown>;
  attributes?: Record<string, unknown>;
}

/** Inline looks by tag. */
const byTag: Record<string, Record<string, unknown>> = {
  b: { bold: true }, strong: { bold: true }, i: { italic: true }, em: { italic: true }, u: { underline: true }, ins: { ins: true },
  s: { strike: true }, strike: { strike: true }, del: { strike: true }, sub: { script: "sub" }, sup: { script: "super" },
};
/** Inline looks by style property. */
const byStyle: Record<string, string> = {
  color: "color", backgroundColor: "backgroundColor", fontSize: "fontSize", fontFamily: "fontFamily", letterSpacing: "letterSpacing",
};
const blocks = /^(p|div|h[1-6]|li|blockquote)$/;

/** What an editor holds, as a delta. */
export function toDelta(root: HTMLElement): DeltaOp[] {
  const ops: DeltaOp[] = [];
  const push = (insert: DeltaOp["insert"], attributes: Record<string, unknown>): void => {
    const last = ops[ops.length - 1];
    const same = last && typeof last.insert === "string" && typeof insert === "string" && JSON.stringify(last.attributes ?? {}) === JSON.stringify(attributes);
    if (same) last.insert += insert as string;
    else ops.push({ insert, ...(Object.keys(attributes).length ? { attributes } : {}) });
  };
  const walk = (node: Node, look: Record<string, unknown>): void => {
    if (node instanceof Text) {
      if (node.data) push(node.data.replace(/\u200b/g, ""), look);
      return;
    }
    if (!(node instanceof HTMLElement)) return;
    if (node instanceof HTMLImageElement) {
      push({ image: node.dataset["src"] ?? node.src }, pictureLook(node));
      return;
    }
    if (node.localName === "hr") push({ divider: true }, {});
    const block = blocks.test(node.localName);
    const inner = { ...look, ...byTag[node.localName], ...(block ? {} : styleLook(node)) };
    node.childNodes.forEach((child) => walk(child, inner));
    if (block && !node.querySelector("p,div,li")) push("\n", blockLook(node));
  };
  root.childNodes.forEach((child) => walk(child, {}));
  const last = ops[ops.length - 1];
  if (!last || typeof last.insert !== "string" || !last.insert.endsWith("\n")) push("\n", {});
  return ops;
}

function styleLook(el: HTMLElement): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [property, name] of Object.entries(byStyle)) {
    const value = (el.style as unknown as Record<string, string>)[property];
    if (value) out[name] = value;
  }
  return out;
}

function pictureLook(img: HTMLImageElement): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (img.alt) out["alt"] = img.alt;
  for (const side of ["width", "height"] as const) if (img.hasAttribute(side)) out[side] = img.getAttribute(side);
  if (img.dataset["custom"]) out["data-custom"] = img.dataset["custom"];
  return out;
}

function blockLook(el: HTMLElement): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const header = /^h([1-6])$/.exec(el.localName)?.[1];
  if (header) out["header"] = Number(header);
  if (el.localName === "li") out["list"] = el.parentElement?.localName === "ol" ? "ordered" : el.dataset["checked"] ? el.dataset["checked"] === "true" ? "checked" : "unchecked" : "bullet";
  if (el.style.textAlign) out["align"] = el.style.textAlign;
  if (el.dir === "rtl") out["direction"] = "rtl";
  for (const [property, name] of [["lineHeight", "lineHeight"], ["textIndent", "textIndent"]] as const) {
    if (el.style[property]) out[name] = el.style[property];
  }
  return out;
}

/** A delta as HTML, for setContents. */
export function toHTML(ops: DeltaOp[]): string {
  let out = "";
  let line = "";
  let list = "";
  const close = (next: string): void => {
    if (list && list !== next) out += `</${list}>`;
    if (next && list !== next) out += `<${next}>`;
    list = next;
  };
  const end = (look: Record<string, unknown>): void => {
    const kind = String(look["list"] ?? "");
    close(kind === "ordered" ? "ol" : kind ? "ul" : "");
    const tag = kind ? "li" : look["header"] ? `h${Math.max(1, Math.min(6, Number(look["header"]) || 1))}` : "p";
    const style = look["align"] ? ` style="text-align:${escape(look["align"])}"` : "";
    out += `<${tag}${style}>${line || "<br>"}</${tag}>`;
    line = "";
  };
  for (const { insert, attributes = {} } of ops) {
    if (typeof insert !== "string") {
      line += embed(insert, attributes);
      continue;
    }
    insert.split("\n").forEach((text, i) => {
      if (i > 0) end(attributes);
      if (text) line += inline(text, attributes);
    });
  }
  if (line) end({});
  close("");
  return out;
}

function embed(insert: Record<string, unknown>, look: Record<string, unknown>): string {
  if (insert["image"] === undefined) return insert["divider"] ? "<hr>" : "";
  const attrs = ["alt", "width", "height", "data-custom"].filter((name) => look[name] !== undefined);
  return `<img src="${escape(insert["image"])}"${attrs.map((name) => ` ${name}="${escape(look[name])}"`).join("")}>`;
}

function inline(text: string, look: Record<string, unknown>): string {
  let out = escape(text);
  const styles = Object.entries(byStyle).filter(([, name]) => look[name] !== undefined).map(([property, name]) => `${property.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}:${escape(look[name])}`);
  if (styles.length) out = `<span style="${styles.join(";")}">${out}</span>`;
  for (const [name, tag] of [["bold", "strong"], ["italic", "em"], ["underline", "u"], ["ins", "ins"], ["strike", "s"]] as const) {
    if (look[name]) out = `<${tag}>${out}</${tag}>`;
  }
  if (look["script"]) out = look["script"] === "sub" ? `<sub>${out}</sub>` : `<sup>${out}</sup>`;
  return out;
}

function escape(text: unknown): string {
  return String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);
}
