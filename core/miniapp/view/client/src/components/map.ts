import { listen } from "../map/gestures";
import { MarkerView, pressable, type Marker } from "../map/markers";
import { drawCircles, drawLines, drawPolygons, type Circle, type Ground, type Polygon, type Polyline } from "../map/overlays";
import { fit, metresPerPixel, project, unproject, type LatLng, type Pixel } from "../map/projection";
import { mapCSS } from "../map/style";
import { TileLayer } from "../map/tiles";
import { cssLength, resourceURL } from "../resources";
import { sheetFor } from "../styles";
import { fill, t } from "../texts";
import { Component, make, shadow } from "./component";

const sheet = sheetFor(mapCSS);

interface Control {
  id?: number;
  position?: { left?: number; top?: number; width?: number; height?: number };
  iconPath?: string;
  clickable?: boolean;
}

/** How far an arrow key moves the map, in pixels. */
const STEP = 60;

type Args = Record<string, unknown>;

/** <map>: tiles from the host's source, and what the program puts on them. */
export class MapView extends Component implements Ground {
  private readonly tiles = new TileLayer();
  private readonly shapes = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private readonly pins = make("div", "markers");
  private readonly above = make("div", "above");
  private readonly measure = make("div", "measure");
  private readonly compass = make("div", "compass");
  private readonly me = make("div", "me");
  private readonly markers = new Map<number, MarkerView>();
  private center: LatLng = { latitude: 39.92, longitude: 116.46 };
  private zoom = 16;
  private offset: [number, number] = [0.5, 0.5];
  private located: LatLng | undefined;
  private framed = false;

  constructor() {
    super();
    this.shapes.setAttribute("class", "shapes");
    this.shapes.ariaHidden = this.tiles.element.ariaHidden = this.compass.ariaHidden = this.measure.ariaHidden = "true";
    const callouts = make("slot");
    callouts.name = "callout";
    shadow(this, sheet, this.tiles.element, this.shapes, this.pins, this.above, make("div", "callouts", callouts), this.measure, this.compass, make("slot"));
    this.pins.append(this.me);
    callouts.addEventListener("slotchange", () => this.paint());
    this.shadowRoot?.querySelector("slot:not([name])")?.addEventListener("slotchange", () => this.sort());
    listen(this, {
      scrolls: () => this.setting("enableScroll", true),
      zooms: () => this.setting("enableZoom", true),
      begin: (cause) => this.region("begin", cause === "drag" ? "gesture" : "gesture", cause),
      moveBy: (dx, dy) => this.moveBy(dx, dy),
      zoomBy: (steps, around) => this.zoomAt(this.zoom + steps, around),
      end: (cause) => this.region("end", cause, cause),
    });
    new ResizeObserver(() => this.resized()).observe(this);
  }

  /** Arrow keys move it, + and - scale it: as far as a finger may. */
  keyed(e: KeyboardEvent): boolean {
    const way = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[e.key];
    const steps = { "+": 1, "=": 1, "-": -1 }[e.key];
    if (way && this.setting("enableScroll", true)) return this.byKey("drag", () => this.moveBy(way[0] ?? 0, way[1] ?? 0));
    if (steps === undefined || !this.setting("enableZoom", true)) return false;
    return this.byKey("scale", () => this.zoomAt(this.zoom + steps, { x: this.clientWidth / 2, y: this.clientHeight / 2 }));
  }

  private byKey(cause: string, act: () => void): boolean {
    this.region("begin", "gesture", cause);
    act();
    this.region("end", cause, cause);
    return true;
  }

  get scale(): number {
    return this.zoom;
  }

  point(p: LatLng): Pixel {
    const at = project(p, this.zoom);
    const center = project(this.center, this.zoom);
    return { x: at.x - center.x + this.clientWidth * this.offset[0], y: at.y - center.y + this.clientHeight * this.offset[1] };
  }

