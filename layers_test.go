package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// layer says what the packages below a folder may import of this module, and
// which other modules they may not, each with the reason.
type layer struct {
	dir    string
	mayUse []string          // folders of this module
	never  map[string]string // import prefix to reason
	stdlib bool              // standard library and mayUse only
}

// layers lists the folders from the most to the least specific; the first that
// fits a file holds. It is parsed, not asked of the go command: a test that
// runs "go list" is cached and misses a violation.
func layers() []layer {
	const tea = "charm.land/"
	const sdk = "github.com/aws/"
	screen := map[string]string{sdk: "the screen speaks in values of the model", "nbscope/model/journal": "a screen reads no disk"}
	return []layer{
		{dir: "model/query", mayUse: []string{"model"}, stdlib: true},
		{dir: "model/report", mayUse: []string{"model"}, stdlib: true, never: map[string]string{"nbscope/model/journal": "a report reads no disk"}},
		{dir: "model/egress", mayUse: []string{"model"}, stdlib: true},
		{dir: "model/control", mayUse: []string{"model"}, stdlib: true},
		{dir: "model/policy", mayUse: []string{"model"}, stdlib: true},
		{dir: "model/manifest", mayUse: []string{"model"}, stdlib: true},
		{dir: "model/transfer", mayUse: []string{"model"}, stdlib: true},
		{dir: "model/probe", mayUse: []string{"model"}, stdlib: true},
		{dir: "model/recreate", mayUse: []string{"model"}, stdlib: true},
		{dir: "model/journal", mayUse: []string{"model"}, never: map[string]string{
			tea: "a journal knows no screen",
			sdk: "a journal knows no AWS",
		}},
		{dir: "model", stdlib: true},
		{dir: "aws/sim", never: map[string]string{
			tea: "the simulated AWS has no screen",
			sdk: "the simulator must not share the SDK's idea of the wire with the code that it tests",
		}},
		{dir: "aws", mayUse: []string{"model", "aws"}, never: map[string]string{tea: "effects know no screen"}},
		{dir: "ui/drive", mayUse: []string{"model"}, never: map[string]string{
			tea: "runs are driven without a terminal too",
			sdk: "the driver speaks in values of the model",
		}},
		{dir: "ui/table", mayUse: []string{"ui/text", "ui/theme"}},
		{dir: "ui/text"},
		{dir: "ui/theme"},
		{dir: "ui/match"},
		{dir: "ui/terminal"},
		{dir: "ui/kit", mayUse: []string{"model", "ui/match", "ui/text", "ui/theme"}, never: screen},
		{dir: "ui/explore", mayUse: []string{"model", "ui/kit", "ui/match", "ui/table", "ui/text", "ui/theme"}, never: screen},
		{dir: "ui/recreate", mayUse: []string{"model", "ui/drive", "ui/kit", "ui/table", "ui/text", "ui/theme"}, never: screen},
		{dir: "ui/uitest", mayUse: []string{"model", "ui/kit", "ui/theme"}, never: screen},
		{dir: "ui", mayUse: []string{"model", "ui"}, never: map[string]string{sdk: "the screen speaks in values of the model"}},
	}
}

func TestPackagesImportOnlyWhatTheirLayerMay(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		if l, ok := layerOf(filepath.ToSlash(path)); ok {
			seen[l.dir] = true
			checkImports(t, path, l)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers() {
		if !seen[l.dir] {
			t.Errorf("layer %s holds no file: the table above is out of date", l.dir)
		}
	}
}

func layerOf(path string) (layer, bool) {
	for _, l := range layers() {
		if strings.HasPrefix(path, l.dir+"/") {
			return l, true
		}
	}
	return layer{}, false
}

func checkImports(t *testing.T, path string, l layer) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	test := strings.HasSuffix(path, "_test.go")
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if reason := refuses(l, name, test); reason != "" {
			t.Errorf("%s imports %s: %s", path, name, reason)
		}
	}
}

// refuses says why a layer may not import a package, "" when it may. Tests of a
// layer may use other modules, but no other layer of ours than they name.
func refuses(l layer, name string, test bool) string {
	if own, ok := strings.CutPrefix(name, "nbscope/"); ok {
		if own == "ui/uitest" && !test && l.dir != own {
			return "what only tests import"
		}
		if reason := l.never[name]; reason != "" {
			return reason
		}
		if own == l.dir || strings.HasPrefix(own, l.dir+"/") || test && own == "ui/uitest" {
			return ""
		}
		for _, m := range l.mayUse {
			if own == m || strings.HasPrefix(own, m+"/") {
				return ""
			}
		}
		return l.dir + " may not use " + own
	}
	if test {
		return ""
	}
	for prefix, reason := range l.never {
		if strings.HasPrefix(name, prefix) {
			return reason
		}
	}
	if l.stdlib && strings.Contains(strings.SplitN(name, "/", 2)[0], ".") {
		return l.dir + " is standard library only"
	}
	return ""
}

