import { resourceURL } from "../resources";
import { sheetFor } from "../styles";
import { t } from "../texts";
import { Component, make, shadow } from "./component";

const videoSheet = sheetFor(`
  video { width: 100%; height: 100%; display: block; background: #000; }
  .danmu { position: absolute; left: 100%; white-space: nowrap; font-size: 16px; text-shadow: 0 0 2px #000; pointer-events: none; animation: pass 5s linear; }
  @keyframes pass { to { left: 0; transform: translateX(-100%); } }
  :host { overflow: hidden; }
`);

/** How many subtitles may fly at once. */
const MAX_DANMU = 50;

interface Danmu {
  text?: unknown;
  color?: unknown;
}

/** <video>. */
export class Video extends Component {
  private readonly video = make("video");
  private started = false;

  constructor() {
    super();
    this.video.playsInline = true;
    shadow(this, videoSheet, this.video, make("slot"));
    for (const type of ["play", "pause", "ended", "waiting"]) this.video.addEventListener(type, () => this.emit(type));
    this.video.addEventListener("timeupdate", () =>
      this.emit("timeupdate", { currentTime: this.video.currentTime, duration: this.video.duration || 0 }));
    this.video.addEventListener("loadedmetadata", () => this.loaded());
    this.video.addEventListener("progress", () => this.emit("progress", { buffered: bufferedPercent(this.video) }));
    this.video.addEventListener("seeked", () => this.emit("seekcomplete", { position: this.video.currentTime }));
    this.video.addEventListener("fullscreenchange", () =>
      this.emit("fullscreenchange", { fullScreen: document.fullscreenElement !== null, direction: "vertical" }));
    this.video.addEventListener("error", () => this.emit("error", { errMsg: this.video.error?.message || "MEDIA_ERR" }));
  }

  do_play(): Promise<void> {
    return this.video.play();
  }

  do_pause(): void {
    this.video.pause();
  }

  do_stop(): void {
    this.video.pause();
    this.video.currentTime = 0;
  }

  do_seek(args: unknown): void {
    this.video.currentTime = Math.max(0, Number(args) || 0);
  }

  do_playbackRate(args: unknown): void {
    const rate = Number(args);
    if (!(rate >= 0.5 && rate <= 4)) throw new Error(`a playback rate of ${String(args)} is not supported`);
    this.video.playbackRate = rate;
  }

  do_requestFullScreen(): Promise<void> {
    return this.video.requestFullscreen();
  }

  async do_exitFullScreen(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen();
  }

  async do_exitPictureInPicture(): Promise<void> {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
  }

  /** There is no status bar of a system above a web page. */
  do_showStatusBar(): void {}
  do_hideStatusBar(): void {}
  do_requestBackgroundPlayback(): void {}
  do_exitBackgroundPlayback(): void {}

  do_sendDanmu(args: unknown): void {
    const { text, color } = (args ?? {}) as Danmu;
    if (!text || !this.shadowRoot || this.shadowRoot.querySelectorAll(".danmu").length >= MAX_DANMU) return;
    const line = make("div", "danmu", String(text));
    line.style.color = color ? String(color) : "#fff";
    line.style.top = `${Math.floor(Math.random() * 60)}%`;
    line.addEventListener("animationend", () => line.remove());
    this.shadowRoot.append(line);
  }

  protected override update(changed: Set<string>): void {
    this.video.ariaLabel = this.str("ariaLabel", this.str("title")) || null;
    if (this.has("ariaLabel")) this.removeAttribute("aria-label"); // it is the player's name
    this.video.controls = this.bool("controls", true);
    this.video.loop = this.bool("loop");
    this.video.muted = this.bool("muted");
    this.video.autoplay = this.bool("autoplay");
    this.video.style.objectFit = this.str("objectFit", "contain");
    if (changed.has("poster")) this.video.poster = this.str("poster") ? resourceURL(this.str("poster"), this.folder) : "";
    if (changed.has("src")) this.load();
  }

