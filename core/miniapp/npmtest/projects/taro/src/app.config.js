export default { pages: ["pages/index/index", "pages/detail/index"], window: { navigationBarTitleText: "Taro", navigationBarTextStyle: "black", navigationBarBackgroundColor: "#fff" } };
