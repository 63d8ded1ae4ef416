package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
)

// swaps is what gremlins replaces an operator with, by its name for the kind of mutant.
func swaps() map[string]map[token.Token]token.Token {
	return map[string]map[token.Token]token.Token{
		"ARITHMETIC_BASE":       {token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.MUL},
		"CONDITIONALS_BOUNDARY": {token.GTR: token.GEQ, token.LSS: token.LEQ, token.GEQ: token.GTR, token.LEQ: token.LSS},
		"CONDITIONALS_NEGATION": {
			token.EQL: token.NEQ, token.NEQ: token.EQL, token.LEQ: token.GTR, token.GTR: token.LEQ, token.LSS: token.GEQ, token.GEQ: token.LSS,
		},
		"INCREMENT_DECREMENT": {token.INC: token.DEC, token.DEC: token.INC},
		"INVERT_ASSIGNMENTS": {
			token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN, token.MUL_ASSIGN: token.QUO_ASSIGN,
			token.QUO_ASSIGN: token.MUL_ASSIGN, token.REM_ASSIGN: token.MUL_ASSIGN,
		},
		"INVERT_BITWISE": {token.AND: token.OR, token.OR: token.AND, token.XOR: token.AND, token.AND_NOT: token.AND, token.SHL: token.SHR, token.SHR: token.SHL},
		"INVERT_BWASSIGN": {
			token.AND_ASSIGN: token.OR_ASSIGN, token.OR_ASSIGN: token.AND_ASSIGN, token.XOR_ASSIGN: token.AND_ASSIGN,
			token.AND_NOT_ASSIGN: token.AND_ASSIGN, token.SHL_ASSIGN: token.SHR_ASSIGN, token.SHR_ASSIGN: token.SHL_ASSIGN,
		},
		"INVERT_LOGICAL":   {token.LAND: token.LOR, token.LOR: token.LAND},
		"INVERT_LOOPCTRL":  {token.BREAK: token.CONTINUE, token.CONTINUE: token.BREAK},
		"INVERT_NEGATIVES": {token.SUB: token.ADD},
		"REMOVE_SELF_ASSIGNMENTS": {
			token.ADD_ASSIGN: token.ASSIGN, token.SUB_ASSIGN: token.ASSIGN, token.MUL_ASSIGN: token.ASSIGN, token.QUO_ASSIGN: token.ASSIGN,
			token.REM_ASSIGN: token.ASSIGN, token.AND_ASSIGN: token.ASSIGN, token.OR_ASSIGN: token.ASSIGN, token.XOR_ASSIGN: token.ASSIGN,
			token.AND_NOT_ASSIGN: token.ASSIGN, token.SHL_ASSIGN: token.ASSIGN, token.SHR_ASSIGN: token.ASSIGN,
		},
	}
}

// write puts the files with these mutants into a folder, and an overlay that lays them over ours.
func (c *code) write(folder, called string, mutants map[string][]*site, text textOf) error {
	replace := map[string]string{}
	put := func(path, content string) error {
		here, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		replace[here] = filepath.Join(folder, called, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(replace[here]), 0o750); err != nil {
			return err
		}
		return os.WriteFile(replace[here], []byte(content), 0o644)
	}
	for path, sites := range mutants {
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		parent := filepath.Dir(path)
		l := c.loaded[filepath.ToSlash(parent)]
		if err := put(path, c.mutated(l.files[path], string(source), sites, text)); err != nil {
			return err
		}
		if err := put(filepath.ToSlash(parent)+"/mutant_switch.go", "package "+l.files[path].Name.Name+"\n"+switchCode); err != nil {
			return err
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, called+".json"), overlay, 0o644)
}

