// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "持有收益（元）",
    "big": "+4,240.35",
    "pair": [
      {
        "name": "年化",
        "value": "3.12%"
      },
      {
        "name": "持有天数",
        "value": "214"
      }
    ],
    "title": "我的产品",
    "items": [
      {
        "name": "稳健 90 天",
        "note": "R2 中低风险",
        "end": "+2.9%",
        "mood": "good"
      },
      {
        "name": "澜山添利",
        "note": "R1 低风险 · 随时赎回",
        "end": "+2.1%",
        "mood": "good"
      },
      {
        "name": "长青债券",
        "note": "R2 中低风险",
        "end": "-0.4%",
        "mood": "bad"
      }
    ],
    "chosen": "",
    "message": ""
  },

  onLoad() {
    // The super-app's own menu speaks to whoever is open.
    ft.onCustomEvent?.((event) => this.setData({ message: `${event.event ?? event.name ?? '消息'}：已收到` }))
  },

  choose(e) {
    this.setData({ chosen: e.currentTarget.dataset.name })
  },
})
