Page({
  data: {
    steps: [
      { title: '一把数据密钥', text: '每个小程序、每个用户各有一把，由宿主的密钥环包裹，从不明文落盘。' },
      { title: '逐条加密', text: '每条笔记单独加密并带校验；键名、应用、用户都参与校验，换位或篡改都会被发现。' },
      { title: '插件可换', text: '加密由 securestorage 插件完成，企业可以换成自己的密码模块。' },
    ],
    open: 0,
  },

  onToggle(event) {
    const { index } = event.currentTarget.dataset
    this.setData({ open: this.data.open === index ? -1 : index })
  },
})
