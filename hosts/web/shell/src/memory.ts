import type { Address, ChosenContact, Former, Memory, MemoryChange, Place } from "./constants";
import { api } from "./api";
import { log } from "./log";

/** What the host remembers of the user, the same in all their windows. It is told each change, and tells what comes of all of them. */
export class Remembered {
  private value: Memory = { recent: [], favourites: [], privacy: 0 };
  private writing: Promise<void> = Promise.resolve();
  /** What this browser kept while hosts did not. */
  private readonly former = readFormer();

  constructor(private readonly changed: () => void) {}

  set(m: Memory): void {
    this.value = m;
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
    void this.save({ used: app }, { recent: [app, ...this.value.recent.filter((a) => a !== app)].slice(0, 50) });
  }

  likes(app: string): boolean {
    return this.value.favourites.includes(app);
  }

  toggle(app: string): boolean {
    const on = !this.likes(app);
    const others = this.value.favourites.filter((a) => a !== app);
    void this.save({ favourite: { app, on } }, { favourites: on ? [...others, app] : others });
    return on;
  }

  agree(version: number): Promise<void> {
    return this.save({ privacy: version }, { privacy: version });
  }

  speak(language: string): Promise<void> {
    return this.save({ language }, { language });
  }

  /** Remembers what the user has given to a mini-program. */
  gave(what: Pick<MemoryChange, "address" | "contact" | "place">): void {
    void this.save(what, {});
  }

  /** Hands over what this browser kept itself, once: from then on it is the host's. */
  async handOver(): Promise<void> {
    if (!this.former) return;
    try {
      this.value = await api.remember({ former: this.former });
      for (const key of FORMER) localStorage.removeItem(key);
    } catch (err) {
      log("error", "dougong", (err as Error).message); // it stays for the next start
    }
  }

  /** Writes go out one after the other, so that the last one is what is kept. */
  private save(change: MemoryChange, now: Partial<Memory>): Promise<void> {
    this.value = { ...this.value, ...now };
    this.writing = this.writing.then(() => api.remember(change)).then(
      () => undefined, // the host tells all windows, this one among them
      (err: Error) => log("error", "dougong", err.message),
    );
    this.changed();
    return this.writing;
  }
}

/** Where browsers kept what is the host's now. */
const FORMER = ["dougong.language", "dougong.addresses", "dougong.contacts", "dougong.places"] as const;

function readFormer(): Former | undefined {
  try {
    const [language, addresses, contacts, places] = FORMER.map((key) => localStorage.getItem(key));
    if (!language && !addresses && !contacts && !places) return undefined;
    return { language: language ?? "", addresses: formerList(addresses), contacts: formerList(contacts), places: formerList(places) };
  } catch {
    return undefined; // a browser without storage has kept nothing
  }
}

function formerList(text: string | null | undefined): unknown[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? (list as unknown[]).slice(0, 10) : [];
  } catch {
    return [];
  }
}
