/** A <camera> that hears of the one that the shell opened for it. */
export interface CameraPage {
  hear(type: string, detail: unknown): void;
}

const open = new Map<string, CameraPage>();

/** Connects to the shell: this frame has no camera of its own. */
export function connectCameras(): void {
  window.addEventListener("message", (e) => {
    if (e.source !== window.parent) return;
    const { camera } = (e.data ?? {}) as { camera?: { id?: string; type?: string; detail?: unknown } };
    if (camera) open.get(String(camera.id))?.hear(String(camera.type), camera.detail);
  });
}

export function addCamera(id: string, page: CameraPage): void {
  open.set(id, page);
}

/** Closes it. */
export function removeCamera(id: string): void {
  open.delete(id);
  tellCamera({ id, open: false });
}

/** Says to the shell what is wanted of a camera. */
export function tellCamera(camera: object): void {
  window.parent.postMessage({ camera }, "*");
}
