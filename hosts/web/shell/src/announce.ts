import { make } from "./dom";

const live = make("div", "announcer");
live.role = "status";
live.setAttribute("aria-live", "polite");

/** Has a screen reader say a text. */
export function announce(text: string): void {
  if (!live.isConnected) document.body.append(live);
  if (live.textContent !== text) live.textContent = text;
}
