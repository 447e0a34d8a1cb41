package evidence

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/pdk/contracts"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var signKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
var public = signKey.Public().(ed25519.PublicKey)

func options(t testing.TB, dir string) Options {
	t.Helper()
	suite, err := gm.New(gm.Policy{Provider: gm.Emmansun})
	if err != nil {
		t.Fatal(err)
	}
	return Options{Dir: filepath.Join(dir, "spool"), HeadDir: filepath.Join(dir, "heads"), Log: "host-1", Suite: suite,
		MACKey: bytes.Repeat([]byte{9}, 32), SignKey: signKey, Settle: time.Hour, Logger: slog.New(slog.DiscardHandler)}
}

func open(t testing.TB, o Options) *Recorder {
	t.Helper()
	r, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

type provider struct{}

func (provider) ID() string { return "p" }
func (provider) Call(_ context.Context, c *capability.Call) (pdk.Payload, error) {
	if strings.Contains(string(c.Payload.JSON), "fail") {
		return pdk.Payload{}, pdk.Errorf(70004, "declined", "card 4111 is declined")
	}
	return pdk.Payload{JSON: []byte(`{"transactionId":"t-1"}`)}, nil
}

// chain dispatches payments and is recorded by r.
func chain(t testing.TB, r *Recorder) func(context.Context, *capability.Call) (pdk.Payload, error) {
	t.Helper()
	list, err := contract.Load(contracts.Files)
	if err != nil {
		t.Fatal(err)
	}
	c, err := capability.NewCatalogue(list, []capability.Offer{{Provider: provider{}, Capabilities: []string{"dougong.payment/v1"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return capability.Chain(capability.Provide(capability.NewTasks(c, nil)), c.Find, r.Step, capability.Check).Answer
}

func pay(n int) *capability.Call {
	return &capability.Call{Info: pdk.Info{Capability: "dougong.payment/v1", Method: "requestPayment", App: "shop", User: "ann", Trace: fmt.Sprintf("%032x", n)},
		Payload: pdk.Payload{JSON: []byte(fmt.Sprintf(`{"timeStamp":"1","nonceStr":"n%d","package":"p","paySign":"s3cret"}`, n))}}
}

func fill(t testing.TB, r *Recorder, from, to int) {
	t.Helper()
	run := chain(t, r)
	for n := from; n < to; n++ {
		if _, err := run(context.Background(), pay(n)); err != nil {
			t.Fatal(err)
		}
	}
}

func collect(t testing.TB, seq iter.Seq2[[]byte, error]) (out [][]byte) {
	t.Helper()
	for r, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func sequence(records [][]byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func verify(t testing.TB, records [][]byte, heads []SignedHead) *Report {
	t.Helper()
	rep, err := Verify(sequence(records), heads, public)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func TestRecordHoldsNothingSensitive(t *testing.T) {
	t.Parallel()
	r := open(t, options(t, t.TempDir()))
	run := chain(t, r)
	_, _ = run(t.Context(), pay(1))
	bad := pay(2)
	bad.Payload.JSON = []byte(`{"timeStamp":1,"paySign":"s3cret","note":"s3cret too"}`) // refused: everything counts as sensitive
	_, _ = run(t.Context(), bad)
	failing := pay(3)
	failing.Payload.JSON = []byte(`{"timeStamp":"1","nonceStr":"fail","package":"p","paySign":"s3cret"}`)
	_, _ = run(t.Context(), failing)
	records := collect(t, r.Records())
	if len(records) != 3 {
		t.Fatalf("%d records", len(records))
	}
	for i, text := range records {
		if strings.Contains(string(text), "s3cret") || strings.Contains(string(text), "4111") {
			t.Errorf("record %d holds a secret: %s", i+1, text)
		}
	}
	x, err := Decode(records[0])
	if err != nil {
		t.Fatal(err)
	}
	if x.App != "shop" || x.User != "ann" || x.Method != "requestPayment" || x.Plugin != "p" || x.Error != nil ||
		string(x.Result.JSON) != `{"transactionId":"t-1"}` || !strings.Contains(string(x.Params.JSON), `"nonceStr":"n1","package":"p","paySign":{"$hmac":"`) {
		t.Errorf("record 1: %s", records[0])
	}
	if x, _ := Decode(records[1]); x.Error == nil || x.Error.Code != pdk.CodeInvalidParams || x.Params.JSON != nil || x.Params.Digest == nil {
		t.Errorf("record 2: %s", records[1])
	}
	if x, _ := Decode(records[2]); x.Error == nil || x.Error.Code != 70004 || x.Error.Name != "declined" {
		t.Errorf("record 3: %s", records[2])
	}
}

func TestContinuesAcrossRestarts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 4 {
		r, err := Open(options(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		fill(t, r, 5*i, 5*i+5)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	r := open(t, options(t, dir))
	heads, err := r.Heads()
	if err != nil {
		t.Fatal(err)
	}
	rep := verify(t, collect(t, r.Records()), heads)
	if !rep.OK() || rep.Records != 20 || rep.Headed != 20 || rep.Heads != 4 {
		t.Errorf("report: %+v", rep)
	}
}

func TestTornTailIsCutOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := options(t, dir)
	r := open(t, o)
	fill(t, r, 0, 3)
	files, _ := filepath.Glob(filepath.Join(o.Dir, "*"))
	// A crash: the recorder is not closed, the last write is half there.
	f, err := os.OpenFile(files[0], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.Write([]byte{0, 0, 1, 0, '{'})
	f.Close()
	again := open(t, o)
	fill(t, again, 3, 5)
	if rep := verify(t, collect(t, again.Records()), nil); !rep.OK() || rep.Records != 5 {
		t.Errorf("report: %+v", rep)
	}
}

func TestRequiredRefusesWhenFull(t *testing.T) {
	t.Parallel()
	o := options(t, t.TempDir())
	o.Required, o.SpoolBytes = true, 2*MaxRecord
	r := open(t, o)
	run := chain(t, r)
	var refused error
	n := 0
	for ; refused == nil && n < 10000; n++ {
		_, refused = run(t.Context(), pay(n))
	}
	if pdk.Code(refused) != pdk.CodeTrace || !strings.Contains(refused.Error(), "spool of 0 MB is full") {
		t.Fatalf("after %d calls: %v", n, refused)
	}
	if got := len(collect(t, r.Records())); got != n-1 {
		t.Errorf("%d records of %d answered calls", got, n-1)
	}
}

func TestBestEffortCountsLosses(t *testing.T) {
	t.Parallel()
	o := options(t, t.TempDir())
	o.SpoolBytes = 2 * MaxRecord
	store := &memory{refuse: true}
	o.Ship = store
	r := open(t, o)
	fill(t, r, 0, 1000)
	lost := r.Status().Lost
	if lost == 0 || r.Status().Bytes > o.SpoolBytes {
		t.Fatalf("status: %+v", r.Status())
	}
	// Room again: the next record tells how many are missing.
	r.mu.Lock()
	r.spool.limit *= 4
	r.mu.Unlock()
	fill(t, r, 1000, 1001)
	rep := verify(t, collect(t, r.Records()), nil)
	if !rep.OK() || rep.Lost != lost || rep.Records+rep.Lost != 1001 {
		t.Errorf("lost %d, report: %+v", lost, rep)
	}
}

func TestDiskFailure(t *testing.T) {
	t.Parallel()
	o := options(t, t.TempDir())
	o.Required = true
	r := open(t, o)
	fill(t, r, 0, 2)
	r.mu.Lock()
	r.spool.current.Close()
	r.mu.Unlock()
	run := chain(t, r)
	if _, err := run(t.Context(), pay(3)); pdk.Code(err) != pdk.CodeTrace || !strings.Contains(err.Error(), "was carried out, but its record could not be written") {
		t.Errorf("the call that met the failure: %v", err)
	}
	if _, err := run(t.Context(), pay(4)); pdk.Code(err) != pdk.CodeTrace || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("the call after it: %v", err)
	}
}

// memory is a trace provider that keeps its contract.
type memory struct {
	mu      sync.Mutex
	records [][]byte
	heads   []SignedHead
	refuse  bool
	grown   chan struct{}
}

func (m *memory) Next(context.Context) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse {
		return 0, errors.New("down")
	}
	return uint64(len(m.records)) + 1, nil
}
func (m *memory) Append(_ context.Context, first uint64, records [][]byte) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if first != uint64(len(m.records))+1 {
		return 0, errors.New("gap")
	}
	m.records = append(m.records, records...)
	return uint64(len(m.records)) + 1, nil
}
func (m *memory) Head(_ context.Context, h SignedHead) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heads = append(m.heads, h)
	if m.grown != nil {
		m.grown <- struct{}{}
	}
	return nil
}

func TestShipping(t *testing.T) {
	t.Parallel()
	o := options(t, t.TempDir())
	store := &memory{grown: make(chan struct{}, 1000)}
	o.Ship, o.HeadEvery, o.SpoolBytes = store, 100, 4*MaxRecord
	r := open(t, o)
	r.spool.segment = 8 << 10 // many small files
	fill(t, r, 0, 1000)
	if err := r.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	store.mu.Lock()
	defer store.mu.Unlock()
	rep := verify(t, store.records, store.heads)
	if !rep.OK() || rep.Records != 1000 || rep.Headed != 1000 {
		t.Errorf("report: %+v", rep)
	}
	if r.Status().Bytes > 100<<10 {
		t.Errorf("the spool still holds %d bytes", r.Status().Bytes)
	}
}

func TestSettlesAndShipsByItself(t *testing.T) {
	t.Parallel()
	o := options(t, t.TempDir())
	store := &memory{grown: make(chan struct{}, 10)}
	o.Ship, o.Settle = store, time.Millisecond
	r := open(t, o)
	fill(t, r, 0, 3)
	<-store.grown // a head was copied without anybody asking
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if len(store.records) == 0 {
		t.Error("no record was shipped before the head")
	}
}

// tampered is a way to falsify a log of n records with a head every 16.
func TestTamperingIsFound(t *testing.T) {
	t.Parallel()
	o := options(t, t.TempDir())
	o.HeadEvery = 16
	r := open(t, o)
	fill(t, r, 0, 100)
	if err := r.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	good := collect(t, r.Records())
	heads, err := r.Heads()
	if err != nil {
		t.Fatal(err)
	}
	if rep := verify(t, good, heads); !rep.OK() || rep.Records != 100 || rep.Headed != 100 {
		t.Fatalf("the untouched log: %+v", rep)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		log := slices.Clone(good)
		i, j := random.IntN(100), random.IntN(100)
		var what string
		var kinds []Kind
		switch round % 7 {
		case 0:
			what, kinds = fmt.Sprintf("flip a bit of record %d", i+1), []Kind{Changed, BadRecord}
			log[i] = bytes.Clone(log[i])
			log[i][random.IntN(len(log[i]))] ^= 1 << random.IntN(8)
		case 1:
			what, kinds = fmt.Sprintf("rewrite record %d", i+1), []Kind{Changed}
			log[i] = bytes.Replace(log[i], []byte(`"user":"ann"`), []byte(`"user":"bob"`), 1)
		case 2:
			what, kinds = fmt.Sprintf("drop record %d", i+1), []Kind{Dropped, CutOff}
			log = slices.Delete(log, i, i+1)
		case 3:
			if i == j {
				continue
			}
			what, kinds = fmt.Sprintf("swap records %d and %d", i+1, j+1), []Kind{Reordered}
			log[i], log[j] = log[j], log[i]
		case 4:
			what, kinds = fmt.Sprintf("cut off behind record %d", i), []Kind{CutOff}
			log = log[:i]
		case 5:
			what, kinds = fmt.Sprintf("repeat record %d", i+1), []Kind{Reordered}
			log = slices.Insert(log, j, log[i])
			if j == i || j == i+1 {
				kinds = []Kind{Reordered}
			}
		case 6:
			// Whoever holds the MAC key but not the signing key writes the rest of the log anew.
			what, kinds = fmt.Sprintf("forge everything from record %d on", i+1), []Kind{Changed, CutOff}
			log = forge(t, o, log, i)
		}
		rep := verify(t, log, heads)
		if !slices.ContainsFunc(rep.Problems, func(p Problem) bool { return slices.Contains(kinds, p.Kind) }) {
			t.Errorf("%s: not found; report %+v", what, rep)
		}
	}
}

// forge rewrites record i and rechains all behind it.
func forge(t *testing.T, o Options, log [][]byte, i int) [][]byte {
	t.Helper()
	x, err := Decode(log[i])
	if err != nil {
		t.Fatal(err)
	}
	x.User = "mallory"
	for ; ; i++ {
		text, err := encode(x)
		if err != nil {
			t.Fatal(err)
		}
		log[i] = text
		if i+1 == len(log) {
			return log
		}
		d, _ := o.Suite.Sum(text)
		if x, err = Decode(log[i+1]); err != nil {
			t.Fatal(err)
		}
		x.Prev = Digest(d)
	}
}

func TestHeads(t *testing.T) {
	t.Parallel()
	o := options(t, t.TempDir())
	r := open(t, o)
	fill(t, r, 0, 10)
	if err := r.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	records := collect(t, r.Records())
	heads, _ := r.Heads()
	forged := heads[0]
	forged.Head.Number = 5
	text := bytes.Replace(heads[0].text, []byte(`"n":10`), []byte(`"n":5`), 1)
	forged.text = text
	if rep := verify(t, records, []SignedHead{forged}); rep.OK() || rep.Problems[0].Kind != BadHead {
		t.Errorf("a forged head: %+v", rep)
	}
	other := ed25519.NewKeyFromSeed(make([]byte, 32))
	if rep, err := Verify(sequence(records), heads, other.Public().(ed25519.PublicKey)); err != nil || rep.OK() {
		t.Errorf("another key: %+v, %v", rep, err)
	}
	// Older records archived away: a head vouches for them, or not.
	mid, err := signHead(signKey, Head{Log: "host-1", Number: 4, Digest: digestOf(t, o, records[3]), Time: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if rep := verify(t, records[4:], append(heads, mid)); !rep.OK() || rep.First != 5 {
		t.Errorf("archived with a head: %+v", rep)
	}
	if rep := verify(t, records[4:], heads); rep.OK() || rep.Problems[0].Kind != Dropped {
		t.Errorf("archived without a head: %+v", rep)
	}
}

func digestOf(t *testing.T, o Options, text []byte) Digest {
	d, err := o.Suite.Sum(text)
	if err != nil {
		t.Fatal(err)
	}
	return Digest(d)
}

func TestCutOffSpoolDoesNotOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := options(t, dir)
	r := open(t, o)
	fill(t, r, 0, 10)
	records := collect(t, r.Records())
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(o.Dir, "*"))
	var short []byte
	for _, x := range records[:5] {
		short = appendFrame(short, x)
	}
	if err := os.WriteFile(files[0], short, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(o); err == nil || !strings.Contains(err.Error(), "the trace was cut off") {
		t.Errorf("got %v", err)
	}
}

func TestConcurrentCalls(t *testing.T) {
	t.Parallel()
	o := options(t, t.TempDir())
	o.Ship, o.HeadEvery, o.Settle = &memory{}, 7, time.Millisecond
	r := open(t, o)
	run := chain(t, r)
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 50 {
				if _, err := run(context.Background(), pay(g*100+i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := r.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	heads, _ := r.Heads()
	m := o.Ship.(*memory)
	m.mu.Lock()
	defer m.mu.Unlock()
	if rep := verify(t, m.records, heads); !rep.OK() || rep.Records != 400 {
		t.Errorf("report: %+v", rep)
	}
}

func FuzzRecords(f *testing.F) {
	var seed []byte
	for n := range uint64(2) {
		text, err := encode(&Record{Version: 1, Log: "l", Number: n + 1, Time: time.Unix(1e9, 5).UTC(), App: "a", User: "u", Capability: "c", Method: "m",
			Params: &Content{JSON: []byte(`{"k":{"$hmac":"00"}}`), Size: 9, Blobs: []Blob{{Size: 1}}}, Error: &Failure{Code: 5}})
		if err != nil {
			f.Fatal(err)
		}
		seed = appendFrame(seed, text)
	}
	f.Add(seed)
	f.Add([]byte{0, 0, 0, 1, '{'})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		for record, err := range Frames(bytes.NewReader(data)) {
			if err != nil {
				break
			}
			x, err := Decode(record)
			if err != nil {
				continue
			}
			if again, err := encode(x); err != nil || !bytes.Equal(again, record) {
				t.Errorf("%q is read and written back as %q", record, again)
			}
		}
		_, _ = Verify(Frames(bytes.NewReader(data)), nil, public)
		_, _ = ReadHeads(bytes.NewReader(data))
	})
}

func BenchmarkRecord(b *testing.B) {
	r := open(b, options(b, b.TempDir()))
	r.spool.limit = 1 << 40
	run := chain(b, r)
	call := pay(1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := run(context.Background(), call); err != nil {
			b.Fatal(err)
		}
	}
}
