import { TAP } from "../gestures";
import type { Hoverable } from "../hover";
import { composedParent } from "../listens";
import { Component, isFormField } from "./component";

/** A component that can change its look while pressed. */
export abstract class HoverComponent extends Component implements Hoverable {
  dgClasses?: Set<string>;
  protected hoverDefaults = { className: "none", start: 50, stay: 400 };

  hover(): ReturnType<Hoverable["hover"]> {
    // A component's scope may be written before each name.
    const names = this.str("hoverClass", this.hoverDefaults.className).split(/\s+/);
    const className = names.filter((n) => !/(^|--)none$/.test(n)).join(" ");
    if (className === "" || this.bool("disabled")) return undefined;
    return {
      className,
      start: this.num("hoverStartTime", this.hoverDefaults.start),
      stay: this.num("hoverStayTime", this.hoverDefaults.stay),
      stop: this.bool("hoverStopPropagation"),
    };
  }
}

/** Tags that behave like <view>. */
export class View extends HoverComponent {}

/** <navigator>. */
export class Navigator extends HoverComponent {
  protected override hoverDefaults = { className: "navigator-hover", start: 50, stay: 600 };

  constructor() {
    super();
    this.addEventListener(TAP, () => this.go());
  }

  protected override update(): void {
    this.operable("link");
  }

  private go(): void {
    const type = this.str("openType", "navigate");
    if (this.str("target") !== "miniProgram") {
      this.navigate(type, this.str("url"), this.num("delta", 1));
    } else if (type === "exit") {
      this.navigate("exit", "", 1);
    } else if (type === "navigateBack") {
      this.navigate("navigateBack", "", 1);
    } else {
      this.pageEvent("navigator", { appId: this.str("appId"), path: this.str("path"), extraData: this.data("extraData"), version: this.str("version") });
    }
  }
}

/** Properties of <text> that change more than an attribute. */
const textProps = new Set(["selectable", "userSelect", "space", "decode"]);

/** Takes over a property of <text>, which is no custom element: most texts have none, and a page has many texts. */
export function textProp(el: Element, name: string, value: unknown): void {
  if (!textProps.has(name)) return;
  const text = el as Element & { dgText?: TextLook };
  (text.dgText ??= new TextLook(el as HTMLElement)).set(name, value);
}

/** <text>: entities are decoded and spaces kept as its properties say. */
class TextLook {
  private readonly props: Record<string, unknown> = {};
  private queued = false;
  private watch: MutationObserver | undefined;

  constructor(private readonly el: HTMLElement) {}

  set(name: string, value: unknown): void {
    this.props[name] = value;
    if (this.queued) return;
    this.queued = true;
    queueMicrotask(() => {
      this.queued = false;
      this.update();
    });
  }

  private is(name: string): boolean {
    const v = this.props[name];
    return v !== undefined && v !== null && v !== false && v !== "" && v !== 0;
  }

  private get space(): string {
    const v = this.props["space"];
    return v === undefined || v === null ? "" : String(v);
  }

  private update(): void {
    const { space, el } = this;
    el.style.userSelect = this.is("selectable") || this.is("userSelect") ? "text" : "";
    if (this.is("userSelect")) el.style.display ||= "inline-block";
    el.style.whiteSpace = space && space !== "false" ? "pre-wrap" : "";
    if (!this.is("decode") && !(space in spaces)) return;
    // The tree goes on writing into the text nodes.
    this.watch ??= new MutationObserver(() => this.rewrite());
    this.rewrite();
  }

  /** Called when the style attribute was replaced: what update put there is gone. */
  restyled(): void {
    this.update();
  }

  private rewrite(): void {
    const space = spaces[this.space];
    this.watch?.disconnect();
    for (const node of Array.from(this.el.childNodes)) {
      if (!(node instanceof CharacterData) || node instanceof Comment) continue;
      let text = this.is("decode") ? decodeEntities(node.data) : node.data;
      if (space) text = text.replace(/ /g, space);
      if (text !== node.data) node.data = text;
    }
    this.watch?.observe(this.el, { characterData: true, childList: true, subtree: true });
  }
}

const spaces: Record<string, string> = { ensp: "\u2002", emsp: "\u2003", nbsp: "\u00a0" };

const entities: Record<string, string> = { nbsp: "\u00a0", lt: "<", gt: ">", amp: "&", apos: "'", quot: '"', ensp: "\u2002", emsp: "\u2003" };

/** Decodes the entities that WeChat knows in texts. */
export function decodeEntities(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
}

/** <label>: a tap on it is a tap on its control: the one named by for, else the first inside. */
export class Label extends Component {
  constructor() {
    super();
    this.addEventListener(TAP, (e) => this.forward(e));
  }

  private forward(e: Event): void {
    const path = e.composedPath();
    const within = path.slice(0, path.indexOf(this));
    if (within.some((node) => node instanceof Element && isControl(node))) return;
    const control = this.control();
    if (!control) return;
    if (control instanceof Component) control.flush();
    (control as Element & { activate(): void }).activate();
  }

  private control(): Element | undefined {
    const name = this.str("for");
    if (name) {
      const root = this.getRootNode() as ShadowRoot;
      return root.getElementById(name) ?? undefined;
    }
    return Array.from(this.querySelectorAll("*")).find(isControl);
  }
}

function isControl(el: Element): boolean {
  return typeof (el as Partial<{ activate(): void }>).activate === "function";
}

/** <form>: collects the values of the named fields below it. */
export class Form extends Component {
  /** A button with form-type submit was tapped. */
  submit(button: Element): void {
    const value: Record<string, unknown> = {};
    for (const field of this.fields()) {
      const name = field.formName();
      if (name) value[name] = field.formValue();
    }
    this.emit("submit", { value, formId: "", target: { id: button.id } });
  }

  /** A button with form-type reset was tapped. */
  reset(button: Element): void {
    this.fields().forEach((field) => field.formReset());
    this.emit("reset", { target: { id: button.id } });
  }

  private fields() {
    return Array.from(this.querySelectorAll("*")).filter(isFormField);
  }
}

/** The nearest ancestor that is an instance of a component class. */
export function closest<T extends Component>(el: Element, type: abstract new () => T): T | undefined {
  for (let node: Node | null = el; node; node = composedParent(node)) {
    if (node instanceof type) return node;
  }
  return undefined;
}
