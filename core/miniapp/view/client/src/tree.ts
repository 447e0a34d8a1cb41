import { Op } from "./constants";
import { Fragment, type NodeTemplate } from "./fragment";
import type { Tracked } from "./listens";
import type { Scope, Scripted } from "./scripts/scripted";

/** A placeholder that holds an ordered list of clones, which stand directly before it. */
interface Anchor {
  node: Comment;
  first?: Clone;
  last?: Clone;
}

interface Clone {
  id: number;
  size: number;
  roots: Node[];
  anchor: Anchor;
  prev?: Clone;
  next?: Clone;
  /** Of a component with template scripts: whose template it is of. */
  scope?: Scope;
}

type AnchorNode = Comment & { dgAnchor?: Anchor };

/** What a tree needs of its surroundings. */
export interface TreeOwner {
  setAttr(el: Element, name: string, value: unknown): void;
  addStyle(key: string, css: string, fonts: string[]): void;
  resetStyles(): void;
  invoke(el: Element, method: string, args: unknown, call: number): void;
  /** Whether the client runs template scripts. */
  readonly runsScripts: boolean;
  script(el: Element, type: string, event: unknown): void;
}

/** One page's nodes, kept in step with the Go tree by patches. */
export class Tree {
  private readonly root: Anchor;
  private readonly fragments = new Map<number, Fragment>();
  private readonly nodes = new Map<number, Node>();
  private readonly clones = new Map<number, Clone>();

  constructor(
    private readonly parent: Element,
    private readonly owner: TreeOwner,
  ) {
    this.root = { node: document.createComment("") };
    parent.appendChild(this.root.node);
  }

  /** Applies one patch's operations, in order. Throws on an operation that does not fit the tree. */
  apply(ops: unknown[]): void {
    this.leave();
    try {
      for (const op of ops) this.applyOp(op as unknown[]);
    } finally {
      this.enter();
    }
  }

  /** A tree that is empty is built apart and put on the page as a whole: in the page, every step would cost more. */
  private leave(): void {
    if (!this.root.first && this.parent.childNodes.length === 1) document.createDocumentFragment().append(this.root.node);
  }

  private enter(): void {
    const apart = this.root.node.parentNode;
    if (apart instanceof DocumentFragment) this.parent.append(apart);
  }

  /** The element with this id. */
  element(id: number): Element | undefined {
    const node = this.nodes.get(id);
    return node instanceof Element ? node : undefined;
  }

  get size(): number {
    return this.nodes.size;
  }

  private applyOp(op: unknown[]): void {
    switch (op[0]) {
      case Op.Fragment:
        this.fragments.set(op[1] as number, fragmentOf(op, this.owner.runsScripts));
        return;
      case Op.Clone:
        this.clone(op[1] as number, op[2] as number, op[3] as number, op[4] as number, (op[5] ?? []) as unknown[], op[6] as number | undefined);
        return;
      case Op.Attr:
        this.owner.setAttr(this.must(op[1] as number) as Element, op[2] as string, op[3]);
        return;
      case Op.Text:
        this.must(op[1] as number).nodeValue = String(op[2] ?? "");
        return;
      case Op.Remove:
        for (const id of op.slice(1)) this.remove(this.cloneOf(id as number));
        return;
      case Op.Move:
        this.move(this.cloneOf(op[1] as number), op[2] as number);
        return;
      case Op.Style:
        this.owner.addStyle(op[1] as string, op[2] as string, (op[3] ?? []) as string[]);
        return;
      case Op.Reset:
        this.reset();
        return;
      case Op.Invoke:
        this.enter();
        this.owner.invoke(this.must(op[1] as number) as Element, op[2] as string, op[3], (op[4] ?? 0) as number);
        return;
      case Op.Script:
        this.owner.script(this.must(op[1] as number) as Element, op[2] as string, op[3]);
        return;
      default:
        throw new Error(`unknown patch operation ${String(op[0])}`);
    }
  }

