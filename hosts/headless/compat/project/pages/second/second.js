// Tells whoever opened it, and does what the opener's test wants.
Page({
  data: { query: "" },
  onLoad(query) {
    this.setData({ query: JSON.stringify(query) });
    this.channel = this.getOpenerEventChannel && this.getOpenerEventChannel();
    if (this.channel && this.channel.emit) this.channel.emit("opened", query);
    getApp().second = query;
  },
});
