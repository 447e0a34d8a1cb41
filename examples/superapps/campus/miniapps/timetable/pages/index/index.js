// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "星期四 · 第 13 周",
    "big": "还有 3 节课",
    "pair": [
      {
        "name": "下一节",
        "value": "10:10"
      },
      {
        "name": "教室",
        "value": "东三 204"
      }
    ],
    "title": "今天",
    "items": [
      {
        "name": "古建筑概论",
        "note": "08:20 – 09:55 · 东三 108",
        "end": "已上",
        "mood": ""
      },
      {
        "name": "结构力学",
        "note": "10:10 – 11:45 · 东三 204",
        "end": "下一节",
        "mood": "good"
      },
      {
        "name": "体育：羽毛球",
        "note": "14:00 – 15:35 · 风雨馆",
        "end": "14:00",
        "mood": ""
      },
      {
        "name": "木工实践",
        "note": "16:00 – 17:35 · 工坊 B",
        "end": "16:00",
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
