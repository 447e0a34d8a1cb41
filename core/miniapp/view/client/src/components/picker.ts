import { TAP } from "../gestures";
import { t } from "../texts";
import { openLayer, type Layer } from "../ui/sheet";
import { Component, make, overlay, type FormField } from "./component";
import { dateColumns, dateValue, regionColumns, timeColumns, timeValue, type Columns } from "./pickerdata";
import type { PickerView, PickerViewColumn } from "./pickerview";
import { loadRegions } from "./regionload";

/** <picker>: opens a sheet with wheels. */
export class Picker extends Component implements FormField {
  private layer: Layer | undefined;
  private wheels: PickerViewColumn[] = [];
  private columns: string[][] = [];
  private chosen: number[] = [];

  constructor() {
    super();
    this.addEventListener(TAP, () => this.tapped());
  }

  disconnectedCallback(): void {
    this.layer?.close();
    this.layer = undefined;
  }

  formName(): string {
    return this.str("name");
  }

  formValue(): unknown {
    return this.props["value"] ?? (this.mode === "multiSelector" ? [] : "");
  }

  formReset(): void {
    delete this.props["value"];
  }

  protected override update(changed: Set<string>): void {
    this.operable("button", !this.bool("disabled"), this.str("headerText", t.choose));
    this.ariaHasPopup = "dialog";
    if (!this.layer || !(changed.has("range") || changed.has("value"))) return;
    const next = this.content();
    this.chosen = next.chosen;
    this.fill(next.columns);
  }

  private get mode(): string {
    return this.str("mode", "selector");
  }

  private tapped(): void {
    if (this.mode !== "region") return this.open();
    loadRegions().then(
      () => this.isConnected && this.open(),
      (reason: unknown) => console.error(String(reason)),
    );
  }

  private open(): void {
    if (this.bool("disabled") || this.layer) return;
    this.flush();
    const layer = openLayer(overlay(), "sheet", () => this.cancel());
    this.layer = layer;
    const cancel = make("button", "cancel", t.cancel);
    const confirm = make("button", "confirm", t.confirm);
    cancel.onclick = () => this.cancel();
    confirm.onclick = () => this.confirm();
    const view = document.createElement("dg-picker-view") as unknown as PickerView;
    view.setProp("indicatorStyle", "height: 44px", "");
    view.className = "picker-wheels";
    view.addEventListener("dg-pick", (e) => this.turned(e.target as unknown as PickerViewColumn));
    layer.panel.append(make("div", "picker-head", cancel, make("span", "picker-title", this.str("headerText")), confirm), view);
    const { columns, chosen } = this.content();
    this.chosen = chosen;
    this.wheels = columns.map((_, i) => this.wheel(i));
    this.columns = [];
    view.append(...this.wheels);
    this.fill(columns);
    layer.name(this.str("headerText") || this.ariaLabel || t.choose);
    layer.panel.addEventListener("keydown", (e) => this.sheetKey(e));
    this.wheels[0]?.focus({ preventScroll: true });
  }

  private wheel(column: number): PickerViewColumn {
    const wheel = document.createElement("dg-picker-view-column") as unknown as PickerViewColumn;
    const names = { date: [t.year, t.month, t.day], time: [t.hour, t.minute] }[this.mode];
    if (names?.[column]) wheel.ariaLabel = names[column];
    return wheel;
  }

  private sheetKey(e: KeyboardEvent): void {
    if (e.key === "Enter" && e.composedPath()[0] instanceof HTMLElement && (e.composedPath()[0] as HTMLElement).localName !== "button") this.confirm();
    else return;
    e.preventDefault();
  }

  /** Columns and the chosen rows, by mode. */
  private content(): Columns {
    const value = this.props["value"];
    switch (this.mode) {
      case "multiSelector": {
        const range = Array.isArray(this.props["range"]) ? (this.props["range"] as unknown[]) : [];
        const columns = range.map((column) => this.labels(column));
        return { columns, chosen: columns.map((_, i) => Number((value as unknown[] | undefined)?.[i] ?? 0)) };
      }
      case "time":
        return timeColumns(String(value ?? ""));
      case "date":
        return dateColumns(String(value ?? ""), this.str("fields", "day"), this.str("start"), this.str("end"), t);
      case "region":
        return this.regions(Array.isArray(value) ? value.map(String) : []);
      default:
        return { columns: [this.labels(this.props["range"])], chosen: [Math.max(0, Number(value ?? 0) || 0)] };
    }
  }

  private regions(names: string[]): ReturnType<typeof regionColumns> {
    return regionColumns(names, this.str("level", "region"), this.str("customItem"));
  }

  private labels(list: unknown): string[] {
    if (!Array.isArray(list)) return [];
    const key = this.str("rangeKey");
    return list.map((item: unknown) => String(key && item !== null && typeof item === "object" ? ((item as Record<string, unknown>)[key] ?? "") : item));
  }

  private fill(columns: string[][]): void {
    columns.forEach((rows, i) => {
      const wheel = this.wheels[i];
      if (!wheel) return;
      if (JSON.stringify(this.columns[i]) !== JSON.stringify(rows)) {
        wheel.replaceChildren(...rows.map((text) => make("div", "picker-item", text)));
      }
      wheel.choose(Math.min(this.chosen[i] ?? 0, Math.max(0, rows.length - 1)));
    });
    this.columns = columns;
  }

  private turned(wheel: PickerViewColumn): void {
    const column = this.wheels.indexOf(wheel);
    this.chosen[column] = wheel.chosen;
    if (this.mode === "multiSelector") this.emit("columnchange", { column, value: wheel.chosen });
    if (this.mode !== "date" && this.mode !== "region") return;
    const next = this.mode === "date"
      ? dateColumns(this.value() as string, this.str("fields", "day"), this.str("start"), this.str("end"), t)
      : this.regions((this.value() as string[]).slice(0, column + 1)); // below another region everything begins at its top
    this.chosen = next.chosen;
    this.fill(next.columns);
  }

  private value(): unknown {
    const texts = this.columns.map((rows, i) => rows[this.chosen[i] ?? 0] ?? "");
    switch (this.mode) {
      case "multiSelector":
        return [...this.chosen];
      case "time":
        return timeValue(texts);
      case "date":
        return dateValue(texts);
      case "region":
        return texts;
      default:
        return this.chosen[0] ?? 0;
    }
  }

  private confirm(): void {
    this.wheels.forEach((w, i) => (this.chosen[i] = w.chosen));
    const value = this.value();
    this.props["value"] = value;
    this.close();
    this.emit("change", this.mode === "region" ? { value, code: this.regions(value as string[]).codes } : { value });
  }

  private cancel(): void {
    this.close();
    this.emit("cancel");
  }

  private close(): void {
    this.layer?.close();
    this.layer = undefined;
  }
}
