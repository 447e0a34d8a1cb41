import { composedParent } from "./listens";
import type { PageView } from "./page";
import type { Stage } from "./stage";

/** The page an element stands in. */
export function pageOf(stage: Stage, el: Element): PageView | undefined {
  for (let node: Node | null = el; node; node = composedParent(node)) {
    const id = node instanceof HTMLElement ? node.dataset["page"] : undefined;
    if (id !== undefined) return stage.page(Number(id));
  }
  return undefined;
}
