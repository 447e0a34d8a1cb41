// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "现在的空座",
    "big": "218",
    "pair": [
      {
        "name": "在借",
        "value": "3 本"
      },
      {
        "name": "最近到期",
        "value": "12-02"
      }
    ],
    "title": "在借",
    "items": [
      {
        "name": "营造法式注释",
        "note": "12 月 02 日到期",
        "end": "续借",
        "mood": ""
      },
      {
        "name": "木材学",
        "note": "12 月 10 日到期",
        "end": "续借",
        "mood": ""
      },
      {
        "name": "斗拱十讲",
        "note": "12 月 15 日到期",
        "end": "续借",
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
