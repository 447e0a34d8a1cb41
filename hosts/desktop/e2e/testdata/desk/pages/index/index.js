// What happens is told by the window's title, which a test can read.
const tell = (title) => wx.setNavigationBarTitle({ title })
const failed = (e) => tell(e.errMsg)
const fs = wx.getFileSystemManager()

Page({
  data: { n: 0 },
  count() {
    this.setData({ n: this.data.n + 1 })
    tell(`计数 ${this.data.n}`)
  },
  choose() {
    wx.chooseMessageFile({ count: 2, type: "file", extension: ["txt"], fail: failed,
      success: ({ tempFiles: [f] }) => tell(`${f.name} 读到 ${fs.readFileSync(f.path, "utf8")}`) })
  },
  save() {
    const filePath = `${wx.env.USER_DATA_PATH}/report.txt`
    fs.writeFileSync(filePath, "三百年的榫卯", "utf8")
    wx.saveFileToDisk({ filePath, fail: failed, success: () => tell("已保存") })
  },
  notify() {
    ft.showNotification({ title: "到货提醒", content: "您订的木梳到了", fail: failed, success: ({ notificationId }) => tell(`通知 ${notificationId}`) })
  },
})
