// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "总资产（元）",
    "big": "286,420.55",
    "pair": [
      {
        "name": "活期",
        "value": "42,180.20"
      },
      {
        "name": "理财",
        "value": "244,240.35"
      }
    ],
    "title": "最近交易",
    "items": [
      {
        "name": "工资入账",
        "note": "11 月 25 日 · 尾号 6621",
        "end": "+18,500.00",
        "mood": "good"
      },
      {
        "name": "山泉超市",
        "note": "11 月 24 日 · 快捷支付",
        "end": "-126.40",
        "mood": ""
      },
      {
        "name": "转给 林知夏",
        "note": "11 月 23 日 · 实时到账",
        "end": "-2,000.00",
        "mood": ""
      },
      {
        "name": "信用卡还款",
        "note": "11 月 20 日 · 尾号 0937",
        "end": "-3,418.00",
        "mood": ""
      },
      {
        "name": "活期结息",
        "note": "11 月 20 日",
        "end": "+31.07",
        "mood": "good"
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
