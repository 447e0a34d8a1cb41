/**
 * Whether it is dark: as the user's system, unless the super-app has chosen for everybody. What a frame's style sheets ask of
 * prefers-color-scheme is answered by the system alone, so where the two differ the question is answered before it is asked.
 */
let forced: "dark" | "light" | undefined;

const QUESTION = /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/g;

/** Takes over the super-app's choice: "dark", "light", or "auto" for the system's. */
export function forceScheme(mode: string | undefined): void {
  forced = mode === "dark" || mode === "light" ? mode : undefined;
}

/** Tells of each change of the scheme. */
export function watchScheme(changed: (dark: boolean) => void): void {
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (e) => {
    if (!forced) changed(e.matches);
  });
}

/** Answers what a style sheet asks of the scheme, where that is not for the system to say. */
export function answerScheme(rules: CSSRuleList): void {
  if (!forced) return;
  for (const rule of rules) {
    if (rule instanceof CSSMediaRule) {
      rule.media.mediaText = rule.media.mediaText.replace(QUESTION, (_all, asked: string) => (asked === forced ? "(min-width: 0px)" : "(max-width: 0px)"));
    }
    if (rule instanceof CSSGroupingRule) answerScheme(rule.cssRules);
  }
}
