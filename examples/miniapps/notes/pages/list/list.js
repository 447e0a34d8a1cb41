import { readAll, remove } from '../../store'

Page({
  data: {
    notes: [],
    query: '',
    shown: [],
    ready: false,
  },

  onShow() {
    this.refresh()
  },

  async refresh() {
    const notes = await readAll()
    this.setData({ notes, ready: true })
    this.filter()
  },

  filter() {
    const { notes, query } = this.data
    const word = query.trim()
    this.setData({ shown: word ? notes.filter((n) => `${n.title}${n.body}`.includes(word)) : notes })
  },

  onSearch() {
    this.filter()
  },

  onOpen(event) {
    wx.navigateTo({ url: `/pages/edit/edit?id=${event.mark.id}` })
  },

  onNew() {
    wx.navigateTo({ url: '/pages/edit/edit' })
  },

  onMore(event) {
    const { id } = event.mark
    wx.showActionSheet({
      itemList: ['编辑', '删除'],
      success: async ({ tapIndex }) => {
        if (tapIndex === 0) {
          wx.navigateTo({ url: `/pages/edit/edit?id=${id}` })
        } else {
          await remove(id)
          this.refresh()
        }
      },
    })
  },

  onAbout() {
    wx.navigateTo({ url: '/pages/about/about' })
  },
})
