import { drivePlayer, openPlayer } from "./audio";
import type { EditImage, CompressVideo, FontFace, Animate, ClearAnimation, Audio, AudioDo, CanvasAsk, Draw, Invoke, Ask, Answer, Clipboard, PreviewImage, PreviewMedia, QueryRequest, ScrollTo, Modal, ActionSheet, Toast, Observe, Unobserve, Query } from "./constants";
import { animateKeyframes, clearKeyframes } from "./keyframes";
import { measure } from "./geometry";
import { loadFont, selectedText } from "./fields";
import { observe, unobserve } from "./intersection";
import type { PageView } from "./page";
import type { Stage } from "./stage";
import { compressVideo } from "./recode";
import { showActionSheet } from "./ui/actionsheet";
import { editImage } from "./ui/imageeditor";
import { showModal } from "./ui/modal";
import { previewImages, previewMedia } from "./ui/preview";
import { hideLoading, hideToast, showLoading, showToast } from "./ui/toast";

type Handler = (stage: Stage, ask: Ask, reply: (result: unknown) => void) => unknown;

/** What this client can do when asked; a handler's result, or its promise's, is the answer. */
const handlers: Record<string, Handler> = {
  toast: (stage, ask) => showToast(stage.overlay, ask.args as Toast),
  hideToast: (stage) => hideToast(stage.overlay),
  loading: (stage, ask) => showLoading(stage.overlay, ask.args as Toast),
  hideLoading: (stage) => hideLoading(stage.overlay),
  modal: (stage, ask) => showModal(stage.overlay, ask.id, ask.args as Modal),
  actionSheet: (stage, ask) => showActionSheet(stage.overlay, ask.id, ask.args as ActionSheet),
  query: (stage, ask) => (ask.args as Query).requests.map((r: QueryRequest) => measure(stage.page(ask.page), r)),
  observe: (stage, ask, reply) => observe(stage.page(ask.page), ask.id, ask.args as Observe, reply),
  unobserve: (_stage, ask) => unobserve((ask.args as Unobserve).observer),
  scrollTo: (stage, ask) => stage.page(ask.page)?.scrollTo(ask.args as ScrollTo),
  startPullDownRefresh: (stage, ask) => stage.page(ask.page)?.pullDown.start(),
  stopPullDownRefresh: (stage, ask) => stage.page(ask.page)?.pullDown.stop(),
  previewMedia: (stage, ask) => previewMedia(stage.overlay, ask.args as PreviewMedia),
  previewImage: (stage, ask) => previewImages(stage.overlay, ask.args as PreviewImage),
  setClipboard: (_stage, ask) => copy((ask.args as Clipboard).data),
  getClipboard: async () => ({ data: await navigator.clipboard.readText() }),
  networkType: () => ({ networkType: networkType(), weakNet: /2g/.test(connection()?.effectiveType ?? "") }),
  vibrate: (_stage, ask) => void navigator.vibrate?.((ask.args as { long?: boolean }).long ? 400 : 15),
  selectedText: (stage) => selectedText(stage.focused()),
  userAgent: () => ({ userAgent: navigator.userAgent }),
  loadFontFace: (_stage, ask) => loadFont(ask.args as FontFace),
  hideKeyboard: (stage) => stage.blur(),
  draw: (stage, ask) => stage.livePage(ask.page)?.easel.draw(ask.args as Draw),
  canvas: (stage, ask) => onPage(stage, ask).easel.answer(ask.args as CanvasAsk),
  editImage: (stage, ask) => editImage(stage.overlay, ask.args as EditImage),
  compressVideo: (_stage, ask) => compressVideo(ask.args as CompressVideo),
  invoke: (stage, ask) => onPage(stage, ask).call(ask.args as Invoke),
  animate: (stage, ask) => animateKeyframes(onPage(stage, ask), ask.args as Animate),
  clearAnimation: (stage, ask) => clearKeyframes(onPage(stage, ask), ask.args as ClearAnimation),
  audio: (_stage, ask, reply) => openPlayer(ask.id, ask.args as Audio, reply),
  audioDo: (_stage, ask) => drivePlayer(ask.args as AudioDo),
};

/** Kinds whose handler answers by itself, as often as it likes. */
const many = new Set(["observe", "audio"]);

function onPage(stage: Stage, ask: Ask): PageView {
  const page = stage.livePage(ask.page);
  if (!page) throw new Error("the page is gone");
  return page;
}

/** Carries out an ask and answers it, unless it wants no answer. */
export function answerAsk(stage: Stage, ask: Ask, send: (answer: Answer) => void): void {
  const reply = (result: unknown): void => {
    if (ask.id !== 0) send({ id: ask.id, result: result ?? null });
  };
  const fail = (err: unknown): void => {
    if (ask.id !== 0) send({ id: ask.id, error: err instanceof Error ? err.message : String(err) });
  };
  const handler = handlers[ask.kind];
  if (!handler) {
    fail("not supported");
    return;
  }
  try {
    const result = handler(stage, ask, reply);
    if (!many.has(ask.kind)) Promise.resolve(result).then(reply, fail);
  } catch (err) {
    fail(err);
  }
}

/** What the browser says of its network, where it says something. */
function connection(): { type?: string; effectiveType?: string } | undefined {
  return (navigator as { connection?: { type?: string; effectiveType?: string } }).connection;
}

function networkType(): string {
  if (!navigator.onLine) return "none";
  const { type, effectiveType } = connection() ?? {};
  return type === "cellular" ? (effectiveType ?? "4g").replace("slow-", "") : "wifi";
}

/** Copies text; without the asynchronous clipboard (an opaque origin has none) by a hidden field. */
async function copy(text: string): Promise<void> {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "clipboard";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) await navigator.clipboard.writeText(text);
}
