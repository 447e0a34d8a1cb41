// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "3 号线 · 综合效率",
    "big": "91.4%",
    "pair": [
      {
        "name": "今日产量",
        "value": "1,284"
      },
      {
        "name": "节拍",
        "value": "42 秒"
      }
    ],
    "title": "工位",
    "items": [
      {
        "name": "焊接 A1",
        "note": "运行 · 6 小时 12 分",
        "end": "98%",
        "mood": "good"
      },
      {
        "name": "焊接 A2",
        "note": "运行 · 6 小时 12 分",
        "end": "96%",
        "mood": "good"
      },
      {
        "name": "涂装 B1",
        "note": "换料 · 还需 4 分钟",
        "end": "81%",
        "mood": "bad"
      },
      {
        "name": "总装 C1",
        "note": "运行",
        "end": "93%",
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