  /** The place under a point of the box. */
  placeAt(p: Pixel): LatLng {
    const center = project(this.center, this.zoom);
    return unproject({ x: center.x + p.x - this.clientWidth * this.offset[0], y: center.y + p.y - this.clientHeight * this.offset[1] }, this.zoom);
  }

  /** What the map's own tap event says; undefined if something on the map was tapped. */
  tapDetail(clientX: number, clientY: number): object | undefined {
    const hit = this.shadowRoot?.elementFromPoint(clientX, clientY);
    if (hit?.closest(".marker, .control, polyline")) return undefined;
    const box = this.getBoundingClientRect();
    this.markers.forEach((m) => m.closeCallout());
    return this.placeAt({ x: clientX - box.left, y: clientY - box.top });
  }

  do_getCenterLocation(): LatLng {
    return { ...this.center };
  }

  do_getScale(): object {
    return { scale: this.zoom };
  }

  do_getRotate(): object {
    return { rotate: 0 };
  }

  do_getSkew(): object {
    return { skew: 0 };
  }

  do_getRegion(): object {
    return { southwest: this.placeAt({ x: 0, y: this.clientHeight }), northeast: this.placeAt({ x: this.clientWidth, y: 0 }) };
  }

  do_moveToLocation(args: unknown): void {
    const { latitude, longitude } = (args ?? {}) as Partial<LatLng>;
    const to = latitude !== undefined && longitude !== undefined ? { latitude: Number(latitude), longitude: Number(longitude) } : this.located;
    if (!to) throw new Error("show-location is not set, or the place is not known");
    this.jump(to, this.zoom);
  }

  do_includePoints(args: unknown): void {
    const { points, padding } = (args ?? {}) as { points?: LatLng[]; padding?: number[] };
    this.include(points ?? [], padding ?? []);
  }

  do_toScreenLocation(args: unknown): Pixel {
    return this.point(args as LatLng);
  }

  do_fromScreenLocation(args: unknown): LatLng {
    const { x, y } = args as Pixel;
    return this.placeAt({ x: Number(x), y: Number(y) });
  }

  do_setCenterOffset(args: unknown): void {
    const offset = (args as { offset?: number[] }).offset ?? [];
    const part = (n: unknown): number => Math.max(0.25, Math.min(0.75, Number(n) || 0.5));
    this.offset = [part(offset[0]), part(offset[1])];
    this.paint();
  }

  do_addMarkers(args: unknown): void {
    const { markers = [], clear = false } = args as { markers?: Marker[]; clear?: boolean };
    if (clear) this.setMarkers([]);
    for (const marker of markers) this.putMarker(marker);
    this.paint();
  }

  do_removeMarkers(args: unknown): void {
    for (const id of (args as { markerIds?: unknown[] }).markerIds ?? []) {
      this.markers.get(Number(id))?.element.remove();
      this.markers.delete(Number(id));
    }
  }

  async do_translateMarker(args: unknown): Promise<void> {
    const { markerId, destination, autoRotate = true, rotate = 0, duration = 1000 } = args as Args & { destination: LatLng };
    const view = this.markers.get(Number(markerId));
    if (!view) throw new Error(`there is no marker ${String(markerId)}`);
    const from = { ...view.marker };
    const heading = (Math.atan2(destination.longitude - from.longitude, destination.latitude - from.latitude) * 180) / Math.PI;
    await glide(Number(duration), (t) => {
      const at = { latitude: mix(from.latitude, destination.latitude, t), longitude: mix(from.longitude, destination.longitude, t) };
      view.update({ ...view.marker, ...at, rotate: autoRotate ? heading : Number(rotate) }, this.folder);
      view.place(this);
    });
  }

  async do_moveAlong(args: unknown): Promise<void> {
    const { markerId, path = [], autoRotate = true, duration = 1000 } = args as Args & { path?: LatLng[] };
    for (const destination of path) {
      await this.do_translateMarker({ markerId, destination, autoRotate, duration: Number(duration) / path.length });
    }
  }

