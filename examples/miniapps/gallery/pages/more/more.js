Page({
  data: {
    place: '点一下标记',
    markers: [
      { id: 1, latitude: 39.908, longitude: 116.397, title: '天安门', width: 24, height: 34 },
      { id: 2, latitude: 39.924, longitude: 116.397, title: '景山', width: 24, height: 34 },
    ],
    lines: [{ points: [{ latitude: 39.908, longitude: 116.397 }, { latitude: 39.924, longitude: 116.397 }], color: '#33527a', width: 4, dottedLine: true }],
    formats: [{ name: 'bold', label: '粗' }, { name: 'italic', label: '斜' }, { name: 'header', value: 'H2', label: '题' }],
    status: {},
    x: 0,
    y: 0,
    years: [2024, 2025, 2026, 2027, 2028],
    months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    chosen: [2, 5],
    sections: ['第一节', '第二节', '第三节'],
    open: false,
  },

  onMarker({ detail }) {
    this.setData({ place: this.data.markers.find((m) => m.id === detail.markerId).title })
  },

  onRegion(e) {
    if (e.type === 'end' && e.causedBy === 'drag') this.setData({ place: '移动了地图' })
  },

  onEditor() {
    this.createSelectorQuery()
      .select('#editor')
      .context((res) => { this.editor = res.context })
      .exec()
  },

  onFormat({ currentTarget }) {
    const { name, value } = currentTarget.dataset.format
    this.editor.format(name, value)
  },

  onStatus({ detail }) {
    this.setData({ status: detail })
  },

  onMove({ detail }) {
    this.setData({ x: Math.round(detail.x), y: Math.round(detail.y) })
  },

  onTurn({ detail }) {
    this.setData({ chosen: detail.value })
  },

  onOpen() {
    this.setData({ open: true })
  },

  onLeave() {
    this.setData({ open: false })
  },
})
