// Package policy holds a publish against a rule that the registry's operator wrote, an expression of CEL:
//
//	release.permissions.exists(p, p == "net") ? org.releases > 0 : true
//
// The rule gives true, or a text that says why not. It is checked for types when the registry starts, and costs no more than so
// many steps when it runs. The package must not know where the facts come from.
package policy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/ext"

	"github.com/dougong-dev/dougong/registry/fault"
)

// Release is what is to be published, as a rule sees it.
type Release struct {
	Kind        string   `cel:"kind"` // plugin or miniprogram
	ID          string   `cel:"id"`
	Version     string   `cel:"version"`
	Namespace   string   `cel:"namespace"`
	Licence     string   `cel:"licence"`
	Runtime     string   `cel:"runtime"`
	Provides    []string `cel:"provides"`
	Permissions []string `cel:"permissions"` // their names: "net", "http", "scope.userLocation" …
	Hosts       []string `cel:"hosts"`       // what "http" is asked for
	Platforms   []string `cel:"platforms"`
	Size        int64    `cel:"size"` // bytes of all its artifacts
	Readme      bool     `cel:"readme"`
	Passed      int64    `cel:"passed"` // conformance cases; the vendor's claim
	Failed      int64    `cel:"failed"`
}

// Org is who publishes.
type Org struct {
	Name     string `cel:"name"`
	Verified bool   `cel:"verified"`
	Releases int64  `cel:"releases"` // that it has
	Bytes    int64  `cel:"bytes"`
}

// Account is whose credential it is.
type Account struct {
	Name  string `cel:"name"`
	Admin bool   `cel:"admin"`
}

// Facts are what a rule may look at.
type Facts struct {
	Release Release
	Org     Org
	Account Account
}

// maxSource and maxCost bound a rule: its bytes, and the steps of one run.
const (
	maxSource = 16 << 10
	maxCost   = 100_000
)

// Rule is one that was compiled. Safe for concurrent use.
type Rule struct {
	name    string
	program cel.Program
}

// Load compiles the rule in a file.
func Load(file string) (*Rule, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("publish policy: %w", err)
	}
	return Compile(file, string(text))
}

// Compile reads a rule. Errors say where: NAME:LINE:COLUMN.
func Compile(name, source string) (*Rule, error) {
	if len(source) > maxSource {
		return nil, fmt.Errorf("%s: the rule has %d bytes, the limit is %d", name, len(source), maxSource)
	}
	env, err := cel.NewEnv(
		ext.NativeTypes(reflect.TypeFor[Release](), reflect.TypeFor[Org](), reflect.TypeFor[Account](), ext.ParseStructTags(true)),
		cel.Variable("release", cel.ObjectType("policy.Release")), cel.Variable("org", cel.ObjectType("policy.Org")), cel.Variable("account", cel.ObjectType("policy.Account")))
	if err != nil {
		return nil, fmt.Errorf("publish policy: %w", err)
	}
	ast, issues := env.Compile(source)
	if issues.Err() != nil {
		var all []error
		for _, e := range issues.Errors() {
			all = append(all, fmt.Errorf("%s:%d:%d: %s", name, e.Location.Line(), e.Location.Column()+1, e.Message))
		}
		return nil, errors.Join(all...)
	}
	if t := ast.OutputType(); !t.IsExactType(cel.BoolType) && !t.IsExactType(cel.StringType) && !t.IsExactType(cel.DynType) {
		return nil, fmt.Errorf("%s:1:1: the rule gives %s, expected true or false, or a text that says why not (empty: it may)", name, t)
	}
	program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(maxCost), cel.InterruptCheckFrequency(100))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &Rule{name, program}, nil
}

// Check holds facts against the rule. A rule that fails lets nothing through.
func (r *Rule) Check(ctx context.Context, f *Facts) error {
	out, _, err := r.program.ContextEval(ctx, map[string]any{"release": &f.Release, "org": &f.Org, "account": &f.Account})
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("publish policy %s, at %s %s: %w", r.name, f.Release.ID, f.Release.Version, err)
	}
	switch v := out.Value().(type) {
	case bool:
		if v {
			return nil
		}
		return fault.New(fault.Denied, "this registry's policy refuses %s %s", f.Release.ID, f.Release.Version).Next("ask its operator what is allowed")
	case string:
		if v == "" {
			return nil
		}
		return fault.New(fault.Denied, "this registry's policy refuses %s %s: %.300s", f.Release.ID, f.Release.Version, v)
	}
	return fmt.Errorf("publish policy %s, at %s %s: it gave %s, expected true, false or a text", r.name, f.Release.ID, f.Release.Version, out.Type().TypeName())
}
