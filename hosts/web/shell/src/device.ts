/** The parts of the device that a browser gives to a page. */

interface Battery {
  level: number;
  charging: boolean;
}

export async function battery(): Promise<{ level: number; isCharging: boolean }> {
  const get = (navigator as { getBattery?: () => Promise<Battery> }).getBattery;
  if (!get) throw new Error("not supported");
  const { level, charging } = await get.call(navigator);
  return { level: Math.max(1, Math.round(level * 100)), isCharging: charging };
}

let lock: WakeLockSentinel | undefined;
let wanted = false;

/** Keeps the screen on. A browser lets go of it whenever the page is hidden. */
export async function keepScreenOn(on: boolean): Promise<void> {
  if (!("wakeLock" in navigator)) throw new Error("not supported");
  wanted = on;
  await lock?.release();
  lock = on ? await navigator.wakeLock.request("screen") : undefined;
}

document.addEventListener("visibilitychange", () => {
  if (wanted && !document.hidden) void keepScreenOn(true).catch(() => undefined);
});

/** The brightness of what the shell draws: a page cannot turn the lamp, only draw darker. */
export const brightness = {
  get(stage: HTMLElement): number {
    return Number(stage.dataset["brightness"] ?? 1);
  },
  set(stage: HTMLElement, value: number): void {
    const now = value < 0 ? 1 : value;
    stage.dataset["brightness"] = String(now);
    // Never so dark that the user does not find the way back.
    stage.style.filter = now < 1 ? `brightness(${0.25 + 0.75 * now})` : "";
  },
};
