package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"nbscope/ui"
)

// desk is where how the explorer was left is kept, in memory.
type desk struct {
	env   Env
	files map[string]string
	fails error
	told  *os.File
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	told, err := os.Create(filepath.Join(t.TempDir(), "err"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { told.Close() })
	d := &desk{files: map[string]string{}, told: told}
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	d.env = Env{
		Environ: []string{"HOME=/home/ana"}, Stderr: told, Now: func() time.Time { now = now.Add(time.Second); return now },
		ReadFile: func(path string, _ int64) ([]byte, error) {
			if text, ok := d.files[path]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		},
		ChangeFile: func(path string, _ int64, change func([]byte) ([]byte, error)) error {
			data, err := change([]byte(d.files[path]))
			if err = errors.Join(err, d.fails); err == nil {
				d.files[path] = string(data)
			}
			return err
		},
	}
	return d
}

const viewsFile = "/home/ana/.local/state/nbscope/views.json"

func TestHowTheListWasLeftIsRememberedForItsAccounts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m := memoryOf(&d.env, &Settings{})
	look := ui.Look{Sort: "-age", Group: "none", Columns: []string{"name", "tag:Team"}, Filter: "net:vpc-only"}
	if got := m.recall([]string{"1"}); !reflect.DeepEqual(got, ui.Look{}) {
		t.Errorf("before anything was kept: %+v", got)
	}
	m.remember([]string{"1", "2"}, ui.Look{}, look)
	m.remember([]string{"1"}, ui.Look{}, ui.Look{Sort: "name"})
	if got := m.recall([]string{"1", "2"}); !reflect.DeepEqual(got, look) {
		t.Errorf("of two accounts: %+v", got)
	}
	if got := m.recall([]string{"1"}); got.Sort != "name" {
		t.Errorf("of one account: %+v", got)
	}
	if len(d.files) != 1 || d.files[viewsFile] == "" {
		t.Errorf("the files are %q", d.files)
	}
	for i := range mostViews - 2 { // all that are kept, and none more
		m.remember([]string{fmt.Sprint(i + 10)}, ui.Look{}, ui.Look{Sort: "name"})
	}
	if got := m.recall([]string{"1", "2"}); got.Sort != "-age" {
		t.Errorf("with %d it is forgotten", mostViews)
	}
	for i := range 2 * mostViews {
		m.remember([]string{fmt.Sprint(i + 10)}, ui.Look{}, ui.Look{Sort: "name"})
	}
	var kept memory
	if err := json.Unmarshal([]byte(d.files[viewsFile]), &kept); err != nil || len(kept.Views) != mostViews {
		t.Errorf("%d are kept (%v), want the last %d", len(kept.Views), err, mostViews)
	}
	if got := m.recall([]string{"1", "2"}); got.Sort != "" {
		t.Error("the oldest is still there")
	}
}

func TestNothingIsRememberedWhereTheUserDoesNotWantIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, s := range map[string]Settings{"--no-memory": {NoMemory: true}, "the demo": {Demo: true}} {
		if memoryOf(&d.env, &s) != nil {
			t.Errorf("%s: it is remembered", name)
		}
	}
	if m := memoryOf(&d.env, &Settings{}); m == nil || m.path != viewsFile {
		t.Errorf("it is kept in %+v", m)
	}
	alone := d.env
	alone.ChangeFile = nil
	if memoryOf(&alone, &Settings{}) != nil {
		t.Error("nothing can be written, and it is remembered")
	}
	d.env.Environ = nil
	if memoryOf(&d.env, &Settings{}) != nil {
		t.Error("there is no home, and it is remembered")
	}
}

func TestAMemoryThatCannotBeReadOrWritten(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m := memoryOf(&d.env, &Settings{})
	for _, damaged := range []string{"", "{", "[]", `{"schema":1,"views":3}`} {
		d.files[viewsFile] = damaged
		if got := m.recall([]string{"1"}); !reflect.DeepEqual(got, ui.Look{}) {
			t.Errorf("%q is read as %+v", damaged, got)
		}
		m.remember([]string{"1"}, ui.Look{}, ui.Look{Sort: "age"})
		if got := m.recall([]string{"1"}); got.Sort != "age" {
			t.Errorf("after %q nothing is remembered any more: %+v", damaged, got)
		}
	}
	const newer = `{"schema":2,"views":[1]}`
	d.files[viewsFile] = newer
	m.remember([]string{"1"}, ui.Look{}, ui.Look{Sort: "name"})
	if got := m.recall([]string{"1"}); d.files[viewsFile] != newer || got.Sort != "" {
		t.Errorf("a newer version's file was touched: %q, %+v", d.files[viewsFile], got)
	}
	delete(d.files, viewsFile)
	d.fails = errors.New("the disk is full")
	m.remember([]string{"1"}, ui.Look{}, ui.Look{})
	m.tell()
	raw, err := os.ReadFile(d.told.Name())
	if err != nil || !strings.Contains(string(raw), "could not be kept: the disk is full; or use --no-memory") {
		t.Errorf("it tells %q (%v)", raw, err)
	}
}

// Of two explorers on the same accounts, each keeps what it has changed and nothing else.
func TestTwoExplorersOfTheSameAccountsKeepWhatEachHasChanged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	who := []string{"1"}
	one, two := memoryOf(&d.env, &Settings{}), memoryOf(&d.env, &Settings{})
	one.remember(who, ui.Look{}, ui.Look{Sort: "age", Filter: "old", Newer: []string{"old"}})
	atStart := one.recall(who)
	first := ui.Look{Sort: "name", Group: "vpc", Filter: "old", Newer: []string{"net:vpc-only", "status:failed"}}
	second := ui.Look{Sort: "age", Columns: []string{"name", "vpc"}, Newer: []string{"age:>30d", "net:vpc-only"}}
	one.remember(who, atStart, first)
	two.remember(who, atStart, second) // the last to leave
	want := ui.Look{
		Sort: "name", Group: "vpc", Columns: []string{"name", "vpc"}, History: []string{"old", "status:failed", "age:>30d", "net:vpc-only"},
	}
	if got := one.recall(who); !reflect.DeepEqual(got, want) {
		t.Errorf("kept is %+v, want %+v", got, want)
	}
}

func TestSavedFiltersAreKeptBesideWhatEachListWasLeftAs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	m, other := memoryOf(&d.env, &Settings{}), memoryOf(&d.env, &Settings{})
	for name, filter := range map[string]string{"ml": "tag:Team=ml", "old": "platform:al2"} {
		if err := m.keepFilter(name, filter); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.keepFilter("mine", "age:>30d"); err != nil {
		t.Fatal(err)
	}
	m.remember([]string{"1"}, ui.Look{}, ui.Look{Sort: "name"})
	if err := m.keepFilter("old", ""); err != nil {
		t.Fatal(err)
	}
	if got, want := other.saved(), map[string]string{"ml": "tag:Team=ml", "mine": "age:>30d"}; !reflect.DeepEqual(got, want) || m.recall([]string{"1"}).Sort != "name" {
		t.Errorf("saved are %q, want %q", got, want)
	}
	d.fails = errors.New("the disk is full")
	if err := m.keepFilter("x", "y"); err == nil {
		t.Error("what could not be kept is not told")
	}
	d.fails, d.files[viewsFile] = nil, `{"schema":2}`
	if got := m.saved(); got == nil || len(got) != 0 {
		t.Errorf("of a newer version's file %v is read", got)
	}
	if err := m.keepFilter("x", "y"); err == nil || d.files[viewsFile] != `{"schema":2}` {
		t.Errorf("a newer version's file was touched (%v)", err)
	}
}
