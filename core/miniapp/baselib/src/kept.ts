/**
 * What storage keeps and JSON has no form for. WeChat keeps a date as a date and every number as it is, if it is the value itself;
 * inside of objects they are what JSON makes of them.
 */
const MARK = "$dougong";

type Marked = { [MARK]: "date" | "number" | "object"; value: unknown };

/** A value as it is stored. */
export function keep(value: unknown): unknown {
  const marked = (kind: Marked[typeof MARK], of: unknown): Marked => ({ [MARK]: kind, value: of });
  if (value instanceof Date) return marked("date", value.getTime());
  if (typeof value === "number" && !Number.isFinite(value)) return marked("number", String(value));
  return typeof value === "object" && value !== null && MARK in value ? marked("object", value) : value;
}

/** A stored value as it was given. */
export function kept(stored: unknown): unknown {
  if (typeof stored !== "object" || stored === null || !(MARK in stored)) return stored;
  const { [MARK]: kind, value } = stored as Marked;
  if (kind === "date") return new Date(value as number);
  return kind === "number" ? Number(value) : value;
}
