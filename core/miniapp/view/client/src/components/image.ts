import { resourceURL } from "../resources";
import { sheetFor } from "../styles";
import { Component, make, shadow } from "./component";

const sheet = sheetFor(`
  img { display: block; width: 100%; height: 100%; object-fit: fill; border-radius: inherit; -webkit-user-drag: none; user-select: none; pointer-events: none; }
  img.empty { visibility: hidden; }
`);

const fits: Record<string, [fit: string, position?: string]> = {
  scaleToFill: ["fill"],
  aspectFit: ["contain"],
  aspectFill: ["cover"],
  top: ["none", "center top"],
  bottom: ["none", "center bottom"],
  center: ["none", "center"],
  left: ["none", "left center"],
  right: ["none", "right center"],
  "top left": ["none", "left top"],
  "top right": ["none", "right top"],
  "bottom left": ["none", "left bottom"],
  "bottom right": ["none", "right bottom"],
};

/** <image>. */
export class Image extends Component {
  private readonly img = make("img", "empty");
  private natural: { width: number; height: number } | undefined;

  constructor() {
    super();
    this.img.alt = "";
    shadow(this, sheet, this.img);
    this.img.onload = () => this.loaded();
    this.img.onerror = () => this.failed();
  }

  override restyled(): void {
    this.resize();
  }

  protected override update(changed: Set<string>): void {
    const [fit, position] = fits[this.str("mode", "scaleToFill")] ?? ["fill"];
    if (!this.has("ariaRole")) this.role = this.str("ariaLabel") !== "" ? "img" : null;
    this.img.style.objectFit = fit;
    this.img.style.objectPosition = position ?? "";
    this.img.loading = this.bool("lazyLoad") ? "lazy" : "eager";
    if (changed.has("src")) this.load();
    this.resize();
  }

  private load(): void {
    const url = resourceURL(this.str("src"), this.folder);
    this.img.classList.toggle("empty", url === "");
    if (url === "") this.img.removeAttribute("src");
    else if (this.img.src !== url) this.img.src = url;
  }

  private loaded(): void {
    this.natural = { width: this.img.naturalWidth, height: this.img.naturalHeight };
    this.resize();
    this.emit("load", { ...this.natural });
  }

  private failed(): void {
    this.natural = undefined;
    this.img.classList.add("empty");
    this.emit("error", { errMsg: `GET ${this.str("src")} failed` });
  }

  /** widthFix and heightFix follow the picture's own proportion. */
  private resize(): void {
    const mode = this.str("mode");
    if (!this.natural?.width || !this.natural.height) return;
    const ratio = `${this.natural.width} / ${this.natural.height}`;
    if (mode === "widthFix") Object.assign(this.style, { aspectRatio: ratio, height: "auto" });
    else if (mode === "heightFix") Object.assign(this.style, { aspectRatio: ratio, width: "auto" });
  }
}
