Page({
  data: { measured: '', picture: '', strokes: 0, pixel: '' },

  onReady() {
    this.createSelectorQuery()
      .selectAll('#clock, #pad, #pixels')
      .fields({ id: true, node: true, size: true })
      .exec(([list]) => {
        const boards = {}
        for (const { id, node, width, height } of list) boards[id] = this.board(node, width, height)
        this.drawClock(boards.clock)
        this.drawPixels(boards.pixels)
        this.pad = boards.pad
      })
    this.drawPoster()
  },

  // A canvas has as many pixels as the screen shows of it, and units of the page.
  board(canvas, width, height) {
    const ratio = wx.getWindowInfo().pixelRatio || 1
    canvas.width = width * ratio
    canvas.height = height * ratio
    const ctx = canvas.getContext('2d')
    ctx.scale(ratio, ratio)
    return { canvas, ctx, width, height, ratio }
  },

  drawClock({ ctx, width, height }) {
    const radius = height / 2 - 12
    const title = '斗拱'
    ctx.save()
    ctx.translate(radius + 20, height / 2)
    const shade = ctx.createRadialGradient(0, 0, 0, 0, 0, radius)
    shade.addColorStop(0, '#5d83b5')
    shade.addColorStop(1, '#33527a')
    ctx.fillStyle = shade
    ctx.shadowColor = 'rgba(51, 82, 122, .4)'
    ctx.shadowBlur = 8
    ctx.beginPath()
    ctx.arc(0, 0, radius, 0, Math.PI * 2)
    ctx.fill()
    ctx.shadowColor = 'transparent'
    ctx.strokeStyle = '#fff'
    ctx.lineCap = 'round'
    for (let i = 0; i < 12; i++) {
      ctx.lineWidth = i % 3 ? 1.5 : 4
      ctx.beginPath()
      ctx.moveTo(0, -radius + 6)
      ctx.lineTo(0, -radius + 14)
      ctx.stroke()
      ctx.rotate(Math.PI / 6)
    }
    this.hand(ctx, (10 / 12) * Math.PI * 2, radius * 0.5, 5)
    this.hand(ctx, (2 / 12) * Math.PI * 2, radius * 0.75, 3)
    ctx.restore()
    ctx.font = 'bold 28px sans-serif'
    ctx.fillStyle = '#33527a'
    ctx.textBaseline = 'middle'
    const { width: wide } = ctx.measureText(title)
    ctx.fillText(title, width - wide - 24, height / 2)
    ctx.setLineDash([6, 4])
    ctx.strokeStyle = '#a5673f'
    ctx.strokeRect(width - wide - 30, height / 2 - 22, wide + 12, 44)
    this.setData({ measured: `“${title}”宽 ${wide.toFixed(1)}px` })
  },

  hand(ctx, angle, length, thick) {
    ctx.save()
    ctx.rotate(angle)
    ctx.lineWidth = thick
    ctx.beginPath()
    ctx.moveTo(0, 8)
    ctx.lineTo(0, -length)
    ctx.stroke()
    ctx.restore()
  },

  drawPoster() {
    const ctx = wx.createCanvasContext('poster', this)
    ctx.drawImage('/images/hills.png', 0, 0, 400, 200)
    ctx.setFillStyle('rgba(255, 255, 255, .8)')
    ctx.fillRect(16, 16, 150, 44)
    ctx.setFillStyle('#8b4a6b')
    ctx.setFontSize(22)
    ctx.setTextBaseline('middle')
    ctx.fillText('山高水长', 28, 38)
    ctx.draw()
  },

  onExport() {
    wx.canvasToTempFilePath(
      {
        canvasId: 'poster',
        fileType: 'jpg',
        quality: 0.8,
        success: ({ tempFilePath }) => this.setData({ picture: tempFilePath }),
        fail: ({ errMsg }) => wx.showToast({ title: errMsg, icon: 'none' }),
      },
      this,
    )
  },

  onPen(event) {
    const { ctx } = this.pad
    const [touch] = event.changedTouches
    if (event.type === 'touchstart') {
      ctx.strokeStyle = '#2b2b2b'
      ctx.lineWidth = 4
      ctx.lineCap = ctx.lineJoin = 'round'
      ctx.beginPath()
      ctx.moveTo(touch.x, touch.y)
    } else {
      ctx.lineTo(touch.x, touch.y)
      ctx.stroke()
    }
    if (event.type === 'touchend') this.setData({ strokes: this.data.strokes + 1 })
  },

  // Turns a gradient grey by its pixels.
  drawPixels({ canvas, ctx, width, height, ratio }) {
    const rainbow = ctx.createLinearGradient(0, 0, width, 0)
    const colors = ['#e64340', '#f0ad4e', '#09bb07', '#10aeff', '#5b5b8c']
    colors.forEach((color, i) => rainbow.addColorStop(i / (colors.length - 1), color))
    ctx.fillStyle = rainbow
    ctx.fillRect(0, 0, width, height)
    const half = ctx.getImageData(0, 0, canvas.width, Math.round(canvas.height / 2))
    for (let i = 0; i < half.data.length; i += 4) {
      const grey = (half.data[i] * 3 + half.data[i + 1] * 6 + half.data[i + 2]) / 10
      half.data[i] = half.data[i + 1] = half.data[i + 2] = grey
    }
    ctx.putImageData(half, 0, 0)
    const [r, g, b] = ctx.getImageData(2 * ratio, (height - 2) * ratio, 1, 1).data
    this.setData({ pixel: `左下角 rgb(${r}, ${g}, ${b})` })
  },
})
