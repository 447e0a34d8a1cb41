import { toBase64 } from "./canvas/painter";
import type { CompressVideo, MediaFile } from "./constants";
import { resourceURL } from "./resources";

/** Formats of films, best first; the first that the browser writes is taken. */
const FORMATS = ["video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/mp4", "video/webm;codecs=vp8,opus", "video/webm"];
/** What gets through to the logic layer. */
const MAX_FILM = 11 << 20;

/** Plays a film unseen and records it anew, with its sound, smaller. It takes as long as the film does. */
export async function compressVideo(wish: CompressVideo): Promise<MediaFile> {
  const mimeType = FORMATS.find((f) => MediaRecorder.isTypeSupported(f));
  if (!mimeType) throw new Error("not supported");
  const video = document.createElement("video");
  Object.assign(video, { crossOrigin: "anonymous", muted: true, playsInline: true, src: resourceURL(wish.src, "") });
  await happens(video, "loadeddata");
  // Codecs want even sizes.
  const even = (n: number): number => Math.max(2, 2 * Math.round((n * wish.resolution) / 2));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: even(video.videoWidth), height: even(video.videoHeight) });
  const stream = canvas.captureStream(wish.fps);
  const source = (video as HTMLVideoElement & { captureStream?(): MediaStream }).captureStream?.();
  for (const track of source?.getAudioTracks() ?? []) stream.addTrack(track);
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: wish.bitrate * 1000 });
  const pieces: Blob[] = [];
  recorder.ondataavailable = (e) => pieces.push(e.data);
  const pen = canvas.getContext("2d");
  const draw = (): void => void pen?.drawImage(video, 0, 0, canvas.width, canvas.height);
  draw();
  recorder.start();
  const timer = setInterval(draw, 1000 / wish.fps);
  try {
    const ended = happens(video, "ended");
    await video.play();
    await ended;
    await encoded(recorder, pieces, draw);
  } finally {
    clearInterval(timer);
    const over = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    recorder.stop();
    await over;
    for (const track of stream.getTracks()) track.stop();
  }
  const film = new Uint8ClampedArray(await new Blob(pieces).arrayBuffer());
  if (film.length === 0) throw new Error("nothing was recorded: the device is too busy; try again");
  if (film.length > MAX_FILM) throw new Error(`the result has ${film.length} bytes, more than the ${MAX_FILM} that can be kept; choose a lower bitrate`);
  const [type = ""] = recorder.mimeType.split(";");
  return { type, data: toBase64(film), width: canvas.width, height: canvas.height };
}

/** Draws until something is encoded, for a busy device may be late with that, but not longer than some seconds. */
async function encoded(recorder: MediaRecorder, pieces: Blob[], draw: () => void): Promise<void> {
  for (let tries = 0; tries < 100 && !pieces.some((p) => p.size > 0); tries++) {
    draw();
    recorder.requestData();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function happens(video: HTMLVideoElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    video.addEventListener(event, () => resolve(), { once: true });
    video.addEventListener("error", () => reject(new Error(`file not found or no video: ${video.error?.message ?? ""}`)), { once: true });
  });
}
