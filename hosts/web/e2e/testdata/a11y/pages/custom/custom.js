Page({ back() { wx.navigateBack(); } });
