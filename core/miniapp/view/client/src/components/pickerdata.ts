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

/** Wheels of <picker mode="date">, limited by start and end ("YYYY-MM-DD"). */
export function dateColumns(value: string, fields: string, start: string, end: string): Columns {
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
    columns: [range(low[0], high[0], (n) => `${n}年`), range(...months, (n) => `${pad(n)}月`), range(...days, (n) => `${pad(n)}日`)],
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

/** <picker mode="region"> knows the first level only. */
export const provinces = (
  "北京市 天津市 河北省 山西省 内蒙古自治区 辽宁省 吉林省 黑龙江省 上海市 江苏省 浙江省 安徽省 福建省 江西省 山东省 河南省 湖北省 " +
  "湖南省 广东省 广西壮族自治区 海南省 重庆市 四川省 贵州省 云南省 西藏自治区 陕西省 甘肃省 青海省 宁夏回族自治区 " +
  "新疆维吾尔自治区 台湾省 香港特别行政区 澳门特别行政区"
).split(" ");
