const PAGE = 12
const LIMIT = 60

const rows = (from, n) => Array.from({ length: n }, (_, i) => ({ id: from + i, name: `第 ${from + i + 1} 项` }))

Page({
  data: {
    colors: ['#a63c24', '#c8963e', '#4b7a5e', '#33527a', '#5b5b8c', '#8b4a6b'],
    current: 0,
    list: rows(0, PAGE),
    done: false,
    top: 0,
  },

  onChange(event) {
    this.setData({ current: event.detail.current })
  },

  onShuffle() {
    const list = [...this.data.list]
    list.push(...list.splice(0, 3))
    this.setData({ list })
  },

  onMark(event) {
    const { index } = event.currentTarget.dataset
    this.setData({ [`list[${index}].marked`]: !this.data.list[index].marked })
  },

  onPageScroll({ scrollTop }) {
    if ((scrollTop > 400) !== (this.data.top > 400)) {
      this.setData({ top: scrollTop })
    }
  },

  onTop() {
    wx.pageScrollTo({ scrollTop: 0 })
  },

  onReachBottom() {
    const { list } = this.data
    if (list.length >= LIMIT) {
      this.setData({ done: true })
      return
    }
    this.setData({ list: [...list, ...rows(list.length, PAGE)] })
  },
})
