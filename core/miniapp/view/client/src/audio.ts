import type { Audio as AudioAsk, AudioDo, AudioState } from "./constants";
import { resourceURL } from "./resources";

type Report = (state: AudioState) => void;

/** DOM events → WeChat's names. Stop is told by who stops. */
const events: Record<string, string> = {
  canplay: "Canplay", play: "Play", pause: "Pause", ended: "Ended", timeupdate: "TimeUpdate", waiting: "Waiting",
  seeking: "Seeking", seeked: "Seeked",
};

/** WeChat's codes of a player's errors, by MediaError.code. */
const errors: Record<number, number> = { 1: 10001, 2: 10002, 3: 10004, 4: 10003 };

/** A player of wx.createInnerAudioContext or the background's. */
class Player {
  private readonly audio = new Audio();
  private stopping = false;
  private startTime = 0;

  constructor(readonly background: boolean, private readonly report: Report) {
    for (const [type, name] of Object.entries(events)) {
      this.audio.addEventListener(type, () => {
        if (!(type === "pause" && (this.stopping || this.audio.ended))) this.tell(name);
      });
    }
    this.audio.addEventListener("loadedmetadata", () => {
      if (this.startTime > 0) this.audio.currentTime = this.startTime;
    });
    this.audio.addEventListener("error", () => {
      const { error } = this.audio;
      this.fail(errors[error?.code ?? 0] ?? -1, error?.message || "the sound cannot be played");
    });
  }

  set(settings: Record<string, unknown>): void {
    const { audio } = this;
    for (const [name, v] of Object.entries(settings)) {
      switch (name) {
        case "src":
          this.load(String(v ?? ""));
          break;
        case "startTime":
          this.startTime = Number(v) || 0;
          break;
        case "autoplay":
        case "loop":
          audio[name] = v === true;
          break;
        case "volume":
          audio.volume = Math.min(1, Math.max(0, Number(v)));
          break;
        case "playbackRate":
          audio.playbackRate = Math.min(2, Math.max(0.5, Number(v) || 1));
      }
    }
  }

  do(what: string, position: number): void {
    const { audio } = this;
    switch (what) {
      case "play":
        audio.play().catch((err: unknown) => {
          if (!audio.error && (err as Error).name !== "AbortError") this.fail(10001, String(err));
        });
        break;
      case "pause":
        audio.pause();
        break;
      case "stop":
        this.stop();
        break;
      case "seek":
        audio.currentTime = position;
    }
  }

  pause(): void {
    this.audio.pause();
  }

  destroy(): void {
    this.stopping = true;
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  private load(src: string): void {
    if (src) this.audio.src = resourceURL(src, "");
    else this.audio.removeAttribute("src");
  }

  private stop(): void {
    this.stopping = true;
    this.audio.pause();
    this.audio.currentTime = this.startTime;
    this.tell("Stop");
    // The pause event of this stop comes later.
    setTimeout(() => (this.stopping = false));
  }

  private tell(event: string, more: Partial<AudioState> = {}): void {
    const { currentTime, duration, paused, buffered } = this.audio;
    const end = buffered.length ? buffered.end(buffered.length - 1) : 0;
    this.report({ event, currentTime, duration: Number.isFinite(duration) ? duration : 0, buffered: end, paused, ...more });
  }

  private fail(errCode: number, errMsg: string): void {
    this.tell("Error", { errCode, errMsg });
  }
}

const players = new Map<number, Player>();

export function openPlayer(id: number, ask: AudioAsk, report: Report): void {
  const player = new Player(ask.background === true, report);
  players.get(id)?.destroy();
  players.set(id, player);
  player.set(ask.settings);
}

export function drivePlayer(ask: AudioDo): void {
  const player = players.get(ask.player);
  if (!player) return;
  if (ask.what === "set") {
    const { player: _id, what: _what, ...settings } = ask as AudioDo & Record<string, unknown>;
    player.set(settings);
  } else if (ask.what === "destroy") {
    player.destroy();
    players.delete(ask.player);
  } else player.do(ask.what, ask.position ?? 0);
}
