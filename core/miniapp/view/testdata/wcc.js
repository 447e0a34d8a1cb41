// Compiles the templates c0.wxml … of this folder with WeChat's own compiler, renders each state of its data, and prints the
// trees in the form that the test compares. usage: node wcc.js FOLDER-OF-miniprogram-compiler < cases
"use strict";
const { execFileSync } = require("child_process");
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const binary = path.join(process.argv[2], "bin", { darwin: "mac", win32: "windows" }[process.platform] || "linux", "wcc");
fs.chmodSync(binary, 0o755);
const cases = JSON.parse(fs.readFileSync(0, "utf8"));

// build gives $gwx for some of the templates; one that does not compile spoils its run, so halves are tried.
function build(indices, out) {
  try {
    const code = execFileSync(binary, ["-d", ...indices.map((i) => `c${i}.wxml`)], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
    const world = vm.createContext({ __wxAppCode__: {}, console: { log() {}, warn() {}, error() {} } }); // the code makes globals
    const generate = vm.runInContext(`var window = this;${code};$gwx`, world);
    for (const i of indices) out[i] = generate(`c${i}.wxml`);
  } catch (error) {
    if (indices.length === 1) {
      out[indices[0]] = String(error.stderr || error.message).trim() || "?";
      return;
    }
    const half = indices.length >> 1;
    build(indices.slice(0, half), out);
    build(indices.slice(half), out);
  }
}

function normal(node) {
  if (node === undefined || node === null) return "";
  if (typeof node !== "object") return String(node);
  const inside = (node.children || []).map(normal).join("");
  if (node.tag === "virtual") return inside;
  const attr = {};
  for (const name of Object.keys(node.attr || {}).sort()) { // its names are camelCase already
    const value = node.attr[name];
    // It loses objects on the way, and JSON loses what is not finite.
    if (typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) attr[name] = value;
  }
  return `<${node.tag.replace(/^wx-/, "")} ${JSON.stringify(attr)}>${inside}</>`;
}

const generators = {};
build(cases.map((_, i) => i), generators);
// render gives null where the generated code itself fails.
function render(generate, state) {
  try {
    return normal({ tag: "virtual", children: generate(state).children });
  } catch {
    return null;
  }
}

const answers = cases.map((c, i) => {
  if (typeof generators[i] !== "function") return { refused: String(generators[i]) };
  return { trees: c.states.map((state) => render(generators[i], state)) };
});
process.stdout.write(JSON.stringify(answers));
