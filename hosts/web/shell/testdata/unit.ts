// Checks of the shell's logic that needs no page; run by TestLogic in node, with a storage and a host that answers when it is told to.
import { Early } from "../src/early";
import { readFormer } from "../src/former";
import { Remembered } from "../src/memory";
import type { Former, Memory, MemoryChange, SessionWindow, ToShell } from "../src/constants";

const failures: string[] = [];

function check(name: string, got: unknown, want: unknown): void {
  const a = JSON.stringify(got);
  const b = JSON.stringify(want);
  if (a !== b) failures.push(`${name}: got ${a}, want ${b}`);
}

/** Lets everything go on that waits for nothing from outside. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const stored = new Map<string, string>();
Object.assign(globalThis, {
  localStorage: { getItem: (key: string) => stored.get(key) ?? null, removeItem: (key: string) => stored.delete(key) },
});
console.error = () => undefined; // what is logged of the failures below

/** The host: what it was told and has not answered, and what it keeps. */
const asked: { change: MemoryChange; answer: (kept: Memory | string) => Promise<void> }[] = [];
globalThis.fetch = ((_: string, init: RequestInit) => new Promise((resolve) => {
  asked.push({
    change: JSON.parse(String(init.body)) as MemoryChange,
    answer: (kept) => {
      resolve(typeof kept === "string" ? new Response(kept, { status: 500 }) : new Response(JSON.stringify(kept)));
      return settle();
    },
  });
})) as typeof fetch;

/** The next change that the host is told. */
async function told(): Promise<(typeof asked)[number]> {
  await settle();
  const next = asked.shift();
  if (!next) throw new Error("the host is told nothing");
  return next;
}

const memory = (m: Partial<Memory> = {}): Memory => ({ recent: [], favourites: [], privacy: 0, ...m });

async function changes(): Promise<void> {
  let seen = 0;
  const m = new Remembered(() => seen++);
  m.set(memory());
  m.toggle("a");
  m.toggle("b");
  check("favourites at once", m.favourites, ["a", "b"]);
  const first = await told();
  check("one is told after the other", asked.length, 0);
  check("what is older than a change is taken", m.hear(memory()), true);
  check("and not shown", m.favourites, ["a", "b"]);
  await first.answer(memory({ favourites: ["a"] }));
  m.hear(memory({ favourites: ["a"] }));
  check("an answer before the last one is not shown", m.favourites, ["a", "b"]);
  const second = await told();
  check("the second change", second.change, { favourite: { app: "b", on: true } });
  await second.answer(memory({ favourites: ["a", "b"], recent: ["x"] }));
  check("the last answer is", [m.favourites, m.recent], [["a", "b"], ["x"]]);
  m.hear(memory({ favourites: ["c"] }));
  check("nothing is under way", m.favourites, ["c"]);
  check("it was said that something is seen", seen > 0, true);
}

async function elsewhere(): Promise<void> {
  const m = new Remembered(() => undefined);
  m.set(memory());
  m.toggle("a");
  const mine = await told();
  m.hear(memory({ favourites: ["a"] }));
  m.hear(memory({ favourites: ["a", "theirs"] })); // after mine, and before its answer is here
  await mine.answer(memory({ favourites: ["a"] }));
  check("what another window changed since", m.favourites, ["a", "theirs"]);
}

async function failing(): Promise<void> {
  const shown: string[] = [];
  const m = new Remembered((before) => shown.push(before.language));
  m.set(memory({ language: "en", favourites: ["a"] }));
  m.toggle("a");
  m.speak("ar");
  check("at once", [m.language, m.favourites], ["ar", []]);
  await (await told()).answer("the disk is full");
  await (await told()).answer("the disk is full");
  check("what the host does not keep is taken back", [m.language, m.favourites], ["en", ["a"]]);
  check("the language before", shown.at(-1), "ar");

  let why = "";
  const agreed = m.agree(2).catch((err: Error) => (why = err.message));
  check("agreed at once", m.privacy, 2);
  await (await told()).answer("the disk is full");
  await agreed;
  check("consent that is not kept", [m.privacy, why], [0, "the disk is full"]);
  const again = m.agree(2);
  await (await told()).answer(memory({ privacy: 2 }));
  await again;
  check("consent", m.privacy, 2);
  const back = m.agree(0).catch(() => undefined);
  await (await told()).answer("the disk is full");
  await back;
  check("consent that cannot be taken back", m.privacy, 2);
}

