Component({
  data: { value: 0 },

  methods: {
    onTap() {
      const value = this.data.value + 1
      this.setData({ value })
      this.triggerEvent('change', { value })
    },
  },
})
