import { sheetFor } from "../styles";
import { Component, make, shadow } from "./component";

const sheet = sheetFor(`
  canvas { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
  slot { position: relative; display: block; }
`);

/** <canvas>: the bitmap that drawing operations are carried out on; what stands between its tags lies above it. */
export class Canvas extends Component {
  readonly bitmap = make("canvas");

  constructor() {
    super();
    shadow(this, sheet, this.bitmap, make("slot"));
  }

  protected override update(): void {
    this.style.touchAction = this.bool("disableScroll") ? "none" : "";
    // Of itself it says nothing to who does not see it.
    if (!this.has("ariaRole")) this.role = this.str("ariaLabel") ? "img" : null;
    this.bitmap.ariaHidden = "true";
    const type = this.str("type");
    if (type === "webgl" || type === "webgl2") this.emit("error", { errMsg: `canvas type ${type} is not supported` });
  }
}
