import { TAP } from "../gestures";
import { closest, Form, HoverComponent } from "./basic";
import { make, shadow } from "./component";
import { sheetFor } from "../styles";

const sheet = sheetFor(`
  .loading { display: inline-block; vertical-align: middle; width: 18px; height: 18px; margin-right: 6px; border-radius: 50%;
    background: conic-gradient(from 30deg, transparent, currentColor); animation: spin .9s linear infinite;
    -webkit-mask: radial-gradient(farthest-side, transparent calc(100% - 2.5px), #000 calc(100% - 2px));
    mask: radial-gradient(farthest-side, transparent calc(100% - 2.5px), #000 calc(100% - 2px)); }
  [hidden] { display: none; }
  @keyframes spin { to { transform: rotate(1turn); } }
`);

/** Open types that are plain events here; what they mean is the tree's or the shell's business. */
const openEvents: Record<string, string> = {
  contact: "contact",
  getUserInfo: "getuserinfo",
  getPhoneNumber: "getphonenumber",
  launchApp: "launchapp",
  openSetting: "opensetting",
  chooseAvatar: "chooseavatar",
  agreePrivacyAuthorization: "agreeprivacyauthorization",
  getRealtimePhoneNumber: "getrealtimephonenumber",
  createLiveActivity: "createliveactivity",
};

/** <button>. */
export class Button extends HoverComponent {
  protected override hoverDefaults = { className: "button-hover", start: 20, stay: 70 };
  private readonly spinner = make("span", "loading");

  constructor() {
    super();
    shadow(this, sheet, this.spinner, make("slot"));
    this.spinner.hidden = true;
    this.addEventListener(TAP, () => this.activate());
  }

  get tapDisabled(): boolean {
    return this.bool("disabled");
  }

  /** What a tap does beside the tap event; also called by a label. */
  activate(): void {
    if (this.bool("disabled")) return;
    const type = this.str("formType");
    if (type === "submit") closest(this, Form)?.submit(this);
    else if (type === "reset") closest(this, Form)?.reset(this);
    if (this.str("openType") === "share") this.pageEvent("share", { from: "button" });
    const event = openEvents[this.str("openType")];
    if (event) this.emit(event, { errMsg: `${this.str("openType")}:fail not supported` });
  }

  protected override update(): void {
    this.spinner.hidden = !this.bool("loading");
    this.ariaBusy = this.bool("loading") ? "true" : null;
    this.operable("button", !this.bool("disabled"));
  }
}
