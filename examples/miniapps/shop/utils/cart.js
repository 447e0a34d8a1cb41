// The cart: lines of { id, name, price, image, count, checked }, kept in storage so that it survives a restart.
const KEY = 'cart'
const CART_TAB = 1

let lines = []

function load() {
  lines = wx.getStorageSync(KEY) || []
}

function save() {
  wx.setStorageSync(KEY, lines)
  refreshBadge()
}

function count() {
  return lines.reduce((n, line) => n + line.count, 0)
}

function refreshBadge() {
  const n = count()
  if (n > 0) {
    wx.setTabBarBadge({ index: CART_TAB, text: n > 99 ? '99+' : String(n), fail() {} })
  } else {
    wx.removeTabBarBadge({ index: CART_TAB, fail() {} })
  }
}

function add(goods, n = 1) {
  const line = lines.find((l) => l.id === goods.id)
  if (line) {
    line.count += n
  } else {
    const { id, name, price, image } = goods
    lines.push({ id, name, price, image, count: n, checked: true })
  }
  save()
}

function update(id, change) {
  lines = lines
    .map((line) => (line.id === id ? { ...line, ...change } : line))
    .filter((line) => line.count > 0)
  save()
}

function checkAll(checked) {
  lines = lines.map((line) => ({ ...line, checked }))
  save()
}

function removeChecked() {
  lines = lines.filter((line) => !line.checked)
  save()
}

const all = () => lines
const checked = () => lines.filter((line) => line.checked)
const total = () => checked().reduce((sum, line) => sum + line.price * line.count, 0)

module.exports = { load, add, update, checkAll, removeChecked, refreshBadge, all, checked, total, count }
