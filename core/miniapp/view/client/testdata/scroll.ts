// Scrolls a list of 1,000 rows as the client shows it, and the same list written by hand, and counts the frames that came late.
// Bundled by BenchmarkScroll, which calls scrolls().
import { connectComponents } from "../src/components/component";
import { registerComponents } from "../src/components/register";
import type { Patch } from "../src/constants";
import stageCSS from "../src/stage.css";
import { PageView } from "../src/page";
import { sheetFor } from "../src/styles";

interface Row {
  id: number;
  name: string;
  price: number;
}

const FRAMES = 90;
/** A screen's frame, and how much later one may come and still be that one, in milliseconds. */
const FRAME = 1000 / 60;
const LATE = FRAME * 1.5;

const nothing = (): void => {};
document.adoptedStyleSheets = [sheetFor(stageCSS)];
registerComponents();
connectComponents({ emit: nothing, navigate: nothing, pageEvent: nothing, pageEvents: () => nothing, overlay: () => document.body, page: () => undefined });

function ours(id: number, patch: string): { root: Element; remove(): void } {
  const view = new PageView(id, { send: nothing, answer: nothing, back: nothing, home: nothing, metaChanged: nothing, call: nothing, scripts: undefined, resync: () => { throw new Error("out of step"); } });
  view.configure({ id, path: "page", window: {} }, { canGoBack: false, home: false, fallbackTitle: "" });
  document.body.append(view.element);
  view.apply(JSON.parse(patch) as Patch);
  return { root: view.scroller, remove: () => view.element.remove() };
}

function byHand(data: string): { root: Element; remove(): void } {
  const root = document.createElement("div");
  root.style.cssText = "position:absolute;inset:0;overflow:auto";
  for (const row of JSON.parse(data) as Row[]) {
    const card = document.createElement("div");
    const name = document.createElement("span");
    name.textContent = row.name;
    const price = document.createElement("span");
    price.textContent = `¥${row.price}`;
    card.append(name, price);
    root.append(card);
  }
  document.body.append(root);
  return { root, remove: () => root.remove() };
}

/** Has the page's load event, and with it whoever reads the page, wait for what is measured. */
function hold(): void {
  const image = document.createElement("img");
  image.src = "/hold";
  document.body.append(image);
}

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

/** Scrolls there and back; returns the frames dropped and the mean time between two, in milliseconds. */
async function scroll(list: { root: Element; remove(): void }): Promise<number[]> {
  const way = list.root.scrollHeight - list.root.clientHeight;
  if (way < 5000) throw new Error(`only ${way} points to scroll`);
  await frame();
  const begin = await frame();
  let last = begin;
  let dropped = 0;
  for (let i = 1; i <= FRAMES; i++) {
    list.root.scrollTop = way * (i < FRAMES / 2 ? i / (FRAMES / 2) : 2 - i / (FRAMES / 2));
    const now = await frame();
    if (now - last > LATE) dropped += Math.round((now - last) / FRAME) - 1;
    last = now;
  }
  list.remove();
  return [dropped, (last - begin) / FRAMES];
}

/** Frames dropped and the mean time of one, ours, then by hand, over some rounds in turns. */
(globalThis as Record<string, unknown>)["scrolls"] = async (patch: string, data: string): Promise<number[]> => {
  hold();
  const sum = [0, 0, 0, 0];
  const rounds = 4;
  for (let round = 0; round <= rounds; round++) {
    const got = [...(await scroll(ours(round + 1, patch))), ...(await scroll(byHand(data)))];
    if (round > 0) got.forEach((n, i) => ((sum[i] as number) += n)); // the first warms up
  }
  return [sum[0] as number, (sum[1] as number) / rounds, sum[2] as number, (sum[3] as number) / rounds];
};
