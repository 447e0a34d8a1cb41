// Runs small programs on WeChat's open component framework (glass-easel with its mini-program adapter) and prints, for each,
// the tree and the log after every step, in the form that the test compares.
// usage: node glass-easel.js FOLDER-OF-node_modules < programs
"use strict";
const fs = require("fs");
const path = require("path");

const load = (name) => require(path.join(process.argv[2], name));
const easel = load("glass-easel");
const { MiniProgramEnv } = load("glass-easel-miniprogram-adapter");
const { TmplGroup } = load("glass-easel-template-compiler");

let lines = [];
easel.addGlobalErrorListener((error) => (lines.push("error: " + error.message), false));
easel.addGlobalWarningListener(() => false);

// Class names are looked at where external classes are resolved: in what the back end is told.
const backend = new easel.EmptyBackendContext();
const shown = new WeakMap();
const aliases = new WeakMap();
const aliasesOf = (element) => aliases.get(element) || aliases.set(element, {}).get(element);
const namesOf = (element) => shown.get(element) || shown.set(element, new Set()).get(element);
Object.assign(Object.getPrototypeOf(backend.createFragment()), {
  addClass(name) { namesOf(this).add(name.replace(/^.*--/, "")); },
  removeClass(name) { namesOf(this).delete(name.replace(/^.*--/, "")); },
  clearClasses() { namesOf(this).clear(); },
  setClassAlias(name, target) { aliasesOf(this)[name.replace(/^.*--/, "")] = target.map((t) => t.replace(/^.*--/, "")); },
});
function resolved(node, names) {
  const host = node.ownerShadowRoot && node.ownerShadowRoot.getHostNode();
  const aliases = host ? aliasesOf(host.getBackendElement()) : {};
  const external = (name) => host && host.hasExternalClass(name);
  return names.flatMap((name) => aliases[name] ? resolved(host, aliases[name]) : external(name) ? [] : [name]);
}

// A binding that is evaluated again and gives the same value sets the property here, but not in WeChat's tree of nodes, which
// compares them first; nor does one that is undefined from the start.
const given = new WeakMap();
const sample = easel.createElement("sample", easel.registerElement({}).general(), backend);
const group = Object.getPrototypeOf(sample._$dataGroup);
const replace = group.replaceProperty;
group.replaceProperty = function (name, value) {
  if (!given.has(this)) given.set(this, {});
  const last = given.get(this);
  if (Object.is(last[name], value) && (typeof value !== "object" || value === null)) return true;
  last[name] = value;
  return replace.call(this, name, value);
};

const resolve = (from, to) => (to.startsWith("/") ? to.slice(1) : path.posix.join(path.posix.dirname(from), to));

// codeSpace makes the components of a program known.
function codeSpace(env, files) {
  const space = env.createCodeSpace("", true);
  const names = Object.keys(files).filter((name) => name.endsWith(".wxml")).map((name) => name.slice(0, -5));
  const group = new TmplGroup();
  for (const name of names) group.addTmpl(name, files[name + ".wxml"]);
  const groupList = new Function("return " + group.getTmplGenObjectGroups())();
  group.free();
  const modules = {};
  const evaluate = (name, env) => {
    if (modules[name]) return modules[name].exports;
    const module = (modules[name] = { exports: {} });
    const console = { log: (...args) => lines.push(args.join(" ")) };
    new Function("require", "module", "exports", "console", "Component", "Behavior", '"use strict";' + files[name + ".js"])(
      (to) => evaluate(resolve(name, to), env), module, module.exports, console, env.Component, env.Behavior);
    return module.exports;
  };
  for (const name of names) {
    space.addCompiledTemplate(name, { groupList, content: groupList[name] });
    space.addComponentStaticConfig(name, JSON.parse(files[name + ".json"]));
  }
  for (const name of names) space.componentEnv(name, (env) => evaluate(name, env));
  return space;
}

function normal(node) {
  if (easel.TextNode.isTextNode(node)) return node.textContent;
  let inside = "";
  node.forEachComposedChild((child) => void (inside += normal(child)));
  if (easel.VirtualNode.isVirtualNode(node) || easel.Component.isComponent(node) && node.getComponentOptions().virtualHost) return inside;
  const tag = easel.Component.isComponent(node) ? "*" : node.is;
  const names = [...new Set(resolved(node, [...namesOf(node.getBackendElement())]))].sort().join(" ");
  return `<${tag} ${node.id}|${names}>${inside}</>`;
}

function run(program) {
  const env = new MiniProgramEnv();
  const root = env.associateBackend(backend).createRoot("page", codeSpace(env, program.files), "pages/index");
  const component = root.getComponent();
  const states = [];
  const note = () => {
    states.push({ tree: normal(component).replace(/^<[^>]*>|<\/>$/g, ""), log: lines });
    lines = [];
  };
  easel.Element.pretendAttached(component);
  note();
  for (const step of program.steps) {
    try {
      component.getMethodCaller()[step]();
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
