// Runs the cases of a group in the namespaces wx and ft, and tells the console what came of each.
//
// A case says which names it proves. It is held to that: it gets a copy of the namespace that notes what is used, and
// fails if it did not use a name, or checked nothing.

/** A copy of a namespace that notes which of its names are used. */
function recorder(space, used) {
  const copy = {};
  for (const name of Object.keys(space)) {
    const value = space[name];
    const get = typeof value === "function"
      ? () => (...args) => {
        used.add(name);
        return value.apply(space, args);
      }
      : () => {
        used.add(name);
        return value;
      };
    Object.defineProperty(copy, name, { enumerable: true, get });
  }
  return copy;
}

function show(value) {
  if (value instanceof Error) return String(value);
  const text = JSON.stringify(value);
  return text === undefined ? String(value) : text;
}

function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = Object.keys(a);
  return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length && keys.every((k) => same(a[k], b[k]));
}

/** What has been waited for so long is worth a word, in milliseconds. */
const LONG = 8000;

/** What a case checks with. */
class Tester {
  constructor(api, ask, page) {
    this.api = api;
    this.ask = ask;
    this.page = page;
    this.checks = 0;
  }

  fail(message) {
    throw new Error(message);
  }

  ok(value, what) {
    this.checks++;
    if (!value) this.fail(`${what}: found ${show(value)}`);
  }

  equal(got, want, what) {
    this.checks++;
    if (!same(got, want)) this.fail(`${what}: found ${show(got)}, want ${show(want)}`);
  }

  match(got, pattern, what) {
    this.checks++;
    if (!pattern.test(got)) this.fail(`${what}: found ${show(got)}, want ${pattern}`);
  }

  throws(act, pattern, what) {
    this.checks++;
    let error;
    try {
      act();
    } catch (e) {
      error = e;
    }
    if (!error) this.fail(`${what}: it does not throw`);
    if (!pattern.test(error.errMsg || error.message)) this.fail(`${what}: it throws ${show(error.errMsg || error.message)}, want ${pattern}`);
  }

  /** Calls by callbacks: the outcome, after complete has had it, too. */
  call(name, options) {
    return this.within(name, (resolve, reject) => {
      const heard = [];
      const hear = (how) => (result) => {
        heard.push(how);
        if (how !== "complete") this.last = result;
        if (how === "complete") {
          if (result !== this.last) reject(new Error(`${name}: complete gets something else than ${heard[0]}`));
          else resolve({ how: heard.join(), result });
        }
      };
      const returned = this.api[name]({ ...options, success: hear("success"), fail: hear("fail"), complete: hear("complete") });
      if (returned && typeof returned.then === "function") reject(new Error(`${name}: a promise, though there are callbacks`));
    });
  }

  /** Calls by callbacks and by a promise; both have to be well. The result is the promise's. */
  async works(name, options) {
    const called = await this.call(name, options);
    this.equal(called.how, "success,complete", `${name} by callbacks (${called.result && called.result.errMsg})`);
    this.equal(called.result.errMsg, `${name}:ok`, `errMsg of ${name} by callbacks`);
    const result = await this.api[name](options);
    this.equal(result.errMsg, `${name}:ok`, `errMsg of ${name} by a promise`);
    return result;
  }

  /** Calls by callbacks and by a promise; both have to fail, with this errMsg behind "name:fail ". */
  async refuses(name, options, message, more) {
    const called = await this.call(name, options);
    this.equal(called.how, "fail,complete", `${name} by callbacks`);
    let rejected;
    try {
      await this.api[name](options);
    } catch (e) {
      rejected = e;
    }
    this.ok(rejected instanceof Error, `${name} by a promise is rejected by an error`);
    for (const error of [called.result, rejected]) {
      if (message instanceof RegExp) this.match(error.errMsg, message, `errMsg of ${name}`);
      else this.equal(error.errMsg, `${name}:fail ${message}`, `errMsg of ${name}`);
      for (const key of Object.keys(more || {})) this.equal(error[key], more[key], `${key} of ${name}`);
    }
    return rejected;
  }

  /** Calls what returns a task, which has callbacks only, as in WeChat. */
  async started(name, options) {
    const called = await this.call(name, options);
    this.equal([called.how, called.result.errMsg], ["success,complete", `${name}:ok`], name);
    return called.result;
  }

  async refused(name, options, message) {
    const called = await this.call(name, options);
    this.equal(called.how, "fail,complete", name);
    this.match(called.result.errMsg, message, `errMsg of ${name}`);
  }

  /** Registers a listener and waits until what happens has told it something. */
  heard(on, cause) {
    return this.within(`${on} to call its listener`, (resolve) => {
      this.api[on](resolve);
      return cause && cause();
    });
  }

  /**
   * Waits for something, and for what start returns. How long that may take is for the runner to say: a busy machine needs time for a
   * film. What is waited for long is logged, so that whoever gives up knows of it.
   */
  async within(what, start) {
    const timer = setTimeout(() => console.warn(`still waiting for ${what}`), LONG);
    try {
      let caused;
      const value = await new Promise((resolve, reject) => {
        caused = Promise.resolve(start(resolve, reject));
        caused.catch(reject);
      });
      await caused;
      return value;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits for a turn of its own, and for what is under way to have been done. */
  pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms || 0));
  }

  /** Waits until a condition holds. */
  until(what, condition) {
    return this.within(what, async (done) => {
      let value;
      while (!(value = await condition())) await this.pause(50);
      this.checks++;
      done(value);
    });
  }

  /** Has the host do something to the mini-program, as a user or the system would. */
  host(wish, detail) {
    return this.ask(wish, detail);
  }
}

/** Runs a case in a namespace. */
async function run(one, space, ask, page) {
  const used = new Set();
  const t = new Tester(recorder(space === "wx" ? wx : ft, used), ask, page);
  t.space = space;
  await one.run(t, t.api);
  if (t.checks === 0) throw new Error("the case checks nothing");
  const idle = one.proves.filter((name) => !used.has(name));
  if (idle.length > 0) throw new Error(`the case does not use ${idle.join(", ")}`);
}

module.exports = { run };
