/** wx.createInnerAudioContext: a player in the client, told what to do and telling what happens. */
import type { Namespace } from "../capability";
import { asynchronous, immediate, need } from "../convention";
import { Listeners } from "../listeners";
import { native, type Failure, type Settle } from "../native";

/** message.AudioState: what a player reports with each event. */
interface Report {
  event: string;
  currentTime: number;
  duration: number;
  buffered: number;
  paused: boolean;
  errCode?: number;
  errMsg?: string;
}

const events = [
  "Canplay", "Play", "Pause", "Stop", "Ended", "TimeUpdate", "Error", "Waiting", "Seeking", "Seeked", "Prev", "Next",
];

/** Properties that the client has to know of. */
const settings: Record<string, unknown> = {
  src: "", startTime: 0, autoplay: false, loop: false, volume: 1, playbackRate: 1, obeyMuteSwitch: true, referrerPolicy: "no-referrer",
};

const writable = Object.keys(settings);

/** The players that the client has. */
const playing = new Set<Player>();

/** A player. Inner audio makes one each; the background has one. */
export class Player {
  protected readonly values: Record<string, unknown> = { ...settings };
  private state: Report = { event: "", currentTime: 0, duration: 0, buffered: 0, paused: true };
  private readonly listeners: Record<string, Listeners> = {};
  private id = 0;

  constructor(private readonly background: boolean) {
    for (const event of events) this.listeners[event] = new Listeners();
  }

  get currentTime(): number {
    return this.state.currentTime;
  }

  get duration(): number {
    return this.state.duration;
  }

  get buffered(): number {
    return this.state.buffered;
  }

  get paused(): boolean {
    return this.state.paused;
  }

  on(event: string, listener: unknown): void {
    this.listeners[event]?.add(listener);
  }

  off(event: string, listener?: unknown): void {
    this.listeners[event]?.remove(listener);
  }

  read(name: string): unknown {
    return this.values[name];
  }

  write(name: string, v: unknown): void {
    this.values[name] = v;
    this.tell("set", { [name]: v });
  }

  play(): void {
    this.state.paused = false;
    this.tell("play");
  }

  pause(): void {
    this.tell("pause");
  }

  stop(): void {
    this.tell("stop");
  }

  seek(position: unknown): void {
    const at = Number(position);
    if (Number.isFinite(at)) this.tell("seek", { position: Math.max(0, at) });
  }

  destroy(): void {
    if (this.id === 0) return;
    this.tell("destroy");
    native.unwatch(this.id);
    playing.delete(this);
    this.id = 0;
  }

  /** The mini-program is out of sight: only the background goes on. */
  hidden(): void {
    if (this.id !== 0 && !this.background && !this.state.paused) this.pause();
  }

  /** A client that connected anew has the player as it was made: it gets what was set since, and goes on. */
  renew(): void {
    const { currentTime, paused } = this.state;
    this.tell("set", this.values);
    if (currentTime > 0) this.seek(currentTime);
    if (!paused) this.play();
  }

  private tell(what: string, args: object = {}): void {
    if (this.id === 0) {
      if (what === "destroy") return;
      this.id = native.watch("audio", { background: this.background, settings: this.values }, (failure, report) => {
        if (failure) this.fail(failure.message);
        else this.hear(report as Report);
      });
      playing.add(this);
      if (what === "set") return;
    }
    native.ask("audioDo", { player: this.id, what, ...args });
  }

  private hear(report: Report): void {
    this.state = report;
    this.listeners[report.event]?.call(report.event === "Error" ? { errCode: report.errCode, errMsg: report.errMsg } : {});
  }

  private fail(message: string): void {
    this.listeners["Error"]?.call({ errCode: -1, errMsg: message });
  }
}

/** Puts a player behind a plain object with WeChat's names. */
function expose(player: Player, own: string[], methods: string[], names: string[]): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const name of own) {
    Object.defineProperty(made, name, {
      get: () => player.read(name),
      set: (v: unknown) => player.write(name, v),
      enumerable: true,
      configurable: true,
    });
  }
  for (const name of ["currentTime", "duration", "buffered", "paused"] as const) {
    Object.defineProperty(made, name, {
      get: () => player[name],
      // Setting the time is how some programs seek.
      set: (v: unknown) => {
        if (name === "currentTime") player.seek(v);
      },
      enumerable: true,
      configurable: true,
    });
  }
  for (const name of methods) {
    made[name] = (arg?: unknown) => (player as unknown as Record<string, (arg?: unknown) => void>)[name]?.(arg);
  }
  for (const event of names) {
    made[`on${event}`] = (listener: unknown) => player.on(event, listener);
    made[`off${event}`] = (listener?: unknown) => player.off(event, listener);
  }
  return made;
}

