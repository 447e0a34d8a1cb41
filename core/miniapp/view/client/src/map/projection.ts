/** A place on the earth, in degrees. */
export interface LatLng {
  latitude: number;
  longitude: number;
}

/** A point of the map, in pixels. */
export interface Pixel {
  x: number;
  y: number;
}

/** The side of a tile, in pixels. */
export const TILE = 256;
/** Where the square map of the world ends. */
const MAX_LATITUDE = 85.05112878;
/** Metres that a pixel is wide at the equator when the world is one tile. */
const METRES = 156543.03392;

/** Where a place is on a map of the world with 2^scale tiles a side. */
export function project(p: LatLng, scale: number): Pixel {
  const world = TILE * 2 ** scale;
  const sin = Math.sin((Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, p.latitude)) * Math.PI) / 180);
  return { x: ((p.longitude + 180) / 360) * world, y: (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * world };
}

/** The place at a point of that map. */
export function unproject(p: Pixel, scale: number): LatLng {
  const world = TILE * 2 ** scale;
  const n = Math.PI - (2 * Math.PI * p.y) / world;
  return { longitude: (p.x / world) * 360 - 180, latitude: (180 / Math.PI) * Math.atan(Math.sinh(n)) };
}

/** Metres that a pixel is wide at a place. */
export function metresPerPixel(latitude: number, scale: number): number {
  return (METRES * Math.cos((latitude * Math.PI) / 180)) / 2 ** scale;
}

/** The centre and the greatest scale at which all points are seen, with room around them. */
export function fit(points: LatLng[], width: number, height: number, padding: number[], min: number, max: number): { center: LatLng; scale: number } | undefined {
  if (points.length === 0) return undefined;
  const at = points.map((p) => project(p, 0));
  const [left, right] = [Math.min(...at.map((p) => p.x)), Math.max(...at.map((p) => p.x))];
  const [top, bottom] = [Math.min(...at.map((p) => p.y)), Math.max(...at.map((p) => p.y))];
  const [padTop = 0, padRight = 0, padBottom = 0, padLeft = 0] = padding;
  const room = { x: Math.max(1, width - padLeft - padRight), y: Math.max(1, height - padTop - padBottom) };
  const whole = Math.min(room.x / Math.max(right - left, 1e-9), room.y / Math.max(bottom - top, 1e-9));
  const scale = Math.max(min, Math.min(max, Math.log2(whole)));
  const shift = { x: (padRight - padLeft) / 2 / 2 ** scale, y: (padBottom - padTop) / 2 / 2 ** scale };
  return { center: unproject({ x: (left + right) / 2 + shift.x, y: (top + bottom) / 2 + shift.y }, 0), scale };
}

/** The address of a tile: {x}, {y}, {z} are filled in, {s} is one of a, b, c, {-y} counts from the south. */
export function tileAddress(template: string, x: number, y: number, z: number): string {
  const count = 2 ** z;
  const column = ((x % count) + count) % count;
  const values: Record<string, string> = { x: String(column), y: String(y), z: String(z), "-y": String(count - 1 - y), s: "abc"[(column + y) % 3] ?? "a" };
  return template.replace(/\{(-?\w)\}/g, (whole, name: string) => values[name] ?? whole);
}
