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
