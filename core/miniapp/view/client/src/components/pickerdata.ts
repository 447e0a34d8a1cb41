/** Rows of each wheel and the chosen row of each. */
export interface Columns {
  columns: string[][];
  chosen: number[];
}

const pad = (n: number): string => String(n).padStart(2, "0");
const range = (from: number, to: number, text: (n: number) => string): string[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => text(from + i));

/** Wheels of <picker mode="time">. */
export function timeColumns(value: string): Columns {
  const [hour = 0, minute = 0] = value.split(":").map((n) => Number(n) || 0);
  return { columns: [range(0, 23, pad), range(0, 59, pad)], chosen: [hour, minute] };
}

/** "08:05" of the chosen rows. */
export function timeValue(texts: string[]): string {
  return texts.join(":");
}

/** How rows of dates are written: a gap for the number. */
export interface DateWords {
  inYear: string;
  inMonth: string;
  inDay: string;
}

/** Wheels of <picker mode="date">, limited by start and end ("YYYY-MM-DD"). */
export function dateColumns(value: string, fields: string, start: string, end: string, words: DateWords): Columns {
  const now = new Date();
  const low = parts(start) ?? [1970, 1, 1];
  const high = parts(end) ?? [now.getFullYear() + 50, 12, 31];
  const wanted = parts(value) ?? [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  const year = between(wanted[0], low[0], high[0]);
  const months: [number, number] = [year === low[0] ? low[1] : 1, year === high[0] ? high[1] : 12];
  const month = between(wanted[1], ...months);
  const length = new Date(year, month, 0).getDate();
  const days: [number, number] = [
    year === low[0] && month === low[1] ? low[2] : 1,
    year === high[0] && month === high[1] ? Math.min(high[2], length) : length,
  ];
  const all = {
    columns: [range(low[0], high[0], (n) => words.inYear.replace("{}", String(n))), range(...months, (n) => words.inMonth.replace("{}", pad(n))), range(...days, (n) => words.inDay.replace("{}", pad(n)))],
    chosen: [year - low[0], month - months[0], between(wanted[2], ...days) - days[0]],
  };
  const count = fields === "year" ? 1 : fields === "month" ? 2 : 3;
  return { columns: all.columns.slice(0, count), chosen: all.chosen.slice(0, count) };
}

/** "2026-11-23" of the chosen rows. */
export function dateValue(texts: string[]): string {
  return texts.map((text) => text.replace(/\D/g, "")).join("-");
}

function parts(date: string): [number, number, number] | undefined {
  const match = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?/.exec(date);
  return match ? [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)] : undefined;
}

function between(n: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, n));
}

/** A region and those that it is divided into. */
interface Region {
  code: string;
  name: string;
  parts: Region[];
}

let known: Region[] = [];

/** Takes the table of regions, a line for each province. Without it there are none. */
export function setRegions(table: string): void {
  const read = (text: string, above: string, fill: string, split: (rest: string) => Region[]): Region => {
    const end = text.search(/[;:]|$/);
    const code = above + text.slice(0, 2);
    return { code: code + fill, name: text.slice(2, end), parts: split(text.slice(end + 1)) };
  };
  const list = (text: string, separator: string): string[] => (text ? text.split(separator) : []);
  known = table.split("\n").map((line) =>
    read(line, "", "0000", (cities) =>
      list(cities, ";").map((city) =>
        read(city, line.slice(0, 2), "00", (counties) => list(counties, ",").map((county) => read(county, line.slice(0, 2) + city.slice(0, 2), "", () => []))),
      ),
    ),
  );
}

const levels: Record<string, number> = { province: 1, city: 2 };

/**
 * Wheels of <picker mode="region">: as many as the level has, the chosen rows by their names, and the codes of what is chosen.
 * A custom item heads every wheel. Sub-districts are not known: their level is that of counties.
 */
export function regionColumns(names: string[], level: string, custom: string): Columns & { codes: string[] } {
  const out = { columns: [] as string[][], chosen: [] as number[], codes: [] as string[] };
  let list = known;
  for (let i = 0; i < (levels[level] ?? 3); i++) {
    const rows = list.map((region) => region.name);
    if (custom) rows.unshift(custom);
    const at = Math.max(0, rows.indexOf(names[i] ?? ""));
    const region = list[custom ? at - 1 : at];
    out.columns.push(rows);
    out.chosen.push(at);
    if (region) out.codes.push(region.code);
    list = region?.parts ?? [];
  }
  return out;
}
