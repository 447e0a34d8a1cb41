import type { Ask, SessionAsk, FromShell, KeepScreenOn, Place, Unwatch, Watch, ChooseLocation, PhoneCall, SMS, Appointment } from "./constants";
import { chooseAddress } from "./address";
import { make } from "./dom";
import { battery, brightness, keepScreenOn } from "./device";
import { addAppointment } from "./calendar";
import { addContact, call, chooseContact, text } from "./contact";
import { chooseLocation, openLocation } from "./places";
import type { Remembered } from "./memory";
import { scan } from "./scan";
import { watch } from "./sensors";

/** How long a dialog is seen to go, in milliseconds. */
const LEAVING = 300;

type Handler = (stage: HTMLElement, args: unknown) => Promise<unknown>;

/** Dialogs for mini-programs. They are drawn over all of them, so none can draw one of these itself. */
const dialogs: Record<string, (stage: HTMLElement, args: unknown, memory: Remembered) => Promise<unknown>> = {
  scanCode: (stage, args) => scan(stage, args as never),
  chooseLocation: (stage, args, memory) => chooseLocation(stage, args as ChooseLocation, memory),
  openLocation: (stage, args) => openLocation(stage, args as Place),
  chooseAddress: (stage, _args, memory) => chooseAddress(stage, memory),
  chooseContact: (stage, _args, memory) => chooseContact(stage, memory),
  addPhoneContact: (stage, args) => addContact(stage, args as Record<string, string>),
  sendSms: (stage, args) => text(stage, args as SMS),
  addPhoneCalendar: (stage, args) => addAppointment(stage, args as Appointment),
  phoneCall: (stage, args) => call(stage, (args as PhoneCall).phoneNumber),
};

/** What the shell does without asking. */
const acts: Record<string, Handler> = {
  keepScreenOn: (_stage, args) => keepScreenOn((args as KeepScreenOn).keepScreenOn),
  battery: () => battery(),
  getBrightness: (stage) => Promise.resolve({ value: brightness.get(stage) }),
  setBrightness: (stage, args) => Promise.resolve(brightness.set(stage, (args as { value: number }).value)),
};

/** The asks of all mini-programs: each is carried out once, however often the host sends it. */
export class Asks {
  private readonly known = new Map<string, () => void>();
  /** Dialogs of mini-programs that are not in front; none shows one over another. */
  private waiting: SessionAsk[] = [];

  constructor(
    private readonly stage: HTMLElement,
    private readonly send: (m: FromShell) => void,
    private readonly front: () => string | undefined,
    private readonly memory: Remembered,
  ) {}

  receive({ session, ask }: SessionAsk): void {
    if (ask.kind === "unwatch") {
      this.end(`${session} ${(ask.args as Unwatch).watch}`);
      return;
    }
    const key = `${session} ${ask.id}`;
    if (this.known.has(key)) return;
    this.known.set(key, () => undefined);
    if (ask.kind === "watch") this.watch(session, ask, key);
    else if (ask.kind in dialogs && this.front() !== session) this.waiting.push({ session, ask });
    else this.carryOut(session, ask, key);
  }

  /** A mini-program has come to the front: what it wants to ask is asked now. */
  shown(session: string): void {
    const now = this.waiting.filter((w) => w.session === session);
    this.waiting = this.waiting.filter((w) => w.session !== session);
    for (const { ask } of now) this.carryOut(session, ask, `${session} ${ask.id}`);
  }

  /** Forgets a mini-program that has ended. */
  drop(session: string): void {
    this.waiting = this.waiting.filter((w) => w.session !== session);
    for (const key of [...this.known.keys()]) if (key.startsWith(`${session} `)) this.end(key);
  }

  private end(key: string): void {
    this.known.get(key)?.();
    this.known.delete(key);
  }

  private carryOut(session: string, ask: Ask, key: string): void {
    const host = make("div", "ask-host");
    const open = dialogs[ask.kind];
    const act = acts[ask.kind];
    if (open) {
      this.stage.append(host);
      this.known.set(key, () => host.remove());
    }
    const done = open?.(host, ask.args, this.memory) ?? act?.(this.stage, ask.args) ?? Promise.reject(new Error("not supported"));
    done.then(
      (result) => this.answer(session, ask.id, result),
      (err: Error) => this.answer(session, ask.id, undefined, err.message),
    ).finally(() => {
      this.known.delete(key);
      setTimeout(() => host.remove(), LEAVING);
    });
  }

  private watch(session: string, ask: Ask, key: string): void {
    const { source, interval } = ask.args as Watch;
    watch(source, interval, (report) => {
      if (this.known.has(key)) this.answer(session, ask.id, report);
    }).then(
      (stop) => {
        if (!this.known.has(key)) {
          stop();
          return;
        }
        this.known.set(key, stop);
        this.answer(session, ask.id, null);
      },
      (err: Error) => {
        this.known.delete(key);
        this.answer(session, ask.id, undefined, err.message);
      },
    );
  }

  private answer(session: string, id: number, result: unknown, error?: string): void {
    this.send({ answer: { session, answer: error === undefined ? { id, result: result ?? null } : { id, error: error || "failed" } } });
  }
}
