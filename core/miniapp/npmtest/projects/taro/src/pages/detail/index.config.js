export default { navigationBarTitleText: "Taro detail" };
