/**
 * Whether it is dark: as the user's system, unless the super-app has chosen for everybody. What a frame's style sheets ask of
 * prefers-color-scheme is answered by the system alone, so where the two differ the question is answered before it is asked.
 */
let forced: "dark" | "light" | undefined;

const QUESTION = /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/g;

/** What the rules asked that have been answered: the super-app may choose anew. */
const asked = new WeakMap<CSSMediaRule, string>();

const watchers: ((dark: boolean) => void)[] = [];

function isDark(): boolean {
  return forced ? forced === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Takes over the super-app's choice: "dark", "light", or "auto" for the system's. answer has the style sheets that are there follow it. */
export function forceScheme(mode: string | undefined, answer: () => void): void {
  const before = isDark();
  forced = mode === "dark" || mode === "light" ? mode : undefined;
  answer();
  if (isDark() !== before) for (const changed of watchers) changed(!before);
}

/** Has the shell say what the super-app chooses from now on. */
export function connectScheme(answer: () => void): void {
  window.addEventListener("message", (e) => {
    if (e.source !== window.parent) return;
    const { mode } = (e.data ?? {}) as { mode?: unknown };
    if (typeof mode === "string") forceScheme(mode, answer);
  });
}

/** Tells of each change of the scheme. */
export function watchScheme(changed: (dark: boolean) => void): void {
  watchers.push(changed);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (e) => {
    if (!forced) changed(e.matches);
  });
}

/** Answers what a style sheet asks of the scheme, where that is not for the system to say. */
export function answerScheme(rules: CSSRuleList): void {
  for (const rule of rules) {
    if (rule instanceof CSSMediaRule) answerRule(rule);
    if (rule instanceof CSSGroupingRule) answerScheme(rule.cssRules);
  }
}

function answerRule(rule: CSSMediaRule): void {
  const text = asked.get(rule) ?? rule.media.mediaText;
  const answered = text.replace(QUESTION, (question: string, scheme: string) => (!forced ? question : scheme === forced ? "(min-width: 0px)" : "(max-width: 0px)"));
  if (answered === rule.media.mediaText) return;
  asked.set(rule, text);
  rule.media.mediaText = answered;
}
