const args = {
  openLocation: { latitude: 22.5431, longitude: 114.0579, name: 'Civic Center', address: '2012 Fuzhong Road' },
  makePhoneCall: { phoneNumber: '+86 10086' },
  addPhoneContact: { firstName: 'Ann', lastName: 'Lee', mobilePhoneNumber: '10086', organization: 'Timber; Life' },
  setScreenBrightness: { value: 0.5 },
}
Page({
  data: {
    shown: [], said: '',
    asks: ['scanCode', 'chooseLocation', 'openLocation', 'chooseAddress', 'makePhoneCall', 'addPhoneContact', 'chooseContact', 'getBatteryInfo', 'setScreenBrightness', 'getScreenBrightness', 'startCompass'],
  },
  onShareAppMessage({ from, target }) {
    return { title: 'A fine chair', path: `/pages/home?by=${from}${target ? `-${target.dataset.what}` : ''}` }
  },
  onLoad(query) {
    if (query.by) this.setData({ by: `${query.by}, scene ${wx.getEnterOptionsSync().scene}` })
    getApp().tell = () => this.setData({ shown: getApp().shown })
    wx.onNetworkStatusChange((r) => this.setData({ said: `network ${r.isConnected} ${r.networkType}` }))
    wx.onCompassChange((r) => this.setData({ said: `compass ${Math.round(r.direction)}` }))
  },
  go() {
    wx.navigateToMiniProgram({
      appId: 'pair.card', path: 'pages/pay?amount=12', extraData: { order: 7 },
      complete: (r) => this.setData({ said: r.errMsg }),
    })
  },
  ask(e) {
    const name = e.currentTarget.id
    wx[name]({ ...args[name], complete: (r) => this.setData({ said: JSON.stringify(r) }) })
  },
})
