import { make } from "./component";
import { Field } from "./field";

const modes: Record<string, string> = { number: "numeric", digit: "decimal", idcard: "text", tel: "tel" };

/** What the keyboard of a type cannot write; a computer's can. */
const foreign: Record<string, RegExp> = { number: /[^0-9]/g, digit: /[^0-9.]/g, idcard: /[^0-9xX]/g };

/** <input>. */
export class Input extends Field {
  protected override readonly field = make("input");

  constructor() {
    super();
    this.setUp(true);
  }

  protected override update(changed: Set<string>): void {
    const type = this.str("type", "text");
    this.field.type = this.bool("password") || type === "safe-password" ? "password" : "text";
    this.field.inputMode = modes[type] ?? "text";
    this.field.autocomplete = "off";
    super.update(changed);
  }

  protected override allowed(text: string): string {
    const pattern = foreign[this.str("type")];
    return pattern ? text.replace(pattern, "") : text;
  }

  protected override left(): void {
    if (this.str("type") === "nickname") this.emit("nicknamereview", { pass: true, timeout: false });
  }
}

/** <textarea>. */
export class Textarea extends Field {
  protected override readonly field = make("textarea");
  private lines = 0;

  constructor() {
    super();
    this.setUp(false);
  }

  protected override update(changed: Set<string>): void {
    super.update(changed);
    this.textChanged();
  }

  protected override key(e: KeyboardEvent): void {
    if (this.str("confirmType", "return") !== "return") super.key(e);
  }

  protected override textChanged(): void {
    if (!this.isConnected) return;
    const height = this.contentHeight();
    if (this.bool("autoHeight")) this.style.height = `${height}px`;
    const lineHeight = parseFloat(getComputedStyle(this.field).lineHeight) || 20;
    const lines = Math.max(1, Math.round(height / lineHeight));
    if (lines !== this.lines) this.emit("linechange", { height, heightRpx: (height * 750) / window.innerWidth, lineCount: lines });
    this.lines = lines;
  }

  private contentHeight(): number {
    const { field } = this;
    field.style.height = "0";
    const height = field.scrollHeight;
    field.style.height = "";
    return height;
  }
}
