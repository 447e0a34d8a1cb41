/** APIs that need something of the device that shows the mini-program: the shell asks the user or looks. */
import { asking, asynchronous, immediate, need, type Options } from "./convention";
import { Listeners } from "./listeners";
import { native, type Failure, type Settle } from "./native";
import type { Namespace } from "./capability";

const text = (value: unknown, fallback = ""): string => (value === undefined || value === null ? fallback : String(value));

export function addDevice(space: Namespace): void {
  space["setClipboardData"] = asking("setClipboardData", "setClipboard", (p) => {
    need(p, "data", "string");
    return { data: p["data"] };
  });
  space["getClipboardData"] = asking("getClipboardData", "getClipboard", () => null);
  space["makePhoneCall"] = asking("makePhoneCall", "phoneCall", (p) => {
    need(p, "phoneNumber", "string");
    return { phoneNumber: p["phoneNumber"] };
  });
  // Proxies are the host's, which mini-programs do not get to know of.
  space["getNetworkType"] = completed("getNetworkType", "networkType", { hasSystemProxy: false, weakNet: false });
  space["vibrateShort"] = asking("vibrateShort", "vibrate", (p) => ({ type: text(p["type"], "medium") }));
  space["vibrateLong"] = asking("vibrateLong", "vibrate", () => ({ long: true }));
  space["setKeepScreenOn"] = asking("setKeepScreenOn", "keepScreenOn", (p) => {
    need(p, "keepScreenOn", "boolean");
    return { keepScreenOn: p["keepScreenOn"] };
  });
  space["getBatteryInfo"] = completed("getBatteryInfo", "battery", { isLowPowerModeEnabled: false });
  space["getScreenBrightness"] = asking("getScreenBrightness", "getBrightness", () => null);
  space["setScreenBrightness"] = asking("setScreenBrightness", "setBrightness", (p) => {
    need(p, "value", "number");
    const value = p["value"] as number;
    if (value !== -1 && !(value >= 0 && value <= 1)) throw new Error("parameter error: parameter.value should be between 0 and 1");
    return { value };
  });
  space["scanCode"] = asking("scanCode", "scanCode", (p) => ({
    onlyFromCamera: p["onlyFromCamera"] === true,
    scanType: Array.isArray(p["scanType"]) ? p["scanType"].map(String) : ["barCode", "qrCode"],
  }));
  space["addPhoneContact"] = asking("addPhoneContact", "addPhoneContact", contact);
  space["chooseContact"] = asking("chooseContact", "chooseContact", () => null);
  space["sendSms"] = asking("sendSms", "sendSms", (p) => {
    need(p, "phoneNumber", "string");
    return { phoneNumber: p["phoneNumber"], content: text(p["content"]) };
  });
  space["addPhoneCalendar"] = asking("addPhoneCalendar", "addPhoneCalendar", appointment);
  space["addPhoneRepeatCalendar"] = asking("addPhoneRepeatCalendar", "addPhoneCalendar", (p) => {
    const repeat = text(p["repeatInterval"], "month");
    if (!["day", "week", "month", "year"].includes(repeat)) throw new Error(`parameter error: parameter.repeatInterval is ${repeat}`);
    const end = p["repeatEndTime"];
    return { ...appointment(p), repeat, ...(end === undefined ? {} : { repeatEnd: seconds(end, "repeatEndTime") }) };
  });
  addPlaces(space);
  addWatches(space);
}

/** Asks, and adds what the answer leaves out. */
function completed(name: string, kind: string, rest: object): unknown {
  return asynchronous(name, (_p, settle) =>
    native.ask(kind, null, (failure, result) => settle(failure, failure ? undefined : { ...rest, ...(result as object) })));
}

/** An appointment for the device's calendar; times are seconds since the epoch. */
function appointment(p: Options): Record<string, unknown> {
  need(p, "title", "string");
  need(p, "startTime", "number");
  const start = p["startTime"] as number;
  return {
    title: p["title"], start, end: p["endTime"] === undefined ? start : seconds(p["endTime"], "endTime"), allDay: p["allDay"] === true,
    description: text(p["description"]), location: text(p["location"]), alarm: p["alarm"] === false ? -1 : Number(p["alarmOffset"] ?? 0),
  };
}

/** WeChat has some times as numbers and others as text. */
function seconds(value: unknown, name: string): number {
  const n = Number(value);
  if (!Number.isFinite(n)) throw new Error(`parameter error: parameter.${name} should be a time in seconds`);
  return n;
}

