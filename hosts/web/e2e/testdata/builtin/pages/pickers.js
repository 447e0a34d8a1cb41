Page({
  data: { region: ['广东省', '广州市', '海珠区'], city: ['广东省', '全部'], month: '2025-02', told: '' },
  picked({ currentTarget: { dataset: { name } }, detail: { value, code } }) {
    this.setData({ [name]: value, told: `${this.data.told} ${name}:${value}${code ? `:${code}` : ''}` })
  },
})
