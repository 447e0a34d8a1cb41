/** Going to other mini-programs, and back. Who may go where is the host's business. */
import { asking, need, type Options } from "./convention";
import type { Namespace } from "./capability";

export function addMiniPrograms(space: Namespace): void {
  space["navigateToMiniProgram"] = asking("navigateToMiniProgram", "openMiniProgram", (p) => target(p, false));
  space["openEmbeddedMiniProgram"] = asking("openEmbeddedMiniProgram", "openMiniProgram", (p) => target(p, true));
  space["navigateBackMiniProgram"] = asking("navigateBackMiniProgram", "backMiniProgram", (p) => ({ extraData: data(p) }));
}

function target(p: Options, embedded: boolean): unknown {
  const { shortLink } = p;
  if (!embedded && shortLink !== undefined && shortLink !== "") { // in place of appId and path
    need(p, "shortLink", "string");
    return { shortLink, extraData: data(p), embedded };
  }
  need(p, "appId", "string");
  return { appId: p["appId"], path: String(p["path"] ?? "").replace(/^\//, ""), extraData: data(p), embedded };
}

function data(p: Options): unknown {
  if (p["extraData"] === undefined) return {};
  need(p, "extraData", "object");
  return p["extraData"];
}
