/** Writes a mini-program's console line to the browser's console. */
export function log(level: string, app: string, text: string): void {
  const line = `[${app}] ${text}`;
  if (level === "error") console.error(line);
  else if (level === "warn") console.warn(line);
  else console.log(line);
}
