const fs = wx.getFileSystemManager()
const recorder = wx.getRecorderManager()
Page({
  data: { paths: [], said: "" },
  say(said) { this.setData({ said }) },
  onLoad() {
    recorder.onStart(() => this.say("recording"))
    recorder.onError((e) => this.say(e.errMsg))
    recorder.onStop((r) => this.say(`recorded ${r.fileSize > 0 && r.duration > 0 && /^wxfile:\/\/tmp\/\w+\.webm$/.test(r.tempFilePath)} ${fs.statSync(r.tempFilePath).size === r.fileSize}`))
  },
  async choose() {
    try {
      const { tempFilePaths, tempFiles, errMsg } = await wx.chooseImage({ count: 2, sizeType: ["original"] })
      const info = await wx.getImageInfo({ src: tempFilePaths[0] })
      const small = await wx.compressImage({ src: tempFilePaths[0], quality: 50, compressedWidth: 40 })
      const after = await wx.getImageInfo({ src: small.tempFilePath })
      const saved = fs.saveFileSync(tempFilePaths[0])
      this.setData({
        paths: [saved, small.tempFilePath],
        said: `${errMsg} ${tempFiles.length} ${info.width}x${info.height} ${info.type} → ${after.width}x${after.height} ${after.type}`,
      })
    } catch (e) {
      this.say(e.errMsg)
    }
  },
  media() {
    wx.chooseMedia({
      mediaType: ["video"],
      success: async ({ type, tempFiles: [f] }) => {
        const thumb = await wx.getImageInfo({ src: f.thumbTempFilePath })
        this.setData({ paths: [f.thumbTempFilePath] })
        this.say(`${type} ${f.fileType} ${f.width}x${f.height} ${f.duration > 0} ${f.size > 0} ${thumb.type} ${thumb.width}x${thumb.height}`)
      },
      fail: (e) => this.say(e.errMsg),
    })
  },
  file() {
    wx.chooseMessageFile({ count: 1, type: "file", extension: ["txt"], success: (r) => {
      const f = r.tempFiles[0]
      this.say(`${f.name} ${f.type} ${f.time > 1e9} ${fs.readFileSync(f.path, "utf8")}`)
    } })
  },
  save() { wx.saveImageToPhotosAlbum({ filePath: this.data.paths[0], complete: (r) => this.say(r.errMsg) }) },
  open() {
    fs.writeFileSync(`${wx.env.USER_DATA_PATH}/报告.pdf`, "%PDF-1.4\n%%EOF\n")
    wx.openDocument({ filePath: `${wx.env.USER_DATA_PATH}/报告.pdf`, complete: (r) => this.say(r.errMsg) })
  },
  preview() { wx.previewMedia({ sources: this.data.paths.map((url) => ({ url })), current: 1 }) },
  record() { recorder.start({ duration: 10000 }) },
  stop() { recorder.stop() },
})
