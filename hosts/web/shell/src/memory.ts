import type { Memory } from "./constants";
import { api } from "./api";

/** What the host remembers of the user, written back whenever it changes. */
export class Remembered {
  private value: Memory = { recent: [], favourites: [], privacy: 0 };
  private writing: Promise<void> = Promise.resolve();

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

  used(app: string): void {
    if (this.value.recent[0] === app) return;
    this.save({ recent: [app, ...this.value.recent.filter((a) => a !== app)].slice(0, 50) });
  }

  likes(app: string): boolean {
    return this.value.favourites.includes(app);
  }

  toggle(app: string): boolean {
    const liked = this.likes(app);
    this.save({ favourites: liked ? this.value.favourites.filter((a) => a !== app) : [...this.value.favourites, app] });
    return !liked;
  }

  agree(version: number): Promise<void> {
    return this.save({ privacy: version });
  }

  /** Writes go out one after the other, so that the last one is what is kept. */
  private save(change: Partial<Memory>): Promise<void> {
    this.value = { ...this.value, ...change };
    const { privacy, ...rest } = this.value;
    const told = change.privacy === undefined ? rest : { ...rest, privacy };
    this.writing = this.writing.then(() => api.remember(told)).catch(() => undefined);
    this.changed();
    return this.writing;
  }
}
