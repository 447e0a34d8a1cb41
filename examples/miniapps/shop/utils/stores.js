// Our stores, in GCJ-02 as wx.getLocation({ type: 'gcj02' }) answers.
const stores = [
  { id: 'sz', name: '深圳 · 华强北店', latitude: 22.5467, longitude: 114.0858 },
  { id: 'gz', name: '广州 · 永庆坊店', latitude: 23.1181, longitude: 113.2386 },
  { id: 'sh', name: '上海 · 武康路店', latitude: 31.2066, longitude: 121.4377 },
  { id: 'bj', name: '北京 · 杨梅竹店', latitude: 39.8961, longitude: 116.3954 },
]

const EARTH_KM = 6371

function distance(a, b) {
  const rad = (d) => (d * Math.PI) / 180
  const dLat = rad(b.latitude - a.latitude)
  const dLng = rad(b.longitude - a.longitude)
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * Math.sin(dLng / 2) ** 2
  return 2 * EARTH_KM * Math.asin(Math.sqrt(h))
}

// nearest returns the closest store with its distance in kilometres.
function nearest(position) {
  return stores
    .map((store) => ({ ...store, km: Math.round(distance(position, store) * 10) / 10 }))
    .sort((a, b) => a.km - b.km)[0]
}

module.exports = { nearest }
