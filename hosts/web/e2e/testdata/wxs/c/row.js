Component({
  properties: { count: Number },
  data: { open: "" },
  methods: { opened(e) { this.setData({ open: "open" + e.n }); this.triggerEvent("own", { n: e.n }) } },
})
