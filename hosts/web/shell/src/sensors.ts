/** What a browser can report again and again, by the names of message.Watch. */
import { connection, networkType } from "./network";

type Report = (data: unknown) => void;
type Begin = (report: Report, every: number) => () => void;

/** WeChat's intervals, in milliseconds. */
const intervals: Record<string, number> = { game: 20, ui: 60, normal: 200 };
/** How long a sensor may take to show that it is there: browsers have the events without having the sensor. */
const PATIENCE = 400;
const G = 9.80665;
const RADIANS = Math.PI / 180;

/** Begins to report; the promise is fulfilled by what ends it, or rejected if there is no such part here. */
export async function watch(source: string, interval: string | undefined, report: Report): Promise<() => void> {
  if (source === "networkStatus") return network(report);
  if (source === "keyboardHeight") return keyboard(report);
  const begin = sensors[source];
  // A browser tells neither of screen captures nor of memory that runs short: there is never anything to report.
  if (!begin) return source === "userCaptureScreen" || source === "memoryWarning" ? () => undefined : unsupported();
  await permitted();
  return new Promise((resolve, reject) => {
    let there = false;
    const stop = begin((data) => {
      if (!there) {
        there = true;
        resolve(stop);
      }
      report(data);
    }, intervals[interval ?? ""] ?? 200);
    setTimeout(() => {
      if (there) return;
      stop();
      reject(new Error("not supported"));
    }, PATIENCE);
  });
}

function unsupported(): never {
  throw new Error("not supported");
}

function network(report: Report): () => void {
  const tell = (): void => report({ isConnected: navigator.onLine, networkType: networkType() });
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  connection()?.addEventListener("change", tell);
  return () => {
    connection()?.removeEventListener("change", tell);
    window.removeEventListener("online", tell);
    window.removeEventListener("offline", tell);
  };
}

/** A keyboard on the screen leaves less of the window to see. */
function keyboard(report: Report): () => void {
  const view = window.visualViewport;
  let last = 0;
  const tell = (): void => {
    const height = view ? Math.max(0, Math.round(window.innerHeight - view.height * view.scale)) : 0;
    if (height !== last) report({ height: (last = height) });
  };
  view?.addEventListener("resize", tell);
  return () => view?.removeEventListener("resize", tell);
}

/** Listens to an event of the window, at most once in every milliseconds. */
function listen<E extends Event>(type: string, read: (e: E) => unknown): Begin {
  return (report, every) => {
    let last = -Infinity;
    const hear = (e: Event): void => {
      const data = read(e as E);
      if (data === undefined || e.timeStamp - last < every) return;
      last = e.timeStamp;
      report(data);
    };
    window.addEventListener(type, hear);
    return () => window.removeEventListener(type, hear);
  };
}

const sensors: Record<string, Begin> = {
  accelerometer: listen<DeviceMotionEvent>("devicemotion", ({ accelerationIncludingGravity: a }) =>
    a?.x == null ? undefined : { x: a.x / G, y: (a.y ?? 0) / G, z: (a.z ?? 0) / G },
  ),
  gyroscope: listen<DeviceMotionEvent>("devicemotion", ({ rotationRate: r }) =>
    r?.alpha == null ? undefined : { x: (r.beta ?? 0) * RADIANS, y: (r.gamma ?? 0) * RADIANS, z: r.alpha * RADIANS },
  ),
  deviceMotion: listen<DeviceOrientationEvent>("deviceorientation", (e) =>
    e.alpha === null ? undefined : { alpha: e.alpha, beta: e.beta ?? 0, gamma: e.gamma ?? 0 },
  ),
  compass: listen<DeviceOrientationEvent & { webkitCompassHeading?: number; webkitCompassAccuracy?: number }>(
    "ondeviceorientationabsolute" in window ? "deviceorientationabsolute" : "deviceorientation",
    (e) => {
      if (e.webkitCompassHeading !== undefined) return { direction: e.webkitCompassHeading, accuracy: e.webkitCompassAccuracy ?? -1 };
      return e.alpha === null || !e.absolute ? undefined : { direction: (360 - e.alpha) % 360, accuracy: "unknown" };
    },
  ),
};

/** iOS asks the user first. */
async function permitted(): Promise<void> {
  const motion = (window as { DeviceMotionEvent?: { requestPermission?: () => Promise<string> } }).DeviceMotionEvent;
  if (motion?.requestPermission && (await motion.requestPermission()) !== "granted") throw new Error("auth deny");
}
