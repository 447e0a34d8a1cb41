package authority

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/trust/cert"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
)

// Issuer is one of a house's issuing authorities. They are numbered in the order in which the root made them; the first is that of
// the founding ceremony.
type Issuer struct {
	Number      int
	Certificate *cert.Certificate
	Retired     bool             // it issues nothing any more, and signs its revocation list
	Revoked     *cert.Revocation // by the root: it signs nothing any more
}

// ErrNoIssuer says that all of a house's issuing authorities are retired, revoked or have run out.
var ErrNoIssuer = errors.New("no issuing authority is left; make the next one by `dougong trust issuer rotate`")

// IssuersDir is the folder of all issuing authorities but the first, whose files are where they were when there was one only.
const IssuersDir = "issuers"

// retiredFile lists the numbers of those that are retired.
const retiredFile = IssuersDir + "/retired.json"

// maxIssuers bounds how many issuing authorities a house has ever had: one a year outlives two roots.
const maxIssuers = 64

func issuerLabel(number int) string {
	if number == 1 {
		return issuingCA
	}
	return issuingCA + "-" + strconv.Itoa(number)
}

func issuerName(number int) string {
	if number == 1 {
		return issuerFile
	}
	return IssuersDir + "/" + strconv.Itoa(number) + ".pem"
}

// ListName is the file of an issuing authority's revocation list.
func ListName(number int) string {
	if number == 1 {
		return ListFile
	}
	return IssuersDir + "/" + strconv.Itoa(number) + ".crl"
}

// LastListName is the file of the last revocation list of an issuing authority that is revoked.
func LastListName(number int) string {
	return IssuersDir + "/" + strconv.Itoa(number) + ".final.crl"
}

// Issuers are all of a house's issuing authorities, by number. What others have changed in the folder meanwhile is seen.
func (a *Authority) Issuers() ([]*Issuer, error) {
	numbers, err := a.issuerNumbers()
	if err != nil {
		return nil, err
	}
	retired, err := a.retired()
	if err != nil {
		return nil, err
	}
	root, err := a.readList(RootListFile)
	if err != nil {
		return nil, err
	}
	var out []*Issuer
	for _, n := range numbers {
		c, err := a.readCertificate(issuerName(n))
		if err != nil {
			return nil, err
		}
		i := &Issuer{Number: n, Certificate: c, Retired: slices.Contains(retired, n)}
		if r, ok := root.Revoked[c.Serial]; ok {
			i.Revoked = &r
		}
		out = append(out, i)
	}
	return out, nil
}

// issuerNumbers are those whose certificate is in the folder.
func (a *Authority) issuerNumbers() ([]int, error) {
	out := []int{1}
	entries, err := os.ReadDir(filepath.Join(a.dir, IssuersDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("authority: %w", err)
	}
	for _, e := range entries {
		text, ok := strings.CutSuffix(e.Name(), ".pem")
		if n, err := strconv.Atoi(text); ok && err == nil && n > 1 && strconv.Itoa(n) == text {
			out = append(out, n)
		}
	}
	if len(out) > maxIssuers {
		return nil, fmt.Errorf("authority: %s holds %d certificates, the limit is %d", IssuersDir, len(out)-1, maxIssuers-1)
	}
	slices.Sort(out)
	return out, nil
}

func (a *Authority) retired() (numbers []int, err error) {
	err = a.readJSON(retiredFile, 64<<10, &numbers)
	return numbers, err
}

// readJSON reads a file of the authority's folder strictly, of at most limit bytes; one that is not there leaves into as it is.
func (a *Authority) readJSON(name string, limit int, into any) error {
	data, err := os.ReadFile(filepath.Join(a.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = strict.Decode(data, limit, into)
	}
	if err != nil {
		return fmt.Errorf("authority: %s: %w", name, err)
	}
	return nil
}

func (a *Authority) keepRetired(numbers []int) error {
	data, err := json.Marshal(numbers)
	if err != nil {
		return err
	}
	return a.write(retiredFile, append(data, '\n'))
}

// Issuing is the authority that issues now: the newest that is neither retired nor revoked, has begun and still runs.
func (a *Authority) Issuing() (*Issuer, error) { return a.issuingBut(0) }

// issuingBut is Issuing, had one of them retired.
func (a *Authority) issuingBut(retired int) (*Issuer, error) {
	all, err := a.Issuers()
	if err != nil {
		return nil, err
	}
	now, next := a.now(), (*Issuer)(nil)
	for _, i := range slices.Backward(all) {
		switch {
		case i.Retired || i.Revoked != nil || i.Number == retired || !now.Before(i.Certificate.NotAfter):
		case !now.Before(i.Certificate.NotBefore):
			return i, nil
		case next == nil || i.Certificate.NotBefore.Before(next.Certificate.NotBefore):
			next = i
		}
	}
	if next != nil {
		return nil, notBegun{next}
	}
	return nil, ErrNoIssuer
}

// notBegun is ErrNoIssuer while the next one has not begun.
type notBegun struct{ next *Issuer }

func (e notBegun) Error() string {
	return fmt.Sprintf("issuing authority %d issues from %s on, and no other is there until then; do this again after that",
		e.next.Number, e.next.Certificate.NotBefore.UTC().Format(time.RFC3339))
}

// Is has errors.Is find ErrNoIssuer.
func (e notBegun) Is(target error) bool { return target == ErrNoIssuer }

// issuer gives the one of a number.
func (a *Authority) issuer(number int) (*Issuer, error) {
	all, err := a.Issuers()
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		if i.Number == number {
			return i, nil
		}
	}
	return nil, fmt.Errorf("there is no issuing authority %d; expected 1 to %d", number, all[len(all)-1].Number)
}

// List is the newest revocation list of the authority that issues now.
func (a *Authority) List() (*cert.List, error) {
	i, err := a.Issuing()
	if err != nil {
		return nil, err
	}
	return a.ListOf(i)
}

// ListOf is an issuing authority's newest revocation list; if it is revoked, the last one, which the root's list names.
func (a *Authority) ListOf(i *Issuer) (*cert.List, error) {
	if i.Revoked != nil && i.Revoked.Final != nil {
		last, err := a.readList(LastListName(i.Number))
		if err == nil && !i.Revoked.Final.Is(last) {
			err = fmt.Errorf("authority: %s is not the list that the root's list names as the last one of issuing authority %d", LastListName(i.Number), i.Number)
		}
		return last, err
	}
	return a.readList(ListName(i.Number))
}

// Lists are the revocation lists of all issuing authorities and of the root.
func (a *Authority) Lists() ([]*cert.List, error) {
	all, err := a.Issuers()
	if err != nil {
		return nil, err
	}
	var out []*cert.List
	for _, i := range all {
		l, err := a.ListOf(i)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	root, err := a.readList(RootListFile)
	return append(out, root), err
}

func (a *Authority) readList(name string) (*cert.List, error) {
	data, err := a.read(name)
	if err != nil {
		return nil, err
	}
	l, err := cert.ParseListPEM(data)
	if err != nil {
		return nil, fmt.Errorf("authority: %s: %w", name, err)
	}
	return l, nil
}

func (a *Authority) readCertificate(name string) (*cert.Certificate, error) {
	data, err := a.read(name)
	if err != nil {
		return nil, fmt.Errorf("%w; make a house by `dougong trust init`", err)
	}
	list, err := cert.ParsePEM(data)
	if err != nil {
		return nil, fmt.Errorf("authority: %s: %w", name, err)
	}
	return list[0], nil
}
