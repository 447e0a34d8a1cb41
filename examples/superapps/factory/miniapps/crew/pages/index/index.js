// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "在岗",
    "big": "31 人",
    "pair": [
      {
        "name": "应到",
        "value": "32"
      },
      {
        "name": "请假",
        "value": "1"
      }
    ],
    "title": "甲班",
    "items": [
      {
        "name": "周工",
        "note": "班长 · 3 号线",
        "end": "在岗",
        "mood": "good"
      },
      {
        "name": "何师傅",
        "note": "焊接",
        "end": "在岗",
        "mood": "good"
      },
      {
        "name": "小唐",
        "note": "总装",
        "end": "在岗",
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
