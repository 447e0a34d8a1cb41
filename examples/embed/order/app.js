App({
  onLaunch(options) {
    this.table = options.referrerInfo?.extraData?.table ?? "外带";
  },
});
