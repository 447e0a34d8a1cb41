import { api } from "./api";
import { appIcon } from "./appicon";
import type { App } from "./constants";
import { button, make } from "./dom";
import { Film } from "./film";
import { appName, t } from "./i18n";
import { openSheet } from "./sheet";

/** What a mini-program's view wants of a camera: opened, its next picture, or closed. */
export interface CameraState {
  id: string;
  open?: boolean;
  next?: boolean;
  facing?: string;
  width?: number;
  /** How much nearer the picture is. */
  zoom?: number;
  /** Whether the lamp is on. */
  torch?: boolean;
  /** Begins a recording of so many bits a second, or ends it. */
  record?: number | false;
}

interface Running {
  stream?: MediaStream;
  video?: HTMLVideoElement;
  ended: boolean;
  zoom: number;
  film?: Film;
}

/** How near a picture comes. */
const MAX_ZOOM = 10;
const SCOPE = "scope.camera";
/** How many there may be at once. */
const MAX = 4;

/**
 * The cameras of one mini-program. A frame has no camera of its own: the shell asks the user, opens it, and hands over one
 * picture after the other, each when it is asked for.
 */
export class Cameras {
  private readonly running = new Map<string, Running>();
  private asked: Promise<boolean> | undefined;

  constructor(
    private readonly parent: HTMLElement,
    private readonly app: App,
    private readonly tell: (camera: object, transfer: Transferable[]) => void,
  ) {}

  /** Takes a message of the mini-program's frame. */
  set(state: Partial<CameraState>): void {
    const { id } = state;
    if (typeof id !== "string") return;
    const one = this.running.get(id);
    if (state.open === true && !one && this.running.size < MAX) void this.begin(id, state);
    else if (state.open === false) this.end(id);
    else if (one) {
      if (typeof state.zoom === "number") one.zoom = Math.max(1, Math.min(MAX_ZOOM, state.zoom));
      if (typeof state.torch === "boolean") lamp(one, state.torch);
      if (typeof state.record === "number") void this.record(id, one, state.record);
      if (state.record === false) void this.recorded(id, one);
      if (state.next === true) void this.picture(id, one);
    }
  }

  clear(): void {
    for (const id of [...this.running.keys()]) this.end(id);
  }

  private end(id: string): void {
    const one = this.running.get(id);
    if (!one) return;
    this.running.delete(id);
    one.ended = true;
    one.film?.drop();
    for (const track of one.stream?.getTracks() ?? []) track.stop();
  }

  private async begin(id: string, state: Partial<CameraState>): Promise<void> {
    const one: Running = { ended: false, zoom: 1 };
    this.running.set(id, one);
    try {
      if (!(await (this.asked ??= this.allowed()))) throw new Error("auth deny");
      if (one.ended) return;
      if (!navigator.mediaDevices) throw new Error("no camera");
      const facingMode = state.facing === "front" ? "user" : "environment";
      one.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode, width: { ideal: Number(state.width) || 1280 } } });
      const video = make("video");
      Object.assign(video, { srcObject: one.stream, playsInline: true, muted: true });
      await video.play();
      one.video = video; // asked for a picture earlier, it has none
      // It may have been closed while it was being opened.
      if (one.ended) for (const track of one.stream.getTracks()) track.stop();
      else await this.picture(id, one);
    } catch (err) {
      this.end(id);
      this.tell({ id, type: "error", detail: err instanceof Error ? err.message : String(err) }, []);
    }
  }

  private async picture(id: string, one: Running): Promise<void> {
    if (!one.video || one.ended) return;
    const { videoWidth: width, videoHeight: height } = one.video;
    const [w, h] = [Math.round(width / one.zoom), Math.round(height / one.zoom)];
    const bitmap = await createImageBitmap(one.video, Math.round((width - w) / 2), Math.round((height - h) / 2), w, h, {
      resizeWidth: width, resizeHeight: height,
    }).catch(() => undefined);
    if (!bitmap) return; // the device went away
    one.film?.draw(bitmap);
    if (one.ended) bitmap.close();
    else this.tell({ id, type: "picture", detail: bitmap }, [bitmap]);
  }

  /** Begins a film of what is shown, with sound if the user lets the mini-program hear. */
  private async record(id: string, one: Running, bits: number): Promise<void> {
    try {
      if (!one.video || one.film) throw new Error(one.film ? "is recording" : "the camera is not open");
      const hears = (await api.permissions(this.app.id)).some((p) => p.scope === "scope.record" && p.granted);
      const sound = hears ? await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => undefined) : undefined;
      one.film = new Film(one.video.videoWidth, one.video.videoHeight, bits, sound);
      if (one.ended) one.film.drop();
      this.tell({ id, type: "recording", detail: "" }, []);
    } catch (err) {
      this.tell({ id, type: "unrecorded", detail: err instanceof Error ? err.message : String(err) }, []);
    }
  }

  private async recorded(id: string, one: Running): Promise<void> {
    const { film } = one;
    one.film = undefined;
    if (!film) {
      this.tell({ id, type: "unrecorded", detail: "is not recording" }, []);
      return;
    }
    try {
      const detail = await film.end();
      this.tell({ id, type: "recorded", detail }, [detail.data]);
    } catch (err) {
      this.tell({ id, type: "unrecorded", detail: err instanceof Error ? err.message : String(err) }, []);
    }
  }

  /** What the user said, now or before. */
  private async allowed(): Promise<boolean> {
    const known = (await api.permissions(this.app.id)).find((p) => p.scope === SCOPE);
    if (known) return known.granted;
    const granted = await new Promise<boolean>((resolve) => {
      const answer = (yes: boolean): void => {
        sheet.close();
        resolve(yes);
      };
      const sheet = openSheet(this.parent, "prompt camera-prompt", () => answer(false));
      sheet.panel.append(
        make("div", "prompt-app", appIcon(this.app, "small"), make("span", "", `${appName(this.app)} ${t.asks}`)),
        make("h2", "", t.wantsCamera),
        make("div", "prompt-buttons", button("secondary", () => answer(false), t.deny), button("primary", () => answer(true), t.allow)),
      );
    });
    await api.setPermission(this.app.id, { scope: SCOPE, title: "", granted });
    return granted;
  }
}

/** Switches the lamp of a camera that has one. */
function lamp({ stream }: Running, on: boolean): void {
  const [track] = stream?.getVideoTracks() ?? [];
  if (!track || !("torch" in track.getCapabilities())) return;
  track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] }).catch(() => undefined); // it stays as it is
}
