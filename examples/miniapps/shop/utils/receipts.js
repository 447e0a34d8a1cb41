// Receipts are kept encrypted on the device; the list of their ids is not secret.
const INDEX = 'receipt-ids'

function list() {
  return wx.getStorageSync(INDEX) || []
}

async function save(receipt) {
  await ft.setEncryptedStorage({ key: `receipt-${receipt.orderId}`, data: receipt })
  const ids = [receipt.orderId, ...list().filter((id) => id !== receipt.orderId)]
  wx.setStorageSync(INDEX, ids)
}

async function get(orderId) {
  const { data } = await ft.getEncryptedStorage({ key: `receipt-${orderId}` })
  return data
}

module.exports = { list, save, get }
