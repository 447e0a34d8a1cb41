// Components with this behavior show when something happened, in words.
const MINUTE = 60 * 1000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function words(at, now) {
  const ago = now - at
  if (ago < MINUTE) return '刚刚'
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)} 分钟前`
  if (ago < DAY) return `${Math.floor(ago / HOUR)} 小时前`
  const d = new Date(at)
  return `${d.getFullYear()} 年 ${d.getMonth() + 1} 月 ${d.getDate()} 日`
}

export default Behavior({
  properties: {
    at: { type: Number, value: 0 },
  },
  data: { when: '' },
  observers: {
    at(at) {
      this.setData({ when: words(at, Date.now()) })
    },
  },
})