  protected override update(changed: Set<string>): void {
    if (!this.has("ariaRole")) this.role = "group";
    if (!this.has("ariaLabel")) this.ariaLabel = t.map;
    if (!this.has("tabindex")) this.tabIndex = 0;
    const before = { ...this.center, zoom: this.zoom };
    if (changed.has("scale")) this.zoom = this.limited(this.num("scale", 16));
    if (changed.has("latitude") || changed.has("longitude")) {
      this.center = { latitude: this.num("latitude", this.center.latitude), longitude: this.num("longitude", this.center.longitude) };
    }
    if (changed.has("markers") || changed.has("covers")) this.setMarkers(this.data<Marker[]>("markers") ?? this.data<Marker[]>("covers") ?? []);
    if (changed.has("controls")) this.setControls(this.data<Control[]>("controls") ?? []);
    if (changed.has("includePoints")) this.framed = false;
    if (changed.has("showLocation")) this.locate();
    this.compass.textContent = t.north;
    this.compass.hidden = !this.setting("showCompass", false);
    this.measure.hidden = !this.setting("showScale", false);
    this.resized();
    const moved = before.zoom !== this.zoom || before.latitude !== this.center.latitude || before.longitude !== this.center.longitude;
    if (moved) this.region("end", "update", "update");
  }

  private setting(name: string, fallback: boolean): boolean {
    const setting = this.data<Record<string, unknown>>("setting");
    const own = setting?.[name];
    return typeof own === "boolean" ? own : this.bool(name, fallback);
  }

  private limited(scale: number): number {
    return Math.max(this.num("minScale", 3), Math.min(this.num("maxScale", 20), scale));
  }

  /** Frames the points once the map has a size. */
  private resized(): void {
    if (!this.clientWidth) return;
    const points = this.data<LatLng[]>("includePoints");
    if (!this.framed && Array.isArray(points) && points.length > 0) {
      this.framed = true;
      this.include(points, [40, 40, 40, 40]);
      return;
    }
    this.paint();
    if (!this.hasAttribute("updated")) {
      this.toggleAttribute("updated", true);
      this.emit("updated");
    }
  }

  private include(points: LatLng[], padding: number[]): void {
    const found = fit(points, this.clientWidth, this.clientHeight, padding, this.num("minScale", 3), this.num("maxScale", 20));
    if (found) this.jump(found.center, found.scale);
  }

  private jump(center: LatLng, scale: number): void {
    this.region("begin", "update", "update");
    this.center = center;
    this.zoom = this.limited(scale);
    this.paint();
    this.region("end", "update", "update");
  }

  private moveBy(dx: number, dy: number): void {
    const at = project(this.center, this.zoom);
    this.center = unproject({ x: at.x - dx, y: at.y - dy }, this.zoom);
    this.paint();
  }

  /** Scales so that what is under a point stays there. */
  private zoomAt(scale: number, around: Pixel): void {
    const fixed = this.placeAt(around);
    this.zoom = this.limited(scale);
    const at = this.point(fixed);
    this.moveBy(around.x - at.x, around.y - at.y);
  }

  private region(type: "begin" | "end", causedBy: string, gesture: string): void {
    this.emit("regionchange", {
      type, causedBy: type === "begin" && gesture !== "update" ? "gesture" : causedBy,
      ...(type === "end" && { centerLocation: { ...this.center }, scale: this.zoom, rotate: 0, skew: 0, region: this.do_getRegion() }),
    });
  }

  private setMarkers(list: Marker[]): void {
    const wanted = new Set(list.map((m) => Number(m.id ?? 0)));
    for (const [id, view] of this.markers) {
      if (wanted.has(id)) continue;
      view.element.remove();
      this.markers.delete(id);
    }
    list.forEach((marker) => this.putMarker(marker));
  }

