Page({
  data: {
    on: true, off: false, picked: [1], long: "a name that is long enough to be said in full. ".repeat(8),
    markers: [{ id: 1, latitude: 39.9, longitude: 116.4, title: "The gate" }],
    controls: [{ id: 7, iconPath: "/dot.png", clickable: true, position: { left: 10, top: 10, width: 20, height: 20 } }],
    open: false, shut: true,
  },
  toggle() { this.setData({ open: !this.data.open }); },
  leave() { this.setData({ open: false }); },
});
