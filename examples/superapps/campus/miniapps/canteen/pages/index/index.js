// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "校园卡余额（元）",
    "big": "64.50",
    "pair": [
      {
        "name": "今日已用",
        "value": "12.00"
      },
      {
        "name": "最近充值",
        "value": "周一"
      }
    ],
    "title": "现在不用排队",
    "items": [
      {
        "name": "一食堂 · 面馆",
        "note": "番茄牛腩面 13 元",
        "end": "2 分钟",
        "mood": "good"
      },
      {
        "name": "二食堂 · 小炒",
        "note": "青椒肉丝饭 11 元",
        "end": "5 分钟",
        "mood": "good"
      },
      {
        "name": "三食堂 · 麻辣烫",
        "note": "称重 3.2 元 / 两",
        "end": "18 分钟",
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
