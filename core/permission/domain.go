package permission

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// Lists are the allow-lists of one mini-program by name: "request", "uploadFile", "downloadFile", "socket".
type Lists map[string][]Rule

// Rule is one entry of an allow-list.
type Rule struct {
	scheme string // "" is https and wss, "*" any
	host   string // "" is any
	sub    bool   // any name below host instead of host itself
	port   string // "" is the scheme's own, "*" any
	text   string
}

var defaultPorts = map[string]string{"http": "80", "ws": "80", "https": "443", "wss": "443"}

// plain are the schemes of sockets without a protocol above them: their addresses always have a port.
var plain = map[string]bool{"tcp": true, "udp": true}

func knownScheme(scheme string) bool { return defaultPorts[scheme] != "" || plain[scheme] }

// ParseRule reads an entry: "api.example.com", "*.example.com", "api.example.com:8443", "api.example.com:*",
// "http://10.0.0.5:8080", "*".
func ParseRule(text string) (Rule, error) {
	r := Rule{text: text}
	rest := strings.TrimSuffix(text, "/")
	if scheme, tail, ok := strings.Cut(rest, "://"); ok {
		if r.scheme = strings.ToLower(scheme); !knownScheme(r.scheme) {
			return r, fmt.Errorf("allow-list entry %q: the scheme must be https, wss, http, ws, tcp or udp", text)
		}
		rest = tail
	}
	host, port := rest, ""
	if i := strings.LastIndexByte(rest, ':'); i >= 0 && !strings.HasSuffix(rest, "]") {
		host, port = rest[:i], rest[i+1:]
		if n, err := strconv.Atoi(port); port != "*" && (err != nil || n < 1 || n > 65535) {
			return r, fmt.Errorf("allow-list entry %q: %q is not a port", text, port)
		}
	}
	r.port = port
	if host == "*" {
		return r, nil
	}
	host, r.sub = strings.CutPrefix(host, "*.")
	host, err := canonicalHost(host)
	if err != nil {
		return r, fmt.Errorf("allow-list entry %q: %w", text, err)
	}
	r.host = host
	return r, nil
}

// ParseHost reads an entry as ParseRule does, but one without a scheme stands for every scheme: manifests name hosts.
func ParseHost(text string) (Rule, error) {
	r, err := ParseRule(text)
	if r.scheme == "" {
		r.scheme = "*"
	}
	return r, err
}

// target is an address taken apart.
type target struct {
	scheme, host, port string
	addr               netip.Addr // if host is one
}

// parseTarget reads an address as a network provider would, and refuses what two readers might understand differently.
func parseTarget(text string) (target, error) {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c == 0x7f || c == '\\' {
			return target{}, fmt.Errorf("the address has a character that does not belong there at byte %d", i)
		}
	}
	_, authority, _ := strings.Cut(text, "://")
	if i := strings.IndexAny(authority, "/?#"); i >= 0 {
		authority = authority[:i]
	}
	u, err := url.Parse(text)
	if err != nil || strings.Contains(authority, "%") {
		return target{}, fmt.Errorf("the address cannot be parsed")
	}
	t := target{scheme: strings.ToLower(u.Scheme), port: u.Port()}
	switch {
	case !knownScheme(t.scheme):
		return t, fmt.Errorf("the address must begin with https://, http://, wss:// or ws://")
	case plain[t.scheme] && t.port == "":
		return t, fmt.Errorf("the address needs a port")
	case u.User != nil:
		return t, fmt.Errorf("the address must not hold a user name or password")
	case u.Opaque != "":
		return t, fmt.Errorf("the address needs // after its scheme")
	}
	if t.host, err = canonicalHost(u.Hostname()); err != nil {
		return t, err
	}
	if t.port == "" {
		t.port = defaultPorts[t.scheme]
	}
	t.addr, _ = netip.ParseAddr(t.host)
	return t, nil
}

// canonicalHost writes a host name in one way only: lower case, ASCII, no final dot. Names that resolvers read as
// numbers (0x7f.1, 2130706433) are refused.
func canonicalHost(host string) (string, error) {
	host = strings.TrimSuffix(strings.Trim(host, "[]"), ".")
	if host == "" {
		return "", fmt.Errorf("the address has no host")
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		if addr.Zone() != "" {
			return "", fmt.Errorf("host %q has a zone", host)
		}
		return addr.Unmap().String(), nil
	}
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return "", fmt.Errorf("host %q is not a name: %w", host, err)
	}
	ascii = strings.ToLower(ascii)
	last := ascii[strings.LastIndexByte(ascii, '.')+1:]
	if last == "" || last[0] >= '0' && last[0] <= '9' {
		return "", fmt.Errorf("host %q is neither a name nor an address", host)
	}
	return ascii, nil
}

// matches tells whether the rule allows the target.
func (r Rule) matches(t target) bool {
	switch {
	case r.scheme == "" && t.scheme != "https" && t.scheme != "wss" && !plain[t.scheme]:
		return false
	case r.scheme != "" && r.scheme != "*" && r.scheme != t.scheme && sockets[r.scheme] != t.scheme:
		return false
	case r.host == "" && r.port == "":
		return true
	case r.port == "" && t.port != defaultPorts[t.scheme], r.port != "" && r.port != "*" && r.port != t.port:
		return false
	case r.host == "":
		return true
	case r.sub:
		return strings.HasSuffix(t.host, "."+r.host)
	}
	return t.host == r.host
}

// sockets says which other scheme an entry's scheme stands for: an https entry serves sockets too.
var sockets = map[string]string{"https": "wss", "http": "ws"}

// private tells whether the target is not on the public network, as far as its name says.
func (t target) private() bool {
	if t.addr.IsValid() {
		a := t.addr
		return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() ||
			a.IsLinkLocalMulticast() || a.IsInterfaceLocalMulticast() || sharedSpace.Contains(a) || thisNetwork.Contains(a)
	}
	return t.host == "localhost" || strings.HasSuffix(t.host, ".localhost") || strings.HasSuffix(t.host, ".local") ||
		strings.HasSuffix(t.host, ".internal")
}

var (
	sharedSpace = netip.MustParsePrefix("100.64.0.0/10")
	thisNetwork = netip.MustParsePrefix("0.0.0.0/8")
)

// allowedPrivate tells whether policy lets a private target be reached. A name such as localhost counts as loopback.
func allowedPrivate(allowed []netip.Prefix, t target) bool {
	addr := t.addr
	if !addr.IsValid() && (t.host == "localhost" || strings.HasSuffix(t.host, ".localhost")) {
		addr = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	for _, p := range allowed {
		if addr.IsValid() && p.Contains(addr) {
			return true
		}
	}
	return false
}
