// Package headless runs mini-programs without anybody watching: the same session and the same tree as in a browser, shown
// by the DOM of package view/dom. It is what `dougong check`, `dougong snapshot` and `dougong test` stand on.
//
//	app, err := headless.Open(ctx, headless.Config{Program: p, Kernel: kernel})
//	defer app.Close()
//	err = app.Rest(ctx)
//	fmt.Println(app.Text())
//
// What a shell would be asked (dialogs, geometry) is answered by rule, see Answers. The package must not know the command
// line.
package headless
