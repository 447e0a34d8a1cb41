package core

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
)

// services are the host services that one plugin calls. Each is allowed by the plugin's manifest only.
type services struct {
	k *Kernel
	u *unit
}

var _ plugin.Services = services{}

// Service implements plugin.Services. The plugin's own id does not count: the name that superapp.yaml gives it does.
func (s services) Service(ctx context.Context, _ string, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	u, id := s.u, s.u.ID()
	r := u.manifest.Requires
	switch name {
	case pdk.ServiceKVGet, pdk.ServiceKVSet, pdk.ServiceKVDelete, pdk.ServiceKVList:
		if !r.KV {
			return denied(id, name, "kv: true")
		}
		return s.keyValue(ctx, id, info, name, in)
	case pdk.ServiceHTTPRequest:
		if len(r.HTTP) == 0 {
			return denied(id, name, "http: [host]")
		}
		return s.http(ctx, id, info, in)
	case pdk.ServiceUIConfirm:
		if !r.Confirm {
			return denied(id, name, "confirm: true")
		}
		return s.confirm(ctx, id, info, in)
	case pdk.ServiceUILanguage:
		if !r.Confirm {
			return denied(id, name, "confirm: true")
		}
		return s.language(info)
	case pdk.ServiceSecretGet:
		return s.secret(u, in)
	case pdk.ServiceKeyData:
		if !r.Keys {
			return denied(id, name, "keys: true")
		}
		return s.k.dataKey(id, info, in)
	case pdk.ServiceKeyAnchor:
		if !r.Keys {
			return denied(id, name, "keys: true")
		}
		return s.k.anchor(id, info, in)
	case pdk.ServiceDomainCheck:
		return s.domain(info, in)
	case pdk.ServiceTimerAfter:
		return s.k.timers.after(s.k, u, info, in)
	}
	return s.fileService(ctx, u, info, name, in)
}

// fileService is the services that have to do with files.
func (s services) fileService(ctx context.Context, u *unit, info pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	r := u.manifest.Requires
	switch name {
	case pdk.ServiceFileRead, pdk.ServiceFileWrite:
		if !r.LocalFiles {
			return denied(u.ID(), name, "local_files: true")
		}
		return s.localFile(ctx, u.ID(), info, name, in)
	case pdk.ServicePackageRead:
		if !r.Package {
			return denied(u.ID(), name, "package: true")
		}
		return s.packageFile(info, in)
	case pdk.ServiceUIChoose, pdk.ServiceUIDeliver, pdk.ServiceUIRecord:
		if !r.UserFiles {
			return denied(u.ID(), name, "user_files: true")
		}
		return s.exchange(ctx, Party{Plugin: u.ID(), App: info.App, User: info.User}, name, in)
	}
	return pdk.Payload{}, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "there is no host service %q", name)
}

func denied(id, name, requires string) (pdk.Payload, error) {
	return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "plugin %q may not use %s: its manifest does not say requires: {%s}", id, name, requires)
}

// call makes a capability call with the plugin as caller, for the app and user of the call that it serves.
func (s services) call(ctx context.Context, id string, info pdk.Info, name, method string, p pdk.Payload) (pdk.Payload, error) {
	return s.k.chain.Answer(ctx, &capability.Call{Payload: p, Info: pdk.Info{
		Capability: name, Method: method, App: info.App, User: info.User, Page: info.Page, Trace: info.Trace, Caller: id,
	}})
}

func (s services) confirm(ctx context.Context, id string, info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.Confirm
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	if len(q.Buttons) == 0 || len(q.Buttons) > 4 {
		return pdk.Payload{}, pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "ui.confirm: expected 1 to 4 buttons, found %d", len(q.Buttons))
	}
	button, err := s.k.policy.Confirm(ctx, permission.Confirmation{
		Plugin: id, App: info.App, User: info.User, Title: q.Title, Content: q.Content, Buttons: q.Buttons,
	})
	if err != nil {
		return pdk.Payload{}, err
	}
	return pdk.Encode(pdk.ConfirmAnswer{Button: button})
}

// language answers what the user reads, so that a plugin asks in it.
func (s services) language(info pdk.Info) (pdk.Payload, error) {
	var out pdk.Language
	if s.k.opts.Language != nil {
		out.Language = s.k.opts.Language(info.App, info.User)
	}
	return pdk.Encode(out)
}

func (s services) secret(u *unit, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.SecretGet
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	if !contains(u.manifest.Requires.Secrets, q.Name) {
		return denied(u.ID(), fmt.Sprintf("the secret %q", q.Name), "secrets: ["+q.Name+"]")
	}
	value, err := s.k.secretValue(s.k.Config(), u.set.Load().entry, q.Name)
	if err != nil {
		return pdk.Payload{}, err
	}
	return pdk.Encode(pdk.SecretValue{Value: value})
}

// domain answers a network provider before it follows a redirect.
func (s services) domain(info pdk.Info, in pdk.Payload) (pdk.Payload, error) {
	var q pdk.DomainCheck
	if err := pdk.Decode(in, &q); err != nil {
		return pdk.Payload{}, err
	}
	var err error
	switch {
	case info.Caller != "":
		err = s.k.policy.PluginDomain(info.Caller, info.App, q.List, q.URL)
	case info.App != "":
		err = s.k.policy.Domain(info.App, q.List, q.URL)
	}
	if err != nil {
		return pdk.Payload{}, err
	}
	return pdk.Encode(struct{}{})
}

// Emit implements plugin.Services.
func (s services) Emit(_ string, info pdk.Info, event string, in pdk.Payload, final bool) {
	s.k.tasks.Emit(s.u.ID(), info, event, in, final)
}

// Log implements plugin.Services.
func (s services) Log(_, level, message string, fields map[string]string) {
	l := slog.LevelInfo
	switch level {
	case pdk.LevelDebug:
		l = slog.LevelDebug
	case pdk.LevelWarn:
		l = slog.LevelWarn
	case pdk.LevelError:
		l = slog.LevelError
	}
	attrs := []any{"plugin", s.u.ID()}
	for k, v := range fields {
		attrs = append(attrs, k, v)
	}
	s.k.log.Log(context.Background(), l, message, attrs...)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
