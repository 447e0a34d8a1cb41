Page({
  data: {
    name: '',
    cities: ['北京', '上海', '广州', '深圳'],
    city: 3,
    date: '2026-11-23',
    time: '09:30',
    hobbies: [
      { value: 'wood', name: '木作', checked: true },
      { value: 'tea', name: '茶', checked: false },
      { value: 'hike', name: '徒步', checked: false },
    ],
    loud: 40,
    result: '',
  },

  onCity(event) {
    this.setData({ city: Number(event.detail.value) })
  },

  onDate(event) {
    this.setData({ date: event.detail.value })
  },

  onTime(event) {
    this.setData({ time: event.detail.value })
  },

  onLoud(event) {
    this.setData({ loud: event.detail.value })
  },

  onSubmit(event) {
    this.setData({ result: JSON.stringify(event.detail.value) })
  },

  onReset() {
    this.setData({ result: '' })
  },
})
