import { make } from "../components/component";
import { resourceURL } from "../resources";
import { TILE, tileAddress, type Pixel } from "./projection";

let source = "";

/** Says where map tiles come from: an address with {x}, {y} and {z}; "" draws a plain grid. */
export function setTileSource(template: string): void {
  source = template;
}

/** How many tiles may be on a map at once. */
const MAX_TILES = 120;

/** The pictures under a map, as far as they are seen. */
export class TileLayer {
  readonly element = make("div", "tiles");
  private readonly shown = new Map<string, HTMLElement>();

  /** Shows the part of the world around centre, a point of the map at this scale. */
  show(center: Pixel, scale: number, width: number, height: number): void {
    const z = Math.max(0, Math.min(20, Math.round(scale)));
    const size = TILE * 2 ** (scale - z);
    const first = { x: Math.floor((center.x - width / 2) / size), y: Math.floor((center.y - height / 2) / size) };
    const last = { x: Math.floor((center.x + width / 2) / size), y: Math.floor((center.y + height / 2) / size) };
    const wanted = new Set<string>();
    for (let y = Math.max(0, first.y); y <= Math.min(2 ** z - 1, last.y); y++) {
      for (let x = first.x; x <= last.x && wanted.size < MAX_TILES; x++) {
        const key = `${z}/${x}/${y}`;
        wanted.add(key);
        const tile = this.shown.get(key) ?? this.add(key, x, y, z);
        tile.style.transform = `translate(${x * size - center.x + width / 2}px,${y * size - center.y + height / 2}px)`;
        tile.style.width = tile.style.height = `${size + 0.5}px`;
      }
    }
    for (const [key, tile] of this.shown) {
      if (wanted.has(key)) continue;
      tile.remove();
      this.shown.delete(key);
    }
  }

  private add(key: string, x: number, y: number, z: number): HTMLElement {
    const tile = source === "" ? make("div", "tile plain") : make("img", "tile");
    if (tile instanceof HTMLImageElement) {
      tile.alt = "";
      tile.onerror = () => tile.classList.add("plain");
      tile.src = resourceURL(tileAddress(source, x, y, z), "");
    }
    this.shown.set(key, tile);
    this.element.append(tile);
    return tile;
  }
}
