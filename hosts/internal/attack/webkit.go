package attack

import "slices"

// inWebKit is what WebKit says of attacks whose end it calls otherwise than Chromium does.
var inWebKit = map[string]string{}

// InWebKit are attacks with what WebKit says of those that got nowhere.
func InWebKit(tried []Attack) []Attack {
	out := slices.Clone(tried)
	for i, a := range out {
		if want, ok := inWebKit[a.Name]; ok {
			out[i].Want = want
		}
	}
	return out
}
