/** The channel between a page and the page that opened it: what one end emits, the other end's listeners hear. */
export class EventChannel {
  private listeners: Record<string, { fn: (...args: any[]) => void; once: boolean }[]> = {};
  private peer?: EventChannel;

  static pair(): [EventChannel, EventChannel] {
    const a = new EventChannel();
    const b = new EventChannel();
    a.peer = b;
    b.peer = a;
    return [a, b];
  }

  on(event: string, fn: (...args: any[]) => void): void {
    (this.listeners[event] ??= []).push({ fn, once: false });
  }

  once(event: string, fn: (...args: any[]) => void): void {
    (this.listeners[event] ??= []).push({ fn, once: true });
  }

  off(event: string, fn?: (...args: any[]) => void): void {
    this.listeners[event] = fn ? (this.listeners[event] ?? []).filter((l) => l.fn !== fn) : [];
  }

  emit(event: string, ...args: unknown[]): void {
    this.peer?.hear(event, args);
  }

  private hear(event: string, args: unknown[]): void {
    for (const listener of [...(this.listeners[event] ?? [])]) {
      if (listener.once) this.off(event, listener.fn);
      listener.fn(...args);
    }
  }
}
