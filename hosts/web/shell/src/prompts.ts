import { appIcon } from "./appicon";
import type { App, ShellPrompt } from "./constants";
import { button, make } from "./dom";
import { openSheet, type Sheet } from "./sheet";

/** Questions to the user, one after the other. They stand in the shell: no mini-program can draw or answer one. */
export class Prompts {
  private readonly queue: ShellPrompt[] = [];
  private shown: { prompt: ShellPrompt; sheet: Sheet } | undefined;

  constructor(
    private readonly stage: HTMLElement,
    private readonly app: (id: string) => App | undefined,
    private readonly choose: (id: string, accept: boolean) => void,
  ) {}

  add(p: ShellPrompt): void {
    if (this.shown?.prompt.id === p.id || this.queue.some((q) => q.id === p.id)) return;
    this.queue.push(p);
    this.next();
  }

  retract(id: string): void {
    const index = this.queue.findIndex((p) => p.id === id);
    if (index >= 0) this.queue.splice(index, 1);
    if (this.shown?.prompt.id === id) this.leave();
  }

  private next(): void {
    const prompt = this.shown ? undefined : this.queue.shift();
    if (!prompt) return;
    const sheet = openSheet(this.stage, "prompt");
    this.shown = { prompt, sheet };
    const answer = (accept: boolean) => () => {
      this.choose(prompt.id, accept);
      this.leave();
    };
    const app = this.app(prompt.app) ?? { id: prompt.app, name: prompt.appName };
    sheet.panel.append(
      make("div", "prompt-app", appIcon(app, "small"), make("span", "", prompt.appName)),
      make("h2", "", prompt.title),
      make("p", "prompt-text", prompt.text ?? ""),
      make("div", "prompt-buttons", button("secondary", answer(false), prompt.decline), button("primary", answer(true), prompt.accept)),
    );
  }

  private leave(): void {
    this.shown?.sheet.close();
    this.shown = undefined;
    this.next();
  }
}
