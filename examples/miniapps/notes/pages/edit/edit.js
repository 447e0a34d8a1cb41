import { read, write, remove } from '../../store'

const TONES = [
  { id: 'plain', name: '素' },
  { id: 'leaf', name: '叶' },
  { id: 'sun', name: '阳' },
  { id: 'brick', name: '砖' },
]

Page({
  data: {
    id: '',
    title: '',
    body: '',
    tone: 'plain',
    tones: TONES,
    saving: false,
  },

  async onLoad({ id }) {
    if (!id) {
      return
    }
    try {
      const note = await read(id)
      this.setData({ id, ...note })
      wx.setNavigationBarTitle({ title: '编辑笔记' })
    } catch (err) {
      wx.showModal({ title: '打不开', content: err.errMsg, showCancel: false, success: () => wx.navigateBack() })
    }
  },

  onTone(event) {
    this.setData({ tone: event.detail.value })
  },

  async onSave(event) {
    const { title, body } = event.detail.value
    if (!title && !body) {
      wx.showToast({ title: '写点什么吧', icon: 'none' })
      return
    }
    this.setData({ saving: true })
    try {
      await write({ id: this.data.id, title, body, tone: this.data.tone })
      wx.navigateBack()
    } catch (err) {
      wx.showModal({ title: '没有保存', content: err.errMsg, showCancel: false })
    } finally {
      this.setData({ saving: false })
    }
  },

  onDelete() {
    wx.showModal({
      title: '删除笔记',
      content: '删除后无法恢复',
      success: async ({ confirm }) => {
        if (confirm) {
          await remove(this.data.id)
          wx.navigateBack()
        }
      },
    })
  },
})
