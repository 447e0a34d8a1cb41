import { PROTOCOL_VERSION, type FromFrame, type Hello, type ToFrame } from "./constants";

/** Waits between attempts to reconnect, in milliseconds; the last one repeats. */
const BACKOFF = [200, 500, 1000, 2000, 4000];
/** Close codes after which trying again is pointless: the host refuses this key or ended the session. */
const FINAL_CODES = new Set([4001, 4003, 4004]);
/** So many resyncs within so many milliseconds are too many. */
const MAX_RESYNCS = 5;
const RESYNC_WINDOW = 30_000;
/** Messages kept while the connection is down. */
const MAX_QUEUE = 200;

/** What a connection tells its user. */
export interface Listener {
  hello(hello: Hello): void;
  message(m: ToFrame): void;
  /** The connection is lost; final means it will not come back. */
  lost(reason: string, final: boolean): void;
}

/** The WebSocket to the host. Each connection spends a one-use key and gets the next one in its hello. */
export class Connection {
  private socket: WebSocket | undefined;
  private attempt = 0;
  private ended = false;
  private queue: FromFrame[] = [];
  private resyncs: number[] = [];

  constructor(
    private key: string,
    private readonly listener: Listener,
  ) {
    this.connect();
  }

  /** Sends a message, or keeps it until the connection is back. */
  send(m: FromFrame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(m));
    else if (this.queue.length < MAX_QUEUE) this.queue.push(m);
  }

  /**
   * Drops the connection and takes a new one: the host then sends everything again. If that does not help, again and
   * again, host and client do not understand each other, and trying on would only keep both busy.
   */
  resync(): void {
    const now = performance.now();
    this.resyncs = [...this.resyncs.filter((t) => now - t < RESYNC_WINDOW), now];
    if (this.resyncs.length > MAX_RESYNCS) {
      this.ended = true;
      this.listener.lost("patches do not fit; open the mini-program again", true);
    }
    this.socket?.close(4000, "resync");
  }

  private connect(): void {
    const url = new URL("ws", document.baseURI);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("key", this.key);
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.onmessage = (e) => this.receive(JSON.parse(String(e.data)) as ToFrame);
    socket.onclose = (e) => this.closed(e);
  }

  private receive(m: ToFrame): void {
    if (!m.hello) {
      this.listener.message(m);
      return;
    }
    if (m.hello.version !== PROTOCOL_VERSION) {
      this.ended = true;
      this.listener.lost(`the host speaks protocol ${m.hello.version}, this page ${PROTOCOL_VERSION}: reload`, true);
      return;
    }
    this.key = m.hello.resume;
    this.attempt = 0;
    this.listener.hello(m.hello);
    for (const queued of this.queue.splice(0)) this.send(queued);
  }

  private closed(e: CloseEvent): void {
    if (this.ended) return;
    this.ended = FINAL_CODES.has(e.code);
    this.listener.lost(e.reason, this.ended);
    if (this.ended) return;
    const wait = BACKOFF[Math.min(this.attempt++, BACKOFF.length - 1)];
    setTimeout(() => this.connect(), wait);
  }
}
