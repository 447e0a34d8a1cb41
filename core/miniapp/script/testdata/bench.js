// Measures glass-easel on a list whose rows are custom components, and prints milliseconds.
// usage: node bench.js FOLDER-OF-node_modules SHADOW-BACKEND.js < files
"use strict";
const fs = require("fs");
const Module = require("module");
const path = require("path");

const load = (name) => require(path.join(process.argv[2], name));
const easel = load("glass-easel");
const { MiniProgramEnv } = load("glass-easel-miniprogram-adapter");
const { TmplGroup } = load("glass-easel-template-compiler");
const find = Module._load;
Module._load = (request, ...rest) => (request === "../../src" ? easel : find(request, ...rest)); // as the back end names it
const { Context } = require(path.resolve(process.argv[3]));

const files = JSON.parse(fs.readFileSync(0, "utf8"));
const rows = 1000;
const now = () => Number(process.hrtime.bigint()) / 1e6;
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

function measure(times, run) {
  const out = [];
  for (let i = 0; i < times; i++) {
    const start = now();
    run(i);
    out.push(now() - start);
  }
  return median(out);
}

function bench(makeBackend) {
  const env = new MiniProgramEnv();
  const space = env.createCodeSpace("", true);
  const names = Object.keys(files).filter((name) => name.endsWith(".wxml")).map((name) => name.slice(0, -5));
  const group = new TmplGroup();
  for (const name of names) group.addTmpl(name, files[name + ".wxml"]);
  const groupList = new Function("return " + group.getTmplGenObjectGroups())();
  for (const name of names) {
    space.addCompiledTemplate(name, { groupList, content: groupList[name] });
    space.addComponentStaticConfig(name, JSON.parse(files[name + ".json"]));
    space.componentEnv(name, ({ Page, Component }) => new Function("Page", "Component", files[name + ".js"])(Page, Component));
  }
  const open = () => {
    const root = env.associateBackend(makeBackend()).createRoot("page", space, "pages/index");
    easel.Element.pretendAttached(root.getComponent());
    const page = root.get();
    page.fill();
    return page;
  };
  measure(4, open); // V8 has compiled what it compiles
  const first = measure(9, open);
  const page = open();
  const row = measure(300, (i) => page.one(i % rows));
  const removals = [];
  for (let i = 0; i < 20; i++) {
    const start = now();
    page.removeFirst();
    removals.push(now() - start);
    page.fill();
  }
  return { first, row, remove: median(removals) };
}

process.stdout.write(JSON.stringify({ shadow: bench(() => new Context()), empty: bench(() => new easel.EmptyBackendContext()) }));