const inner = events.filter((e) => e !== "Prev" && e !== "Next");
/** What the background player shows of what it plays. */
const shown = ["title", "epname", "singer", "coverImgUrl", "webUrl", "protocol", "audioType"];

export function addAudio(space: Namespace): void {
  native.on("resume", () => playing.forEach((player) => player.renew()));
  native.on("appHide", () => playing.forEach((player) => player.hidden()));
  space["createInnerAudioContext"] = () => expose(new Player(false), writable, ["play", "pause", "stop", "seek", "destroy"], inner);
  space["setInnerAudioOption"] = immediate("setInnerAudioOption", () => ({}));
  let manager: Record<string, unknown> | undefined;
  let player: Player | undefined;
  const background = (): Player => (player ??= new Player(true));
  space["getBackgroundAudioManager"] = () => (manager ??= backgroundManager(background()));
  addOldBackground(space, background);
  addVoice(space);
}

/** The background player begins to play when its src is set. */
function backgroundManager(player: Player): Record<string, unknown> {
  const made = expose(player, ["startTime", "playbackRate", ...shown], ["play", "pause", "stop", "seek"], events);
  Object.defineProperty(made, "src", {
    get: () => player.read("src"),
    set: (v: unknown) => {
      player.write("src", v);
      if (v) player.play();
    },
    enumerable: true,
    configurable: true,
  });
  return made;
}

/** Recorded voices by the names before createInnerAudioContext: one at a time, and playVoice is done when it has ended. */
function addVoice(space: Namespace): void {
  const voice = new Player(false);
  let settle: Settle | undefined;
  const finish = (failure: Failure | null): void => {
    const waiting = settle;
    settle = undefined;
    waiting?.(failure);
  };
  voice.on("Ended", () => finish(null));
  voice.on("Stop", () => finish(null));
  voice.on("Error", ({ errMsg }: { errMsg: string }) => finish({ message: errMsg }));
  space["playVoice"] = asynchronous("playVoice", (p, done) => {
    try {
      need(p, "filePath", "string");
    } catch (error) {
      native.defer(() => done({ message: (error as Error).message }));
      return;
    }
    finish(null);
    settle = done;
    voice.write("src", p["filePath"]);
    voice.play();
  });
  space["pauseVoice"] = immediate("pauseVoice", () => voice.pause());
  space["stopVoice"] = immediate("stopVoice", () => voice.stop());
}

/** The names before getBackgroundAudioManager. */
function addOldBackground(space: Namespace, player: () => Player): void {
  space["playBackgroundAudio"] = immediate("playBackgroundAudio", (p) => {
    if (p["dataUrl"]) {
      player().write("src", String(p["dataUrl"]));
      player().write("title", String(p["title"] ?? ""));
    }
    if (!player().read("src")) throw new Error("parameter error: dataUrl is missing");
    player().play();
  });
  space["pauseBackgroundAudio"] = immediate("pauseBackgroundAudio", () => player().pause());
  space["stopBackgroundAudio"] = immediate("stopBackgroundAudio", () => player().stop());
  space["seekBackgroundAudio"] = immediate("seekBackgroundAudio", (p) => player().seek(p["position"]));
  space["getBackgroundAudioPlayerState"] = immediate("getBackgroundAudioPlayerState", () => {
    const p = player();
    const src = String(p.read("src") ?? "");
    if (!src) return { status: 2 };
    return { status: p.paused ? 0 : 1, currentPosition: p.currentTime, duration: p.duration, downloadPercent: p.duration > 0 ? Math.round((p.buffered / p.duration) * 100) : 0, dataUrl: src };
  });
  for (const event of ["Play", "Pause", "Stop"]) {
    space[`onBackgroundAudio${event}`] = (listener: unknown) => player().on(event, listener);
    space[`offBackgroundAudio${event}`] = (listener?: unknown) => player().off(event, listener);
  }
}
