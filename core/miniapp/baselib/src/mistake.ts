/** How WeChat words and numbers what a call fails with, where the platform has words and numbers of its own. */
import type { Failure } from "./native";

/** What the kernel says about an argument: contract.Mistake. */
interface Mistake {
  path?: string;
  want?: string[];
  found?: string;
  text: string;
}

/** WeChat's errno of an argument that is wrong. */
export const BAD_PARAMETER = 1001;

/** The platform's codes (pdk.Code…) that WeChat has a number for. */
const numbers: Record<number, number> = {
  2: BAD_PARAMETER,
  5: 103, // the user or a policy refused
  6: 600002, // the address is not on the list
  8: 5, // the time was up
};

const types: Record<string, string> = {
  nothing: "Undefined", null: "Null", string: "String", number: "Number", boolean: "Boolean", array: "Array", object: "Object", bytes: "ArrayBuffer",
};

const typeName = (type: string): string => types[type] ?? type;

function mistakeOf(failure: Failure): Mistake | undefined {
  const data = failure.data as Mistake | undefined;
  return failure.code === 2 && typeof data === "object" && data !== null && typeof data.text === "string" ? data : undefined;
}

/** What follows "name:fail ". */
export function messageOf(name: string, failure: Failure): string {
  if (failure.code === 8 && failure.origin === "network") return "timeout";
  const mistake = mistakeOf(failure);
  if (!mistake) {
    const said = `${name.replace(/Sync$/, "")}: `; // the kernel names the method, too
    return failure.message.startsWith(said) ? failure.message.slice(said.length) : failure.message;
  }
  const where = mistake.path ? `parameter.${mistake.path}` : "parameter";
  if (!mistake.want) return `parameter error: ${where}: ${mistake.text}`;
  return `parameter error: ${where} should be ${mistake.want.map(typeName).join(" or ")} instead of ${typeName(mistake.found ?? "")};`;
}

/** The errno of a failure. */
export function numberOf(failure: Failure): number {
  if (failure.code === undefined) return failure.message.startsWith("parameter error") ? BAD_PARAMETER : 0;
  return numbers[failure.code] ?? failure.code;
}

/** The type of a value as WeChat's messages say it. */
export function typeOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
