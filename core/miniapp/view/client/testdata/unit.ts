// Checks of the client's logic that needs no page; run by TestLogic in node, with a document that has only an address.
import { styleValues } from "../src/animation";
import { eachOp, fromBase64, Painter, toBase64 } from "../src/canvas/painter";
import { dateColumns, dateValue, timeColumns } from "../src/components/pickerdata";
import { DRAW_OPS } from "../src/constants";
import { toHTML } from "../src/editor/delta";
import { keyframe } from "../src/keyframes";
import { fit, metresPerPixel, project, tileAddress, unproject } from "../src/map/projection";
import { mediaQuery } from "../src/mediaquery";
import { cssLength, rpx } from "../src/resources";
import { crossed } from "../src/intersection";
import { parseListens } from "../src/listens";
import { dirOf, resolvePath, resourceURL, rewriteCSS } from "../src/resources";

const failures: string[] = [];

function check(name: string, got: unknown, want: unknown): void {
  const a = JSON.stringify(got);
  const b = JSON.stringify(want);
  if (a !== b) failures.push(`${name}: got ${a}, want ${b}`);
}

const base = "http://host/f/KEY/";
for (const [src, dir, want] of [
  ["/images/a b.png", "", `${base}r/images/a%20b.png`],
  ["a.png", "pages/index/", `${base}r/pages/index/a.png`],
  ["../../a.png?x=1", "pages/index/", `${base}r/a.png?x=1`],
  ["../../../../etc/passwd", "pages/", `${base}r/etc/passwd`],
  ["https://x.example/a?b=c&d", "", `${base}fetch?u=https%3A%2F%2Fx.example%2Fa%3Fb%3Dc%26d`],
  ["//x.example/a", "", `${base}fetch?u=https%3A%2F%2Fx.example%2Fa`],
  ["javascript:alert(1)", "", `${base}fetch?u=javascript%3Aalert(1)`],
  ["file:///etc/passwd", "", `${base}fetch?u=file%3A%2F%2F%2Fetc%2Fpasswd`],
  ["data:image/png;base64,AA==", "", "data:image/png;base64,AA=="],
  ["", "", ""],
]) check(`resourceURL(${src})`, resourceURL(src as string, dir as string), want);

for (const [css, want] of [
  ["a{background:url(x.png)}", `a{background:url("${base}r/p/x.png")}`],
  [`a{background:url( "https://x.example/'a'.png" )}`, `a{background:url("${base}fetch?u=https%3A%2F%2Fx.example%2F'a'.png")}`],
  ["a{fill:url(#g)}", "a{fill:url(#g)}"],
  ["a{height:100vh}", "a{height:calc(var(--dg-vh)*100)}"],
  ["a{height:calc(100vh - 2.5vh)}", "a{height:calc(calc(var(--dg-vh)*100) - calc(var(--dg-vh)*2.5))}"],
  [".a100vh{width:10vw}", ".a100vh{width:10vw}"],
]) check(`rewriteCSS(${css})`, rewriteCSS(css as string, "p/"), want);

const codes = Object.fromEntries(DRAW_OPS.map(([name], code) => [name, code]));
const drawn: unknown[] = [];
eachOp([codes["save"], codes["fillRect"], 1, 2, 3, 4, codes["fillStyle"], ["linear", 0, 0, 1, 1, []], codes["fill"], "evenodd"], (name, args) => drawn.push([name, ...args]));
check("drawing operations", drawn, [["save"], ["fillRect", 1, 2, 3, 4], ["fillStyle", ["linear", 0, 0, 1, 1, []]], ["fill", "evenodd"]]);
let refused = "";
try {
  eachOp([9999], () => undefined);
} catch (err) {
  refused = String(err);
}
check("an operation that is none", refused, "Error: unknown drawing operation 9999");
const pixels = Uint8ClampedArray.from({ length: 100_000 }, (_, i) => i % 256);
check("pixels there and back", [...fromBase64(toBase64(pixels))].every((v, i) => v === i % 256), true);

// A canvas whose context notes what is called: what the painter makes of operations.
const notes: string[] = [];
const noting = new Proxy({} as Record<string, unknown>, {
  get: (held, name) => held[String(name)] ?? ((...args: unknown[]) => (notes.push(`${String(name)}(${args.join()})`), { addColorStop: (...a: unknown[]) => notes.push(`stop(${a.join()})`) })),
  set: (held, name, v) => (notes.push(`${String(name)}=${String(v)}`), (held[String(name)] = v), true),
});
const bitmap = { width: 0, height: 0, getContext: () => noting } as unknown as HTMLCanvasElement;
(globalThis as { window?: unknown }).window = { devicePixelRatio: 2 };
const painter = new Painter(bitmap, { source: () => undefined }, () => ({ width: 10, height: 20 }));
notes.length = 0;
painter.run([codes["legacy"], 0, codes["setTransform"], 1, 0, 0, 1, 5, 6, codes["arc"], 1, 2, 3, 0, 1, 1, codes["lineWidth"], 7, codes["drawImage"], -1, [0, 0], codes["restore"], codes["fillText"], "t", 1, 2, -1, codes["fillText"], "t", 1, 2, 0]);
check("the painter", notes, ["save()", "scale(2,2)", "setTransform(2,0,0,2,10,12)", "arc(1,2,3,0,1,true)", "lineWidth=7", "fillText(t,1,2)"]);
check("the bitmap", [bitmap.width, bitmap.height], [20, 40]);

