Page({ onLoad({ id }) { wx.setNavigationBarTitle({ title: `货品 ${id}` }) } })
