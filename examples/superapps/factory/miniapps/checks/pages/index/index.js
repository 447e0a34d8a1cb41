// What is shown is the example's own; a real mini-program asks its server.
Page({
  data: {
    "label": "本班点检",
    "big": "18 / 24",
    "pair": [
      {
        "name": "班组",
        "value": "甲班"
      },
      {
        "name": "负责人",
        "value": "周工"
      }
    ],
    "title": "下一项",
    "items": [
      {
        "name": "焊接 A2 冷却水压",
        "note": "0.25 – 0.40 MPa",
        "end": "待检",
        "mood": ""
      },
      {
        "name": "安全光栅",
        "note": "遮挡应停机",
        "end": "待检",
        "mood": ""
      },
      {
        "name": "急停按钮 C1",
        "note": "按下应断电",
        "end": "待检",
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
