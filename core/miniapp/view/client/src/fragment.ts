import { watchAppearance } from "./appear";
import { parseListens, type Listens } from "./listens";
import { parseScripts, type ElementScripts, type Scope, type ScriptsTemplate } from "./scripts/scripted";

/** A node of a fragment as protocol.go describes it. */
export type NodeTemplate = string | 0 | { h: 1 } | ElementTemplate;
export type ElementTemplate = [
  tag: string,
  attrs?: Record<string, unknown> | null,
  children?: NodeTemplate[] | null,
  listens?: string[] | null,
  holes?: string[] | null,
  scripts?: ScriptsTemplate | null,
];

/** What must be done to one node of each clone. */
interface Step {
  index: number;
  attrs: [string, unknown][];
  holes: string[];
  textHole: boolean;
  listens?: Listens;
  scripts?: ElementScripts;
}

/** Applies an attribute to an element; the page decides how. */
export type AttrSetter = (el: Element, name: string, value: unknown) => void;

/** A static piece of template: built once, cloned by the browser. */
export class Fragment {
  private readonly template = document.createDocumentFragment();
  private readonly steps: Step[] = [];
  private readonly elements: number[] = []; // indices of what is an element
  private count = 0;

  /**
   * scope is how class names are written in a fragment of a component with template scripts; run says whether the client
   * runs these.
   */
  constructor(
    roots: NodeTemplate[],
    readonly scope?: Omit<Scope, "owner">,
    private readonly run = false,
  ) {
    for (const root of roots) this.build(root, this.template);
  }

  /** Clones the fragment; nodes come in the order of their ids. */
  clone(holes: unknown[], setAttr: AttrSetter, adopt: (el: Element, index: number) => void) {
    const only = this.template.firstChild;
    const single = only !== null && only.nextSibling === null;
    const content = (single ? only : this.template).cloneNode(true);
    const roots = single ? [content] : Array.from(content.childNodes);
    const nodes: Node[] = single ? [content] : [];
    collect(content, nodes);
    for (const i of this.elements) adopt(nodes[i] as Element, i);
    let next = 0;
    for (const step of this.steps) {
      const node = nodes[step.index] as Node;
      if (step.textHole) {
        node.nodeValue = String(holes[next++] ?? "");
        continue;
      }
      const el = node as Element & { dgListens?: Listens };
      if (step.listens) {
        el.dgListens = step.listens;
        watchAppearance(el, step.listens);
      }
      if (step.scripts) (el as { dgScripts?: ElementScripts }).dgScripts = step.scripts;
      for (const [name, value] of step.attrs) setAttr(el, name, value);
      for (const name of step.holes) setAttr(el, name, holes[next++]);
    }
    return { content, roots, nodes };
  }

  get size(): number {
    return this.count;
  }

  private build(node: NodeTemplate, parent: Node): void {
    const index = this.count++;
    if (node === 0) {
      parent.appendChild(document.createComment(""));
    } else if (typeof node === "string") {
      parent.appendChild(document.createTextNode(node));
    } else if (Array.isArray(node)) {
      this.buildElement(node, index, parent);
    } else {
      parent.appendChild(document.createTextNode(""));
      this.steps.push({ index, attrs: [], holes: [], textHole: true });
    }
  }

  private buildElement(t: ElementTemplate, index: number, parent: Node): void {
    const [tag, attrs, children, allListens, holes, scripts] = t;
    const listens = this.run && scripts ? scripts[0] : allListens;
    const el = document.createElement(elementName(tag));
    const step: Step = { index, attrs: [], holes: holes ?? [], textHole: false };
    this.elements.push(index);
    for (const [name, value] of Object.entries(attrs ?? {})) {
      // What the browser itself copies is set once.
      if (name === "class" && typeof value === "string") el.className = value;
      else if (name === "is" && tag === "*") el.setAttribute("dg-is", String(value));
      else if (name === "host:block") el.setAttribute("dg-block", "");
      else step.attrs.push([name, value]);
    }
    if (listens?.length) step.listens = parseListens(listens);
    if (this.run && scripts) step.scripts = parseScripts(scripts);
    if (step.attrs.length || step.holes.length || step.listens || step.scripts) this.steps.push(step);
    parent.appendChild(el);
    for (const child of children ?? []) this.build(child, el);
  }
}

/** The custom element that stands for a template tag. */
export function elementName(tag: string): string {
  if (tag === "*") return "dg-host";
  return /^[a-z][a-z0-9-]*$/.test(tag) ? `dg-${tag}` : "dg-unknown";
}

function collect(parent: Node, into: Node[]): void {
  for (let child = parent.firstChild; child; child = child.nextSibling) {
    into.push(child);
    if (child.firstChild) collect(child, into);
  }
}
