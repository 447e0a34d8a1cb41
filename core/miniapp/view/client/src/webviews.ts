/** What a <web-view> must be able to do for the host around the frame. */
export interface WebPage extends Element {
  /** Its page is in front, and nothing is shown above it. */
  place(inFront: boolean): void;
  /** Its page is left. */
  leaving(): void;
  hear(type: string, detail: unknown): void;
}

const pages = new Map<string, WebPage>();
let inFront: (el: Element) => boolean = () => false;

/** Connects to the shell: pages of the web are shown by it, above this frame, for here they would have no origin. */
export function connectWebViews(front: (el: Element) => boolean): void {
  inFront = front;
  window.addEventListener("message", (e) => {
    if (e.source !== window.parent) return;
    const { webView } = (e.data ?? {}) as { webView?: { id?: string; type?: string; detail?: unknown } };
    if (!webView) return;
    const id = String(webView.id);
    if (webView.type === "gone") {
      if (!pages.get(id)?.isConnected) pages.delete(id);
    } else pages.get(id)?.hear(String(webView.type), webView.detail);
  });
}

/** Registers a <web-view>; state is what the shell is told. */
export function addWebView(id: string, page: WebPage): void {
  pages.set(id, page);
}

/** Takes it away. What its page said before is still on its way, so it is heard until the shell says that it is gone. */
export function removeWebView(id: string): void {
  tellShell({ id });
}

/** Puts all where they belong now. */
export function placeWebViews(): void {
  pages.forEach((page) => page.isConnected && page.place(inFront(page)));
}

/** The page around is left: what its pages of the web said is told. */
export function leaveWebViews(within: Element): void {
  pages.forEach((page) => {
    if (inFront(page) && within.isConnected) page.leaving();
  });
}

/** Says to the shell how a page of the web is to be shown. */
export function tellShell(state: object): void {
  window.parent.postMessage({ webView: state }, "*");
}