  private clone(fragmentId: number, id: number, anchorId: number, before: number, holes: unknown[], ownerId?: number): void {
    const fragment = this.fragments.get(fragmentId);
    if (!fragment) throw new Error(`clone of unknown fragment ${fragmentId}`);
    const anchor = anchorId === 0 ? this.root : this.anchorOf(anchorId);
    const scope = fragment.scope && ownerId !== undefined ? { ...fragment.scope, owner: ownerId } : undefined;
    const { content, roots, nodes } = fragment.clone(holes, this.owner.setAttr, (el, i) => {
      (el as Tracked).dgId = id + i;
      if (scope) (el as Scripted).dgScope = scope;
    });
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as Node;
      this.nodes.set(id + i, node);
      if (node.nodeType === Node.COMMENT_NODE) (node as AnchorNode).dgAnchor = { node: node as Comment };
    }
    const clone: Clone = { id, size: fragment.size, roots, anchor };
    this.clones.set(id, clone);
    if (scope) this.remember(clone, scope);
    const next = before === 0 ? undefined : this.cloneOf(before);
    link(clone, next);
    anchor.node.parentNode?.insertBefore(content, next ? startOf(next) : anchor.node);
  }

  private move(clone: Clone, before: number): void {
    const nodes = nodesOf(clone);
    unlink(clone);
    const next = before === 0 ? undefined : this.cloneOf(before);
    link(clone, next);
    const ref = next ? startOf(next) : clone.anchor.node;
    for (const node of nodes) ref.parentNode?.insertBefore(node, ref);
  }

  private remove(clone: Clone): void {
    const nodes = nodesOf(clone);
    unlink(clone);
    this.forget(clone);
    for (const node of nodes) (node as ChildNode).remove();
  }

  private readonly scoped = new Map<number, Set<Clone>>();

  private remember(clone: Clone, scope: Scope): void {
    clone.scope = scope;
    const list = this.scoped.get(scope.owner);
    if (list) list.add(clone);
    else this.scoped.set(scope.owner, new Set([clone]));
  }

  /** How class names are written in the template of a component that has template scripts. */
  scopeOf(owner: number): Scope | undefined {
    for (const clone of this.scoped.get(owner) ?? []) return clone.scope;
    return undefined;
  }

  /** The elements in the template of such a component, in document order. */
  elementsOf(owner: number): Element[] {
    const out: Element[] = [];
    for (const clone of this.scoped.get(owner) ?? []) {
      for (let id = clone.id; id < clone.id + clone.size; id++) {
        const el = this.element(id);
        if (el) out.push(el);
      }
    }
    return out.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  }

  private forget(clone: Clone): void {
    this.clones.delete(clone.id);
    if (clone.scope) this.scoped.get(clone.scope.owner)?.delete(clone);
    for (let id = clone.id; id < clone.id + clone.size; id++) {
      const anchor = (this.nodes.get(id) as AnchorNode | undefined)?.dgAnchor;
      for (let c = anchor?.first; c; c = c.next) this.forget(c);
      this.nodes.delete(id);
    }
  }

  private reset(): void {
    this.fragments.clear();
    this.nodes.clear();
    this.clones.clear();
    this.scoped.clear();
    delete this.root.first;
    delete this.root.last;
    this.parent.replaceChildren(this.root.node);
    this.leave();
    this.owner.resetStyles();
  }

  private must(id: number): Node {
    const node = this.nodes.get(id);
    if (!node) throw new Error(`unknown node ${id}`);
    return node;
  }

  private anchorOf(id: number): Anchor {
    const anchor = (this.must(id) as AnchorNode).dgAnchor;
    if (!anchor) throw new Error(`node ${id} is no anchor`);
    return anchor;
  }

  private cloneOf(id: number): Clone {
    const clone = this.clones.get(id);
    if (!clone) throw new Error(`unknown clone ${id}`);
    return clone;
  }
}

/** The fragment that an operation defines. One of a component with template scripts says how its class names are written. */
function fragmentOf(op: unknown[], runsScripts: boolean): Fragment {
  const scope = typeof op[3] === "string" ? { prefix: op[3], bare: op[4] === true } : undefined;
  return new Fragment(op[2] as NodeTemplate[], scope, runsScripts);
}

/** Puts clone into its anchor's list before next, or at the end. */
function link(clone: Clone, next: Clone | undefined): void {
  const { anchor } = clone;
  const prev = next ? next.prev : anchor.last;
  clone.prev = prev;
  clone.next = next;
  if (prev) prev.next = clone;
  else anchor.first = clone;
  if (next) next.prev = clone;
  else anchor.last = clone;
}

function unlink(clone: Clone): void {
  const { anchor, prev, next } = clone;
  if (prev) prev.next = next;
  else anchor.first = next;
  if (next) next.prev = prev;
  else anchor.last = prev;
}

/** The first node of a clone in the document: a root that is an anchor stands behind its own clones. */
function startOf(clone: Clone): Node {
  const root = clone.roots[0];
  if (!root) return clone.next ? startOf(clone.next) : clone.anchor.node;
  const first = (root as AnchorNode).dgAnchor?.first;
  return first ? startOf(first) : root;
}

function nodesOf(clone: Clone): Node[] {
  const out: Node[] = [];
  for (const root of clone.roots) {
    for (let c = (root as AnchorNode).dgAnchor?.first; c; c = c.next) out.push(...nodesOf(c));
    out.push(root);
  }
  return out;
}
