// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "今日剩余额度（元）",
    "big": "48,000.00",
    "pair": [
      {
        "name": "单笔上限",
        "value": "20,000"
      },
      {
        "name": "到账",
        "value": "实时"
      }
    ],
    "title": "常用收款人",
    "items": [
      {
        "name": "林知夏",
        "note": "澜山银行 · 尾号 4410",
        "end": "转账",
        "mood": ""
      },
      {
        "name": "周亦航",
        "note": "海棠银行 · 尾号 7725",
        "end": "转账",
        "mood": ""
      },
      {
        "name": "物业中心",
        "note": "对公账户 · 尾号 0018",
        "end": "转账",
        "mood": ""
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
