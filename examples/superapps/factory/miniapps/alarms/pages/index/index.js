// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "待处理",
    "big": "2",
    "pair": [
      {
        "name": "今日",
        "value": "7"
      },
      {
        "name": "平均响应",
        "value": "3 分钟"
      }
    ],
    "title": "告警",
    "items": [
      {
        "name": "涂装 B1 温度偏高",
        "note": "09:41 · 二级",
        "end": "处理",
        "mood": "bad"
      },
      {
        "name": "空压机 2 号振动",
        "note": "09:12 · 三级",
        "end": "处理",
        "mood": "bad"
      },
      {
        "name": "叉车 5 号电量低",
        "note": "08:55 · 提示",
        "end": "已派单",
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
