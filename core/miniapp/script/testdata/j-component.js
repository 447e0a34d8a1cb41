// Runs small programs on miniprogram-exparser, the component framework of WeChat's base library, with j-component around it,
// and prints, for each, the tree and the log after every step, in the form of glass-easel.js.
// usage: node j-component.js FOLDER-OF-node_modules < programs
"use strict";
const fs = require("fs");
const path = require("path");

const load = (name) => require(path.join(process.argv[2], name));
const { JSDOM } = load("jsdom");
const { window } = new JSDOM("<!doctype html><body></body>");
for (const name of ["window", "document", "HTMLElement", "Node", "Event", "CustomEvent", "getComputedStyle"]) global[name] = name === "window" ? window : window[name];
const j = load("j-component");
const exparser = load("miniprogram-exparser");

let lines = [];
exparser.addGlobalErrorListener((error) => (lines.push("error: " + error.message), false));
console.warn = console.error = () => {};

const resolve = (from, to) => (to.startsWith("/") ? to.slice(1) : path.posix.join(path.posix.dirname(from), to));
let programs = 0;

// Of built-in components it knows the elements of HTML only, and <a> is one of them. A template without content it refuses.
const html = (text) => text.replace(/<(\/?)view\b/g, "<$1div").replace(/<(\/?)([a-c])\b/g, "<$1own-$2") || "<block></block>";

// registered makes the components of a program known, those that others use first.
function registered(files) {
  const space = "p" + programs++ + "-";
  const idOf = (name) => space + name.replace("/", "-");
  const named = (line) => line.split(space).join("").replace(/^(c|pages)-/, "$1/").replace(/ mark undefined$/, " mark {}");
  const modules = {};
  const evaluate = (name, take) => {
    if (modules[name]) return modules[name].exports;
    const module = (modules[name] = { exports: {} });
    const console = { log: (...args) => lines.push(named(args.join(" "))) };
    new Function("require", "module", "exports", "console", "Component", "Behavior", '"use strict";' + files[name + ".js"])(
      (to) => evaluate(resolve(name, to), take), module, module.exports, console, take, j.behavior);
    return module.exports;
  };
  const done = {};
  const register = (name) => {
    if (done[name]) return done[name];
    const using = {};
    for (const [tag, to] of Object.entries(JSON.parse(files[name + ".json"]).usingComponents)) using["own-" + tag] = register(resolve(name, to));
    let definition;
    evaluate(name, (d) => (definition = d));
    return (done[name] = j.register({ ...definition, id: idOf(name), path: "/" + space + name, template: html(files[name + ".wxml"]), usingComponents: using }));
  };
  return register("pages/index");
}

const COMPONENT = 17; // j-component's number of nodes that are components of the program

function normal(node) {
  if (node instanceof exparser.TextNode) return node.textContent;
  const component = node._vt && node._vt.type === COMPONENT;
  const inside = ((component ? node.shadowRoot : node).__wxSlotChildren || []).map(normal).join("");
  if (!node._vt || node instanceof exparser.VirtualNode) return inside;
  const attrs = Object.fromEntries(node._vt.attrs.map((a) => [a.name, a.value]));
  const names = [...new Set(String(attrs.class || "").split(/\s+/).filter(Boolean))].sort().join(" ");
  return `<${component ? "*" : node._vt.tagName.replace("div", "view")} ${attrs.id || ""}|${names}>${inside}</>`;
}

function run(program) {
  const root = j.create(registered(program.files));
  const states = [];
  const note = () => {
    states.push({ tree: normal(root._exparserNode.shadowRoot), log: lines });
    lines = [];
  };
  const parent = document.createElement("div");
  root.attach(parent);
  note();
  for (const step of program.steps) {
    try {
      root.instance[step]();
    } catch (error) {
      lines.push("error: " + error.message);
    }
    note();
  }
  return states;
}

const answers = JSON.parse(fs.readFileSync(0, "utf8")).map((program) => {
  lines = [];
  try {
    return { states: run(program) };
  } catch (error) {
    return { refused: String(error.stack) };
  }
});
process.stdout.write(JSON.stringify(answers));
