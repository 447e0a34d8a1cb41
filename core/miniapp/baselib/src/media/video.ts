/** wx.createVideoContext and the contexts of camera and live components. */
import type { Namespace } from "../capability";
import { CanvasContext } from "../canvas/legacy";
import { native } from "../native";
import { editorContext, mapContext } from "../components/contexts";
import { cameraContext } from "./camera";
import { context, invoke, type Target } from "./component";

const videoMethods = [
  "play", "pause", "stop", "seek", "playbackRate", "requestFullScreen", "exitFullScreen", "showStatusBar", "hideStatusBar",
  "exitPictureInPicture", "requestBackgroundPlayback", "exitBackgroundPlayback",
];
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

/** Where contexts put files. */
let files: Namespace = {};

export function addVideo(space: Namespace): void {
  space["createVideoContext"] = (id: unknown, scope?: unknown) => videoContext({ scope, id: String(id), tag: "video" });
  files = space;
  space["createCameraContext"] = () => cameraContext(space, { tag: "camera" });
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
      return cameraContext(files, target);
    case "audio":
      return context(target, "AudioContext", ["setSrc", "play", "pause", "seek"]);
  }
  native.log("warn", `context: <${found.tag}> has none`);
  return null;
}
