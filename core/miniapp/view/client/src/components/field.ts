import { sheetFor } from "../styles";
import { t } from "../texts";
import { Component, make, shadow, type FormField } from "./component";

/** Style of the native field inside <input> and <textarea>. */
export const fieldSheet = sheetFor(`
  .wrap { display: grid; height: 100%; min-height: inherit; }
  .wrap > * { grid-area: 1 / 1; min-width: 0; }
  .field { display: block; width: 100%; height: 100%; margin: 0; padding: 0; border: 0; outline: 0; background: none; resize: none; box-sizing: border-box;
    font: inherit; color: inherit; text-align: inherit; letter-spacing: inherit; line-height: inherit; text-overflow: inherit; caret-color: var(--caret, #07c160); border-radius: 0;
    -webkit-appearance: none; appearance: none; }
  input.field { line-height: normal; }
  .placeholder { overflow: hidden; pointer-events: none; white-space: pre-wrap; }
  .placeholder.one-line { display: flex; align-items: center; white-space: nowrap; }
  .placeholder.one-line slot { display: block; flex: 1; min-width: 0; }
  .placeholder[hidden] { display: none; }
  .accessory { display: none; position: fixed; left: 0; right: 0; bottom: 0; z-index: 1000; }
  .wrap:focus-within + .accessory { display: block; }
`);

/** What <input> and <textarea> have in common: value control, placeholder, focus, input methods. */
export abstract class Field extends Component implements FormField {
  protected abstract readonly field: HTMLInputElement | HTMLTextAreaElement;
  private readonly placeholder = document.createElement("dg-placeholder");
  private readonly placeholderBox = make("div", "placeholder", make("slot"));
  /** What a <keyboard-accessory> shows while the field has the focus. */
  private readonly accessory = make("slot");
  private keyCode = 0;
  private keyboard = 0;
  private composing = false;
  /** Values reported to the tree and not yet echoed: an echo of an older one must not undo newer typing. */
  private reported: string[] = [];
  private initial = "";

