/** An ordered set of listeners. One that throws does not keep the others from hearing. */
export class Listeners {
  private list: ((...args: any[]) => void)[] = [];

  add(listener: unknown): void {
    if (typeof listener === "function") this.list.push(listener as () => void);
  }

  /** Removes one listener, or all of them. */
  remove(listener?: unknown): void {
    this.list = listener === undefined ? [] : this.list.filter((l) => l !== listener);
  }

  get size(): number {
    return this.list.length;
  }

  call(...args: unknown[]): void {
    let thrown: { error: unknown } | undefined;
    for (const listener of [...this.list]) {
      try {
        listener(...args);
      } catch (error) {
        thrown ??= { error };
      }
    }
    if (thrown) throw thrown.error;
  }
}
