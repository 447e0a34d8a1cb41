/** A frame over a picture, in parts of its width and height. */
export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

export type Corner = "nw" | "ne" | "sw" | "se";

/** How small a frame gets. */
const MIN = 0.05;

const within = (n: number, low: number, high: number): number => Math.max(low, Math.min(high, n));

/** The largest frame of a proportion, in the middle; undefined is the whole picture. */
export function whole(aspect: number | undefined): Box {
  if (!aspect) return { x: 0, y: 0, w: 1, h: 1 };
  const [w, h] = aspect > 1 ? [1, 1 / aspect] : [aspect, 1];
  return { x: (1 - w) / 2, y: (1 - h) / 2, w, h };
}

/** The frame moved, as far as the picture goes. */
export function moved(b: Box, dx: number, dy: number): Box {
  return { ...b, x: within(b.x + dx, 0, 1 - b.w), y: within(b.y + dy, 0, 1 - b.h) };
}

/** The frame with a corner moved; the opposite one stays, and so does the proportion if there is one. */
export function resized(b: Box, corner: Corner, dx: number, dy: number, aspect: number | undefined): Box {
  const [west, north] = [corner.endsWith("w"), corner.startsWith("n")];
  // Room on the side of the corner.
  const [roomX, roomY] = [west ? b.x + b.w : 1 - b.x, north ? b.y + b.h : 1 - b.y];
  let w = within(b.w + (west ? -dx : dx), MIN, roomX);
  let h = within(b.h + (north ? -dy : dy), MIN, roomY);
  if (aspect) {
    const wide = Math.abs(dx) >= Math.abs(dy) ? w : h * aspect;
    w = within(wide, Math.max(MIN, MIN * aspect), Math.min(roomX, roomY * aspect));
    h = w / aspect;
  }
  return { x: west ? b.x + b.w - w : b.x, y: north ? b.y + b.h - h : b.y, w, h };
}
