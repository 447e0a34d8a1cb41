const echarts = require('echarts/dist/echarts.min')

Page({
  data: { echarts: null, ec: {}, tapped: '' },

  onLoad() {
    const onInit = (canvas, width, height, devicePixelRatio) => {
      const chart = echarts.init(canvas, null, { width, height, devicePixelRatio })
      canvas.setChart(chart)
      chart.setOption({
        animation: false,
        title: { text: '月销量' },
        legend: { data: ['甲', '乙'] },
        xAxis: { data: ['一月', '二月', '三月'] },
        yAxis: {},
        series: [
          { name: '甲', type: 'bar', data: [5, 20, 36] },
          { name: '乙', type: 'line', smooth: true, data: [10, 15, 30] },
        ],
      })
      chart.on('mousedown', ({ name, value }) => this.setData({ tapped: `${name} ${value}` }))
      return chart
    }
    this.setData({ echarts, ec: { onInit } })
  },
})
