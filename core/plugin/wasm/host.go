package wasm

import (
	"context"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/wire"
	"github.com/tetratelabs/wazero/api"
)

// exportHost makes the host module of the native ABI.
func (p *wasmPlugin) exportHost(ctx context.Context) error {
	i32 := api.ValueTypeI32
	b := p.wazero.NewHostModuleBuilder(hostName)
	for _, f := range []struct {
		name    string
		run     func(inst *instance, message []byte, stack []uint64)
		results []api.ValueType
	}{
		{"service", service, []api.ValueType{i32}},
		{"reply", reply, nil},
		{"emit", emit, []api.ValueType{i32}},
		{"log", logLine, nil},
	} {
		run := func(ctx context.Context, m api.Module, stack []uint64) {
			inst := ctx.Value(instanceKey{}).(*instance)
			run(inst, f.name, m.Memory(), stack, f.run)
		}
		b.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(run), []api.ValueType{i32, i32}, f.results).Export(f.name)
	}
	_, err := b.Instantiate(ctx)
	return err
}

// run hands the bytes that a guest points to to a host function. A pointer out of bounds ends the call: the guest's idea
// of its memory cannot be trusted any more. The panic is what wazero takes for an error of a host function.
func run(inst *instance, name string, memory api.Memory, stack []uint64, f func(*instance, []byte, []uint64)) {
	at, size := uint32(stack[0]), uint32(stack[1])
	message, ok := memory.Read(at, size)
	if !ok {
		panic(inst.lie("it called %s with %d bytes at %#x, outside of its %d bytes of memory", name, size, at, memory.Size()))
	}
	if size > maxReply {
		panic(inst.lie("it called %s with %d bytes, more than the limit of %d", name, size, maxReply))
	}
	f(inst, message, stack)
}

// service carries out a host service, keeps the reply and returns its size.
func service(inst *instance, message []byte, stack []uint64) {
	name, in, err := wire.DecodeService(message)
	if err != nil {
		panic(inst.lie("%s", err))
	}
	// The kernel may keep the arguments; the guest's memory moves when it grows.
	ctx, cancel := inst.leash.service()
	defer cancel()
	out, err := inst.plugin.services.Service(ctx, inst.plugin.manifest.ID, *inst.info, name, wire.Clone(in))
	if err == nil {
		err = wire.CheckPayload(out)
	}
	inst.reply = wire.AppendReply(inst.reply[:0], out, err)
	stack[0] = uint64(len(inst.reply))
}

// reply copies the kept reply to where the guest wants it.
func reply(inst *instance, into []byte, _ []uint64) {
	if len(into) != len(inst.reply) || len(inst.reply) == 0 {
		panic(inst.lie("it asked for a reply of %d bytes, the one it has not taken yet is %d", len(into), len(inst.reply)))
	}
	copy(into, inst.reply)
	inst.reply = nil
}

// emit passes an event on and returns 0, or the size of a reply that says why not.
func emit(inst *instance, message []byte, stack []uint64) {
	task, name, in, final, err := wire.DecodeEvent(message)
	if err != nil {
		panic(inst.lie("%s", err))
	}
	stack[0] = 0
	info, err := inst.speaker(task)
	if err != nil {
		inst.reply = wire.AppendReply(inst.reply[:0], pdk.Payload{}, err)
		stack[0] = uint64(len(inst.reply))
		return
	}
	if final && task != 0 {
		inst.plugin.tasks.end(task)
		inst.plugin.pool.unpin(task)
	}
	inst.plugin.services.Emit(inst.plugin.manifest.ID, info, name, wire.Clone(in), final)
}

// speaker is the Info of the call that started a task, or of the call under way for an event of the capability.
func (i *instance) speaker(task uint64) (pdk.Info, error) {
	if task == 0 {
		info := *i.info
		info.Task = 0
		return info, nil
	}
	info, ok := i.plugin.tasks.info(task)
	if !ok {
		return info, pdk.Errorf(pdk.CodeNotFound, "notFound", "plugin %q: task %d has ended or never began", i.plugin.manifest.ID, task)
	}
	return info, nil
}

func logLine(inst *instance, message []byte, _ []uint64) {
	level, text, fields, err := wire.DecodeLog(message)
	if err != nil {
		panic(inst.lie("%s", err))
	}
	inst.plugin.services.Log(inst.plugin.manifest.ID, level, text, fields)
}
