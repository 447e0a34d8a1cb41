import { sheetFor } from "../styles";
import { fill, t, type Texts } from "../texts";
import { Component, make, shadow } from "./component";

const missingSheet = sheetFor(`
  .missing { position: absolute; inset: 0; display: flex; align-items: center; justify-content: center; padding: 12px; text-align: center; font-size: 13px; color: #5a6068; background: repeating-linear-gradient(45deg, #f4f5f7 0 10px, #eef0f2 10px 20px); box-sizing: border-box; overflow-wrap: anywhere; }
  :host { position: relative; overflow: hidden; }
`);

/** What a tag would show that is WeChat's own, and how it fails there without it. */
const reasons: Record<string, { text: keyof Texts; error?: Record<string, unknown> }> = {
  ad: { text: "advert", error: { errCode: 1004, errMsg: "no advertisement" } },
  "ad-custom": { text: "advert", error: { errCode: 1004, errMsg: "no advertisement" } },
  "official-account": { text: "officialAccount", error: { status: 3, errMsg: "official-account:fail not supported" } },
  "live-player": { text: "livePlayer" },
  "live-pusher": { text: "livePusher", error: { errCode: 1001, errMsg: "live-pusher:fail not supported" } },
  "channel-live": { text: "channelLive" },
  "channel-video": { text: "channelVideo", error: { errMsg: "channel-video:fail not supported" } },
  "store-product": { text: "storeProduct" },
  "store-home": { text: "storeHome" },
  "voip-room": { text: "voipRoom", error: { errCode: 10, errMsg: "voip-room:fail not supported" } },
  "functional-page-navigator": { text: "functionalPage", error: { errMsg: "functional-page-navigator:fail not supported" } },
  "xr-scene": { text: "xrScene" },
};

/** A component of what only WeChat has: it says so instead of being silently empty. */
export class Missing extends Component {
  private readonly text = make("div", "missing");
  private told = false;

  constructor() {
    super();
    shadow(this, missingSheet, this.text, make("slot"));
  }

  protected override update(): void {
    const tag = this.localName.slice(3);
    const reason = reasons[tag];
    const src = this.str("src");
    this.text.textContent = fill(t.unsupported, reason ? t[reason.text] : `<${tag}>`) + (src ? `\n${src}` : "");
    if (this.told || !reason?.error) return;
    this.told = true;
    this.emit("error", reason.error);
  }
}

const openDataSheet = sheetFor(`
  img { width: 100%; height: 100%; display: block; }
`);

/** A grey head and shoulders: what WeChat shows of somebody who has not said who he is. */
const avatar = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'%3E%3Crect width='64' height='64' fill='%23d8d8d8'/%3E%3Ccircle cx='32' cy='25' r='11' fill='%23fff'/%3E%3Cpath d='M10 60a22 20 0 0 1 44 0z' fill='%23fff'/%3E%3C/svg%3E";

/** <open-data>: since WeChat tells nothing of the user any more, the grey avatar and a name for all. */
export class OpenData extends Component {
  private readonly view = shadow(this, openDataSheet);

  protected override update(): void {
    switch (this.str("type")) {
      case "userAvatarUrl": {
        const img = make("img");
        img.alt = "";
        img.src = avatar;
        this.view.replaceChildren(img);
        return;
      }
      case "userNickName":
        this.view.replaceChildren(this.str("defaultText", t.nickname));
        return;
      default:
        this.view.replaceChildren(this.str("defaultText"));
        this.emit("error", { errMsg: "open-data:fail no permission" });
    }
  }
}
