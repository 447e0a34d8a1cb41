package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/network/guard"
)

// Error codes of the contract.
const (
	codeNetwork      = 600000
	codeInterrupted  = 600003
	codeAborted      = 600004
	codeTooManyTasks = 600007
	codeRedirects    = 600008
	codeInvalidURL   = 600009
	codeDNS          = 600010
	codeRefused      = 600011
	codeTLS          = 600012
	codeTooLarge     = 600013
)

// The causes with which a task's context is cancelled.
var (
	errAborted = pdk.Errorf(codeAborted, "aborted", "abort")
	errTimeout = pdk.Errorf(pdk.CodeTimeout, "timeout", "timeout")
)

// classify turns what net/http says into an error of the contract. The messages begin as WeChat's do, so that programs
// that look at errMsg find what they look for.
func classify(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var known *pdk.Error
	var address *guard.AddressError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &address):
		return pdk.Errorf(pdk.CodeDomain, "domain", "url not allowed: %s", address)
	case errors.As(context.Cause(ctx), &known):
		return known
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return errTimeout
	case errors.Is(err, context.Canceled):
		return pdk.Errorf(pdk.CodeCanceled, "canceled", "the caller gave up")
	}
	return connection(err)
}

func connection(err error) error {
	var dns *net.DNSError
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &dns):
		return pdk.Errorf(codeDNS, "dns", "net::ERR_NAME_NOT_RESOLVED: no address for host %q", dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return pdk.Errorf(codeRefused, "refused", "net::ERR_CONNECTION_REFUSED: %s", brief(err))
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &unknown), errors.As(err, &invalid), errors.As(err, &host), errors.As(err, &verification), errors.As(err, &alert), errors.As(err, &record):
		return pdk.Errorf(codeTLS, "tls", "net::ERR_CERT_INVALID: %s", brief(err))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return pdk.Errorf(codeInterrupted, "interrupted", "net::ERR_CONNECTION_CLOSED: the peer cut the connection")
	}
	return pdk.Errorf(codeNetwork, "network", "%s", brief(err))
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// brief drops the "Get \"https://…\":" that net/http puts in front; the caller knows the address.
func brief(err error) string {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	return err.Error()
}
