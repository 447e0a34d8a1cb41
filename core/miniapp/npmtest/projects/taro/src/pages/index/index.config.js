export default { navigationBarTitleText: "Taro index" };
