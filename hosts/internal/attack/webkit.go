package attack

import (
	"fmt"
	"slices"
	"strings"
)

// inWebKit is what WebKit says of attacks whose end it calls otherwise than Chromium does: what it does not have is undefined, and
// what a policy refuses is refused at once.
var inWebKit = map[string]string{
	"session socket": "SecurityError", "event source": "SecurityError", "socket": "SecurityError", "worker's socket": "refused",
	"camera": "NotAllowedError", "microphone": "NotAllowedError", "native clipboard": "TypeError",
	"file system": "TypeError: undefined is not", "credentials": "TypeError: undefined is not", "identity": "TypeError: undefined is not",
	"keys": "TypeError: undefined is not", "payment": "ReferenceError", "protocol": "TypeError: navigator.registerProtocolHandler is not",
	"later fetch": "refused", "sensors": "refused", "presentation": "refused",
}

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

// StopsInWebKit are Stops without those within the app: WebKit has begun them and goes on, so the page is gone, and the container
// says so.
func StopsInWebKit() []string {
	return slices.DeleteFunc(Stops(), func(said string) bool {
		i := slices.IndexFunc(stops, func(s string) bool { return strings.Contains(s, "base") })
		return said == fmt.Sprintf("stays %d", len(departures)+i+1)
	})
}
