// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "下一班",
    "big": "6 分钟",
    "pair": [
      {
        "name": "线路",
        "value": "东区 → 西区"
      },
      {
        "name": "空座",
        "value": "21"
      }
    ],
    "title": "今天的班次",
    "items": [
      {
        "name": "09:40",
        "note": "东门 → 西门",
        "end": "准点",
        "mood": "good"
      },
      {
        "name": "10:00",
        "note": "东门 → 西门",
        "end": "准点",
        "mood": "good"
      },
      {
        "name": "10:20",
        "note": "东门 → 西门",
        "end": "晚点 4 分",
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