function contact(p: Options): unknown {
  need(p, "firstName", "string");
  const out: Record<string, string> = {};
  for (const key of Object.keys(p)) if (typeof p[key] !== "function" && p[key] !== "" && p[key] != null) out[key] = String(p[key]);
  return out;
}

function addPlaces(space: Namespace): void {
  const around = (p: Options): Record<string, unknown> => {
    const { latitude, longitude } = p;
    return typeof latitude === "number" && typeof longitude === "number" ? { latitude, longitude } : {};
  };
  space["chooseLocation"] = asking("chooseLocation", "chooseLocation", around);
  space["choosePoi"] = asynchronous("choosePoi", (p, settle) => {
    native.ask("chooseLocation", { ...around(p), poi: true }, (failure, place) => settle(failure, failure ? undefined : { type: 2, ...(place as object) }));
  });
  space["openLocation"] = asking("openLocation", "openLocation", (p) => {
    need(p, "latitude", "number");
    need(p, "longitude", "number");
    if (Math.abs(p["latitude"]) > 90 || Math.abs(p["longitude"]) > 180) throw new Error("parameter error: the point is not on the earth");
    return {
      latitude: p["latitude"],
      longitude: p["longitude"],
      name: text(p["name"]),
      address: text(p["address"]),
      scale: typeof p["scale"] === "number" ? Math.round(p["scale"]) : 18,
    };
  });
  space["chooseAddress"] = asking("chooseAddress", "chooseAddress", () => null);
}

/** Something that reports again and again: one watch of the host, however many listeners there are. */
class Source {
  readonly listeners = new Listeners();
  private watch: number | undefined;
  private starting: Settle | undefined;

  constructor(private readonly name: string) {}

  /** Begins the reports; the first answer says that they have begun, or why not. */
  start(interval: string, settle: Settle): void {
    this.stop();
    this.starting = settle;
    const watch = native.sense(this.name, interval, (failure, report) => {
      if (this.watch !== watch) return;
      if (failure) this.stop(failure);
      else if (this.starting) this.begun(null);
      else if (report !== undefined && report !== null) this.listeners.call(report); // a new client says that it has begun, too
    });
    this.watch = watch;
  }

  /** Ends the reports, and a start that is under way. */
  stop(failure: Failure | null = null): void {
    if (this.watch !== undefined) native.unsense(this.watch);
    this.watch = undefined;
    this.begun(failure);
  }

  private begun(failure: Failure | null): void {
    const settle = this.starting;
    this.starting = undefined;
    settle?.(failure);
  }

  get running(): boolean {
    return this.watch !== undefined;
  }
}

/** WeChat's names: source, on and off, start and stop; auto: a listener is enough to begin. */
const watches: { source: string; event: string; start?: string; stop?: string; auto?: boolean }[] = [
  { source: "networkStatus", event: "NetworkStatusChange", auto: true },
  { source: "accelerometer", event: "AccelerometerChange", start: "startAccelerometer", stop: "stopAccelerometer", auto: true },
  { source: "compass", event: "CompassChange", start: "startCompass", stop: "stopCompass", auto: true },
  { source: "gyroscope", event: "GyroscopeChange", start: "startGyroscope", stop: "stopGyroscope" },
  { source: "deviceMotion", event: "DeviceMotionChange", start: "startDeviceMotionListening", stop: "stopDeviceMotionListening" },
  { source: "userCaptureScreen", event: "UserCaptureScreen", auto: true },
  { source: "keyboardHeight", event: "KeyboardHeightChange", auto: true },
  { source: "memoryWarning", event: "MemoryWarning", auto: true },
];

function addWatches(space: Namespace): void {
  for (const { source: name, event, start, stop, auto } of watches) {
    const source = new Source(name);
    space[`on${event}`] = (listener: unknown) => {
      source.listeners.add(listener);
      if (auto && !source.running) source.start("normal", () => undefined);
    };
    space[`off${event}`] = (listener?: unknown) => {
      source.listeners.remove(listener);
      // What has a start of its own runs until its stop.
      if (source.listeners.size === 0 && !start) source.stop();
    };
    if (start) space[start] = asynchronous(start, (p, settle) => source.start(text(p["interval"], "normal"), settle));
    if (stop) space[stop] = immediate(stop, () => source.stop());
  }
}
