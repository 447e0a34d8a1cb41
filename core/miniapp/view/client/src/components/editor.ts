import { toDelta, toHTML, type DeltaOp } from "../editor/delta";
import { t } from "../texts";
import { Component, make } from "./component";
import { richNodes, showImage } from "./richtext";

type Args = Record<string, unknown>;

/** Formats that the browser has a command for. */
const commands: Record<string, string> = { bold: "bold", italic: "italic", underline: "underline", ins: "underline", strike: "strikeThrough" };
const aligns: Record<string, string> = { left: "justifyLeft", center: "justifyCenter", right: "justifyRight", justify: "justifyFull" };
/** Formats that are a style of the selected text, or of its block. */
const inlineStyles = new Set(["fontSize", "fontFamily", "fontStyle", "fontWeight", "letterSpacing", "textDecoration", "color", "backgroundColor"]);
const blockStyles = new Set(["lineHeight", "textIndent", "margin", "marginTop", "marginBottom", "marginLeft", "marginRight", "padding", "paddingTop", "paddingBottom", "paddingLeft", "paddingRight", "wordWrap", "display"]);

/** <editor>: text with a look, which its context changes. The text stands in the page, where its styles reach it. */
export class Editor extends Component {
  private readonly page = make("div", "ql-editor");
  private range: Range | undefined;
  private status = "{}";
  private started = false;
  private readonly selected = (): void => this.selectionChanged();