async function consent(): Promise<void> {
  const m = new Remembered(() => undefined);
  m.set(memory({ privacy: 2 }));
  m.used("a");
  check("taken back in another window while something is under way", m.hear(memory()), false);
  await (await told()).answer(memory({ privacy: 2, recent: ["a"] }));
  const agreed = m.agree(3);
  check("what is older than the consent", m.hear(memory({ privacy: 2 })), true);
  await (await told()).answer(memory({ privacy: 3 }));
  await agreed;
  const back = m.agree(0);
  check("taken back here", m.hear(memory()), true);
  await (await told()).answer(memory());
  await back;
  check("no consent", m.privacy, 0);
}

async function former(): Promise<void> {
  stored.set("dougong.language", "ar");
  const m = new Remembered(() => undefined);
  m.set(memory());
  check("the language of before", m.language, "ar");
  let over = m.handOver();
  await (await told()).answer("the disk is full");
  await over;
  check("it stays", [m.language, stored.size], ["ar", 1]);
  over = m.handOver();
  await (await told()).answer(memory({ language: "ar" }));
  await over;
  check("it is the host's", [m.language, stored.size], ["ar", 0]);
  m.hear(memory());
  check("and the host's is what counts", m.language, "");
}

function large(): void {
  const list = (...texts: string[]): string => JSON.stringify(texts.map((name) => ({ name })));
  stored.set("dougong.language", "x".repeat(100_000));
  stored.set("dougong.addresses", list("好".repeat(4000), "good"));
  stored.set("dougong.contacts", list(...Array.from({ length: 12 }, (_, i) => `${i}`.repeat(7000))));
  stored.set("dougong.places", "broken{");
  const f = readFormer() as Required<Former>;
  check("what no shell wrote is left out", [f.language, f.addresses, f.contacts.length, f.places], ["", [{ name: "good" }], 8, []]);
  check("all fits into a request", new TextEncoder().encode(JSON.stringify({ former: f })).length < 64 << 10, true);
  stored.clear();
  check("nothing was kept", readFormer(), undefined);
}

function early(): void {
  const window = (session: string, title: string): ToShell => ({ window: { session, title } as SessionWindow });
  const log = (session: string, message: string): ToShell => ({ log: { session, log: { level: "info", message } } } as ToShell);
  const e = new Early();
  e.keep("mine", window("mine", "too early"));
  e.begin();
  e.keep("mine", window("mine", "one"));
  e.keep("mine", log("mine", "lost"));
  for (let i = 0; i < 100; i++) e.keep("foreign", log("foreign", `${i}`));
  e.keep("mine", window("mine", "two"));
  e.keep("mine", log("mine", "last"));
  e.begin();
  check("the last of its window, and what is not too old", e.end("mine"), [window("mine", "two"), log("mine", "last")]);
  check("what another one that is being opened has", e.end("foreign").length, 99);
  e.begin();
  e.keep("foreign", log("foreign", "x"));
  check("a failure", e.end(), []);
  e.begin();
  check("it is forgotten", e.end("foreign"), []);
  e.begin();
  e.begin();
  for (let i = 0; i < 150; i++) e.keep(`${i}`, window(`${i}`, ""));
  check("windows are bounded, too", [e.end("49"), e.end("50")].map((m) => m.length), [0, 1]);
}

async function all(): Promise<void> {
  for (const part of [changes, elsewhere, failing, consent, former, large, early]) await part();
  if (failures.length > 0) throw new Error(`\n${failures.join("\n")}`);
  console.log("all is checked"); // node ends well, too, when something waits for ever
}

void all();