  private load(): void {
    this.started = false;
    const src = this.str("src");
    if (src) this.video.src = resourceURL(src, this.folder);
    else this.video.removeAttribute("src");
  }

  private loaded(): void {
    const { videoWidth: width, videoHeight: height, duration } = this.video;
    if (!this.started && this.num("initialTime") > 0) this.video.currentTime = this.num("initialTime");
    this.started = true;
    this.emit("loadedmetadata", { width, height, duration });
  }
}

function bufferedPercent(media: HTMLMediaElement): number {
  const end = media.buffered.length ? media.buffered.end(media.buffered.length - 1) : 0;
  return media.duration > 0 ? Math.min(100, (end / media.duration) * 100) : 0;
}

const audioSheet = sheetFor(`
  .player { display: flex; align-items: center; gap: 12px; width: 300px; max-width: 100%; height: 64px; border: 1px solid #e6e6e6; background: #fcfcfc; box-sizing: border-box; }
  .cover { width: 64px; height: 62px; border: 0; background: #e6e6e6 center / cover; font-size: 22px; color: #353535; cursor: pointer; }
  .about { flex: 1; min-width: 0; font-size: 14px; color: #353535; }
  .about div { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .author, .time { font-size: 12px; color: #6b6b6b; }
  .time { padding-right: 10px; }
  .hidden { display: none; }
`);

/** <audio>: a player that is seen if it has controls. */
export class AudioPlayer extends Component {
  private readonly audio = new Audio();
  private readonly cover = make("button", "cover", "▶");
  private readonly name = make("div", "name");
  private readonly author = make("div", "author");
  private readonly time = make("div", "time", "00:00");
  private readonly player = make("div", "player hidden", this.cover, make("div", "about", this.name, this.author), this.time);

  constructor() {
    super();
    shadow(this, audioSheet, this.player);
    this.cover.addEventListener("click", () => (this.audio.paused ? void this.do_play() : this.audio.pause()));
    for (const type of ["play", "pause", "ended"]) {
      this.audio.addEventListener(type, () => {
        this.cover.textContent = this.audio.paused ? "▶" : "❚❚";
        this.called();
        this.emit(type);
      });
    }
    this.audio.addEventListener("timeupdate", () => {
      this.time.textContent = clock(this.audio.currentTime);
      this.emit("timeupdate", { currentTime: this.audio.currentTime, duration: this.audio.duration || 0 });
    });
    this.audio.addEventListener("error", () => this.emit("error", { errMsg: `MEDIA_ERR_${this.audio.error?.code ?? 4}` }));
  }

  async do_play(): Promise<void> {
    await this.audio.play();
  }

  do_pause(): void {
    this.audio.pause();
  }

  do_seek(args: unknown): void {
    this.audio.currentTime = Math.max(0, Number(args) || 0);
  }

  do_setSrc(args: unknown): void {
    this.audio.src = args ? resourceURL(String(args), this.folder) : "";
  }

  private called(): void {
    this.cover.ariaLabel = `${this.audio.paused ? t.play : t.pause} ${this.name.textContent ?? ""}`.trim();
  }

  protected override update(changed: Set<string>): void {
    this.player.classList.toggle("hidden", !this.bool("controls"));
    this.audio.loop = this.bool("loop");
    this.name.textContent = this.str("name", t.unknownAudio);
    this.author.textContent = this.str("author", t.unknownAuthor);
    this.called();
    if (changed.has("poster")) {
      this.cover.style.backgroundImage = this.str("poster") ? `url("${resourceURL(this.str("poster"), this.folder)}")` : "";
    }
    if (changed.has("src")) this.do_setSrc(this.str("src"));
  }
}

function clock(seconds: number): string {
  const two = (n: number): string => String(Math.floor(n)).padStart(2, "0");
  return `${two(seconds / 60)}:${two(seconds % 60)}`;
}
