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

/** <view>, and the tags that behave like it. */
export class View extends HoverComponent {}

/** <navigator>. */
export class Navigator extends HoverComponent {
  protected override hoverDefaults = { className: "navigator-hover", start: 50, stay: 600 };

  constructor() {
    super();
    this.addEventListener(TAP, () => this.navigate(this.str("openType", "navigate"), this.str("url"), this.num("delta", 1)));
  }
}

/** <text>: entities are decoded and spaces kept as its properties say. */
export class Text extends Component {
  private styled = false;

  protected override update(): void {
    if (!this.styled && !this.has("selectable") && !this.has("userSelect") && !this.has("space")) return;
    this.styled = true;
    const selectable = this.bool("selectable") || this.bool("userSelect");
    this.style.userSelect = selectable ? "text" : "";
    const space = this.str("space");
    this.style.whiteSpace = space && space !== "false" ? "pre-wrap" : "";
  }
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
    this.emit("submit", { value, target: { id: button.id } });
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
