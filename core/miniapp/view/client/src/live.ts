import { make } from "./components/component";

/** What a screen reader says as soon as its text changes: it is there before the text is, as live regions have to be. */
const region = make("div", "live");
region.role = "status";
region.ariaLive = "polite";
region.ariaAtomic = "true";

/** The live region, for the stage to put into the document. */
export function liveRegion(): HTMLElement {
  return region;
}

/** Has a screen reader say a text; "" takes back what was not said yet. */
export function say(text: string): void {
  if (region.textContent !== text) region.textContent = text;
}
