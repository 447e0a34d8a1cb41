/** wx.createCanvasContext, wx.canvasToTempFilePath and their kin. */
import type { Namespace } from "../capability";
import { asynchronous, need, type Options } from "../convention";
import { native, type Failure, type Settle } from "../native";
import { Canvas, createOffscreenCanvas } from "./canvas";
import { CanvasContext, findLater, inOrder } from "./legacy";
import { saveTemp, type Encoded } from "./tempfile";
import { record, type Place } from "./surface";

export function addCanvas(space: Namespace): void {
  space["createCanvasContext"] = (id: unknown, component?: unknown) => new CanvasContext(component, String(id));
  space["createOffscreenCanvas"] = createOffscreenCanvas;
  space["canvasToTempFilePath"] = onCanvas("canvasToTempFilePath", (place, legacy, p, settle) => {
    const number = (name: string): number => (Number.isFinite(Number(p[name])) ? Number(p[name]) : 0);
    const args = {
      target: place.target, want: "export", legacy, bytes: true,
      x: number("x"), y: number("y"), width: number("width"), height: number("height"),
      destWidth: number("destWidth"), destHeight: number("destHeight"),
      fileType: p["fileType"] === "jpg" ? "jpg" : "png",
      quality: Number(p["quality"]) > 0 && Number(p["quality"]) <= 1 ? Number(p["quality"]) : 1,
    };
    native.canvas(place.page, args, (failure, file) => {
      if (failure) settle(failure);
      else saveTemp(space, file as Encoded, settle);
    });
  });
  space["canvasGetImageData"] = onCanvas("canvasGetImageData", (place, legacy, p, settle) => {
    for (const name of ["x", "y", "width", "height"]) need(p, name, "number");
    const { x, y, width, height } = p as unknown as Record<"x" | "y" | "width" | "height", number>;
    native.canvas(place.page, { target: place.target, want: "pixels", legacy, x, y, width, height }, (failure, result) => {
      const got = result as { width: number; height: number; data: ArrayBuffer };
      settle(failure, failure ? undefined : { ...got, data: new Uint8ClampedArray(got.data) });
    });
  });
  space["canvasPutImageData"] = onCanvas("canvasPutImageData", (place, _legacy, p, settle) => {
    for (const name of ["x", "y", "width", "height"]) need(p, name, "number");
    const { data, x, y, width, height } = p;
    if (!ArrayBuffer.isView(data) || data.byteLength !== width * height * 4) {
      throw new Error(`parameter error: data has to be a Uint8ClampedArray of width*height*4 = ${width * height * 4} bytes`);
    }
    const ops: unknown[] = [];
    record(ops, "legacy", [1]);
    record(ops, "putImageData", [data, width, height, x, y, 0, 0, width, height]);
    native.draw(place.page, place.target, ops);
    native.defer(() => settle(null));
  });
}

type Act = (place: Place, legacy: boolean, params: Options, settle: Settle) => void;

/** An API about a canvas that the options name, by object or canvasId; the second argument is the component it is in. */
function onCanvas(name: string, act: Act): unknown {
  return (options?: Options, component?: unknown) =>
    asynchronous(name, (params, settle) => {
      const run = (place: Place, legacy: boolean): void => {
        try {
          act(place, legacy, params, settle);
        } catch (error) {
          const failure: Failure = { message: error instanceof Error ? error.message : String(error) };
          native.defer(() => settle(failure));
        }
      };
      const { canvas } = params;
      if (canvas instanceof Canvas) {
        canvas.surface.flush();
        run(canvas.place, false);
        return;
      }
      const id = String(params["canvasId"] ?? "");
      void findLater(component ?? params["component"], id).then((place) => {
        if (place) inOrder(place, async () => run(place, true));
        else settle({ message: "canvas is empty" });
      });
    })(options);
}
