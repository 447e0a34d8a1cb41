import type { ToShell } from "./constants";

/** Messages kept for sessions that are being opened, and sessions whose window is. */
const MOST = 100;

/** Messages about sessions whose opening has not been answered yet. Windows of the user elsewhere open sessions, too, which never come here. */
export class Early {
  private opening = 0;
  /** What the window of each is now: the last one that was said. */
  private readonly windows = new Map<string, ToShell>();
  private others: { session: string; message: ToShell }[] = [];

  /** Something is being opened from here on, until end is called. */
  begin(): void {
    this.opening++;
  }

  /** An opening has come to its end: the messages that were kept for it, and none for others once nothing is being opened. */
  end(session?: string): ToShell[] {
    const own = this.others.filter((o) => o.session === session).map((o) => o.message);
    const state = this.windows.get(session ?? "");
    this.others = this.others.filter((o) => o.session !== session);
    this.windows.delete(session ?? "");
    if (--this.opening === 0) {
      this.others = [];
      this.windows.clear();
    }
    return state ? [state, ...own] : own;
  }

  /** Keeps a message while something is being opened; the oldest ones give way. */
  keep(session: string, message: ToShell): void {
    if (this.opening === 0) return;
    if (!message.window) {
      this.others.push({ session, message });
      if (this.others.length > MOST) this.others.shift();
      return;
    }
    this.windows.delete(session); // the one that was said last goes last
    this.windows.set(session, message);
    const [oldest] = this.windows.keys();
    if (this.windows.size > MOST && oldest !== undefined) this.windows.delete(oldest);
  }
}
