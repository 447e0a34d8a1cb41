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
    const wanted = params["name"] ?? params["root"];
    const failure = find(setup, wanted, params["packageType"]);
    native.defer(() => {
      if (!failure) (params["progress"] as Listeners).call({ progress: 100, totalBytesWritten: 0, totalBytesExpectedToWrite: 0 });
      settle(failure);
    });
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

function find(setup: Setup, name: unknown, type: unknown): { message: string } | null {
  if (type === "workers") return setup.packages.workers ? null : { message: "there is no workers package" };
  const known = setup.packages.names.some((names) => names.includes(String(name).replace(/^\/|\/$/g, "")));
  return known ? null : { message: `subpackage ${JSON.stringify(name)} is not found` };
}