  constructor() {
    super();
    this.page.addEventListener("input", () => this.edited());
    this.page.addEventListener("focus", () => this.emit("focus", this.contents()));
    this.page.addEventListener("blur", () => this.emit("blur", this.contents()));
    this.page.addEventListener("paste", (e) => this.paste(e));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.page.parentNode !== this) this.append(this.page);
    document.addEventListener("selectionchange", this.selected);
  }

  disconnectedCallback(): void {
    document.removeEventListener("selectionchange", this.selected);
  }

  do_getContents(): object {
    return this.contents();
  }

  do_setContents(args: unknown): void {
    const { html, delta } = (args ?? {}) as { html?: string; delta?: { ops?: DeltaOp[] } | DeltaOp[] };
    const ops = Array.isArray(delta) ? delta : delta?.ops;
    this.page.replaceChildren(...richNodes(ops ? toHTML(ops) : String(html ?? ""), this.folder));
    this.edited();
  }

  do_clear(): void {
    this.page.replaceChildren();
    this.edited();
  }

  do_blur(): void {
    this.page.blur();
  }

  do_undo(): void {
    this.run("undo");
  }

  do_redo(): void {
    this.run("redo");
  }

  do_insertText(args: unknown): void {
    this.run("insertText", String((args as Args)["text"] ?? ""));
  }

  do_deleteText(): void {
    this.run("delete");
  }

  do_insertDivider(): void {
    this.restore();
    const next = make("p", "", document.createElement("br"));
    const block = this.block();
    // A rule stands between blocks, not in one.
    if (block) block.after(document.createElement("hr"), next);
    else this.page.append(document.createElement("hr"), next);
    this.range?.setStart(next, 0);
    this.range?.collapse(true);
    this.restore();
    this.edited();
  }

  do_insertImage(args: unknown): void {
    const { src, alt, width, height, data, extClass } = args as Record<string, string | undefined> & { data?: Record<string, unknown> };
    const img = make("img", extClass ?? "");
    img.alt = alt ?? "";
    if (width) img.setAttribute("width", width);
    if (height) img.setAttribute("height", height);
    if (data) img.dataset["custom"] = Object.entries(data).map(([k, v]) => `${k}=${String(v)}`).join("&");
    showImage(img, String(src ?? ""), this.folder);
    this.insert(img);
  }

  do_getSelectionText(): object {
    return { text: this.range?.toString() ?? "" };
  }

  do_getBounds(): object {
    const box = this.range?.getBoundingClientRect() ?? this.getBoundingClientRect();
    const { left, top, right, bottom, width, height } = box;
    return { bounds: { left, top, right, bottom, width, height } };
  }

  do_scrollIntoView(): void {
    const node = this.range?.startContainer;
    (node instanceof Element ? node : node?.parentElement)?.scrollIntoView({ block: "nearest" });
  }

  do_removeFormat(): void {
    this.run("removeFormat");
    this.run("formatBlock", "p");
  }

  do_format(args: unknown): void {
    const { name, value } = args as { name: string; value?: unknown };
    if (name in commands) this.run(commands[name] ?? "");
    else if (name === "header") this.run("formatBlock", this.block()?.localName === `h${digit(value)}` || !digit(value) ? "p" : `h${digit(value)}`);
    else if (name === "align") this.run(aligns[String(value)] ?? "justifyLeft");
    else if (name === "script") this.run(value === "sub" ? "subscript" : "superscript");
    else if (name === "indent") this.run(String(value).startsWith("-") ? "outdent" : "indent");
    else if (name === "list") this.list(String(value));
    else if (name === "direction") this.onBlock((el) => (el.dir = el.dir === "rtl" ? "" : String(value)));
    else if (inlineStyles.has(name)) this.onText(name, String(value ?? ""));
    else if (blockStyles.has(name)) this.onBlock((el) => el.style.setProperty(kebab(name), String(value ?? "")));
    else throw new Error(`unknown format ${name}`);
  }

  protected override update(): void {
    this.page.contentEditable = String(!this.bool("readOnly"));
    this.page.dataset["placeholder"] = this.str("placeholder");
    this.page.role = "textbox";
    this.page.ariaMultiLine = "true";
    this.page.ariaReadOnly = String(this.bool("readOnly"));
    this.page.tabIndex = 0;
    this.page.ariaLabel = this.str("ariaLabel") || this.str("placeholder") || t.editor;
    if (this.has("ariaLabel")) this.removeAttribute("aria-label"); // it is the text's name
    this.showPlaceholder();
    if (this.started) return;
    this.started = true;
    this.emit("ready");
  }

  private contents(): { html: string; text: string; delta: { ops: DeltaOp[] } } {
    const copy = this.page.cloneNode(true) as HTMLElement;
    for (const img of copy.querySelectorAll("img")) {
      img.setAttribute("src", img.dataset["src"] ?? "");
      img.removeAttribute("data-src");
    }
    const ops = toDelta(this.page);
    return { html: copy.innerHTML, text: ops.map((op) => (typeof op.insert === "string" ? op.insert : "")).join(""), delta: { ops } };
  }

  private edited(): void {
    this.showPlaceholder();
    this.emit("input", this.contents());
    this.selectionChanged();
  }

  private showPlaceholder(): void {
    const empty = this.page.textContent === "" && !this.page.querySelector("img,hr,li");
    this.page.classList.toggle("ql-blank", empty);
  }

  /** Only text comes from elsewhere. */
  private paste(e: ClipboardEvent): void {
    e.preventDefault();
    this.run("insertText", e.clipboardData?.getData("text/plain") ?? "");
  }

  private selection(): Selection | null {
    const root = this.getRootNode() as ShadowRoot & { getSelection?: () => Selection | null };
    return root.getSelection ? root.getSelection() : document.getSelection();
  }

  private selectionChanged(): void {
    const selection = this.selection();
    if (!selection?.rangeCount || !this.page.contains(selection.anchorNode)) return;
    this.range = selection.getRangeAt(0).cloneRange();
    const status = this.look();
    const text = JSON.stringify(status);
    if (text === this.status) return;
    this.status = text;
    this.emit("statuschange", status);
  }

  /** What the text at the selection looks like. */
  private look(): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const [name, command] of Object.entries(commands)) if (name !== "ins" && document.queryCommandState(command)) out[name] = true;
    if (document.queryCommandState("subscript")) out["script"] = "sub";
    if (document.queryCommandState("superscript")) out["script"] = "super";
    const block = this.block();
    const header = /^h([1-6])$/.exec(block?.localName ?? "")?.[1];
    if (header) out["header"] = Number(header);
    if (block?.closest("li")) out["list"] = block.closest("ol,ul")?.localName === "ol" ? "ordered" : "bullet";
    if (block?.style.textAlign) out["align"] = block.style.textAlign;
    return out;
  }

  private block(): HTMLElement | null {
    const node = this.range?.startContainer;
    const el = node instanceof Element ? node : node?.parentElement;
    const block = el?.closest<HTMLElement>("p,div,h1,h2,h3,h4,h5,h6,li,blockquote") ?? null;
    return block === this.page ? null : block;
  }

  private restore(): void {
    this.page.focus({ preventScroll: true });
    const selection = this.selection();
    if (!selection) return;
    if (!this.range || !this.page.contains(this.range.startContainer)) {
      this.range = document.createRange();
      this.range.selectNodeContents(this.page);
      this.range.collapse(false);
    }
    selection.removeAllRanges();
    selection.addRange(this.range);
  }

  private run(command: string, value = ""): void {
    this.restore();
    document.execCommand("styleWithCSS", false, "false");
    document.execCommand("defaultParagraphSeparator", false, "p");
    document.execCommand(command, false, value);
    this.selectionChanged();
  }

  private insert(node: Node): void {
    this.restore();
    const { range } = this;
    if (!range) return;
    range.deleteContents();
    range.insertNode(node);
    range.setStartAfter(node);
    range.collapse(true);
    this.restore();
    this.edited();
  }

  /** The browser wraps what is selected; the wrapping gets the style. */
  private onText(name: string, value: string): void {
    this.run("fontSize", "7");
    for (const font of Array.from(this.page.querySelectorAll("font[size='7']"))) {
      const span = make("span", "", ...Array.from(font.childNodes));
      span.style.setProperty(kebab(name), value);
      font.replaceWith(span);
    }
    this.edited();
  }

  private onBlock(change: (el: HTMLElement) => void): void {
    this.restore();
    if (!this.block()) this.run("formatBlock", "p");
    const block = this.block();
    if (block) change(block);
    this.edited();
  }

  private list(kind: string): void {
    this.run(kind === "ordered" ? "insertOrderedList" : "insertUnorderedList");
    const item = this.block()?.closest("li");
    if (item && kind === "check") item.dataset["checked"] = "false";
  }
}

function digit(value: unknown): number {
  return Number(/[1-6]/.exec(String(value ?? ""))?.[0] ?? 0);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
}
