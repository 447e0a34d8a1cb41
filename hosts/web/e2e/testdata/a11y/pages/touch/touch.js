Page({
  data: { told: "", value: "", on: false, typed: "", focus: false },
  note(e) { this.setData({ told: `${this.data.told} ${e.currentTarget.id}:${e.type}` }); },
  moved(e) { const { x, y, source, scale } = e.detail; this.setData({ told: `${this.data.told} ${e.type}:${Math.round(x)},${Math.round(y)}${source ? `,${source}` : ""}${scale ? `,${scale}` : ""}` }); },
  drew(e) { this.setData({ told: `${this.data.told} canvas:${e.type}:${e.touches.length}:${e.changedTouches.map((t) => `${Math.round(t.x)},${Math.round(t.y)}`).join("|")}` }); },
  valued(e) { this.setData({ told: `${this.data.told} ${e.currentTarget.id}:${e.detail.value === undefined ? e.detail.current : JSON.stringify(e.detail.value)}` }); },
  composed(e) { this.setData({ told: `${this.data.told} ${e.type.slice(19)}:${e.detail.data}` }); },
  controlled(e) { this.setData({ value: e.detail.value, told: `${this.data.told} =${e.detail.value}` }); },
  upper(e) { this.setData({ told: `${this.data.told} ^${e.detail.value}` }); return e.detail.value.toUpperCase(); },
  tick() { this.setData({ on: !this.data.on }); },
  clear() { this.setData({ told: "" }); },
});
