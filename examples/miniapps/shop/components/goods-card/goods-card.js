Component({
  properties: {
    goods: { type: Object, value: null },
  },

  methods: {
    onOpen() {
      this.triggerEvent('open', { id: this.data.goods.id })
    },

    onAdd() {
      this.triggerEvent('add', { id: this.data.goods.id })
    },
  },
})
