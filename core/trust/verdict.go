package trust

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/envelope"
)

// Code names a reason for programs. Codes are stable.
type Code string

// The codes, in the order of the checks.
const (
	CodeRoot        Code = "root"        // the chain of roots from the one that is pinned
	CodeRevocations Code = "revocations" // certificates and revocation lists can be read
	CodeHead        Code = "head"        // the log head is signed by all of the log's keys
	CodeWitness     Code = "witness"     // enough witnesses co-signed the head
	CodeFork        Code = "fork"        // the head extends the one that the host knows
	CodeRelease     Code = "release"     // one vendor's statement is there and can be read
	CodeArtifact    Code = "artifact"    // the bytes are those of the release, for this platform
	CodeLogged      Code = "logged"      // a statement is in the log
	CodeSigner      Code = "signer"      // a signature: whose, and whether the holder may say this
	CodeThreshold   Code = "threshold"   // enough holders said what is required
	CodeApproval    Code = "approval"    // a review or sign-off is of this release and passes it
	CodeTakedown    Code = "takedown"    // no takedown list forbids it
	CodeFloor       Code = "floor"       // it is not older than what is allowed
	CodeMetadata    Code = "metadata"    // the repository offers it now
	CodeState       Code = "state"       // the host could read and write what it remembers
	CodeUnsigned    Code = "unsigned"    // there is no evidence at all
	CodeDev         Code = "dev"         // a source folder, trusted because its author runs it
)

// Reason is one thing that was looked at.
type Reason struct {
	Code Code   `json:"code"`
	OK   bool   `json:"ok"`
	Text string `json:"text"`
	err  error
}

// Levels of trust.
const (
	Verified = "verified" // everything that is required was shown
	Dev      = "dev"      // a source folder on the developer's machine
	Refused  = "refused"
)

// Verdict is the answer of Verify.
type Verdict struct {
	Trust    string             `json:"trust"`
	Artifact Artifact           `json:"artifact"`
	Release  *envelope.Release  `json:"release,omitempty"`
	Signers  []Signed           `json:"signers,omitempty"`
	LoggedAt time.Time          `json:"loggedAt,omitzero"` // of the vendor's statement
	LogIndex int64              `json:"logIndex"`
	Reasons  []Reason           `json:"reasons"`
	Takedown *envelope.Takedown `json:"-"` // the newest list that was verified
}

// Signed is a signature that counts.
type Signed struct {
	Predicate string      `json:"predicate"`
	KeyID     string      `json:"keyid"`
	Algorithm string      `json:"algorithm"`
	Serial    string      `json:"serial"` // of the certificate
	Holder    cert.Holder `json:"holder"`
	Issuer    string      `json:"issuer"` // name of the authority that issued it
}

// ErrRefused is wrapped by the error of every verdict that is not good.
var ErrRefused = errors.New("not trusted")

func (v *Verdict) good(code Code, format string, args ...any) {
	v.Reasons = append(v.Reasons, Reason{Code: code, OK: true, Text: fmt.Sprintf(format, args...)})
}

// bad notes what is wrong; the verdict is then Refused.
func (v *Verdict) bad(code Code, err error) {
	v.Trust = Refused
	v.Reasons = append(v.Reasons, Reason{Code: code, Text: err.Error(), err: err})
}

// OK tells whether the artifact may be used.
func (v *Verdict) OK() bool { return v.Trust == Verified || v.Trust == Dev }

// Refuses tells whether a reason with this code is why the artifact may not be used.
func (v *Verdict) Refuses(code Code) bool {
	for _, r := range v.Reasons {
		if r.Code == code && !r.OK {
			return true
		}
	}
	return false
}

// Err is nil if the artifact may be used; otherwise it says every reason why not.
func (v *Verdict) Err() error {
	if v.OK() {
		return nil
	}
	causes := []error{fmt.Errorf("%s is %w", v.Artifact, ErrRefused)}
	for _, r := range v.Reasons {
		if !r.OK {
			causes = append(causes, fmt.Errorf("%s: %w", r.Code, r.cause()))
		}
	}
	return errors.Join(causes...)
}

func (r Reason) cause() error {
	if r.err != nil {
		return r.err
	}
	return errors.New(r.Text) // of a verdict that was read from JSON
}

// String is the verdict for people, one line a reason.
func (v *Verdict) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", v.Artifact, v.Trust)
	for _, r := range v.Reasons {
		mark := "ok  "
		if !r.OK {
			mark = "FAIL"
		}
		fmt.Fprintf(&b, "  %s %-11s %s\n", mark, r.Code, strings.ReplaceAll(r.Text, "\n", "; "))
	}
	return b.String()
}

// DevVerdict is that of a source folder: its author runs it. A bundle never gets one.
func DevVerdict(id, folder string) *Verdict {
	v := &Verdict{Trust: Dev, Artifact: Artifact{ID: id}}
	v.good(CodeDev, "the source folder %s runs with the trust of its author", folder)
	return v
}

// Unsigned is the verdict of an artifact without evidence.
func Unsigned(a Artifact) *Verdict {
	v := &Verdict{Artifact: a}
	v.bad(CodeUnsigned, errors.New("there is no evidence beside it; sign it by `dougong sign`, or get it with its evidence from a registry"))
	return v
}

// JSON is the verdict for programs.
func (v *Verdict) JSON() []byte {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // strings, numbers and times always marshal
	}
	return append(data, '\n')
}
