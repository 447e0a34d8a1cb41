Page({
  data: { told: '' },

  tell(word) {
    this.setData({ told: `${this.data.told} ${word}` })
  },

  onTold(event) {
    this.tell(`${event.currentTarget.id || 'camera'}:${event.type}`)
  },

  onSound() {
    const sound = wx.createInnerAudioContext()
    for (const event of ['Canplay', 'Play', 'Ended', 'Error', 'Stop']) {
      sound[`on${event}`]((e) => this.tell(`${event}${e.errMsg ? `(${e.errMsg})` : ''}`))
    }
    sound.onEnded(() => {
      this.tell(`${sound.duration}s`)
      sound.onStop(() => sound.destroy())
      sound.stop()
    })
    sound.src = '/sounds/tone.wav'
    sound.play()
  },

  onMusic() {
    const music = wx.getBackgroundAudioManager()
    music.onPlay(() => {
      this.tell(`♪${music.title}`)
      music.pause()
    })
    music.onPause(() => this.tell('paused'))
    music.title = '音叉'
    music.src = '/sounds/tone.wav'
  },

  onTag() {
    wx.createAudioContext('tag', this).play()
    const film = wx.createVideoContext('film', this)
    film.playbackRate(2)
    film.play()
  },

  onRuler() {
    const ctx = wx.createOffscreenCanvas({ type: '2d', width: 10, height: 10 }).getContext('2d')
    const from = Date.now()
    for (let i = 0; i < 200; i++) ctx.measureText(`第 ${i} 行`)
    this.tell(`200 texts in ${Date.now() - from}ms`)
  },
})
