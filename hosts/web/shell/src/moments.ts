import type { App } from "./constants";
import { make } from "./dom";
import { t } from "./i18n";
import { ask } from "./privacy";
import { failureScreen, loadingScreen, openingScreen } from "./screens";
import type { Moment } from "./themefields";

/** How long the theme editor's preview shows what else is there for a moment only, in milliseconds. */
const SHOWN = 4000;

/** Shows what is seen for a moment only, for the theme editor. */
export function showMoment(stage: HTMLElement, moment: Moment, app: App = { id: "app", name: "App" }): void {
  switch (moment) {
    case "opening":
      return openingScreen(stage, true);
    case "privacy":
      return void ask(stage);
    case "loading":
      return brief(stage, (leave) => (setTimeout(leave, SHOWN), loadingScreen(app)));
    case "failure":
      return brief(stage, (leave) => failureScreen(t.crashed, { message: "TypeError: x is undefined" }, "pages/index/index.js:7:1", { reload: leave, leave }));
  }
}

function brief(stage: HTMLElement, screen: (leave: () => void) => HTMLElement): void {
  const over = make("div", "app shown moment");
  over.append(screen(() => over.remove()));
  stage.append(over);
}
