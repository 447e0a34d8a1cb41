// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "本期应还（元）",
    "big": "3,418.00",
    "pair": [
      {
        "name": "还款日",
        "value": "12 月 08 日"
      },
      {
        "name": "可用额度",
        "value": "46,582"
      }
    ],
    "title": "本期账单",
    "items": [
      {
        "name": "远方航空",
        "note": "11 月 12 日",
        "end": "1,860.00",
        "mood": ""
      },
      {
        "name": "木作小铺",
        "note": "11 月 09 日",
        "end": "219.00",
        "mood": ""
      },
      {
        "name": "云上书店",
        "note": "11 月 06 日",
        "end": "96.50",
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
