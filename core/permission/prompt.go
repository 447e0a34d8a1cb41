package permission

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Request is a question to the user: may this mini-program use this scope?
type Request struct {
	App   string
	User  string
	Scope string
	// Method is what the mini-program wants to call, empty for wx.authorize.
	Method string
	Page   string
}

// Prompter shows questions to the user. The host supplies it. Methods are called concurrently and end when ctx does.
type Prompter interface {
	// Ask returns the user's decision. An error (ErrDismissed, ctx's) means that there was none; it is not remembered.
	Ask(ctx context.Context, r Request) (allowed bool, err error)
	// Settings shows the scopes decided so far and returns those that the user changed.
	Settings(ctx context.Context, app, user string, scopes map[string]bool) (changed map[string]bool, err error)
	// Confirm shows a question of a plugin and returns the number of the button pressed, or -1.
	Confirm(ctx context.Context, c Confirmation) (button int, err error)
}

// Confirmation is a question that a plugin puts to the user, such as to confirm a payment.
type Confirmation struct {
	Plugin, App, User string
	Title, Content    string
	Buttons           []string
}

// ErrDismissed says that the user closed a question without deciding.
var ErrDismissed = errors.New("the user closed the question without deciding")

// asker puts each question once, however many calls wait for its answer.
type asker struct {
	prompter Prompter
	timeout  time.Duration
	mu       sync.Mutex
	open     map[subject]*question
	running  sync.WaitGroup
}

type question struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int
	allowed bool
	err     error
}

func newAsker(p Prompter, timeout time.Duration) *asker {
	return &asker{prompter: p, timeout: timeout, open: map[subject]*question{}}
}

// ask returns the user's decision. The question stays open while anybody waits for it; decided is called once, before
// anybody is answered, with a decision that was made.
func (a *asker) ask(ctx context.Context, r Request, decided func(allowed bool) error) (bool, error) {
	q := a.join(ctx, r, decided)
	select {
	case <-q.done:
		return q.allowed, q.err
	case <-ctx.Done():
		a.leave(q)
		return false, ctx.Err()
	}
}

func (a *asker) join(ctx context.Context, r Request, decided func(bool) error) *question {
	s := subject{r.App, r.User, r.Scope}
	a.mu.Lock()
	defer a.mu.Unlock()
	if q := a.open[s]; q != nil && q.waiters > 0 {
		q.waiters++
		return q
	}
	// The question outlives the call that was first to need it.
	qctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.timeout)
	q := &question{done: make(chan struct{}), cancel: cancel, waiters: 1}
	a.open[s] = q
	a.running.Add(1)
	go func() {
		defer a.running.Done()
		defer cancel()
		allowed, err := a.prompter.Ask(qctx, r)
		if err == nil {
			err = decided(allowed)
		}
		a.mu.Lock()
		q.allowed, q.err = allowed && err == nil, err
		if a.open[s] == q {
			delete(a.open, s)
		}
		a.mu.Unlock()
		close(q.done)
	}()
	return q
}

// leave is one waiter less; the last one takes the question back.
func (a *asker) leave(q *question) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if q.waiters--; q.waiters == 0 {
		q.cancel()
	}
}

// close takes all questions back and waits until they are gone.
func (a *asker) close() {
	a.mu.Lock()
	for _, q := range a.open {
		q.cancel()
	}
	a.mu.Unlock()
	a.running.Wait()
}