func TestLayerRulesRefuseWhatTheyShould(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		file, imports string
		refused       bool
	}{
		"ui may use model":                          {"ui/app.go", "nbscope/model", false},
		"ui may use its own widgets":                {"ui/app.go", "nbscope/ui/table", false},
		"what screens share knows no screen":        {"ui/kit/gate.go", "nbscope/ui/explore", true},
		"what screens share knows no program":       {"ui/kit/gate.go", "nbscope/ui", true},
		"screens may use what they share":           {"ui/explore/vpcs.go", "nbscope/ui/kit", false},
		"no screen knows another":                   {"ui/explore/vpcs.go", "nbscope/ui/recreate", true},
		"nor the other way round":                   {"ui/recreate/runs.go", "nbscope/ui/explore", true},
		"screens ask their host":                    {"ui/recreate/runs.go", "nbscope/ui", true},
		"explorers do not drive runs":               {"ui/explore/vpcs.go", "nbscope/ui/drive", true},
		"recreates may drive runs":                  {"ui/recreate/live.go", "nbscope/ui/drive", false},
		"screens read no disk":                      {"ui/recreate/runs.go", "nbscope/model/journal", true},
		"a report reads no disk":                    {"model/report/csv.go", "nbscope/model/journal", true},
		"a report may use runs":                     {"model/report/run.go", "nbscope/model/recreate", false},
		"programs import no fixture of tests":       {"ui/app.go", "nbscope/ui/uitest", true},
		"the table knows no screen":                 {"ui/table/table.go", "nbscope/ui/kit", true},
		"ui may not use aws":                        {"ui/app.go", "nbscope/aws", true},
		"ui may not use the SDK":                    {"ui/app.go", "github.com/aws/aws-sdk-go-v2/aws", true},
		"the driver may use model":                  {"ui/drive/driver.go", "nbscope/model/recreate", false},
		"the driver may not use a screen":           {"ui/drive/driver.go", "nbscope/ui", true},
		"the driver may not use what screens share": {"ui/drive/driver.go", "nbscope/ui/text", true},
		"the driver may not use Bubble Tea":         {"ui/drive/driver.go", "charm.land/bubbletea/v2", true},
		"aws may not use ui":                        {"aws/scan.go", "nbscope/ui", true},
		"aws may not use Bubble Tea":                {"aws/scan.go", "charm.land/bubbletea/v2", true},
		"aws may use its store":                     {"aws/scan.go", "nbscope/aws/store", false},
		"the simulator may not use the client":      {"aws/sim/server.go", "nbscope/aws", true},
		"the simulator may not use the SDK":         {"aws/sim/server.go", "github.com/aws/smithy-go", true},
		"model may not use another module":          {"model/field.go", "github.com/sahilm/fuzzy", true},
		"model may not use the simulator":           {"model/field.go", "nbscope/aws/sim", true},
		"the filter language may use model":         {"model/query/query.go", "nbscope/model", false},
		"the filter language may not use aws":       {"model/query/query.go", "nbscope/aws", true},
		"the standard library is open to everybody": {"model/field.go", "encoding/json", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, ok := layerOf(c.file)
			if !ok {
				t.Fatalf("no layer holds %s", c.file)
			}
			if got := refuses(l, c.imports, false) != ""; got != c.refused {
				t.Errorf("refused = %v, want %v", got, c.refused)
			}
		})
	}
}

// TestTextsAreASCII holds that a terminal which shows nothing else can be told everything:
// what is told has no other letters, and the signs of the explorer come from its theme.
func TestTextsAreASCII(t *testing.T) {
	t.Parallel()
	may := map[string]string{
		"ui/theme/glyphs.go":      "the signs",
		"ui/kit/glyphs.go":        "has others for ASCII",
		"ui/kit/keys.go":          "has other names for ASCII",
		"ui/kit/layout.go":        "keyboards",
		"ui/text/plain.go":        "puts them into ASCII",
		"model/report/safe.go":    "cuts for a terminal only, whose writer puts it into ASCII",
		"model/profile/region.go": "is typed",
	}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		slash := filepath.ToSlash(path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && strings.HasPrefix(d.Name(), "."), slash == "aws/sim":
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"), may[slash] != "":
			return nil
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && strings.IndexFunc(l.Value, func(r rune) bool { return r > unicode.MaxASCII && r != unicode.ReplacementChar }) >= 0 {
				t.Errorf("%s has %s", files.Position(l.Pos()), l.Value)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
