package pdk

// Names of the host services, as Host.Service takes them.
const (
	ServiceKVGet       = "kv.get"       // KVGet → KVValue
	ServiceKVSet       = "kv.set"       // KVSet → {}
	ServiceKVDelete    = "kv.delete"    // KVDelete → {}
	ServiceKVList      = "kv.list"      // KVList → KVKeys
	ServiceHTTPRequest = "http.request" // HTTPRequest → HTTPResponse
	ServiceUIConfirm   = "ui.confirm"   // Confirm → ConfirmAnswer
	ServiceSecretGet   = "secret.get"   // SecretGet → SecretValue
	ServiceKeyData     = "key.data"     // KeyData → KeyValue
	ServiceDomainCheck = "domain.check" // DomainCheck → {}
	ServiceKeyAnchor   = "key.anchor"   // KeyAnchor → KeyAnchored
	ServiceTimerAfter  = "timer.after"  // TimerAfter → {}
	ServiceFileRead    = "file.read"    // FileRead → FileContent
	ServiceFileWrite   = "file.write"   // FileWrite → FileWritten
	ServicePackageRead = "package.read" // PackageRead → PackageFile
	ServiceUIChoose    = "ui.choose"    // Choose → Chosen
	ServiceUIDeliver   = "ui.deliver"   // Deliver → {}
	ServiceUIRecord    = "ui.record"    // Record → Recorded
	ServiceUILanguage  = "ui.language"  // {} → Language
)

// KVGet asks for the value of a key.
type KVGet struct {
	Key string `json:"key"`
}

// KVValue answers KVGet.
type KVValue struct {
	Found bool `json:"found"`
	Value Blob `json:"value,omitempty"`
}

// KVSet stores a value under a key.
type KVSet struct {
	Key   string `json:"key"`
	Value Blob   `json:"value"`
}

// KVDelete removes a key; a key that is not there is no error.
type KVDelete struct {
	Key string `json:"key"`
}

// KVList asks for the keys that begin with Prefix and sort after After, at most Limit of them (0: the host's limit).
type KVList struct {
	Prefix string `json:"prefix,omitempty"`
	After  string `json:"after,omitempty"`
	Limit  int    `json:"limit,omitempty"`
}

// KVKeys answers KVList, in byte order.
type KVKeys struct {
	Keys []string `json:"keys"`
	// More is true if there are further keys after the last one.
	More bool `json:"more,omitempty"`
}

// HTTPRequest is a request that the host's network provider carries out for the plugin.
type HTTPRequest struct {
	Method  string              `json:"method,omitempty"` // default "GET"
	URL     string              `json:"url"`
	Headers map[string][]string `json:"headers,omitempty"`
	Body    Blob                `json:"body,omitempty"`
	// TimeoutMS bounds the request within the call's own deadline; 0: that deadline only.
	TimeoutMS int `json:"timeout_ms,omitempty"`
}

// HTTPResponse answers HTTPRequest. A status of 400 or more is no error.
type HTTPResponse struct {
	Status  int                 `json:"status"`
	Headers map[string][]string `json:"headers,omitempty"`
	Body    Blob                `json:"body,omitempty"`
}

// Header returns the first value of a header, whatever the case of its name, or "".
func (r *HTTPResponse) Header(name string) string {
	for key, values := range r.Headers {
		if len(values) > 0 && equalFold(key, name) {
			return values[0]
		}
	}
	return ""
}

// Confirm asks the user a question in a dialog that the host draws.
type Confirm struct {
	Title   string   `json:"title"`
	Content string   `json:"content"`
	Buttons []string `json:"buttons"`
}

// ConfirmAnswer is the button that the user chose, counted from 0, or -1 if the dialog was dismissed.
type ConfirmAnswer struct {
	Button int `json:"button"`
}

// Language is what the user who will read a question reads.
type Language struct {
	// Language is a tag such as "zh-CN" or "en"; "" if the host does not know.
	Language string `json:"language"`
}

// SecretGet asks for a secret that the manifest requires.
type SecretGet struct {
	Name string `json:"name"`
}

// SecretValue answers SecretGet.
type SecretValue struct {
	Value string `json:"value"`
}

// KeyData asks for the plugin's data key for the call's app and user.
type KeyData struct {
	// Size is the key's length in bytes: 16 or 32.
	Size int `json:"size"`
}

// KeyValue answers KeyData.
type KeyValue struct {
	Key Blob `json:"key"`
}

// DomainCheck asks whether the call's app may reach an address: the target of a redirect, for instance.
type DomainCheck struct {
	List string `json:"list"` // the allow-list: "request", "uploadFile", "downloadFile" or "socket"
	URL  string `json:"url"`
}

// TimerAfter asks the host to call a method of the plugin once, after a delay, on behalf of the same app and user.
type TimerAfter struct {
	DelayMS int64  `json:"delay_ms"`
	Method  string `json:"method"` // need not be one of the contract; mini-programs cannot call it then
	Data    Any    `json:"data"`   // the method's arguments
}

// KeyAnchor raises the counter of the plugin, app and user to At, if it is lower.
type KeyAnchor struct {
	At uint64 `json:"at"`
}

// KeyAnchored answers KeyAnchor with the counter as it was before.
type KeyAnchored struct {
	Was uint64 `json:"was"`
}
