// A plugin whose storage is not the mini-program's.
module.exports = {
  write(key, data) { wx.setStorageSync(key, data) },
  read: (key) => wx.getStorageSync(key),
  keys: () => wx.getStorageInfoSync().keys,
  clear: () => wx.clearStorage(),
  async pass(key, data) {
    await ft.setStorage({ key, data })
    const { data: back } = await wx.getStorage({ key })
    await wx.removeStorage({ key })
    return back
  },
}
