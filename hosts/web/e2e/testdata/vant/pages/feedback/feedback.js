import Dialog from '@vant/weapp/dialog/dialog'
import Toast from '@vant/weapp/toast/toast'

Page({
  data: { popup: false, answer: '还没有回答' },

  async onDialog() {
    try {
      await Dialog.confirm({ context: this, title: '出门吗', message: '外面正下着雨。' })
      this.setData({ answer: '出门' })
    } catch {
      this.setData({ answer: '不出门' })
    }
  },

  onToast() {
    Toast({ context: this, message: '一条轻提示' })
  },

  onSuccess() {
    Toast.success({ context: this, message: '办好了' })
  },

  onPopup() {
    this.setData({ popup: true })
  },

  onClose() {
    this.setData({ popup: false })
  },
})
