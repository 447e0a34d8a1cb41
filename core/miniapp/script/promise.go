package script

import (
	"slices"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// trackRejection keeps the promises that were rejected without a handler; one may still be attached before the turn ends.
func (r *Realm) trackRejection(p *goja.Promise, op goja.PromiseRejectionOperation) {
	if op == goja.PromiseRejectionReject {
		r.rejected = append(r.rejected, p)
		return
	}
	if i := slices.Index(r.rejected, p); i >= 0 {
		r.rejected = slices.Delete(r.rejected, i, i+1)
	}
}

// reportRejections reports the promises whose rejection nobody handled in the turn, and tells App.onUnhandledRejection.
func (r *Realm) reportRejections() {
	list := r.rejected
	r.rejected = nil
	for _, p := range list {
		reason := p.Result()
		f := &Failure{Report: message.Error{ID: "script-throw", Origin: originApp, Page: r.pagePath()}}
		r.describeThrown(f, "unhandled promise rejection", reason, nil)
		f.ID = rejectionID(f.ID)
		r.report("unhandled promise rejection", f)
		if r.turn.reports > maxReports { // a handler that fails in the same way is not asked for ever
			continue
		}
		r.afterTurn = append(r.afterTurn, func() {
			o := r.vm.NewObject()
			_ = o.Set("reason", reason)
			_ = o.Set("promise", r.vm.ToValue(p))
			r.tellApp("onUnhandledRejection", o)
			r.tellHooks("unhandledRejection", o)
		})
	}
}

// rejectionID leaves ids that say more than "something was thrown".
func rejectionID(id string) string {
	if id == "script-throw" {
		return "unhandled-rejection"
	}
	return id
}
