package script

import "testing"

// TestVariables: let:name="{{ value }}" names a value for the element, for what is in it and for the variables behind it.
func TestVariables(t *testing.T) {
	t.Parallel()
	w, p := open(t, map[string]string{
		"pages/index.wxml": `
<view id="sum" let:total="{{price * count}}" let:text="{{'¥' + total}}" data-total="{{total}}" bindtap="tap">{{text}}</view>
<block wx:for="{{rows}}" wx:key="id" let:square="{{item.n * item.n}}"><text wx:if="{{square > 1}}">{{square}}</text></block>
<view wx:for="{{[1, 2]}}" let:my-index="{{index + 1}}">{{myIndex}}</view>
<box let:o="{{ {a: price} }}" v="{{o.a}}"><text>{{o.a}}</text></box>
<view let:price="{{price + 100}}">{{price}}</view><view>{{total}}|{{price}}</view>`,
		"pages/index.json": `{"usingComponents": {"box": "/box"}}`,
		"pages/index.js": `Page({
			data: {price: 2, count: 3, rows: [{id: 1, n: 1}, {id: 2, n: 3}]},
			tap(e) { this.setData({count: e.currentTarget.dataset.total, "rows[0].n": 2, price: 5}) },
		})`,
		"box.wxml": `<view>box {{v}}<slot/></view>`, "box.js": `Component({properties: {v: Number}})`,
	})
	w.wantText(p, "¥6 9 1 2 box 22 102 |2")
	w.tap(p, "#sum")
	w.wantText(p, "¥30 49 1 2 box 55 105 |5")
	w.wantNoErrors()
}
