/** What scripts of a worker have of the capabilities: the files. It runs before them, in the worker's own realm. */
import { addCapabilities, parseName, type Namespace } from "./capability";
import { native, type API } from "./native";

declare const worker: Record<string, unknown>;

/** The object that a worker has as the mini-program has it. */
const FILES = "getFileSystemManager";

native.on("setup", ({ apis }: { apis: API[] }) => {
  const space: Namespace = {};
  addCapabilities(apis.filter(({ name }) => parseName(name).factory === FILES), { wx: space });
  if (space[FILES]) worker[FILES] = space[FILES];
});
