// Package alipay converts a project written for Alipay into one that is written as for WeChat, and says what has no
// equivalent there.
//
// Projects for Alipay run here as they are; converting serves who leaves Alipay's form for good, or wants the project in
// WeChat, too. Templates, styles and configuration are rewritten in place, so that they stay recognisable. Scripts keep their
// lines: a header on the first one takes my, Page and Component from an adapter (baselib.AlipayAdapter) that is added as
// alipay.js. The package must not know how projects are compiled or run.
//
//	report, err := alipay.Convert(ctx, os.DirFS(dir), write)
package alipay
