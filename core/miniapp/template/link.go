package template

import (
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// opcode is an Op as the evaluator switches on it: comparing bytes is several times faster than comparing strings.
type opcode uint8

const (
	codeUnlinked opcode = iota
	codeConst
	codeIdent
	codeMember
	codeIndex
	codeCall
	codeMethod
	codeArray
	codeObject
	codeSpread
	codeConcat
	codeCond
	codeAnd
	codeOr
	codeNullish
	codeNot
	codeBitNot
	codeNeg
	codePos
	codeTypeof
	codeAdd
	codeSub
	codeMul
	codeDiv
	codeMod
	codePow
	codeStrictEq
	codeStrictNe
	codeLooseEq
	codeLooseNe
	codeLt
	codeLe
	codeGt
	codeGe
	codeBitAnd
	codeBitOr
	codeBitXor
	codeShl
	codeShr
	codeUshr
)

// opInfo says how an operation is coded and how many operands it takes; max -1 is any number.
type opInfo struct {
	code     opcode
	min, max int
}

var ops = map[Op]opInfo{
	OpConst: {codeConst, 0, 0}, OpIdent: {codeIdent, 0, 0}, OpMember: {codeMember, 1, 1}, OpIndex: {codeIndex, 2, 2},
	OpCall: {codeCall, 1, -1}, OpMethod: {codeMethod, 1, -1}, OpArray: {codeArray, 0, -1}, OpObject: {codeObject, 0, -1}, OpSpread: {codeSpread, 1, 1},
	OpConcat: {codeConcat, 0, -1}, "?:": {codeCond, 3, 3}, "&&": {codeAnd, 2, 2}, "||": {codeOr, 2, 2}, "??": {codeNullish, 2, 2},
	"!": {codeNot, 1, 1}, "~": {codeBitNot, 1, 1}, "neg": {codeNeg, 1, 1}, "pos": {codePos, 1, 1}, "typeof": {codeTypeof, 1, 1},
	"+": {codeAdd, 2, 2}, "-": {codeSub, 2, 2}, "*": {codeMul, 2, 2}, "/": {codeDiv, 2, 2}, "%": {codeMod, 2, 2}, "**": {codePow, 2, 2},
	"===": {codeStrictEq, 2, 2}, "!==": {codeStrictNe, 2, 2}, "==": {codeLooseEq, 2, 2}, "!=": {codeLooseNe, 2, 2},
	"<": {codeLt, 2, 2}, "<=": {codeLe, 2, 2}, ">": {codeGt, 2, 2}, ">=": {codeGe, 2, 2},
	"&": {codeBitAnd, 2, 2}, "|": {codeBitOr, 2, 2}, "^": {codeBitXor, 2, 2}, "<<": {codeShl, 2, 2}, ">>": {codeShr, 2, 2}, ">>>": {codeUshr, 2, 2},
}

// maxExprDepth bounds the recursion of the evaluator. The compiler refuses sources that nest half as deep.
const maxExprDepth = 512

// Link checks an expression tree and prepares it for Eval. It must have run before the expression is shared between
// goroutines; Decode links everything in a file.
func (e *Expr) Link() error { return e.link(0) }

func (e *Expr) link(depth int) error {
	if e == nil {
		return fmt.Errorf("a part of an expression is missing")
	}
	if depth > maxExprDepth {
		return fmt.Errorf("expression nested deeper than %d levels", maxExprDepth)
	}
	info, ok := ops[e.Op]
	if !ok {
		return fmt.Errorf("unknown operation %q", e.Op)
	}
	if n := len(e.X); n < info.min || info.max >= 0 && n > info.max {
		return fmt.Errorf("operation %q with %d operands", e.Op, n)
	}
	if e.Op == OpObject && len(e.Keys) != len(e.X) {
		return fmt.Errorf("object with %d keys and %d values", len(e.Keys), len(e.X))
	}
	if e.Op == OpConst && !e.Undef {
		v, err := value.From(e.Const)
		if err != nil {
			return fmt.Errorf("constant: %w", err)
		}
		e.val = v
	}
	for _, x := range e.X {
		if err := x.link(depth + 1); err != nil {
			return err
		}
	}
	e.code = info.code
	return nil
}

// Static tells whether e is a constant, and which.
func (e *Expr) Static() (v value.Value, ok bool) {
	if e == nil || e.Op != OpConst {
		return nil, false
	}
	if e.code == codeUnlinked && !e.Undef {
		v, err := value.From(e.Const)
		return v, err == nil
	}
	return e.val, true
}

// Constant makes a linked constant expression of undefined, null, a bool, a number or a string.
func Constant(v value.Value, pos Pos) *Expr {
	e := &Expr{Op: OpConst, Pos: pos, code: codeConst, val: v}
	switch {
	case v == nil:
		e.Undef = true
	case !value.IsNull(v):
		e.Const = v
	}
	return e
}
