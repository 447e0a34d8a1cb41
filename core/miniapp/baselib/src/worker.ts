/** wx.createWorker: scripts beside the mini-program's own, each in a realm of its own. */
import { Listeners } from "./listeners";
import { native } from "./native";
import type { Namespace } from "./capability";

export function addWorkers(space: Namespace): void {
  space["createWorker"] = createWorker;
}

/** The numbers of workers, by the objects that the mini-program has of them. */
const numbers = new WeakMap<object, number>();

/** The number of a worker, or undefined for what is none. */
export function workerNumber(worker: unknown): number | undefined {
  return typeof worker === "object" && worker !== null ? numbers.get(worker) : undefined;
}

function createWorker(script: unknown): Record<string, unknown> {
  const on = { message: new Listeners(), error: new Listeners(), killed: new Listeners() };
  const id = native.worker(String(script), (kind, detail) => on[kind].call(detail));
  const worker = {
    postMessage(data: unknown): void {
      if (typeof data !== "object" || data === null) {
        throw new TypeError(`postMessage:fail parameter should be Object instead of ${data === null ? "Null" : typeof data}`);
      }
      native.workerPost(id, data);
    },
    terminate: () => native.workerEnd(id),
    onMessage: (listener: unknown) => on.message.add(listener),
    offMessage: (listener?: unknown) => on.message.remove(listener),
    onError: (listener: unknown) => on.error.add(listener),
    offError: (listener?: unknown) => on.error.remove(listener),
    onProcessKilled: (listener: unknown) => on.killed.add(listener),
    offProcessKilled: (listener?: unknown) => on.killed.remove(listener),
    env: { USER_DATA_PATH: "wxfile://usr" },
  };
  numbers.set(worker, id);
  return worker;
}
