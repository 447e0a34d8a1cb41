/** How many requests, uploads and downloads are under way at a time, as in WeChat; further ones wait for their turn. */
const WIDTH = 10;

/** A number of places, and who waits for one. */
export class Lane {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  /** Runs start as soon as there is a place, at once if there is one. */
  enter(start: () => void): void {
    if (this.taken >= WIDTH) {
      this.waiting.push(start);
      return;
    }
    this.taken++;
    start();
  }

  /** Gives a place up. */
  leave(): void {
    this.taken--;
    const next = this.waiting.shift();
    if (next) this.enter(next);
  }

  /** Waits no more; false if it does not wait. */
  drop(start: () => void): boolean {
    const at = this.waiting.indexOf(start);
    if (at >= 0) this.waiting.splice(at, 1);
    return at >= 0;
  }
}
