// What the program around this mini-program offers is called like any other API, and what it tells comes as an event.
Page({
  data: { table: "", dishes: [{ name: "牛肉面", price: 28 }, { name: "豆浆", price: 5 }], state: "请点单" },

  onLoad() {
    this.setData({ table: getApp().table });
    this.served = ({ data }) => this.setData({ state: `${data.number} 号做好了` });
    ft.addCustomEventListener("served", this.served);
  },

  onUnload() {
    ft.removeCustomEventListener("served", this.served);
  },

  async order({ currentTarget: { dataset } }) {
    try {
      const { number } = await ft.placeOrder({ dish: dataset.name, price: dataset.price, table: this.data.table });
      this.setData({ state: `${number} 号，请稍候` });
    } catch (error) {
      this.setData({ state: error.errMsg });
    }
  },
});
