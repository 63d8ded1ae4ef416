// Command mutants builds mutants in. It reads "FILE LINE COLUMN TYPE" from its input, a
// mutant as gremlins lists it a line, takes the first -count that compile, and writes into
// -out an overlay for the go command with all of them, each asleep until the environment
// variable MUTANT has its number: a hundred of them cost one build. What is a constant has
// no such switch and gets an overlay of its own. It prints "NUMBER WAY FILE LINE COLUMN TYPE"
// for each, where WAY is together or alone.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	count := flag.Int("count", 100, "how many mutants to take")
	out := flag.String("out", "", "the folder to write to")
	flag.Parse()
	if err := build(os.Stdin, os.Stdout, *count, *out); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// site is where one mutant is, and what its operator becomes.
type site struct {
	number       int
	file         string
	line, column int
	kind         string
	node         ast.Node
	old, swapped token.Token
}

func build(in io.Reader, out io.Writer, count int, folder string) error {
	code, err := load()
	if err != nil {
		return err
	}
	together, switched := map[string][]*site{}, map[ast.Node]bool{}
	lines := bufio.NewScanner(in)
	for n := 0; n < count && lines.Scan(); {
		s := &site{number: n + 1}
		if _, err := fmt.Sscan(lines.Text(), &s.file, &s.line, &s.column, &s.kind); err != nil {
			return fmt.Errorf("%q: %w", lines.Text(), err)
		}
		way, err := code.judge(s)
		if err != nil {
			return err
		}
		if way == asleep && switched[s.node] {
			way = alone // an operator has room for one switch
		}
		switch way {
		case refused:
			continue
		case alone:
			err = code.write(folder, fmt.Sprint("alone-", s.number), map[string][]*site{s.file: {s}}, swapText)
		case asleep:
			together[s.file], switched[s.node] = append(together[s.file], s), true
		}
		if err != nil {
			return err
		}
		n++
		fmt.Fprintln(out, s.number, way, s.file, s.line, s.column, s.kind)
	}
	return code.write(folder, "together", together, switchText)
}

// code is the packages that mutants may be in, as this system builds them.
type code struct {
	files    *token.FileSet
	importer types.Importer
	folders  map[string][]string // a folder's files
	loaded   map[string]*loaded
}

type loaded struct {
	files map[string]*ast.File
	info  types.Info
}

func load() (*code, error) {
	c := &code{files: token.NewFileSet(), folders: map[string][]string{}, loaded: map[string]*loaded{}}
	list, err := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export,Dir,GoFiles", "./ui/...", "./aws/...").Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	for d := json.NewDecoder(strings.NewReader(string(list))); ; {
		var p struct {
			ImportPath, Export, Dir string
			GoFiles                 []string
		}
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		exports[p.ImportPath] = p.Export
		if folder, err := filepath.Rel(here, p.Dir); err == nil && !strings.HasPrefix(folder, "..") {
			c.folders[filepath.ToSlash(folder)] = p.GoFiles
		}
	}
	c.importer = importer.ForCompiler(c.files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	return c, nil
}

// open parses a folder once and finds the types in it.
func (c *code) open(folder string) (*loaded, error) {
	if l := c.loaded[folder]; l != nil {
		return l, nil
	}
	l := &loaded{files: map[string]*ast.File{}, info: types.Info{Types: map[ast.Expr]types.TypeAndValue{}}}
	for _, name := range c.folders[folder] {
		path := folder + "/" + name
		f, err := parser.ParseFile(c.files, path, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		l.files[path] = f
	}
	c.loaded[folder] = l
	return l, c.check(folder, &l.info)
}

func (c *code) check(folder string, info *types.Info) error {
	files := make([]*ast.File, 0, len(c.loaded[folder].files))
	for _, f := range c.loaded[folder].files {
		files = append(files, f)
	}
	_, err := (&types.Config{Importer: c.importer}).Check("nbscope/"+folder, c.files, files, info)
	return err
}

const (
	refused = "refused"
	alone   = "alone"
	asleep  = "together"
)

// judge finds a mutant in the code, and says how it can be built in, if it compiles at all.
func (c *code) judge(s *site) (string, error) {
	folder := filepath.ToSlash(filepath.Dir(s.file))
	l, err := c.open(folder)
	if err != nil {
		return "", err
	}
	f := l.files[s.file]
	if f == nil {
		return refused, nil // another system's
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if at, tok := operator(n); tok != nil && s.node == nil {
			if p := c.files.Position(at); p.Line == s.line && p.Column == s.column {
				s.node, s.old = n, *tok
			}
		}
		return s.node == nil
	})
	if s.swapped = swaps()[s.kind][s.old]; s.node == nil || s.swapped == token.ILLEGAL {
		return "", fmt.Errorf("%s:%d:%d has no operator for %s", s.file, s.line, s.column, s.kind)
	}
	if !c.compiles(folder, s) {
		return refused, nil
	}
	if e, ok := s.node.(ast.Expr); ok {
		if t := l.info.Types[e]; t.Value != nil || !plain(t.Type) || s.old == token.SHL || s.old == token.SHR {
			return alone, nil
		}
	}
	return asleep, nil
}

// compiles tries the mutant by checking the types of its package with it in. A comparison
// and a logical operator compile as what they are swapped for does.
func (c *code) compiles(folder string, s *site) bool {
	if b, ok := s.node.(*ast.BinaryExpr); ok && s.old.Precedence() <= token.EQL.Precedence() {
		return b.Op == s.old
	}
	_, tok := operator(s.node)
	*tok = s.swapped
	defer func() { *tok = s.old }()
	return c.check(folder, nil) == nil
}

// plain is a type that an expression has by itself, without one that has to be named.
func plain(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && (b.Info()&types.IsBoolean == 0 || t == types.Typ[types.Bool] || t == types.Typ[types.UntypedBool])
}

// operator is where a node's operator stands, and the field that says which it is.
func operator(n ast.Node) (token.Pos, *token.Token) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return n.OpPos, &n.Op
	case *ast.UnaryExpr:
		return n.OpPos, &n.Op
	case *ast.IncDecStmt:
		return n.TokPos, &n.Tok
	case *ast.AssignStmt:
		return n.TokPos, &n.Tok
	case *ast.BranchStmt:
		return n.TokPos, &n.Tok
	}
	return token.NoPos, nil
}
