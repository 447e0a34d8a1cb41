// Prints a value so that two engines can be compared: what JSON would lose is told apart. Runs in both.
function show(v, depth) {
  depth = depth || 0;
  if (depth > 8) return "…";
  if (typeof v === "string") return JSON.stringify(v);
  if (typeof v === "bigint") return v + "n";
  if (typeof v === "symbol") return String(v);
  if (typeof v === "function") return "function " + v.name;
  if (typeof v === "number") return Object.is(v, -0) ? "-0" : String(v);
  if (v === null || typeof v !== "object") return String(v);
  const inner = (x) => show(x, depth + 1);
  if (v instanceof Date) return "Date(" + v.getTime() + ")";
  if (v instanceof RegExp) return String(v);
  if (v instanceof Error) return v.name;
  if (v instanceof Map) return "Map{" + [...v].map(([k, x]) => inner(k) + "=>" + inner(x)).join() + "}";
  if (v instanceof Set) return "Set{" + [...v].map(inner).join() + "}";
  if (Array.isArray(v)) {
    const out = [];
    for (let i = 0; i < v.length && i < 200; i++) out.push(i in v ? inner(v[i]) : "hole");
    return "[" + out.join() + "]";
  }
  return "{" + Object.keys(v).map((k) => JSON.stringify(k) + ":" + inner(v[k])).join() + "}";
}
