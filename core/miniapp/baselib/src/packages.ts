/** The parts of a mini-program: its subpackages, and what somebody who runs it for others adds to it (ext.json). */
import { asynchronous, immediate, type Options } from "./convention";
import { Listeners } from "./listeners";
import { native, type Setup } from "./native";
import type { Namespace } from "./capability";

export function addPackages(space: Namespace, setup: Setup): void {
  const ext = (): unknown => JSON.parse(JSON.stringify(setup.ext));
  space["getExtConfigSync"] = ext;
  space["getExtConfig"] = immediate("getExtConfig", () => ({ extConfig: ext() }));
  space["preDownloadSubpackage"] = loader("preDownloadSubpackage", setup);
}

/** An API that fetches a subpackage and returns a task that tells how far it is. */
function loader(name: string, setup: Setup): (options?: Options) => unknown {
  const start = asynchronous(name, (params, settle) => {
    const progress = params["progress"] as Listeners;
    const tell = (done: number, total: number): void =>
      progress.call({ progress: total > 0 ? Math.floor((done * 100) / total) : 100, totalBytesWritten: done, totalBytesExpectedToWrite: total });
    if (params["packageType"] === "workers") {
      native.defer(() => {
        if (setup.packages.workers) tell(0, 0);
        settle(setup.packages.workers ? null : { message: "there is no workers package" });
      });
      return;
    }
    native.fetch(String(params["name"] ?? params["root"]), tell, settle);
  });
  return (options) => {
    const progress = new Listeners();
    const { success, fail, complete } = options ?? {};
    start({ ...options, success: success ?? ignore, fail, complete, progress });
    return {
      onProgressUpdate: (listener: unknown) => progress.add(listener),
      offProgressUpdate: (listener?: unknown) => progress.remove(listener),
    };
  };
}

function ignore(): void {}
