Page({ data: { x: '', told: '' }, onLoad(q) { this.setData({ x: q.x, told: getApp().told }) } })
