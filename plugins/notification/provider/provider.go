// Package provider is dougong.notification/v1 over the desktop's notification service. A mini-program can change and close its
// own notifications alone, and hears of clicks on its own alone. It must not know who asks the user for consent.
package provider

import (
	"context"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Capability that is provided.
const Capability = "dougong.notification/v1"

// Codes of the contract's errors.
const (
	codeNoService = 10001
	codeTooMany   = 10002
)

// maxShown bounds the notifications of one mini-program and user that are shown at once.
const maxShown = 20

// Notification is what a user is shown.
type Notification struct {
	From, Title, Text string
	Replace           uint32 // the one that it takes the place of; 0: none
}

// Heard is what became of a notification: clicked, or gone.
type Heard struct {
	ID      uint32
	Clicked bool
}

// Service shows notifications.
type Service interface {
	Show(ctx context.Context, n Notification) (uint32, error)
	Close(ctx context.Context, id uint32) error
	End() error
}

// Connect reaches a service, which tells heard, one call at a time.
type Connect func(ctx context.Context, heard func(Heard)) (Service, error)

// owner is whose a notification is.
type owner struct{ app, user string }

// shown is a notification on the screen.
type shown struct {
	owner owner
	emit  func(event string, v any) error
}

// notifications are those on the screen.
type notifications struct {
	connect Connect
	clicked Clicked

	mu      sync.Mutex
	service Service // nil before the first use
	shown   map[uint32]shown
}

// Clicked is told whose notification the user has clicked, before the mini-program hears of it.
type Clicked func(app, user string)

// Plugin makes the plugin; nothing is connected to before the first notification. clicked may be nil.
func Plugin(connect Connect, clicked Clicked) *pdk.Plugin {
	n := &notifications{connect: connect, clicked: clicked, shown: map[uint32]shown{}}
	return pdk.New("dougong.notification", "1.0.0").
		Provide(Capability, pdk.Methods{"showNotification": pdk.Func(n.show), "closeNotification": pdk.Func(n.close)}).
		OnClose(n.end)
}

// What follows mirrors the contract.
type (
	// ShowParams is a notification to be shown.
	ShowParams struct {
		Title   string `json:"title"`
		Content string `json:"content"`
		Replace uint32 `json:"replace"`
	}
	// Shown is the notification that is on the screen now.
	Shown struct {
		ID uint32 `json:"notificationId"`
	}
	// CloseParams says which notification is to go.
	CloseParams struct {
		ID uint32 `json:"notificationId"`
	}
)

func (n *notifications) show(ctx *pdk.Context, in ShowParams) (Shown, error) {
	who := owner{ctx.App, ctx.User}
	service, err := n.reach()
	if err != nil {
		return Shown{}, pdk.Errorf(codeNoService, "no-service", "the system shows no notifications: %v", err)
	}
	if err := n.may(who, in.Replace); err != nil {
		return Shown{}, err
	}
	id, err := service.Show(ctx, Notification{From: ctx.App, Title: in.Title, Text: in.Content, Replace: in.Replace})
	if err != nil {
		return Shown{}, pdk.Errorf(codeNoService, "no-service", "the system shows no notifications: %v", err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.shown[id] = shown{who, ctx.Emit}
	return Shown{id}, nil
}

// reach connects at the first use, and again after a failure.
func (n *notifications) reach() (Service, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.service != nil {
		return n.service, nil
	}
	service, err := n.connect(context.Background(), n.heard) // it outlives the call
	if err != nil {
		return nil, err
	}
	n.service = service
	return service, nil
}

// may checks that a notification may be shown in the place of another.
func (n *notifications) may(who owner, replace uint32) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if replace != 0 {
		return n.owned(who, replace)
	}
	count := 0
	for _, s := range n.shown {
		if s.owner == who {
			count++
		}
	}
	if count >= maxShown {
		return pdk.Errorf(codeTooMany, "too-many", "%d notifications are shown; close or replace one first", maxShown)
	}
	return nil
}

// owned checks whose a notification is. The caller holds mu.
func (n *notifications) owned(who owner, id uint32) error {
	if s, ok := n.shown[id]; !ok || s.owner != who {
		return pdk.Errorf(pdk.CodeInvalidParams, "invalid_params", "notification %d is not shown, or not this mini-program's", id)
	}
	return nil
}

func (n *notifications) close(ctx *pdk.Context, in CloseParams) (struct{}, error) {
	n.mu.Lock()
	err := n.owned(owner{ctx.App, ctx.User}, in.ID)
	service := n.service
	n.mu.Unlock()
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, service.Close(ctx, in.ID)
}

// heard passes a click on to whoever showed the notification.
func (n *notifications) heard(h Heard) {
	n.mu.Lock()
	s, ok := n.shown[h.ID]
	if !h.Clicked {
		delete(n.shown, h.ID)
	}
	n.mu.Unlock()
	if ok && h.Clicked && n.clicked != nil {
		n.clicked(s.owner.app, s.owner.user)
	}
	if ok && h.Clicked {
		_ = s.emit("notificationClick", Shown{h.ID}) // a mini-program that is gone hears nothing
	}
}

func (n *notifications) end() error {
	n.mu.Lock()
	service := n.service
	n.service = nil
	n.mu.Unlock()
	if service == nil {
		return nil
	}
	return service.End()
}
