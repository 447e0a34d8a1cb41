const ICONS = ['success', 'success_no_circle', 'info', 'warn', 'waiting', 'cancel', 'download', 'search', 'clear']

Page({
  data: {
    icons: ICONS,
    percent: 30,
    lines: ['斗拱', '榫卯'],
    html: '<h3 style="color:#33527a">富文本</h3><p>可以有 <strong>粗体</strong>、<em>斜体</em> 和<a>链接文字</a>。</p><ul><li>一</li><li>二</li></ul>',
  },

  onAddLine() {
    this.setData({ [`lines[${this.data.lines.length}]`]: `第 ${this.data.lines.length + 1} 行` })
  },

  onPopLine() {
    this.setData({ lines: this.data.lines.slice(0, -1) })
  },

  onGrow() {
    this.setData({ percent: this.data.percent >= 100 ? 0 : this.data.percent + 35 })
  },
})
