App({ globalData: { name: "antd" }, onLaunch() { this.launched = true } });
