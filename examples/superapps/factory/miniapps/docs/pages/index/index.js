// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "今天更新",
    "big": "4 份",
    "pair": [
      {
        "name": "全部",
        "value": "186"
      },
      {
        "name": "待阅",
        "value": "2"
      }
    ],
    "title": "3 号线",
    "items": [
      {
        "name": "焊接 A 线作业指导书",
        "note": "第 12 版 · 今天",
        "end": "待阅",
        "mood": "bad"
      },
      {
        "name": "涂装换料规程",
        "note": "第 7 版 · 今天",
        "end": "待阅",
        "mood": "bad"
      },
      {
        "name": "总装扭矩表",
        "note": "第 31 版",
        "end": "已阅",
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
