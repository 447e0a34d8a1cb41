const names = require("../names.json");
const groups = require("./index");

const listed = [...names.finclip, ...names.wechat];
const proved = () => {
  const all = new Set();
  for (const group of Object.keys(groups)) for (const one of groups[group]) for (const name of one.proves) all.add(name);
  return all;
};
// Only a host that runs on the user's own device knows these; the group that proves them looks whether canIUse is right.
const deviceOnly = new Set(["getLocalIPAddress"]);
const listener = /^(on|off)[A-Z]/;

module.exports = [
  {
    title: "is true for every name that is listed",
    proves: ["canIUse"],
    async run(t, api) {
      const tested = proved();
      t.equal(listed.filter((name) => !deviceOnly.has(name) && api.canIUse(name) !== tested.has(name)), [], "names that canIUse is wrong about");
    },
  },
  {
    title: "is true for every name that fails, and each fails as it says",
    proves: ["canIUse"],
    async run(t, api) {
      const tested = proved();
      const wrong = [];
      for (const name of listed) {
        if (tested.has(name)) continue;
        try {
          await check(t, api, name, names.fails[name] || {});
        } catch (e) {
          wrong.push(e.message);
        }
      }
      t.equal(wrong, [], "names that do not fail as names.json says");
      t.equal(api.canIUse(listed.find((name) => !tested.has(name))), false, "canIUse");
    },
  },
];

async function check(t, api, name, { how, message = "not supported", code, method }) {
  const more = code ? { errCode: code } : {};
  if (how === "undefined") {
    t.equal(typeof api[name], "undefined", `the type of ${name}`);
  } else if (how === "handle") {
    const handle = typeof api[name] === "function" ? api[name]() : api[name];
    t.ok(handle, `what ${name} returns`);
    if (!method) return;
    const error = await t.within(`${name}.${method} to fail`, (done) => {
      const got = handle[method]({ fail: done });
      if (got && got.catch) got.catch(done);
    });
    t.equal([error.errMsg, error.errCode], [`${method}:fail ${message}`, code], `${name}.${method}`);
  } else if (how === "sync") {
    t.throws(() => api[name](), new RegExp(`^${name}:fail ${message}`), name);
  } else if (listener.test(name)) {
    t.equal(api[name](() => t.fail(`${name} calls its listener`)), undefined, `what ${name} returns`);
  } else {
    await t.refuses(name, {}, message, more);
  }
}
