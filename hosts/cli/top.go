package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/hosts/admin"
	"github.com/dougong-dev/dougong/hosts/telemetry"
)

// minInterval is the shortest time between two looks: rates of less say nothing.
const minInterval = 100 * time.Millisecond

func newPluginTopCommand() *cobra.Command {
	var flags adminFlags
	var once, asJSON bool
	var interval time.Duration
	cmd := &cobra.Command{
		Use:   "top [SUPERAPP.yaml]",
		Short: "Show how the plugins of a running super-app fare, over and over",
		Long: `Top shows what each plugin has done in the last interval: calls and errors a second, the latency that half, 95 and 99 of a
hundred calls stayed below, what is under way, memory and restarts. It ends with an interrupt, or after one look with
--once.`,
		Example: "  dougong plugin top superapp.yaml\n  dougong plugin top --once --json superapp.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if interval < minInterval {
				return fmt.Errorf("--interval %s is too short; at least %s", interval, minInterval)
			}
			client, err := flags.dial(args)
			if err != nil {
				return err
			}
			t := top{client: client, out: cmd.OutOrStdout(), interval: interval, once: once, json: asJSON}
			return t.run(cmd.Context())
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&once, "once", false, "look once and end")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object a look")
	cmd.Flags().DurationVar(&interval, "interval", time.Second, "time between two looks")
	return cmd
}

// top looks at a host again and again.
type top struct {
	client     *admin.Client
	out        io.Writer
	interval   time.Duration
	once, json bool
}

// look is what top shows: the plugins, over an interval.
type look struct {
	Name       string        `json:"name"`
	PID        int           `json:"pid"`
	At         time.Time     `json:"at"`
	IntervalMS int64         `json:"interval_ms"`
	Plugins    []lookPlugin  `json:"plugins"`
	Up         time.Duration `json:"-"`
}

type lookPlugin struct {
	core.PluginStatus
	CallsPerSecond  float64 `json:"calls_per_second"`
	ErrorsPerSecond float64 `json:"errors_per_second"`
	P50             int64   `json:"p50_us"`
	P95             int64   `json:"p95_us"`
	P99             int64   `json:"p99_us"`
	Calls           uint64  `json:"calls"`  // since the host started
	Errors          uint64  `json:"errors"` // since the host started
}

func (t *top) run(ctx context.Context) error {
	before, err := t.client.Status(ctx)
	if err != nil {
		return err
	}
	tick := time.NewTicker(t.interval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		now, err := t.client.Status(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := t.show(compare(before, now)); err != nil || t.once {
			return err
		}
		before = now
	}
}

// sums are what has been counted for one plugin.
type sums struct {
	calls, errors uint64
	buckets       []uint64
}

func sum(methods []telemetry.Method) map[string]*sums {
	out := map[string]*sums{}
	for _, m := range methods {
		s := out[m.Plugin]
		if s == nil {
			s = &sums{buckets: make([]uint64, len(telemetry.Bounds())+1)}
			out[m.Plugin] = s
		}
		s.calls += m.Calls
		for _, n := range m.Errors {
			s.errors += n
		}
		for i := range min(len(m.Buckets), len(s.buckets)) {
			s.buckets[i] += m.Buckets[i]
		}
	}
	return out
}

// compare makes rates of two looks at the same host.
func compare(before, now admin.Status) look {
	seconds := max(now.At.Sub(before.At).Seconds(), 1e-3)
	was, is := sum(before.Methods), sum(now.Methods)
	if before.PID != now.PID || !before.Started.Equal(now.Started) { // it has been started again
		was, seconds = map[string]*sums{}, max(now.At.Sub(now.Started).Seconds(), 1e-3)
	}
	out := look{Name: now.Name, PID: now.PID, At: now.At, IntervalMS: int64(seconds * 1000), Plugins: []lookPlugin{}, Up: now.At.Sub(now.Started)}
	for _, p := range now.Plugins {
		x := lookPlugin{PluginStatus: p}
		if s := is[p.Plugin]; s != nil {
			x.Calls, x.Errors = s.calls, s.errors
			calls, errors, buckets := s.calls, s.errors, slices.Clone(s.buckets)
			if w := was[p.Plugin]; w != nil {
				calls, errors = calls-w.calls, errors-w.errors
				for i := range buckets {
					buckets[i] -= w.buckets[i]
				}
			}
			x.CallsPerSecond, x.ErrorsPerSecond = float64(calls)/seconds, float64(errors)/seconds
			x.P50 = telemetry.Quantile(buckets, 0.5).Microseconds()
			x.P95 = telemetry.Quantile(buckets, 0.95).Microseconds()
			x.P99 = telemetry.Quantile(buckets, 0.99).Microseconds()
		}
		out.Plugins = append(out.Plugins, x)
	}
	slices.SortStableFunc(out.Plugins, func(a, b lookPlugin) int { return cmp.Compare(b.CallsPerSecond, a.CallsPerSecond) })
	return out
}

func (t *top) show(l look) error {
	if t.json {
		return json.NewEncoder(t.out).Encode(l)
	}
	if f, ok := t.out.(*os.File); ok && !t.once {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			fmt.Fprint(t.out, "\x1b[H\x1b[2J") // home, clear
		}
	}
	fmt.Fprintf(t.out, "%s  pid %d  up %s\n", l.Name, l.PID, l.Up.Round(time.Second))
	w := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "PLUGIN\tVERSION\tSTATE\tCALLS/S\tP50\tP95\tP99\tERR/S\tNOW\tWAIT\tMEM\tINST\tRESTARTS\tIN")
	for _, p := range l.Plugins {
		fmt.Fprintf(w, "%s\t%s\t%s\t%.1f\t%s\t%s\t%s\t%.1f\t%d\t%d\t%s\t%d\t%d\t%s\n", p.Plugin, p.Version, p.State, p.CallsPerSecond,
			latency(p.P50), latency(p.P95), latency(p.P99), p.ErrorsPerSecond, p.InFlight, p.Waiting, mebibytes(p.Memory), p.Instances, p.Restarts, busyIn(p.Methods))
	}
	return w.Flush()
}

// busyIn lists the methods with calls under way, those with the most first.
func busyIn(methods []capability.Flight) string {
	methods = slices.Clone(methods)
	slices.SortStableFunc(methods, func(a, b capability.Flight) int { return cmp.Compare(b.Calls, a.Calls) })
	var out []string
	for i, m := range methods {
		if i == 3 {
			out = append(out, fmt.Sprintf("%d more", len(methods)-i))
			break
		}
		out = append(out, fmt.Sprintf("%s %d", m.Method, m.Calls))
	}
	return strings.Join(out, ", ")
}

func latency(us int64) string {
	if us == 0 {
		return "-"
	}
	return (time.Duration(us) * time.Microsecond).String()
}

func mebibytes(n uint64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
