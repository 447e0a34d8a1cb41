import type { EditImage, MediaFile } from "../constants";
import { make } from "../components/component";
import { resourceURL } from "../resources";
import { t } from "../texts";
import { moved, resized, whole, type Box, type Corner } from "./cropbox";

const corners: Corner[] = ["nw", "ne", "sw", "se"];
const names = { nw: "topLeft", ne: "topRight", sw: "bottomLeft", se: "bottomRight" } as const satisfies Record<Corner, keyof typeof t>;
/** How far an arrow key goes, as a part of the picture. */
const STEP = 0.02;
const arrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Lets the user cut out and turn a picture; "cancel" if they do not want to. */
export async function editImage(overlay: HTMLElement, wish: EditImage): Promise<MediaFile> {
  const picture = await load(wish.src);
  return new Promise((resolve, reject) => new Editor(overlay, picture, wish, resolve, () => reject(new Error("cancel"))));
}

function load(src: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.crossOrigin = "anonymous";
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("file not found or no picture"));
    image.src = resourceURL(src, "");
  });
}

/** The editor over the page: the picture, the frame that is cut out, and what can be done with both. */
class Editor {
  private readonly layer = make("div", "editor");
  private readonly view = make("canvas", "editor-view");
  private readonly frame = make("div", "editor-frame");
  private readonly size = make("div", "editor-size");
  private turns = 0;
  private mirrored = false;
  private box: Box = { x: 0, y: 0, w: 1, h: 1 };

  constructor(
    overlay: HTMLElement,
    private readonly picture: HTMLImageElement,
    private readonly wish: EditImage,
    private readonly done: (file: MediaFile) => void,
    private readonly cancel: () => void,
  ) {
    this.layer.role = "dialog";
    this.layer.ariaModal = "true";
    this.layer.ariaLabel = wish.cropOnly ? t.crop : t.edit;
    this.size.ariaLive = "polite";
    this.layer.append(make("div", "editor-stage", make("div", "editor-sheet", this.view, this.frame)), this.size, this.tools());
    this.frames();
    this.layer.addEventListener("keydown", (e) => this.key(e));
    overlay.append(this.layer);
    this.draw();
    this.frame.focus();
  }

  private tools(): HTMLElement {
    const tool = (text: string, act: () => void, kind = ""): HTMLElement => {
      const b = make("button", `editor-tool ${kind}`, text);
      b.onclick = act;
      return b;
    };
    const bar = make("div", "editor-bar", tool(t.cancel, () => this.close(this.cancel)));
    if (!this.wish.cropOnly) {
      bar.append(tool(t.turnLeft, () => this.turn(-1)), tool(t.turnRight, () => this.turn(1)), tool(t.mirror, () => this.mirror()));
    }
    bar.append(tool(t.done, () => this.finish(), "dialog-button confirm"));
    return bar;
  }

  private frames(): void {
    this.frame.tabIndex = 0;
    this.frame.role = "group";
    this.frame.ariaLabel = t.cropFrame;
    this.drags(this.frame, (dx, dy, from) => moved(from, dx, dy));
    for (const corner of corners) {
      const handle = make("div", `editor-corner ${corner}`);
      handle.ariaLabel = t[names[corner]];
      this.drags(handle, (dx, dy, from) => resized(from, corner, dx, dy, this.aspect));
      this.frame.append(handle);
    }
  }

  /** Lets a pointer drag something; a move is in parts of the picture. */
  private drags(el: HTMLElement, act: (dx: number, dy: number, from: Box) => Box): void {
    el.onpointerdown = (e) => {
      e.stopPropagation();
      e.preventDefault();
      this.frame.focus();
      el.setPointerCapture(e.pointerId);
      const from = this.box;
      el.onpointermove = (m) => {
        this.box = act((m.clientX - e.clientX) / this.view.clientWidth, (m.clientY - e.clientY) / this.view.clientHeight, from);
        this.place();
      };
    };
    el.onpointerup = el.onpointercancel = () => {
      el.onpointermove = null;
    };
  }

  private key(e: KeyboardEvent): void {
    const arrow = arrows[e.key];
    if (e.key === "Escape") this.close(this.cancel);
    else if (e.key === "Enter" && e.target === this.frame) this.finish();
    else if (e.key === "Tab") this.keepFocus(e);
    else if (arrow && e.target === this.frame) {
      e.preventDefault();
      const [dx, dy] = [arrow[0] * STEP, arrow[1] * STEP];
      this.box = e.shiftKey ? resized(this.box, "se", dx, dy, this.aspect) : moved(this.box, dx, dy);
      this.place();
    }
  }

  /** What is below is not reached while the editor is open. */
  private keepFocus(e: KeyboardEvent): void {
    const all = [...this.layer.querySelectorAll<HTMLElement>("[tabindex], button")];
    const at = all.indexOf(e.target as HTMLElement);
    e.preventDefault();
    all[(at + (e.shiftKey ? all.length - 1 : 1)) % all.length]?.focus();
  }

  /** The size of the picture as it is turned. */
  private get turned(): [number, number] {
    const { naturalWidth: w, naturalHeight: h } = this.picture;
    return this.turns % 2 ? [h, w] : [w, h];
  }

  /** The proportion that the frame keeps, in parts of the picture; undefined is any. */
  private get aspect(): number | undefined {
    const [, a, b] = /^(\d+):(\d+)$/.exec(this.wish.scale ?? "") ?? [];
    const [w, h] = this.turned;
    return a && b ? ((Number(a) / Number(b)) * h) / w : undefined;
  }

  private turn(by: number): void {
    this.turns = (this.turns + by + 4) % 4;
    this.draw();
  }

  private mirror(): void {
    this.mirrored = !this.mirrored;
    this.draw();
  }

  private draw(): void {
    const [w, h] = this.turned;
    Object.assign(this.view, { width: w, height: h });
    const pen = this.view.getContext("2d")!;
    pen.translate(w / 2, h / 2);
    if (this.mirrored) pen.scale(-1, 1);
    pen.rotate((this.turns * Math.PI) / 2);
    pen.drawImage(this.picture, -this.picture.naturalWidth / 2, -this.picture.naturalHeight / 2);
    this.box = whole(this.aspect);
    this.place();
  }

  private place(): void {
    const { x, y, w, h } = this.box;
    Object.assign(this.frame.style, { left: `${x * 100}%`, top: `${y * 100}%`, width: `${w * 100}%`, height: `${h * 100}%` });
    const [, , width, height] = this.pixels();
    this.size.textContent = `${width} × ${height}`;
  }

  /** What is cut out, in pixels: left, top, width, height. */
  private pixels(): [number, number, number, number] {
    const [w, h] = this.turned;
    const { box } = this;
    return [Math.round(box.x * w), Math.round(box.y * h), Math.max(1, Math.round(box.w * w)), Math.max(1, Math.round(box.h * h))];
  }

  private finish(): void {
    const [x, y, width, height] = this.pixels();
    const out = make("canvas");
    Object.assign(out, { width, height });
    out.getContext("2d")?.drawImage(this.view, x, y, width, height, 0, 0, width, height);
    const type = /\.png($|\?)/i.test(this.wish.src) ? "image/png" : "image/jpeg";
    const data = out.toDataURL(type, 0.92).split(",")[1] ?? "";
    this.close(() => this.done({ type, data, width, height }));
  }

  private close(then: () => void): void {
    this.layer.remove();
    then();
  }
}
