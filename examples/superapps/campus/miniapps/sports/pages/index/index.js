// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "今晚可约",
    "big": "7 片",
    "pair": [
      {
        "name": "羽毛球",
        "value": "4"
      },
      {
        "name": "乒乓球",
        "value": "3"
      }
    ],
    "title": "18:00 – 20:00",
    "items": [
      {
        "name": "风雨馆 1 号场",
        "note": "羽毛球 · 20 元",
        "end": "预约",
        "mood": ""
      },
      {
        "name": "风雨馆 3 号场",
        "note": "羽毛球 · 20 元",
        "end": "预约",
        "mood": ""
      },
      {
        "name": "乒乓球室 B",
        "note": "10 元",
        "end": "预约",
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