// mutated is the source with its mutants, where one may stand within an operand of another.
func (c *code) mutated(f *ast.File, source string, sites []*site, text textOf) string {
	start := c.files.File(f.FileStart).Base()
	slices.SortFunc(sites, func(a, b *site) int { // those around others first
		return int((b.node.End() - b.node.Pos()) - (a.node.End() - a.node.Pos()))
	})
	var part func(from, to token.Pos, sites []*site) string
	part = func(from, to token.Pos, sites []*site) string {
		for i, s := range sites {
			if from <= s.node.Pos() && s.node.End() <= to {
				rest := sites[i+1:]
				within := func(from, to token.Pos) string { return part(from, to, rest) }
				return part(from, s.node.Pos(), rest) + text(s, within) + part(s.node.End(), to, rest)
			}
		}
		return source[int(from)-start : int(to)-start]
	}
	return part(f.FileStart, f.FileEnd, sites)
}

// textOf is the source of a node with its mutant; within gives the source of what is in it.
type textOf func(s *site, within func(from, to token.Pos) string) string

// swapText has the operator replaced.
func swapText(s *site, within func(from, to token.Pos) string) string {
	at, _ := operator(s.node)
	return within(s.node.Pos(), at) + s.swapped.String() + within(at+token.Pos(len(s.old.String())), s.node.End())
}

// switchText has both, and asks for the mutant's number.
func switchText(s *site, within func(from, to token.Pos) string) string {
	on := fmt.Sprintf("mutantIs(%q)", fmt.Sprint(s.number))
	of := func(n ast.Node) string { return within(n.Pos(), n.End()) }
	switch n := s.node.(type) {
	case *ast.BinaryExpr:
		if s.old.Precedence() > token.EQL.Precedence() {
			return fmt.Sprintf("mutant%s(%s, %s, %s)", name(s.old), on, of(n.X), of(n.Y))
		}
		x, y := of(n.X), of(n.Y)
		return fmt.Sprintf("(%s && (%s %s %s) || !%s && (%s %s %s))", on, x, s.swapped, y, on, x, s.old, y)
	case *ast.UnaryExpr:
		return fmt.Sprintf("mutantNegative(%s, %s)", on, of(n.X))
	case *ast.BranchStmt:
		return fmt.Sprintf("if %s { %s } else { %s }", on, swapText(s, within), of(n))
	}
	return fmt.Sprintf("func() { if %s { %s } else { %s } }()", on, swapText(s, within), of(s.node))
}

// name is what switchCode calls an operator.
func name(t token.Token) string {
	return map[token.Token]string{
		token.ADD: "Add", token.SUB: "Sub", token.MUL: "Mul", token.QUO: "Quo", token.REM: "Rem",
		token.AND: "And", token.OR: "Or", token.XOR: "Xor", token.AND_NOT: "AndNot",
	}[t]
}

// switchCode is what a package with mutants is given.

const switchCode = `
import "os"

var mutant = os.Getenv("MUTANT")

func mutantIs(number string) bool { return mutant == number }

type mutantWhole interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

type mutantNumber interface{ mutantWhole | ~float32 | ~float64 }

func mutantAdd[T mutantNumber](on bool, x, y T) T { if on { return x - y }; return x + y }
func mutantSub[T mutantNumber](on bool, x, y T) T { if on { return x + y }; return x - y }
func mutantMul[T mutantNumber](on bool, x, y T) T { if on { return x / y }; return x * y }
func mutantQuo[T mutantNumber](on bool, x, y T) T { if on { return x * y }; return x / y }
func mutantRem[T mutantWhole](on bool, x, y T) T { if on { return x * y }; return x % y }
func mutantAnd[T mutantWhole](on bool, x, y T) T { if on { return x | y }; return x & y }
func mutantOr[T mutantWhole](on bool, x, y T) T { if on { return x & y }; return x | y }
func mutantXor[T mutantWhole](on bool, x, y T) T { if on { return x & y }; return x ^ y }
func mutantAndNot[T mutantWhole](on bool, x, y T) T { if on { return x & y }; return x &^ y }
func mutantNegative[T mutantNumber](on bool, x T) T { if on { return x }; return -x }
`
