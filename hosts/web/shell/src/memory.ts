import type { Address, ChosenContact, Memory, MemoryChange, Place } from "./constants";
import { api } from "./api";
import { dropFormer, readFormer } from "./former";
import { log } from "./log";

/** What the launcher shows of a memory. */
export type Shown = Pick<Memory, "recent" | "favourites"> & { language: string };

/** Hears that what the launcher shows is another than before; told is done once the host knows, and fails if it does not take it. */
type Changed = (before: Shown, told: Promise<void>) => void;

/** What the host remembers of the user, the same in all their windows. It is told each change, and tells what comes of all of them. */
export class Remembered {
  /** What the user sees: what the host has said, and what they have done since. */
  private value: Memory = { recent: [], favourites: [], privacy: 0 };
  /** What the host has said last. */
  private kept = this.value;
  private writing: Promise<void> = Promise.resolve();
  /** Changes that the host has not answered yet, and what it has told all windows meanwhile. */
  private unanswered = 0;
  private heard: Memory[] = [];
  /** What this browser kept while hosts did not, until it is handed over. */
  private former = readFormer();

  constructor(private readonly changed: Changed) {}

  /** Begins with what the host says at the start. */
  set(m: Memory): void {
    this.value = this.kept = m;
  }

  /**
   * Takes over what the host tells all windows, and says whether consent that was given is there no more. While changes are under way it
   * may be older than they are: their answers count.
   */
  hear(m: Memory): boolean {
    if (Math.min(this.kept.privacy, this.value.privacy) > m.privacy) return false;
    if (this.unanswered > 0) this.heard.push(m);
    else this.take(m);
    return true;
  }

  get recent(): string[] {
    return this.value.recent;
  }

  get favourites(): string[] {
    return this.value.favourites;
  }

  get privacy(): number {
    return this.value.privacy;
  }

  /** The language that the user chose; "" if they did not. */
  get language(): string {
    return this.value.language || this.former?.language || "";
  }

  get addresses(): Address[] {
    return this.value.addresses ?? [];
  }

  get contacts(): ChosenContact[] {
    return this.value.contacts ?? [];
  }

  get places(): Place[] {
    return this.value.places ?? [];
  }

  used(app: string): void {
    if (this.value.recent[0] === app) return;
    this.note({ used: app }, { recent: [app, ...this.value.recent.filter((a) => a !== app)].slice(0, 50) });
  }

  likes(app: string): boolean {
    return this.value.favourites.includes(app);
  }

  toggle(app: string): boolean {
    const on = !this.likes(app);
    const others = this.value.favourites.filter((a) => a !== app);
    this.note({ favourite: { app, on } }, { favourites: on ? [...others, app] : others });
    return on;
  }

  /** Agrees to a version of the privacy text, or takes that back: 0. It fails, and nothing is changed, if the host cannot keep it. */
  agree(version: number): Promise<void> {
    return this.save({ privacy: version }, { privacy: version });
  }

  speak(language: string): void {
    this.note({ language }, { language });
  }

  /** Remembers what the user has given to a mini-program. */
  gave(what: Pick<MemoryChange, "address" | "contact" | "place">): void {
    this.note(what, {});
  }

  /** Hands over what this browser kept itself, once: from then on it is the host's. */
  async handOver(): Promise<void> {
    if (!this.former) return;
    try {
      await this.save({ former: this.former }, {});
      this.former = undefined;
      dropFormer();
    } catch (err) {
      log("error", "dougong", (err as Error).message); // it stays for the next start
    }
  }

  /** Saves what may be lost: it is shown as it was before, then. */
  private note(change: MemoryChange, now: Partial<Memory>): void {
    this.save(change, now).catch((err: Error) => log("error", "dougong", err.message));
  }

  /** Shows a change at once and tells the host. Writes go out one after the other, so that the last one is what is kept. */
  private save(change: MemoryChange, now: Partial<Memory>): Promise<void> {
    this.unanswered++;
    const told = this.writing.then(() => api.remember(change)).then(
      (m) => this.answered(m),
      (err: unknown) => {
        this.answered(undefined);
        throw err;
      },
    );
    this.writing = told.catch(() => undefined);
    this.show({ ...this.value, ...now }, told);
    return told;
  }

  /** Takes over the answer to a change; the last one's is what the user sees, unless another window has changed something since. */
  private answered(m: Memory | undefined): void {
    if (m) this.kept = m;
    if (--this.unanswered > 0) return;
    const heard = this.heard.splice(0);
    const own = JSON.stringify(this.kept);
    const last = heard.at(-1);
    this.take(last && (!m || heard.some((h) => JSON.stringify(h) === own)) ? last : this.kept);
  }

  private take(m: Memory): void {
    this.kept = m;
    this.show(m, Promise.resolve());
  }

  private show(m: Memory, told: Promise<void>): void {
    const before = { recent: this.recent, favourites: this.favourites, language: this.language };
    this.value = m;
    this.changed(before, told);
  }
}
