// Times the client against a page that somebody wrote by hand for the same data: from the text that arrived to the layout.
// Bundled by the benchmark of hosts/web/e2e, which calls times().
import { connectComponents } from "../src/components/component";
import { registerComponents } from "../src/components/register";
import type { Patch } from "../src/constants";
import { PageView } from "../src/page";

interface Row {
  id: number;
  name: string;
  price: number;
}

const nothing = (): void => {};
registerComponents();
connectComponents({ emit: nothing, navigate: nothing, pageEvent: nothing, pageEvents: () => nothing, overlay: () => document.body, page: () => undefined });
let page = 0;

/** Applies patches to a new page; returns how long each took, without and with layout. */
function ours(texts: string[]): number[] {
  const view = new PageView(++page, { send: nothing, answer: nothing, back: nothing, home: nothing, metaChanged: nothing, call: nothing, scripts: undefined, resync: () => { throw new Error("out of step"); } });
  view.configure({ id: page, path: "page", window: {} }, { canGoBack: false, home: false, fallbackTitle: "" });
  document.body.append(view.element);
  const took = texts.flatMap((text) => timed(() => view.apply(JSON.parse(text) as Patch), view.element));
  const rows = view.tree.size;
  view.element.remove();
  if (rows < 3000) throw new Error(`only ${rows} nodes`);
  return took;
}

/** The same page without a framework. */
function byHand(text: string): number[] {
  const root = document.createElement("div");
  root.style.cssText = "position:absolute;inset:0;overflow:auto";
  document.body.append(root);
  const prices: Text[] = [];
  const first = timed(() => {
    for (const row of JSON.parse(text) as Row[]) {
      const card = document.createElement("div");
      card.className = "card";
      card.id = `row-${row.id}`;
      const name = document.createElement("span");
      name.className = "name";
      name.textContent = row.name;
      const price = document.createElement("span");
      price.className = "price";
      const shown = document.createTextNode(`¥${row.price}`);
      prices.push(shown);
      price.append(shown);
      card.append(name, price);
      card.addEventListener("click", nothing);
      root.append(card);
    }
  }, root);
  const second = timed(() => { (prices[500] as Text).nodeValue = "¥changed"; }, root);
  root.remove();
  return [...first, ...second];
}

/** How long work takes, and with the layout that it makes necessary. */
function timed(work: () => void, layout: HTMLElement): number[] {
  const start = performance.now();
  work();
  const done = performance.now();
  void layout.offsetHeight;
  void layout.scrollHeight;
  return [done - start, performance.now() - start];
}

function median(list: number[]): number {
  return list.sort((a, b) => a - b)[list.length >> 1] as number;
}

/** Medians in milliseconds: first patch and one-row patch, each without and with layout; ours, then by hand; in turns. */
(globalThis as Record<string, unknown>)["times"] = (patches: string[], data: string): number[] => {
  const all: number[][] = Array.from({ length: 8 }, () => []);
  for (let round = 0; round < 21; round++) {
    [...ours(patches), ...byHand(data)].forEach((time, i) => (all[i] as number[]).push(time));
  }
  return all.map(median);
};
