package embed_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/dougong-dev/dougong/hosts/embed"
	"github.com/dougong-dev/dougong/pdk/go"
)

// order is the mini-program of examples/embed, till.yaml its program's contract.
const order, till = "../../examples/embed/order", "../../examples/embed/till.yaml"

func contract() string {
	text, err := os.ReadFile(till)
	if err != nil {
		log.Fatal(err)
	}
	return string(text)
}

// A mini-program in ten lines: it calls a function of this program.
func Example() {
	type Ticket struct {
		Number int `json:"number"`
	}
	ctx := context.Background()
	place := func(_ *pdk.Context, o struct{ Dish string }) (Ticket, error) { return Ticket{len(o.Dish)}, nil }
	host, err := embed.Open(ctx, embed.Options{
		MiniPrograms: []string{order},
		Capabilities: []embed.Capability{{Contract: contract(), Methods: pdk.Methods{"placeOrder": pdk.Func(place)}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer host.Close()
	menu, err := host.Start(ctx, "com.example.order", embed.Launch{Data: map[string]string{"table": "A1"}})
	if err != nil {
		log.Fatal(err)
	}
	if err := menu.Tap(ctx, ".dish", "牛肉面"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(menu.Text())
	menu.Close()
	// Output:
	// 桌号：A1
	// 牛肉面28 元
	// 豆浆5 元
	// 9 号，请稍候
	// 关于本店
}

// Events are told in order, one at a time.
func ExampleOptions_events() {
	ctx := context.Background()
	host, err := embed.Open(ctx, embed.Options{
		MiniPrograms: []string{order},
		Events:       func(e embed.Event) { fmt.Println(e) },
	})
	if err != nil {
		log.Fatal(err)
	}
	menu, err := host.Start(ctx, "com.example.order", embed.Launch{})
	if err != nil {
		log.Fatal(err)
	}
	if err := menu.Tap(ctx, ".about", ""); err != nil {
		log.Fatal(err)
	}
	if err := host.Close(); err != nil { // what is open is closed, and every event told
		log.Fatal(err)
	}
	// Output:
	// opened com.example.order
	// page com.example.order pages/menu/menu
	// page com.example.order pages/about/about
	// closed com.example.order pages/about/about
}

// Send speaks to a mini-program, which listens by ft.addCustomEventListener.
func ExampleApp_Send() {
	ctx := context.Background()
	host, err := embed.Open(ctx, embed.Options{MiniPrograms: []string{order}})
	if err != nil {
		log.Fatal(err)
	}
	defer host.Close()
	menu, err := host.Start(ctx, "com.example.order", embed.Launch{})
	if err != nil {
		log.Fatal(err)
	}
	if err := menu.Send("served", map[string]int{"number": 7}); err != nil {
		log.Fatal(err)
	}
	if err := menu.Rest(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(menu.Text())
	// Output:
	// 桌号：外带
	// 牛肉面28 元
	// 豆浆5 元
	// 7 号做好了
	// 关于本店
}

// Handler shows the super-app on a server of the program's own, beside its other pages.
func ExampleHost_Handler() {
	host, err := embed.Open(context.Background(), embed.Options{MiniPrograms: []string{order}})
	if err != nil {
		log.Fatal(err)
	}
	defer host.Close()
	screen, url, err := host.Handler("127.0.0.1:8080")
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", screen)
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	fmt.Println(url[:len("http://127.0.0.1:8080/?token=")])
	// now: http.ListenAndServe("127.0.0.1:8080", mux)
	// Output: http://127.0.0.1:8080/?token=
}
