/** The context of <camera>: photos and films become files, frames are handed over one at a time. */
import { saveTemp, type Encoded } from "../canvas/tempfile";
import type { Namespace } from "../capability";
import { settleWith, type Options } from "../convention";
import { native, type Failure, type Settle } from "../native";
import { workerNumber } from "../worker";
import { context, invoke, type Target } from "./component";

/** How long a recording takes at most, in seconds: as it is asked for, and whatever is asked for. */
const RECORDING = 30;
const LONGEST = 300;

interface Picture {
  type: string;
  data: string;
  dataBytes: ArrayBuffer;
  width: number;
  height: number;
}

interface Film extends Picture {
  thumb: string;
  thumbBytes: ArrayBuffer;
}

/** When the recording of a mini-program ends by itself; it has one camera. */
let ending: number | undefined;

declare function setTimeout(fn: () => void, ms: number): number;
declare function clearTimeout(id: number | undefined): void;

export function cameraContext(space: Namespace, target: Target): Record<string, unknown> {
  return {
    ...context(target, "CameraContext", ["setZoom"]),
    takePhoto: (options?: Options) => takePhoto(space, target, options ?? {}),
    startRecord: (options?: Options) => startRecord(space, target, options ?? {}),
    stopRecord: (options?: Options) => {
      clearTimeout(ending);
      stopRecord(space, target, settleWith("CameraContext.stopRecord", options ?? {}));
    },
    onCameraFrame: (listener?: (frame: object) => void) => frameListener(target, listener),
  };
}

/** Calls a method of the camera and settles with what became of it. */
function ask<T>(target: Target, method: string, args: object, settle: Settle, then: (result: T) => void, bytes: string[] = []): void {
  const name = `CameraContext.${method}`;
  const fail = ({ errMsg }: { errMsg: string }): void => settle({ message: errMsg.replace(`${name}:fail `, "") });
  invoke(target, name, method, args, { success: then, fail }, bytes);
}

function takePhoto(space: Namespace, target: Target, options: Options): void {
  const settle = settleWith("CameraContext.takePhoto", options);
  const { quality, selfieMirror } = options;
  ask<Picture>(target, "takePhoto", { quality, selfieMirror }, settle, (photo) =>
    keep(space, photo, settle, (tempImagePath) => settle(null, { tempImagePath, width: photo.width, height: photo.height, type: "photo" })), ["data"]);
}

/** Puts a picture or a film into a file. */
function keep(space: Namespace, { type, data, dataBytes }: Pick<Picture, "type" | "data" | "dataBytes">, settle: Settle, then: (path: string) => void): void {
  const file: Encoded = { type, data, bytes: dataBytes };
  saveTemp(space, file, (failure: Failure | null, saved) => {
    if (failure) settle(failure);
    else then((saved as { tempFilePath: string }).tempFilePath);
  });
}

function startRecord(space: Namespace, target: Target, options: Options): void {
  const settle = settleWith("CameraContext.startRecord", options);
  const asked = Number(options["timeout"]);
  const timeout = asked > 0 ? Math.min(LONGEST, asked) : RECORDING;
  ask(target, "startRecord", { timeout }, settle, () => {
    clearTimeout(ending);
    ending = setTimeout(() => {
      const { timeoutCallback } = options;
      stopRecord(space, target, (failure, film) => {
        if (!failure && typeof timeoutCallback === "function") timeoutCallback(film);
      });
    }, timeout * 1000);
    settle(null);
  });
}

function stopRecord(space: Namespace, target: Target, settle: Settle): void {
  ask<Film>(target, "stopRecord", {}, settle, (film) => {
    keep(space, { type: "image/jpeg", data: film.thumb, dataBytes: film.thumbBytes }, settle, (tempThumbPath) =>
      keep(space, film, settle, (tempVideoPath) => settle(null, { tempThumbPath, tempVideoPath, width: film.width, height: film.height })));
  }, ["data", "thumb"]);
}

/** Hands over frame after frame while it is started, the next one once this one has been looked at. */
function frameListener(target: Target, listener: unknown): Record<string, unknown> {
  let running = 0;
  let watching: number | undefined; // the worker that may look at the frames
  const show = (frame: object | null): void => {
    if (watching !== undefined && !native.workerFrame(watching, frame)) watching = undefined;
  };
  const next = (round: number): void =>
    ask<Picture>(target, "frame", {}, () => {
      if (round !== running) return;
      running = 0; // the camera is gone
      show(null);
    }, ({ width, height, dataBytes }) => {
      if (round !== running) return;
      try {
        show({ width, height, data: dataBytes });
        if (typeof listener === "function") listener({ width, height, data: dataBytes });
      } finally {
        next(round);
      }
    }, ["data"]);
  let rounds = 0;
  return {
    start: (options?: Options) => {
      const settle = settleWith("CameraFrameListener.start", options ?? {});
      if (running) {
        native.defer(() => settle({ message: "the listener is started" }));
        return;
      }
      const { worker } = options ?? {};
      watching = workerNumber(worker);
      if (worker !== undefined && watching === undefined) {
        native.defer(() => settle({ message: "parameter error: parameter.worker should be Worker" }));
        return;
      }
      const round = (running = ++rounds);
      // The first frame says whether there is a camera.
      ask<Picture>(target, "frame", {}, (failure) => {
        running = 0;
        settle(failure);
      }, () => {
        settle(null);
        if (round === running) next(round);
      });
    },
    stop: (options?: Options) => {
      running = 0;
      show(null);
      native.defer(() => settleWith("CameraFrameListener.stop", options ?? {})(null));
    },
  };
}
