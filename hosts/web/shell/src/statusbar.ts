import { make } from "./dom";

/** The phone's status bar, drawn on the stage of a desktop browser; a real phone has its own. */
export class StatusBar {
  readonly element = make("div", "statusbar");
  private readonly clock = make("span", "clock");

  constructor() {
    this.element.ariaHidden = "true";
    const battery = make("span", "battery", make("i"));
    const bars = make("span", "signal", make("i"), make("i"), make("i"), make("i"));
    this.element.append(this.clock, make("span", "status-icons", bars, battery));
    this.tick();
  }

  setLight(light: boolean): void {
    this.element.classList.toggle("light", light);
  }

  private tick(): void {
    const now = new Date();
    this.clock.textContent = `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`;
    setTimeout(() => this.tick(), (60 - now.getSeconds()) * 1000);
  }
}
