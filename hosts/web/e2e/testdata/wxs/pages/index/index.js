Page({
  data: { start: 20, label: "球", notes: "", value: { n: 1 } },
  log: [],
  note(e) { this.log.push(e.text); this.setData({ notes: this.log.join("\n") }) },
  dropped(e) { this.note({ text: "dropped:" + e.x + "," + e.y + ":" + e.which + ":" + e.facts }); this.setData({ label: "放" }) },
  tapped(e) { this.note({ text: "tap:" + e.currentTarget.dataset.start }) },
  outer() { this.note({ text: "outer must not be reached" }) },
  outerTap() { this.note({ text: "outerTap must not be reached" }) },
  add() { this.setData({ "value.n": this.data.value.n + 1 }) },
})