  /** Builds the view; called by the subclass's constructor. */
  protected setUp(oneLine: boolean): void {
    this.field.className = "field";
    this.placeholderBox.classList.toggle("one-line", oneLine);
    this.accessory.name = "accessory";
    shadow(this, fieldSheet, make("div", "wrap", this.field, this.placeholderBox), make("div", "accessory", this.accessory));
    for (const kind of ["start", "update", "end"] as const) {
      this.field.addEventListener(`composition${kind}`, (e) => this.composition(kind, (e as CompositionEvent).data));
    }
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("focus", () => this.focused());
    this.field.addEventListener("blur", () => this.blurred());
    this.field.addEventListener("keydown", (e) => this.key(e as KeyboardEvent));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.placeholder.parentNode) this.append(this.placeholder);
  }

  formName(): string {
    return this.str("name");
  }

  formValue(): unknown {
    return this.field.value;
  }

  formReset(): void {
    this.setValue(this.initial);
  }

  /** A label was tapped. */
  activate(): void {
    this.field.focus();
  }

  do_focus(): void {
    this.field.focus();
  }

  do_blur(): void {
    this.field.blur();
  }

  /** The program's handler gave another text back for what was typed; what was typed since is newer. */
  do_replace(args: unknown): void {
    const { typed, value, cursor } = args as { typed: string; value: string; cursor?: number };
    const echo = this.reported.lastIndexOf(typed);
    if (this.composing || (echo >= 0 && echo < this.reported.length - 1)) return;
    this.reported = [];
    const at = cursor === undefined ? this.field.selectionStart : Number(cursor);
    this.setValue(value);
    if (at !== null) this.select(at, at);
  }

  /** For selector queries. */
  fieldOf(name: string): unknown {
    return name === "value" ? this.field.value : undefined;
  }

  protected override update(changed: Set<string>): void {
    const { field } = this;
    field.disabled = this.bool("disabled");
    this.describe();
    const max = this.num("maxlength", 140);
    if (max >= 0) field.maxLength = max;
    else field.removeAttribute("maxlength");
    field.enterKeyHint = this.str("confirmType", "done");
    this.placeholder.textContent = this.str("placeholder");
    // WeChat's own name is there beside the program's.
    this.placeholder.className = `${this.localName.slice(3)}-placeholder ${this.str("placeholderClass")}`.trim();
    this.placeholder.style.cssText = this.css("placeholderStyle");
    this.style.setProperty("--caret", this.str("cursorColor") || null);
    if (changed.has("value")) this.controlled(this.str("value"));
    this.showPlaceholder();
    if (changed.has("focus") || changed.has("autoFocus")) this.applyFocus();
    if (["cursor", "selectionStart", "selectionEnd"].some((name) => changed.has(name))) this.applySelection();
  }

  /** What the program says of the element is true of the field inside, which is what a screen reader meets. */
  private describe(): void {
    const { field } = this;
    field.ariaPlaceholder = this.str("placeholder") || null;
    this.placeholder.ariaHidden = "true"; // the field says it
    field.ariaLabel = this.str("ariaLabel") || this.labelText() || this.str("placeholder") || this.str("name") || t.input;
    for (const name of ["ariaRequired", "ariaInvalid", "ariaReadOnly", "ariaExpanded", "ariaHasPopup", "ariaAutoComplete"] as const) {
      field[name] = this.str(name.replace(/[A-Z]/g, (c, at: number) => (at > 4 ? c.toLowerCase() : c))) || null;
    }
    // Said of the element, too, it would be said twice.
    if (this.has("ariaLabel")) this.removeAttribute("aria-label");
  }

  private labelText(): string {
    const root = this.getRootNode() as ShadowRoot;
    const pointed = this.id === "" ? null : root.querySelector?.(`dg-label[for="${CSS.escape(this.id)}"]`);
    return (this.closest("dg-label") ?? pointed)?.textContent?.trim() ?? "";
  }

  /** Called after every change of the text. */
  protected textChanged(): void {}

  /** Typed text as the field's type allows it. */
  protected allowed(text: string): string {
    return text;
  }

  protected key(e: KeyboardEvent): void {
    this.keyCode = e.keyCode;
    if (e.key !== "Enter" || e.isComposing) return;
    this.emit("confirm", { value: this.field.value });
    if (!this.bool("confirmHold")) this.field.blur();
  }

  private controlled(value: string): void {
    const echo = this.reported.lastIndexOf(value);
    if (echo >= 0) {
      const stale = echo < this.reported.length - 1;
      this.reported.splice(0, echo + 1);
      if (stale) return;
    }
    // What is being composed is newer: the program hears of it once it is settled.
    if (!this.composing) this.setValue(value);
  }

  private setValue(value: string): void {
    if (this.field.value !== value) {
      const end = document.activeElement !== null && this.shadowRoot?.activeElement === this.field;
      const cursor = this.field.selectionStart;
      this.field.value = value;
      if (end && cursor !== null && cursor < value.length) this.select(cursor, cursor);
    }
    this.showPlaceholder();
    this.textChanged();
  }

  private typed(): void {
    this.showPlaceholder();
    this.textChanged();
    if (this.composing) return;
    const value = this.allowed(this.field.value);
    if (value !== this.field.value) this.setValue(value);
    this.reported.push(value);
    if (this.reported.length > 50) this.reported.shift();
    this.emit("input", { value, cursor: this.field.selectionStart ?? value.length, keyCode: this.keyCode });
  }

  /** An input method writes its own line until the text is settled: the program hears of it by events of their own. */
  private composition(kind: "start" | "update" | "end", data: string): void {
    this.composing = kind !== "end";
    this.emit(`keyboardcomposition${kind}`, { data });
    if (kind !== "end") return;
    this.cut();
    this.typed();
  }

  /** What an input method wrote counts for maxlength once it is settled; some browsers let it be longer then. */
  private cut(): void {
    const max = this.num("maxlength", 140);
    if (max >= 0 && this.field.value.length > max) this.field.value = this.field.value.slice(0, max);
  }

  private focused(): void {
    this.initial ||= this.str("value");
    this.emit("focus", { value: this.field.value, height: this.keyboard });
    window.visualViewport?.addEventListener("resize", this.keyboardMoved);
    if (this.bool("holdKeyboard")) document.addEventListener("mousedown", holdFocus, true);
    this.applySelection();
  }

  /** The keyboard takes what the window does not show any more. */
  private readonly keyboardMoved = (): void => {
    const height = Math.max(0, Math.round(window.innerHeight - (window.visualViewport?.height ?? window.innerHeight)));
    if (height === this.keyboard) return;
    this.keyboard = height;
    this.emit("keyboardheightchange", { height, duration: 0 });
  };

  private blurred(): void {
    this.reported = [];
    window.visualViewport?.removeEventListener("resize", this.keyboardMoved);
    document.removeEventListener("mousedown", holdFocus, true);
    if (this.keyboard > 0) this.emit("keyboardheightchange", { height: 0, duration: 0 });
    this.keyboard = 0;
    this.left();
    this.emit("blur", { value: this.field.value, cursor: this.field.selectionStart ?? 0 });
  }

  /** The focus goes; called before the event. */
  protected left(): void {}

  private applySelection(): void {
    if (this.num("selectionStart", -1) >= 0) this.select(this.num("selectionStart"), this.num("selectionEnd", -1));
    else if (this.num("cursor", -1) >= 0) this.select(this.num("cursor"), this.num("cursor"));
  }

  private applyFocus(): void {
    const want = this.has("focus") ? this.bool("focus") : this.bool("autoFocus");
    if (want) requestAnimationFrame(() => this.field.focus({ preventScroll: true }));
    else this.field.blur();
  }

  private select(start: number, end: number): void {
    if (this.shadowRoot?.activeElement === this.field) this.field.setSelectionRange(start, end < 0 ? this.field.value.length : end);
  }

  private showPlaceholder(): void {
    this.placeholderBox.hidden = this.field.value !== "";
  }
}

/** Keeps the focus where it is when something else is pressed. */
function holdFocus(e: MouseEvent): void {
  const into = e.composedPath()[0];
  if (!(into instanceof HTMLInputElement || into instanceof HTMLTextAreaElement)) e.preventDefault();
}
