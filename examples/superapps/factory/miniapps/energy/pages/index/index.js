// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "当前功率（kW）",
    "big": "862",
    "pair": [
      {
        "name": "今日",
        "value": "5.1 MWh"
      },
      {
        "name": "单台",
        "value": "3.97 kWh"
      }
    ],
    "title": "用电大户",
    "items": [
      {
        "name": "涂装烘干",
        "note": "42%",
        "end": "362 kW",
        "mood": ""
      },
      {
        "name": "空压站",
        "note": "21%",
        "end": "181 kW",
        "mood": ""
      },
      {
        "name": "焊接",
        "note": "19%",
        "end": "164 kW",
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
