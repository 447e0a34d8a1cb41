import { appIcon } from "./appicon";
import type { App, ShellPrompt } from "./constants";
import { button, make } from "./dom";
import { appName, scopeText, t } from "./i18n";
import { openSheet, type Sheet } from "./sheet";

/** What the user chose by closing a question. */
const DISMISSED = -1;

/** Texts of a button that takes the question back. */
const CANCELS = /^(取消|不|否|拒绝|关闭|放弃|稍后|cancel|no\b|not\b|don.t|den(y|ied)|decline|close|later)/i;

/** Questions to the user, one after the other. They stand in the shell: no mini-program can draw or answer one. */
export class Prompts {
  private readonly queue: ShellPrompt[] = [];
  private shown: { prompt: ShellPrompt; sheet: Sheet } | undefined;

  constructor(
    private readonly stage: HTMLElement,
    private readonly app: (id: string) => App | undefined,
    private readonly choose: (id: string, button: number) => void,
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
    const answer = (index: number): void => {
      if (this.shown?.prompt.id !== prompt.id) return;
      this.choose(prompt.id, index);
      this.leave();
    };
    // The answer to a permission is remembered, so it must be a decision: only a confirmation can be closed.
    const dismiss = (): void => {
      if (prompt.kind === "confirm") answer(DISMISSED);
    };
    const sheet = openSheet(this.stage, "prompt", dismiss);
    this.shown = { prompt, sheet };
    const app = this.app(prompt.app) ?? { id: prompt.app, name: prompt.appName };
    const { title, labels } = this.words(prompt);
    sheet.panel.append(
      make("div", "prompt-app", appIcon(app, "small"), make("span", "", appName(app))),
      make("h2", "", title),
      make("p", "prompt-text", prompt.text ?? ""),
      buttons(labels, answer),
    );
    if (prompt.plugin) sheet.panel.append(make("p", "prompt-plugin", `${t.plugin} ${prompt.plugin}`));
    sheet.name(`${appName(app)}: ${title}`);
  }

  /** What the host itself asks is said in the shell's language; what a plugin asks in the plugin's words. */
  private words(p: ShellPrompt): { title: string; labels: string[] } {
    if (p.scope) return { title: scopeText(p.scope), labels: [t.allow, t.deny] };
    const other = p.opens ? this.app(p.opens) : undefined;
    if (other) return { title: t.opensOther.replace("{}", appName(other)), labels: [t.allow, t.cancel] };
    return { title: p.title, labels: p.buttons };
  }

  private leave(): void {
    this.shown?.sheet.close();
    this.shown = undefined;
    this.next();
  }
}

/** One or two buttons stand side by side, the first on the right; more form a list from the first down. */
function buttons(labels: string[], answer: (index: number) => void): HTMLElement {
  const list = labels.length > 2;
  const made = labels.map((label, i) => button(buttonStyle(labels, i), () => answer(i), label));
  return make("div", `prompt-buttons${list ? " list" : ""}`, ...(list ? made : made.reverse()));
}

function buttonStyle(labels: string[], index: number): string {
  if (index === 0) return "primary";
  const last = index === labels.length - 1;
  return last && (labels.length === 2 || CANCELS.test(labels[index]!.trim())) ? "secondary" : "choice";
}
