import type { ShareElement } from "./components/lists";

const DURATION = 260;
const EASING = "cubic-bezier(.32,.72,.24,1)";

/** Slides pages as a navigation wants it; resolves when they stand still. */
export async function slide(action: string, before?: HTMLElement, after?: HTMLElement): Promise<void> {
  if (!before || !after || before === after || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  if (action === "push") await both(after, before, [100, 0], [0, -28]);
  else if (action === "pop") await both(before, after, [0, 100], [-28, 0]);
}

/** Moves front over rear; the numbers are percent of the width at start and end. */
async function both(front: HTMLElement, rear: HTMLElement, frontX: number[], rearX: number[]): Promise<void> {
  front.classList.add("front");
  const options = { duration: DURATION, easing: EASING };
  const frames = (xs: number[]): Keyframe[] => xs.map((x) => ({ transform: `translateX(${x}%)` }));
  const motions = [front.animate(frames(frontX), options), rear.animate(frames(rearX), options)];
  await Promise.all(motions.map((m) => m.finished));
  front.classList.remove("front");
}

/** Lets the shared elements of two pages move from where they stood on one to where they stand on the other. */
export function shareElements(action: string, before?: HTMLElement, after?: HTMLElement): void {
  if (!before || !after || before === after || (action !== "push" && action !== "pop")) return;
  const from = new Map(sharedIn(before).map((el) => [el.shareKey, el]));
  // What the next page shows is laid out with its first frame.
  requestAnimationFrame(() => {
    for (const to of sharedIn(after)) {
      const other = from.get(to.shareKey);
      if (other) morph(other.getBoundingClientRect(), to);
    }
  });
}

function sharedIn(page: HTMLElement): ShareElement[] {
  const root = page.querySelector(".root")?.shadowRoot;
  return Array.from(root?.querySelectorAll<ShareElement>("dg-share-element") ?? []).filter((el) => el.shareKey !== "");
}

function morph(start: DOMRect, to: ShareElement): void {
  const end = to.getBoundingClientRect();
  if (!start.width || !end.width) return;
  const first = `translate(${start.left - end.left}px,${start.top - end.top}px) scale(${start.width / end.width},${start.height / end.height})`;
  to.animate([{ transform: first, transformOrigin: "0 0" }, { transform: "none", transformOrigin: "0 0" }], to.timing);
}
