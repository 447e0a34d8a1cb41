package process

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/internal/benchline"
	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// serverEnv makes the test binary a bare gRPC server on that socket.
const serverEnv = "DOUGONG_TEST_SERVER"

type bareServer struct {
	pluginv1.UnimplementedPluginServiceServer
}

// Call echoes.
func (bareServer) Call(_ context.Context, in *pluginv1.CallRequest) (*pluginv1.CallResponse, error) {
	return &pluginv1.CallResponse{Payload: in.GetPayload()}, nil
}

func runServer(socket string) error {
	ln, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	s := grpc.NewServer()
	pluginv1.RegisterPluginServiceServer(s, bareServer{})
	fmt.Println("ready")
	return s.Serve(ln)
}

// BenchmarkCall measures a call of 100 bytes over gRPC against a bare grpc-go unary call of the same message, to another process
// over a unix socket.
func BenchmarkCall(b *testing.B) {
	payload := pdk.Payload{JSON: []byte(`"` + strings.Repeat("x", 98) + `"`)}
	p := suite.Suite{Kind: suite.Process, Runtime: New(Options{NoFrames: true})}.Start(b, nil)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	call, chain := &capability.Call{Info: suite.Info("echo"), Payload: payload}, chained(b, p, payload)
	ours := func() {
		if out, err := chain.Answer(ctx, call); err != nil || len(out.JSON) != 100 {
			b.Fatal(out, err)
		}
	}
	bare := pluginv1.NewPluginServiceClient(bareClient(b))
	request := &pluginv1.CallRequest{Call: 1, Payload: &pluginv1.Payload{Json: payload.JSON}}
	theirs := func() {
		if out, err := bare.Call(ctx, request); err != nil || len(out.GetPayload().GetJson()) != 100 {
			b.Fatal(out, err)
		}
	}
	var mine, other []time.Duration
	const batch = 50
	for b.Loop() { // in turns, so that both see the same machine
		mine = append(mine, timed(batch, ours))
		other = append(other, timed(batch, theirs))
	}
	a, z := median(mine)/batch, median(other)/batch
	b.ReportMetric(a, "ours-ns/call")
	b.ReportMetric(z, "bare-ns/call")
	benchline.Line{Name: "process-call-100B", Value: a, Unit: "ns", Peer: "bare-grpc-unix", Ratio: a / z, AtMost: 1.3}.Print()
	benchline.Line{Name: "process-call-100B-allocs", Value: testing.AllocsPerRun(1000, ours), Unit: "allocs"}.Print()
}

// median is robust against whatever else the machine does.
func median(batches []time.Duration) float64 {
	slices.Sort(batches)
	return float64(batches[len(batches)/2])
}

func timed(n int, f func()) time.Duration {
	began := time.Now()
	for range n {
		f()
	}
	return time.Since(began)
}

func bareClient(b *testing.B) *grpc.ClientConn {
	b.Helper()
	socket := filepath.Join(b.TempDir(), "s")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serverEnv+"="+socket)
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	if _, err := fmt.Fscanln(out, new(string)); err != nil {
		b.Fatal(err)
	}
	conn, err := grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = conn.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return conn
}
