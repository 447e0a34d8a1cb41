package provider

import (
	"context"
	"fmt"
	"html"
	"sync"

	"github.com/godbus/dbus/v5"
)

// Names of the Desktop Notifications Specification.
const (
	busName   = "org.freedesktop.Notifications"
	busPath   = "/org/freedesktop/Notifications"
	busAction = busName + ".ActionInvoked"
	busClosed = busName + ".NotificationClosed"
)

// bus is the notification service on a session bus.
type bus struct {
	conn    *dbus.Conn
	object  dbus.BusObject
	signals chan *dbus.Signal
	running sync.WaitGroup
}

// Session connects to the session bus of whoever runs the program.
func Session(ctx context.Context, heard func(Heard)) (Service, error) {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return nil, fmt.Errorf("session bus: %w", err)
	}
	b := &bus{conn: conn, object: conn.Object(busName, busPath), signals: make(chan *dbus.Signal, 64)}
	err = conn.AddMatchSignalContext(ctx, dbus.WithMatchInterface(busName), dbus.WithMatchObjectPath(busPath))
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("session bus: %w", err)
	}
	conn.Signal(b.signals)
	b.running.Go(func() { b.listen(heard) })
	return b, nil
}

// listen passes signals on until the connection is closed. Other programs send on this bus, so nothing in them is believed.
func (b *bus) listen(heard func(Heard)) {
	for s := range b.signals {
		if len(s.Body) == 0 {
			continue
		}
		id, ok := s.Body[0].(uint32)
		if !ok {
			continue
		}
		switch s.Name {
		case busAction:
			heard(Heard{ID: id, Clicked: true})
		case busClosed:
			heard(Heard{ID: id})
		}
	}
}

// Show implements Service. Some services read the text as markup, so that of a mini-program is escaped.
func (b *bus) Show(ctx context.Context, n Notification) (uint32, error) {
	var id uint32
	err := b.object.CallWithContext(ctx, busName+".Notify", 0, n.From, n.Replace, "", n.Title, html.EscapeString(n.Text),
		[]string{"default", ""}, map[string]dbus.Variant{"desktop-entry": dbus.MakeVariant("dougong-desktop")}, int32(-1)).Store(&id)
	return id, err
}

// Close implements Service.
func (b *bus) Close(ctx context.Context, id uint32) error {
	return b.object.CallWithContext(ctx, busName+".CloseNotification", 0, id).Err
}

// End implements Service.
func (b *bus) End() error {
	err := b.conn.Close() // closes signals
	b.running.Wait()
	return err
}
