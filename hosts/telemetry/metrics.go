package telemetry

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/plugin"
)

// Kernel is what the numbers about plugins come from.
type Kernel interface {
	Status() []core.PluginStatus
	Dropped() uint64
}

// collector turns Stats and the state of a kernel into Prometheus' metrics at each scrape.
type collector struct {
	stats  *Stats
	kernel Kernel
}

var _ prometheus.Collector = collector{}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("dougong_"+name, help, labels, nil)
}

var (
	descCalls    = desc("calls_total", "Capability calls.", "plugin", "capability", "method")
	descErrors   = desc("call_errors_total", "Capability calls that failed, by error code.", "plugin", "capability", "method", "code")
	descDuration = desc("call_duration_seconds", "How long capability calls took.", "plugin", "capability", "method")
	descFlight   = desc("plugin_in_flight", "Calls that are under way in a plugin.", "plugin")
	descMethod   = desc("calls_in_flight", "Calls that are under way in a plugin, by method.", "plugin", "capability", "method")
	descWaiting  = desc("plugin_waiting", "Calls that wait for a plugin to be free.", "plugin")
	descRestarts = desc("plugin_restarts_total", "Restarts of a plugin since the host started.", "plugin")
	descState    = desc("plugin_state", "1 for the state that a plugin is in; broken is an open circuit.", "plugin", "version", "kind", "state")
	descMemory   = desc("plugin_memory_bytes", "Memory of a plugin: of its process, or of its WebAssembly instances.", "plugin")
	descInst     = desc("plugin_instances", "Instances of a plugin.", "plugin")
	descDropped  = desc("outcomes_dropped_total", "Calls that were not counted because the observers were too slow.")
)

// Describe implements prometheus.Collector.
func (collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descCalls, descErrors, descDuration, descFlight, descMethod, descWaiting, descRestarts, descState, descMemory, descInst, descDropped} {
		out <- d
	}
}

// flightsOf counts the calls under way by plugin, capability and method.
func flightsOf(status []core.PluginStatus) map[[3]string]int {
	out := map[[3]string]int{}
	for _, p := range status {
		for _, f := range p.Methods {
			out[[3]string{p.Plugin, f.Capability, f.Method}] += f.Calls
		}
	}
	return out
}

// Collect implements prometheus.Collector.
func (c collector) Collect(out chan<- prometheus.Metric) {
	status := c.kernel.Status()
	flights := flightsOf(status)
	for _, m := range c.stats.Methods() {
		flights[[3]string{m.Plugin, m.Capability, m.Method}] += 0 // a method that was called once is there for good
		labels := []string{m.Plugin, m.Capability, m.Method}
		out <- prometheus.MustNewConstMetric(descCalls, prometheus.CounterValue, float64(m.Calls), labels...)
		for code, n := range m.Errors {
			out <- prometheus.MustNewConstMetric(descErrors, prometheus.CounterValue, float64(n), append(labels[:3:3], strconv.Itoa(code))...)
		}
		buckets, below := map[float64]uint64{}, uint64(0)
		for i, b := range bounds {
			below += m.Buckets[i]
			buckets[b.Seconds()] = below
		}
		out <- prometheus.MustNewConstHistogram(descDuration, m.Calls, m.Total.Seconds(), buckets, labels...)
	}
	for labels, n := range flights {
		out <- prometheus.MustNewConstMetric(descMethod, prometheus.GaugeValue, float64(n), labels[:]...)
	}
	for _, p := range status {
		gauge := func(d *prometheus.Desc, v float64) {
			out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, p.Plugin)
		}
		gauge(descFlight, float64(p.InFlight))
		gauge(descWaiting, float64(p.Waiting))
		gauge(descMemory, float64(p.Memory))
		gauge(descInst, float64(p.Instances))
		out <- prometheus.MustNewConstMetric(descRestarts, prometheus.CounterValue, float64(p.Restarts), p.Plugin)
		for _, s := range []plugin.Status{plugin.Starting, plugin.Running, plugin.Restarting, plugin.Broken, plugin.Stopped} {
			v := 0.0
			if s == p.State {
				v = 1
			}
			out <- prometheus.MustNewConstMetric(descState, prometheus.GaugeValue, v, p.Plugin, p.Version, p.Kind, string(s))
		}
	}
	out <- prometheus.MustNewConstMetric(descDropped, prometheus.CounterValue, float64(c.kernel.Dropped()))
}
