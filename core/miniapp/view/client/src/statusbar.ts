/** Has the shell say how high its status bar is: a window that grows gets the frame of a phone, with one, around it. */
export function connectStatusBar(set: (height: number) => void): void {
  window.addEventListener("message", (e) => {
    if (e.source !== window.parent) return;
    const { statusBar } = (e.data ?? {}) as { statusBar?: unknown };
    if (typeof statusBar === "number") set(statusBar);
  });
}
