package permission

import (
	"encoding/json"
	"math"
	"net"
	"strconv"

	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// stringField finds a string at the top of a JSON object. It reads as encoding/json does, exact case only; a payload in
// which another reader might see another value (repeated or case-varied keys) is refused by the check that follows.
func stringField(data []byte, name string) (string, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil {
		return "", false
	}
	var s string
	raw, ok := fields[name]
	if !ok || json.Unmarshal(raw, &s) != nil {
		return "", false
	}
	return s, true
}

// addressIn is the address among a call's arguments: a field, or "list://host:port" of two. Who names a host that is none, such
// as "a.example/x", gets an address that is refused.
func addressIn(data []byte, d *contract.Domain) (string, bool) {
	text, ok := stringField(data, d.Param)
	if !ok || d.Port == "" {
		return text, ok
	}
	var fields map[string]json.RawMessage
	var port float64
	if json.Unmarshal(data, &fields) != nil || json.Unmarshal(fields[d.Port], &port) != nil {
		return "", false
	}
	if port != math.Trunc(port) || port < 1 || port > math.MaxUint16 {
		return d.List + "://" + net.JoinHostPort(text, ""), true // refused: it has no port
	}
	return d.List + "://" + net.JoinHostPort(text, strconv.Itoa(int(port))), true
}
