import { button, make } from "./dom";
import { pick, t } from "./i18n";
import { look } from "./look";
import type { Remembered } from "./memory";
import { openPanel, openSheet } from "./sheet";

/** Asks for consent before anything opens. Who refuses sees why nothing does, and may read it again; so does who agrees where that cannot be kept. */
export async function askPrivacy(stage: HTMLElement, memory: Remembered): Promise<void> {
  const p = look.ui.privacy;
  if (!p.version || memory.privacy >= p.version) return;
  for (;;) {
    while (!(await ask(stage))) await closed(stage, t.readAgain, t.closedTitle, t.closedText);
    try {
      await memory.agree(p.version);
      return;
    } catch (err) {
      await closed(stage, t.retry, t.notKept, t.notKeptHint, (err as Error).message);
    }
  }
}

/** What the privacy text is called. */
export function privacyTitle(): string {
  return pick(look.ui.privacy.title) || t.privacyTitle;
}

/** The text, and the way to the whole policy. */
function policy(): HTMLElement[] {
  const p = look.ui.privacy;
  const text = make("div", "privacy-text", pick(p.text));
  text.tabIndex = 0;
  if (!p.url) return [text];
  const whole = make("a", "privacy-link", t.wholePolicy);
  Object.assign(whole, { href: p.url, target: "_blank", rel: "noopener noreferrer" });
  return [text, whole];
}

/** Shows what the user has agreed to, and lets them take it back. */
export function openPrivacy(stage: HTMLElement, withdraw: () => void): void {
  const sheet = openPanel(stage, privacyTitle());
  sheet.panel.classList.add("privacy");
  const back = button("secondary wide withdraw", () => {
    sheet.close();
    withdraw();
  }, t.withdraw);
  sheet.panel.append(...policy(), make("p", "privacy-hint", t.withdrawHint), back);
}

/** Puts the question to the user, and says whether they agree. */
export function ask(stage: HTMLElement): Promise<boolean> {
  const p = look.ui.privacy;
  return new Promise((resolve) => {
    const sheet = openSheet(stage, "panel privacy");
    const done = (agreed: boolean) => () => {
      sheet.close();
      resolve(agreed);
    };
    sheet.panel.append(make("h2", "privacy-title", privacyTitle()), ...policy());
    sheet.panel.append(
      button("primary wide agree", done(true), pick(p.agree) || t.agree),
      button("secondary wide refuse", done(false), pick(p.refuse) || t.refuse),
    );
    sheet.name(privacyTitle());
  });
}

/** Says why nothing opens, until the user goes back to the question. */
function closed(stage: HTMLElement, back: string, title: string, ...texts: string[]): Promise<void> {
  return new Promise((resolve) => {
    const again = button("primary", () => {
      screen.remove();
      resolve();
    }, back);
    const screen = make("div", "closed", make("h2", "", title), ...texts.map((text) => make("p", "", text)), again);
    screen.role = "alert";
    stage.append(screen);
    again.focus();
  });
}
