/** Contexts of <map> and <editor>. */
import { settleWith, type Options } from "../convention";
import { context, type Target } from "../media/component";
import { native } from "../native";

const mapMethods = [
  "getCenterLocation", "moveToLocation", "translateMarker", "moveAlong", "includePoints", "getRegion", "getScale", "getRotate", "getSkew",
  "addMarkers", "removeMarkers", "setCenterOffset", "toScreenLocation", "fromScreenLocation",
] as const;
/** What the host's map does not have; they fail as on a device whose map has not. */
const noMapMethods = [
  "addGroundOverlay", "updateGroundOverlay", "removeGroundOverlay", "addCustomLayer", "removeCustomLayer", "addVisualLayer", "removeVisualLayer",
  "initMarkerCluster", "setLocMarkerIcon", "setBoundary", "addArc", "removeArc", "eraseLines", "openMapApp",
] as const;

export function mapContext(target: Target): Record<string, unknown> {
  const made = context(target, "MapContext", mapMethods);
  for (const method of noMapMethods) {
    made[method] = (options?: Options) => {
      const settle = settleWith(`MapContext.${method}`, options ?? {});
      native.defer(() => settle({ message: "not supported" }));
    };
  }
  // Clusters are never made, so there is nothing to hear of.
  made["on"] = () => undefined;
  const translate = made["translateMarker"] as (options?: Options) => void;
  made["translateMarker"] = (options?: Options) => {
    const ended = options?.["animationEnd"];
    translate({ ...options, success: (result: unknown) => {
      options?.success?.(result as never);
      if (typeof ended === "function") ended();
    } });
  };
  return made;
}

const editorMethods = [
  "blur", "clear", "deleteText", "getBounds", "getContents", "getSelectionText", "insertDivider", "insertImage", "insertText", "redo",
  "removeFormat", "scrollIntoView", "setContents", "undo",
] as const;

export function editorContext(target: Target): Record<string, unknown> {
  const made = context(target, "EditorContext", editorMethods);
  const one = context(target, "EditorContext", ["format"])["format"] as (options: object) => void;
  made["format"] = (name: unknown, value?: unknown) => one({ name: String(name), value });
  return made;
}
