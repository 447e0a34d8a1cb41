package provider

import "github.com/dougong-dev/dougong/pdk/go"

type countdownIn struct {
	From int `json:"from"`
}

type countdownOut struct {
	Ticks int `json:"ticks"`
}

type tick struct {
	Left int      `json:"left"`
	Data pdk.Blob `json:"data"`
}

// countdown is a task that ends with its call.
func countdown(ctx *pdk.Context, in countdownIn) (countdownOut, error) {
	for left := in.From - 1; left >= 0; left-- {
		if err := ctx.Emit("tick", tick{left, pdk.Blob{byte(left % 251)}}); err != nil {
			return countdownOut{}, err
		}
	}
	return countdownOut{in.From}, nil
}

// open begins a session: a task that goes on until it is closed.
func (p *conformance) open(ctx *pdk.Context, _ none) (none, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sessions[ctx.Task] = &session{ctx: ctx}
	return none{}, nil
}

type sentOut struct {
	Sent int `json:"sent"`
}

func (p *conformance) send(ctx *pdk.Context, in textIn) (sentOut, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.sessions[ctx.Task]
	if s == nil {
		return sentOut{}, noSession(ctx)
	}
	s.sent++
	return sentOut{s.sent}, s.ctx.Emit("message", in)
}

func (p *conformance) close(ctx *pdk.Context, _ none) (none, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.sessions[ctx.Task]
	if s == nil {
		return none{}, noSession(ctx)
	}
	delete(p.sessions, ctx.Task)
	return none{}, s.ctx.End("closed", none{})
}

func noSession(ctx *pdk.Context) error {
	return pdk.Errorf(codeNoSession, "no-session", "task %d is none of this instance's sessions; open one first", ctx.Task)
}
