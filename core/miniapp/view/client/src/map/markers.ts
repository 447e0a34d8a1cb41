import { make } from "../components/component";
import { cssLength, resourceURL } from "../resources";
import type { Ground } from "./overlays";
import type { LatLng } from "./projection";

/** A marker of <map markers>. */
export interface Marker extends LatLng {
  id?: number;
  title?: string;
  zIndex?: number;
  iconPath?: string;
  rotate?: number;
  alpha?: number;
  width?: number | string;
  height?: number | string;
  anchor?: { x?: number; y?: number };
  callout?: Callout;
  customCallout?: { anchorX?: number; anchorY?: number; display?: string };
  label?: Label;
  "aria-label"?: string;
}

interface Label {
  content?: string;
  color?: string;
  fontSize?: number;
  anchorX?: number;
  anchorY?: number;
  x?: number;
  y?: number;
  borderWidth?: number;
  borderColor?: string;
  borderRadius?: number;
  bgColor?: string;
  padding?: number;
  textAlign?: string;
}

interface Callout extends Label {
  display?: string;
}

/** What happens to markers. */
export interface MarkerListener {
  marker(id: number): void;
  callout(id: number): void;
  label(id: number): void;
}

/** The pin of a marker that has no picture. */
const pin = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 34'%3E%3Cpath d='M12 0a12 12 0 0 1 12 12c0 8-12 22-12 22S0 20 0 12A12 12 0 0 1 12 0z' fill='%23e64340'/%3E%3Ccircle cx='12' cy='12' r='4.5' fill='%23fff'/%3E%3C/svg%3E";

/** A picture on the map that is pressed by a finger, a mouse or a key. */
export function pressable(img: HTMLImageElement, name: string, press: () => void): void {
  img.role = "button";
  img.tabIndex = 0;
  img.ariaLabel = name;
  img.addEventListener("click", press);
  img.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" && e.key !== " ") return;
    e.preventDefault();
    press();
  });
}

/** A marker's element: its picture, label and callout. */
export class MarkerView {
  readonly element = make("div", "marker");
  private readonly img = make("img", "pin");
  private readonly callout = make("div", "callout");
  private readonly label = make("div", "label");
  private open = false;

  constructor(
    public marker: Marker,
    private readonly listener: MarkerListener,
  ) {
    this.img.alt = "";
    this.img.draggable = false;
    this.element.append(this.img, this.label, this.callout);
    this.img.onload = () => this.layout();
    pressable(this.img, "", () => {
      this.open = !this.open;
      this.layout();
      this.listener.marker(this.id);
    });
    this.callout.addEventListener("click", () => this.listener.callout(this.id));
    this.label.addEventListener("click", () => this.listener.label(this.id));
  }

  get id(): number {
    return Number(this.marker.id ?? 0);
  }

  /** Whether the callout is shown now. */
  get showsCallout(): boolean {
    return (this.marker.callout ?? this.marker.customCallout)?.display === "ALWAYS" || this.open;
  }

  /** A tap elsewhere closes what a tap opened. */
  closeCallout(): void {
    this.open = false;
    this.layout();
  }

  update(marker: Marker, folder: string): void {
    this.marker = marker;
    const src = marker.iconPath ? resourceURL(marker.iconPath, folder) : pin;
    if (this.img.src !== src) this.img.src = src;
    const size = (v: unknown, fallback: string): string => cssLength(String(v ?? ""), fallback);
    this.img.style.width = size(marker.width, marker.iconPath ? "auto" : "24px");
    this.img.style.height = size(marker.height, marker.iconPath ? "auto" : "34px");
    this.img.style.opacity = String(marker.alpha ?? 1);
    this.img.ariaLabel = marker["aria-label"] || marker.title || marker.callout?.content || marker.label?.content || String(this.id);
    this.element.style.zIndex = String(marker.zIndex ?? 0);
    this.element.dataset["marker"] = String(this.id);
    this.layout();
  }

  /** Puts it where its place is. */
  place(ground: Ground): void {
    const { x, y } = ground.point(this.marker);
    this.element.style.transform = `translate(${x}px,${y}px)`;
  }

  get size(): { width: number; height: number } {
    return { width: this.img.offsetWidth, height: this.img.offsetHeight };
  }

  get anchor(): { x: number; y: number } {
    return { x: this.marker.anchor?.x ?? 0.5, y: this.marker.anchor?.y ?? 1 };
  }

  private layout(): void {
    const { x, y } = this.anchor;
    this.img.style.transform = `translate(${-x * 100}%,${-y * 100}%) rotate(${this.marker.rotate ?? 0}deg)`;
    const { label, callout, title } = this.marker;
    this.label.hidden = !label?.content;
    if (label) dress(this.label, label, label.anchorX ?? label.x ?? 0, label.anchorY ?? label.y ?? 0, "");
    const bubble = callout ?? (title ? { content: title, padding: 8, borderRadius: 5, bgColor: "#ffffff" } : undefined);
    this.callout.hidden = !bubble?.content || this.marker.customCallout !== undefined || !this.showsCallout;
    if (bubble) dress(this.callout, bubble, bubble.anchorX ?? 0, (bubble.anchorY ?? 0) - y * this.size.height, "translate(-50%,-100%) ");
  }
}

function dress(el: HTMLElement, l: Label, x: number, y: number, before: string): void {
  el.textContent = l.content ?? "";
  Object.assign(el.style, {
    transform: `${before}translate(${x}px,${y}px)`,
    color: l.color ?? "#000000",
    fontSize: `${l.fontSize ?? 12}px`,
    backgroundColor: l.bgColor ?? "",
    padding: `${l.padding ?? 0}px`,
    borderRadius: `${l.borderRadius ?? 0}px`,
    border: l.borderWidth ? `${l.borderWidth}px solid ${l.borderColor ?? "#000"}` : "",
    textAlign: l.textAlign ?? "",
  });
}
