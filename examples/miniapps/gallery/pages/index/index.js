Page({
  data: {
    groups: [
      { page: '/pages/basic/basic', name: '基础内容', tags: 'text · icon · progress · rich-text', tone: '#33527a' },
      { page: '/pages/form/form', name: '表单', tags: 'input · picker · switch · slider', tone: '#4b7a5e' },
      { page: '/pages/layout/layout', name: '布局与滚动', tags: 'view · scroll-view · swiper', tone: '#a5673f' },
      { page: '/pages/feedback/feedback', name: '交互反馈', tags: 'toast · modal · action sheet', tone: '#8b4a6b' },
      { page: '/pages/media/media', name: '图片', tags: 'image · preview', tone: '#5b5b8c' },
      { page: '/pages/canvas/canvas', name: '画布', tags: 'canvas · 2d · createCanvasContext', tone: '#6a6f3a' },
      { page: '/pages/api/api', name: '接口', tags: 'wx.* · ft.* · canIUse', tone: '#3f7f88' },
      { page: '/pages/more/more', name: '更多组件', tags: 'map · editor · movable · picker-view', tone: '#7a4b33' },
    ],
  },

  onShareAppMessage() {
    return { title: '组件画廊' }
  },
})