check("dirOf", dirOf("a/b/c"), "a/b/");
check("resolvePath", resolvePath("pages/a/a", "../b/b?x=/1"), "pages/b/b?x=/1");

check("listens", [...parseListens(["tap", "^tap!", "touchmove!"])], [
  ["tap", { bubble: true, capture: true, catchesBubble: false, catchesCapture: true }],
  ["touchmove", { bubble: true, capture: false, catchesBubble: true, catchesCapture: false }],
]);

const rows = { inYear: "{}年", inMonth: "in {}", inDay: "{}" };
check("leap day", dateColumns("2024-02-31", "day", "2024-01-01", "2024-12-31", rows).chosen, [0, 1, 28]);
check("days of the last month", dateColumns("2026-05-20", "day", "2020-01-01", "2026-05-10", rows).columns[2]?.length, 10);
check("rows of a date in the words given", dateColumns("2026-05-02", "day", "2026-05-02", "2026-05-02", rows).columns, [["2026年"], ["in 05"], ["02"]]);
check("month wheels", dateColumns("2026-05", "month", "", "", rows).columns.length, 2);
check("date", dateValue(["2026年", "05月", "09日"]), "2026-05-09");
check("time", timeColumns("23:59").chosen, [23, 59]);

check("enters", crossed(0, 0.3, [0]), true);
check("stays inside", crossed(0.3, 0.6, [0]), false);
check("passes a half", crossed(0.3, 0.6, [0.5]), true);

check(
  "animation",
  styleValues({
    animates: [
      { type: "rotate", args: [45] },
      { type: "translate", args: [10, "5%"] },
      { type: "backgroundColor", args: ["red"] },
      { type: "width", args: [12] },
      { type: "style", args: ["opacity", 0.5] },
    ],
    option: {},
  }),
  { "background-color": "red", width: "12px", opacity: "0.5", transform: "rotate(45deg) translate(10px,5%)" },
);

check("rpx", rpx("height: 75rpx; margin: .5rpx -15rpx; x: a1rpx"), `height: 10vw; margin: ${0.5 / 7.5}vw -2vw; x: a1rpx`);
for (const [text, want] of [["20", "20px"], ["-1.5", "-1.5px"], ["20rpx", `${20 / 7.5}vw`], ["10%", "10%"], ["", "7px"]]) check(`cssLength(${text})`, cssLength(text as string, "7px"), want);

check("key frame", keyframe({ offset: 0.5, ease: "ease-in", translateX: 10, rotate: 45, scale: [2, 3], opacity: 0, width: 5, backgroundColor: "red" }), {
  offset: 0.5, easing: "ease-in", opacity: "0", width: "5px", backgroundColor: "red", transform: "translateX(10px) rotate(45deg) scale(2,3)",
});

check("media query", mediaQuery({ minWidth: 300, maxWidth: "500px", orientation: "portrait", width: "" }), "(min-width: 300px) and (max-width: 500px) and (orientation: portrait)");
check("no media query", mediaQuery({ orientation: "askew" }), "all");

const beijing = { latitude: 39.9, longitude: 116.4 };
const there = unproject(project(beijing, 14), 14);
check("there and back", [there.latitude.toFixed(6), there.longitude.toFixed(6)], ["39.900000", "116.400000"]);
check("the world's middle", project({ latitude: 0, longitude: 0 }, 1), { x: 256, y: 256 });
check("a pole has an end", Math.abs(project({ latitude: 90, longitude: 0 }, 0).y) < 0.001, true);
check("metres", Math.round(metresPerPixel(0, 0)), 156543);
check("tile", tileAddress("https://{s}.x/{z}/{x}/{y}/{-y}/{q}", -1, 2, 3), "https://a.x/3/7/2/5/{q}");
check("frames a point", fit([beijing], 100, 100, [], 3, 18)?.scale, 18);
const framed = fit([{ latitude: 39, longitude: 116 }, { latitude: 41, longitude: 118 }], 300, 300, [], 3, 18);
check("frames two", framed && framed.scale > 6 && framed.scale < 8, true);
check("frames nothing", fit([], 1, 1, [], 3, 18), undefined);

check("a delta as HTML", toHTML([
  { insert: "a<b" }, { insert: "红", attributes: { color: "red\"x", bold: true } }, { insert: "\n", attributes: { align: "center" } },
  { insert: "一" }, { insert: "\n", attributes: { list: "ordered" } }, { insert: "标题" }, { insert: "\n", attributes: { header: 9 } }, { insert: { image: "/a.png" }, attributes: { alt: "x" } },
]), '<p style="text-align:center">a&lt;b<strong><span style="color:red&quot;x">红</span></strong></p><ol><li>一</li></ol><h6>标题</h6><p><img src="/a.png" alt="x"></p>');

if (failures.length > 0) throw new Error(`\n${failures.join("\n")}`);