  private putMarker(marker: Marker): void {
    const id = Number(marker.id ?? 0);
    let view = this.markers.get(id);
    if (!view) {
      view = new MarkerView(marker, {
        marker: (markerId) => {
          this.emit("markertap", { markerId });
          this.paint();
        },
        callout: (markerId) => this.emit("callouttap", { markerId }),
        label: (markerId) => this.emit("labeltap", { markerId }),
      });
      this.markers.set(id, view);
      this.pins.append(view.element);
    }
    view.update(marker, this.folder);
  }

  private setControls(list: Control[]): void {
    this.above.replaceChildren(...list.map((c) => {
      const img = make("img", "control");
      img.alt = "";
      img.src = resourceURL(c.iconPath ?? "", this.folder);
      const { left = 0, top = 0, width, height } = c.position ?? {};
      Object.assign(img.style, { left: `${left}px`, top: `${top}px`, width: cssLength(String(width ?? ""), "auto"), height: cssLength(String(height ?? ""), "auto") });
      if (c.clickable) pressable(img, String(c.id ?? ""), () => this.emit("controltap", { controlId: c.id }));
      return img;
    }));
  }

  private locate(): void {
    if (!this.bool("showLocation") || !("geolocation" in navigator)) return;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.located = { latitude: coords.latitude, longitude: coords.longitude };
        this.paint();
      },
      () => undefined, // the user does not want to be seen
    );
  }

  /** Content for the callouts' place goes there. */
  private sort(): void {
    for (const child of Array.from(this.children)) {
      if ((child as { dgSlot?: string }).dgSlot === "callout") child.slot = "callout";
    }
  }

  private paint(): void {
    const { clientWidth: width, clientHeight: height } = this;
    if (!width) return;
    const at = project(this.center, this.zoom);
    this.tiles.show({ x: at.x + width * (0.5 - this.offset[0]), y: at.y + height * (0.5 - this.offset[1]) }, this.zoom, width, height);
    this.shapes.replaceChildren(
      ...drawPolygons(this.data<Polygon[]>("polygons") ?? [], this),
      ...drawCircles(this.data<Circle[]>("circles") ?? [], this),
      ...drawLines(this.data<Polyline[]>("polyline") ?? [], this, (index) => this.emit("polylinetap", { polylineId: index })),
    );
    this.markers.forEach((m) => m.place(this));
    this.me.hidden = !this.located;
    if (this.located) {
      const p = this.point(this.located);
      this.me.style.transform = `translate(${p.x}px,${p.y}px)`;
    }
    this.paintCallouts();
    const metres = metresPerPixel(this.center.latitude, this.zoom) * 60;
    this.measure.style.width = "60px";
    this.measure.textContent = metres >= 1000 ? fill(t.kilometres, Math.round(metres / 100) / 10) : fill(t.metres, Math.round(metres));
  }

  /** Puts callouts of the program's own over their markers. */
  private paintCallouts(): void {
    for (const el of this.querySelectorAll<HTMLElement>("[marker-id]")) {
      const view = this.markers.get(Number(el.getAttribute("marker-id")));
      const shown = view !== undefined && view.marker.customCallout !== undefined && view.showsCallout;
      el.style.visibility = shown ? "" : "hidden";
      if (!view || !shown) continue;
      const p = this.point(view.marker);
      const { anchorX = 0, anchorY = 0 } = view.marker.customCallout ?? {};
      Object.assign(el.style, { position: "absolute", left: "0", top: "0", width: "max-content", transform: `translate(${p.x + anchorX}px,${p.y + anchorY - view.size.height * view.anchor.y}px) translate(-50%,-100%)` });
    }
  }
}

function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

/** Calls step with 0 to 1 as time passes. */
function glide(duration: number, step: (t: number) => void): Promise<void> {
  const begin = performance.now();
  return new Promise((resolve) => {
    const next = (now: number): void => {
      const t = duration > 0 ? Math.min(1, Math.max(0, (now - begin) / duration)) : 1;
      step(t);
      if (t < 1) requestAnimationFrame(next);
      else resolve();
    };
    requestAnimationFrame(next);
  });
}
