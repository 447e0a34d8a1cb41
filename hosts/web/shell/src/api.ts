import type { Found, FromShell, Launcher, Memory, MemoryChange, Opened, OpenRequest, Permission, ToShell, WindowRequest } from "./constants";

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method, credentials: "same-origin" };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  const response = await fetch(path, init);
  const text = await response.text();
  if (!response.ok) throw new Error(text.trim() || response.statusText);
  return (text ? JSON.parse(text) : undefined) as T;
}

/** The host's requests. */
export const api = {
  launcher: () => call<Launcher>("GET", "/api/launcher"),
  open: (request: OpenRequest) => call<Opened>("POST", "/api/open", request),
  reframe: (session: string) => call<Opened>("POST", "/api/frame", { session }),
  window: (request: WindowRequest) => call<void>("POST", "/api/window", request),
  user: (user: string) => call<void>("POST", "/api/user", { user }),
  permissions: (app: string) => call<Permission[]>("GET", `/api/permissions/${encodeURIComponent(app)}`),
  setPermission: (app: string, p: Permission) => call<void>("POST", `/api/permissions/${encodeURIComponent(app)}`, p),
  remember: (change: MemoryChange) => call<Memory>("POST", "/api/memory", change),
  qr: (text: string) => `/api/qr?text=${encodeURIComponent(text)}`,
  async scan(picture: Blob): Promise<Found> {
    const response = await fetch("/api/scan", { method: "POST", body: picture, credentials: "same-origin" });
    if (!response.ok) throw new Error((await response.text()).trim());
    return (await response.json()) as Found;
  },
  icon: (app: string) => `/api/icon/${encodeURIComponent(app)}`,
};

/** The shell's own connection to the host; it comes back by itself. */
export class HostSocket {
  private socket: WebSocket | undefined;
  private attempt = 0;
  private stopped = false;

  constructor(
    private readonly receive: (m: ToShell) => void,
    private readonly state: (up: boolean) => void,
    private readonly app?: string,
  ) {
    this.connect();
  }

  send(m: FromShell): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(m));
  }

  /** Ends the connection for good. */
  stop(): void {
    this.stopped = true;
    this.socket?.close();
  }

  private connect(): void {
    if (this.stopped) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/shell${this.app === undefined ? "" : `?app=${encodeURIComponent(this.app)}`}`);
    this.socket = socket;
    socket.onopen = () => {
      this.attempt = 0;
      this.state(true);
    };
    socket.onmessage = (e) => this.receive(JSON.parse(String(e.data)) as ToShell);
    socket.onclose = () => {
      this.state(false);
      setTimeout(() => this.connect(), Math.min(4000, 250 * 2 ** this.attempt++));
    };
  }
}
