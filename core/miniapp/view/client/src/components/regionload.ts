/** The table of regions is a file of its own, which the first picker of regions fetches. */
import { setRegions } from "./pickerdata";

/** Where the file puts the table: scripts of one document have nothing else in common. */
export const PLACE = "__dougongRegions";

let integrity = "";
let loading: Promise<void> | undefined;

/** The digest of the file, as the frame's document has it. */
export function setRegionsDigest(digest: string | undefined): void {
  integrity = digest ?? "";
}

/** Fulfilled once regions are known. A file that could not be had is asked for again by the next picker. */
export function loadRegions(): Promise<void> {
  return (loading ??= fetched().catch((reason: unknown) => {
    loading = undefined;
    throw reason;
  }));
}

function fetched(): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: "regions.js", crossOrigin: "anonymous", integrity });
    script.onload = () => {
      setRegions(String((globalThis as Record<string, unknown>)[PLACE] ?? ""));
      script.remove();
      resolve();
    };
    script.onerror = () => {
      script.remove();
      reject(new Error("the table of regions could not be loaded"));
    };
    document.head.append(script);
  });
}
