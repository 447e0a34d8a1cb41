package permission

import "encoding/json"

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
