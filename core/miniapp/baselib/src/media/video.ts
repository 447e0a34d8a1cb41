/** wx.createVideoContext and the contexts of camera and live components. */
import type { Namespace } from "../capability";
import { CanvasContext } from "../canvas/legacy";
import { saveTemp } from "../canvas/tempfile";
import { settleWith, type Options } from "../convention";
import { native } from "../native";
import { editorContext, mapContext } from "../components/contexts";
import { context, invoke, type Target } from "./component";

const videoMethods = [
  "play", "pause", "stop", "seek", "playbackRate", "requestFullScreen", "exitFullScreen", "showStatusBar", "hideStatusBar",
  "exitPictureInPicture", "requestBackgroundPlayback", "exitBackgroundPlayback",
];
const cameraMethods = ["startRecord", "stopRecord", "setZoom"];
const playerMethods = ["play", "pause", "stop", "resume", "mute", "requestFullScreen", "exitFullScreen", "snapshot"];
const pusherMethods = [
  "start", "stop", "pause", "resume", "switchCamera", "toggleTorch", "startPreview", "stopPreview", "snapshot", "sendMessage",
  "playBGM", "stopBGM", "pauseBGM", "resumeBGM",
];

export function videoContext(target: Target): Record<string, unknown> {
  return {
    ...context(target, "VideoContext", videoMethods),
    // A subtitle track that is drawn over the video: text and colour.
    sendDanmu: (danmu?: object) => invoke(target, "VideoContext.sendDanmu", "sendDanmu", danmu),
  };
}

/** A photo of the page's camera, as a file. */
function takePhoto(space: Namespace, options: Options): void {
  const name = "CameraContext.takePhoto";
  const settle = settleWith(name, options);
  invoke({ tag: "camera" }, name, "takePhoto", { quality: options["quality"] }, {
    success: ({ type, data, width, height }: { type: string; data: string; width: number; height: number }) =>
      saveTemp(space, { type, data }, (failure, file) =>
        settle(failure, failure ? undefined : { tempImagePath: (file as { tempFilePath: string }).tempFilePath, width, height })),
    fail: ({ errMsg }: { errMsg: string }) => settle({ message: errMsg.replace(`${name}:fail `, "") }),
  });
}

export function addVideo(space: Namespace): void {
  space["createVideoContext"] = (id: unknown, scope?: unknown) => videoContext({ scope, id: String(id), tag: "video" });
  space["createCameraContext"] = () => ({
    ...context({ tag: "camera" }, "CameraContext", cameraMethods),
    takePhoto: (options?: Options) => takePhoto(space, options ?? {}),
    onCameraFrame: () => ({
      start: (o?: Options) => o?.fail?.({ errMsg: "CameraFrameListener.start:fail not supported" }),
      stop: () => undefined,
    }),
  });
  space["createMapContext"] = (id: unknown, scope?: unknown) => mapContext({ scope, id: String(id), tag: "map" });
  space["createLivePlayerContext"] = (id: unknown, scope?: unknown) =>
    context({ scope, id: String(id), tag: "live-player" }, "LivePlayerContext", playerMethods);
  space["createLivePusherContext"] = () => context({ tag: "live-pusher" }, "LivePusherContext", pusherMethods);
  // Of an H5 app's own page: says something to the pages of the web that it shows.
  space["createWebViewContext"] = (id: unknown, scope?: unknown) => context({ scope, id: String(id), tag: "web-view" }, "WebViewContext", ["post"]);
  space["createAudioContext"] = (id: unknown, scope?: unknown) => {
    const target: Target = { scope, id: String(id), tag: "audio" };
    return {
      ...context(target, "AudioContext", ["setSrc", "play", "pause", "seek"]),
    };
  };
}

/** What node.context() of a selector query gives. */
export function contextOf(found: { page: number; node: number; tag: string }): unknown {
  const target: Target = { place: { page: found.page, target: found.node }, tag: found.tag };
  switch (found.tag) {
    case "canvas":
      return new CanvasContext(undefined, "", target.place);
    case "video":
      return videoContext(target);
    case "live-player":
      return context(target, "LivePlayerContext", playerMethods);
    case "map":
      return mapContext(target);
    case "editor":
      return editorContext(target);
    case "camera":
      return context(target, "CameraContext", cameraMethods);
    case "audio":
      return context(target, "AudioContext", ["setSrc", "play", "pause", "seek"]);
  }
  native.log("warn", `context: <${found.tag}> has none`);
  return null;
}
