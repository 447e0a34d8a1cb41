const { baseUrl } = require('./config')

// request turns wx.request into a promise of the response body, and an HTTP error into a rejection.
function request(path, options = {}) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: baseUrl + path,
      method: options.method || 'GET',
      data: options.data,
      header: { 'content-type': 'application/json' },
      success(res) {
        if (res.statusCode >= 200 && res.statusCode < 300) {
          resolve(res.data)
        } else {
          const message = (res.data && res.data.message) || `HTTP ${res.statusCode}`
          reject(new Error(message))
        }
      },
      fail(err) {
        reject(new Error(err.errMsg))
      },
    })
  })
}

// withImages makes the image paths of goods absolute.
function withImages(goods) {
  return { ...goods, image: baseUrl + goods.image }
}

async function listGoods() {
  const body = await request('/api/goods')
  return { categories: body.categories, goods: body.goods.map(withImages) }
}

async function getGoods(id) {
  return withImages(await request(`/api/goods/${encodeURIComponent(id)}`))
}

// createOrder returns { orderId, total, payment }, payment being what wx.requestPayment takes.
function createOrder(items, store) {
  return request('/api/orders', { method: 'POST', data: { items, store } })
}

module.exports = { listGoods, getGoods, createOrder }
