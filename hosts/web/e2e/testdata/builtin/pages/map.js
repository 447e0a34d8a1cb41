const points = [{ latitude: 39.91, longitude: 116.39 }, { latitude: 39.905, longitude: 116.4 }, { latitude: 39.9, longitude: 116.395 }]
Page({
  data: {
    told: '',
    markers: [
      { id: 1, latitude: 39.908, longitude: 116.397, width: 24, height: 34, callout: { content: '天安门', display: 'BYCLICK', padding: 6, bgColor: '#ffffff', borderRadius: 4 }, label: { content: '标签', fontSize: 11, anchorX: 14 } },
      { id: 2, latitude: 39.915, longitude: 116.404, width: 24, height: 34, customCallout: { display: 'ALWAYS' } },
    ],
    lines: [{ points, color: '#1296db', width: 6 }],
    circles: [{ latitude: 39.903, longitude: 116.39, radius: 300, fillColor: '#ff000022', color: '#ff0000aa' }],
    polygons: [{ points: points.map((p) => ({ latitude: p.latitude + 0.01, longitude: p.longitude + 0.01 })), fillColor: '#00aa0022', strokeColor: '#00aa00' }],
    controls: [{ id: 7, position: { left: 10, top: 10, width: 30, height: 30 }, iconPath: 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"%3E%3Crect width="1" height="1" fill="blue"/%3E%3C/svg%3E', clickable: true }],
  },
  tell(word) { this.setData({ told: this.data.told + ' ' + word }) },
  on(e) { this.tell(e.type + ':' + JSON.stringify(e.detail)) },
  tapped(e) { if (e.target.id === 'map') this.tell('tap:' + e.detail.latitude.toFixed(3) + ',' + e.detail.longitude.toFixed(3)) },
  cover() { this.tell('cover') },
  region(e) { this.tell(e.type + '/' + e.causedBy) },
  ask() {
    const map = wx.createMapContext('map')
    map.getCenterLocation({ success: (r) => this.tell('center:' + r.latitude.toFixed(3) + ',' + r.longitude.toFixed(3)) })
    map.getScale({ success: (r) => this.tell('scale:' + r.scale) })
    map.getRegion({ success: (r) => this.tell('region:' + (r.northeast.latitude > r.southwest.latitude)) })
    map.addGroundOverlay({ fail: (e) => this.tell(e.errMsg) })
  },
  move() {
    const map = wx.createMapContext('map')
    map.translateMarker({ markerId: 1, destination: { latitude: 39.91, longitude: 116.39 }, duration: 50, animationEnd: () => this.tell('arrived') })
    map.moveToLocation({ latitude: 39.9, longitude: 116.3 })
  },
  fit() { wx.createMapContext('map').includePoints({ points, padding: [20, 20, 20, 20], success: () => this.tell('fitted') }) },
})
