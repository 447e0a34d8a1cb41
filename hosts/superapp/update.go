package superapp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/install"
	"github.com/dougong-dev/dougong/pdk/go"
)

// update starts looking for updates in the background, for a host that runs for long.
func (a *App) update() {
	k := a.keeper
	if k == nil || !a.options.Outside {
		return
	}
	now := a.options.Kernel.Now
	if now == nil {
		now = time.Now
	}
	u := &install.Updater{
		Manager: k.manager, Logger: a.options.Logger, Now: now, Changed: k.changed,
		Settings: func() config.Update { return a.kernel.Config().Update },
		Ready:    a.updateWaits, Update: a.Update,
	}
	k.background.Go(func() { u.Run(k.life) })
}

// Update looks for updates and goes over to them: plugins are exchanged while they run, mini-programs when they are opened
// again. A version that does not start is taken back and not tried again.
func (a *App) Update(ctx context.Context) (*install.Change, error) {
	k := a.keeper
	if k == nil {
		return nil, errors.New("nothing is installed by this host")
	}
	c, err := k.manager.Update(ctx, k.rulesNow())
	if c != nil {
		a.updateFailed(c.Failed)
	}
	if err != nil {
		return c, errors.Join(err, a.Obey(ctx)) // what was learnt holds all the same
	}
	return c, errors.Join(a.Obey(ctx), a.goOver(ctx))
}

// goOver goes over to the generation that is installed now, if another one runs.
func (a *App) goOver(ctx context.Context) error {
	l, err := a.keeper.manager.Ledger()
	if err != nil {
		return err
	}
	if number, _ := a.keeper.running(); number == l.Current.Number {
		return nil
	}
	if _, err = a.reload(ctx, core.ReloadOptions{}); err == nil {
		a.observeHealth()
		return nil
	}
	if ctx.Err() != nil {
		return err
	}
	c, back := a.takeBack(ctx, l.Current.Number, err)
	if back != nil {
		return errors.Join(err, back)
	}
	failed := make([]string, len(c.Done))
	for i, u := range c.Done {
		failed[i] = u.ID
	}
	a.updateFailed(failed)
	return errors.Join(fmt.Errorf("an update was taken back: %w", err), a.keeper.sync())
}

// updateFailed tells the mini-programs among what could not be updated.
func (a *App) updateFailed(ids []string) {
	r := a.refresher()
	if r == nil {
		return
	}
	for _, id := range ids {
		if _, err := a.find(id); err == nil {
			r.UpdateFailed(id)
		}
	}
}

// updateWaits tells what an update waits for.
func (a *App) updateWaits(ctx context.Context) string {
	if !a.kernel.Config().Update.WifiOnly {
		return ""
	}
	network, err := a.network(ctx)
	switch {
	case err != nil:
		return fmt.Sprintf("Wi-Fi; which network this is cannot be told: %v", err)
	case network != networkWifi && network != networkEthernet:
		return "Wi-Fi; the network is " + network
	}
	return ""
}

// networkWait bounds the question which network this is.
const networkWait = 10 * time.Second

// networkMethod tells which network the device is in: {networkType}, in the words of wx.getNetworkType.
const networkMethod = "getNetworkType"

// network asks the provider of that method, by the chain that every call goes through, or else the system.
func (a *App) network(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, networkWait)
	defer cancel()
	table := a.kernel.Catalogue().Table()
	for _, name := range table.Capabilities() {
		c := table.Contract(name)
		if c == nil || c.Methods[networkMethod] == nil || table.Provider(name, "") == nil {
			continue
		}
		call := &capability.Call{Info: pdk.Info{Capability: name, Method: networkMethod}, Payload: pdk.Payload{JSON: []byte("{}")}, Host: true}
		p, err := a.kernel.Call(ctx, call)
		if err != nil {
			return "", err
		}
		var answer struct {
			NetworkType string `json:"networkType"`
		}
		if err := json.Unmarshal(p.JSON, &answer); err != nil {
			return "", fmt.Errorf("%s of %s: %w", networkMethod, name, err)
		}
		return answer.NetworkType, nil
	}
	return systemNetwork("/")
}
