package provider

import (
	"crypto/tls"
	"net/http/httptrace"
	"sync"
	"time"
)

// profile is the timings of an exchange, milliseconds since the epoch, under WeChat's names.
type profile struct {
	mu sync.Mutex

	FetchStart        int64 `json:"fetchStart"`
	DomainLookUpStart int64 `json:"domainLookUpStart"`
	DomainLookUpEnd   int64 `json:"domainLookUpEnd"`
	ConnectStart      int64 `json:"connectStart"`
	ConnectEnd        int64 `json:"connectEnd"`
	SSLStart          int64 `json:"SSLconnectionStart"`
	SSLEnd            int64 `json:"SSLconnectionEnd"`
	RequestStart      int64 `json:"requestStart"`
	RequestEnd        int64 `json:"requestEnd"`
	ResponseStart     int64 `json:"responseStart"`
	ResponseEnd       int64 `json:"responseEnd"`
	SocketReused      bool  `json:"socketReused"`
}

func newProfile() *profile {
	p := &profile{}
	p.mark(&p.FetchStart)
	return p
}

func (p *profile) mark(at *int64) {
	p.mu.Lock()
	*at = time.Now().UnixMilli()
	p.mu.Unlock()
}

// trace fills p in. Callbacks may come from other goroutines, even after the exchange.
func (p *profile) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart:             func(httptrace.DNSStartInfo) { p.mark(&p.DomainLookUpStart) },
		DNSDone:              func(httptrace.DNSDoneInfo) { p.mark(&p.DomainLookUpEnd) },
		ConnectStart:         func(string, string) { p.mark(&p.ConnectStart) },
		ConnectDone:          func(string, string, error) { p.mark(&p.ConnectEnd) },
		TLSHandshakeStart:    func() { p.mark(&p.SSLStart) },
		TLSHandshakeDone:     func(tls.ConnectionState, error) { p.mark(&p.SSLEnd) },
		WroteHeaders:         func() { p.mark(&p.RequestStart) },
		WroteRequest:         func(httptrace.WroteRequestInfo) { p.mark(&p.RequestEnd) },
		GotFirstResponseByte: func() { p.mark(&p.ResponseStart) },
		GotConn: func(info httptrace.GotConnInfo) {
			p.mu.Lock()
			p.SocketReused = info.Reused
			p.mu.Unlock()
		},
	}
}

// end returns a copy that no callback touches any more.
func (p *profile) end() *profile {
	p.mark(&p.ResponseEnd)
	p.mu.Lock()
	defer p.mu.Unlock()
	return &profile{
		FetchStart: p.FetchStart, DomainLookUpStart: p.DomainLookUpStart, DomainLookUpEnd: p.DomainLookUpEnd,
		ConnectStart: p.ConnectStart, ConnectEnd: p.ConnectEnd, SSLStart: p.SSLStart, SSLEnd: p.SSLEnd,
		RequestStart: p.RequestStart, RequestEnd: p.RequestEnd, ResponseStart: p.ResponseStart, ResponseEnd: p.ResponseEnd,
		SocketReused: p.SocketReused,
	}
}
