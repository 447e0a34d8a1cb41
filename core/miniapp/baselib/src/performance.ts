/** wx.getPerformance: how long the start and the routes took, as the actor tells of them. */
import type { Namespace } from "./capability";
import { native } from "./native";

interface Entry {
  name: string;
  entryType: string;
  startTime: number;
  duration: number;
  [more: string]: unknown;
}

type Watcher = { wanted: Set<string>; tell(entries: Entry[]): void };

/** How many entries are kept, as in WeChat. */
const BUFFER = 30;

export function addPerformance(space: Namespace): void {
  const entries: Entry[] = [];
  const watchers = new Set<Watcher>();
  let size = BUFFER;
  let begun = Date.now();
  let first = true;
  const add = (entry: Entry): void => {
    entries.push(entry);
    entries.splice(0, Math.max(0, entries.length - size));
    for (const w of watchers) if (w.wanted.has(entry.entryType)) w.tell([entry]);
  };
  native.on("beforeAppRoute", () => {
    begun = Date.now();
  });
  native.on("appRouteDone", ({ path, openType }: { path: string; openType: string }) => {
    const name = first ? "appLaunch" : "route";
    first = false;
    add({ name, entryType: "navigation", startTime: begun, duration: Date.now() - begun, path, navigationType: openType });
  });
  const list = (of: Entry[]): Record<string, unknown> => ({
    getEntries: () => [...of],
    getEntriesByType: (type: string) => of.filter((e) => e.entryType === type),
    getEntriesByName: (name: string, type?: string) => of.filter((e) => e.name === name && (type === undefined || e.entryType === type)),
  });
  const performance = {
    ...list(entries),
    createObserver: (callback: (found: unknown) => void) => {
      const w: Watcher = { wanted: new Set(), tell: (found) => native.defer(() => callback(list(found))) };
      return {
        observe: ({ entryTypes = [], type }: { entryTypes?: string[]; type?: string } = {}) => {
          for (const t of [...entryTypes, type]) if (t) w.wanted.add(t);
          watchers.add(w);
        },
        disconnect: () => void watchers.delete(w),
        supportedEntryTypes: ["navigation"],
      };
    },
    setBufferSize: (n: number) => {
      size = Math.max(0, Math.floor(n));
    },
  };
  space["getPerformance"] = () => performance;
}
