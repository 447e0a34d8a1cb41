/** Selector queries: which nodes is the tree's business, where they are the client's. */
import { canvasOf, type NodeFound } from "./canvas/canvas";
import { scrollViewContext } from "./components/scrollview";
import { contextOf } from "./media/video";
import { native, type QueryRequest } from "./native";
import type { Namespace } from "./capability";

type Callback = (result: any) => void;

/** Names a node in a query and what to tell of it; every method returns the query. */
export class NodesRef {
  constructor(
    private query: SelectorQuery,
    private request: Omit<QueryRequest, "fields">,
  ) {}

  boundingClientRect(callback?: Callback): SelectorQuery {
    return this.fields({ id: true, dataset: true, rect: true, size: true }, callback);
  }

  scrollOffset(callback?: Callback): SelectorQuery {
    return this.fields({ id: true, dataset: true, scrollOffset: true }, callback);
  }

  fields(fields: Record<string, unknown>, callback?: Callback): SelectorQuery {
    this.query.push({ ...this.request, fields }, callback);
    return this.query;
  }

  context(callback?: Callback): SelectorQuery {
    return this.fields({ context: true }, callback);
  }

  node(callback?: Callback): SelectorQuery {
    return this.fields({ node: true }, callback);
  }
}

export class SelectorQuery {
  private scope: unknown;
  private requests: QueryRequest[] = [];
  private callbacks: (Callback | undefined)[] = [];

  constructor(scope?: unknown) {
    this.scope = scope;
  }

  in(component: unknown): this {
    this.scope = component;
    return this;
  }

  select(selector: string): NodesRef {
    return this.ref(selector, true, false);
  }

  selectAll(selector: string): NodesRef {
    return this.ref(selector, false, false);
  }

  selectViewport(): NodesRef {
    return this.ref("", true, true);
  }

  private ref(selector: string, single: boolean, viewport: boolean): NodesRef {
    return new NodesRef(this, { scope: this.scope, selector: String(selector), single, viewport });
  }

  push(request: QueryRequest, callback?: Callback): void {
    this.requests.push(request);
    this.callbacks.push(callback);
  }

  exec(callback?: Callback): this {
    const { callbacks } = this;
    native.query(this.requests, (failure, results) => {
      const all = failure ? callbacks.map(() => null) : (results as unknown[]);
      all.forEach((found) => (Array.isArray(found) ? found : [found]).forEach(embody));
      callbacks.forEach((each, i) => {
        if (typeof each === "function") each.call(this, all[i]);
      });
      if (typeof callback === "function") callback.call(this, all);
    });
    return this;
  }
}

/** What node() gives: the canvas, or the context of a view that scrolls. */
function nodeOf(found: NodeFound): unknown {
  if (found.tag === "canvas") return canvasOf(found);
  return found.tag === "scroll-view" ? scrollViewContext({ place: { page: found.page, target: found.node }, tag: found.tag }) : null;
}

/** Makes the objects that node and context stand for of what the tree said about them. */
function embody(found: unknown): void {
  const info = found as { node?: NodeFound | null; context?: NodeFound | null } | null;
  if (info?.node) info.node = nodeOf(info.node) as never;
  if (info?.context) info.context = contextOf(info.context) as never;
}

export function addQueries(space: Namespace): void {
  space["createSelectorQuery"] = () => new SelectorQuery();
  space["createIntersectionObserver"] = (component?: unknown, options?: ObserverOptions) =>
    new IntersectionObserver(component, options ?? {});
  space["createMediaQueryObserver"] = () => new MediaQueryObserver();
}

/** Hears when the screen begins or ceases to be as described. */
export class MediaQueryObserver {
  private ids: number[] = [];

  observe(descriptor: object, callback: Callback): void {
    this.ids.push(native.observe({ media: { ...descriptor } }, (failure, entry) => {
      if (!failure) callback(entry);
    }));
  }

  disconnect(): void {
    for (const id of this.ids) native.unobserve(id);
    this.ids = [];
  }
}

interface ObserverOptions {
  thresholds?: number[];
  initialRatio?: number;
  observeAll?: boolean;
}

type Margins = Partial<Record<"top" | "right" | "bottom" | "left", number>>;

export class IntersectionObserver {
  private relative: { selector: string; viewport: boolean; margins: Margins }[] = [];
  private ids: number[] = [];

  constructor(
    private scope: unknown,
    private options: ObserverOptions,
  ) {}

  relativeTo(selector: string, margins?: Margins): this {
    this.relative.push({ selector, viewport: false, margins: margins ?? {} });
    return this;
  }

  relativeToViewport(margins?: Margins): this {
    this.relative.push({ selector: "", viewport: true, margins: margins ?? {} });
    return this;
  }

  observe(selector: string, callback: Callback): void {
    const { thresholds = [0], initialRatio = 0, observeAll = false } = this.options;
    this.ids.push(
      native.observe(
        { scope: this.scope, selector, relative: this.relative, thresholds, initialRatio, observeAll },
        (failure, entry) => {
          if (!failure) callback(entry);
        },
      ),
    );
  }

  disconnect(): void {
    for (const id of this.ids) native.unobserve(id);
    this.ids = [];
  }
}
