package drive

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"nbscope/model/recreate"
)

// pile is a folder of journals that are only read, and what is wrong with it.
type pile struct {
	Runs
	stamps         map[string]string
	listed, unread error // of all journals, of their stamps
	gone           string
	read           []string
	beside         func() // is done while the journals are listed
}

func (p *pile) kept(id string) recreate.Kept {
	return recreate.Kept{Run: recreate.Begin(planFor(id, "n-"+id), noon()), Path: p.stamps[id]}
}

func (p *pile) Stamps(func(string) bool) (map[string]string, error) {
	return maps.Clone(p.stamps), p.unread
}

func (p *pile) List() ([]recreate.Kept, error) {
	out := make([]recreate.Kept, 0, len(p.stamps))
	for _, id := range slices.Sorted(maps.Keys(p.stamps)) {
		out = append(out, p.kept(id))
	}
	if p.beside != nil {
		p.beside()
	}
	return out, p.listed
}

func (p *pile) Read(id string) (recreate.Kept, error) {
	p.read = append(p.read, id)
	if id == p.gone {
		return recreate.Kept{}, fmt.Errorf("read %s: %w", id, fs.ErrNotExist)
	}
	return p.kept(id), nil
}

// known are the runs of a driver, each with what its journal was when it was read.
func known(d *Driver) string {
	var out []string
	for _, s := range d.Runs() {
		out = append(out, s.ID+" "+s.Kept.Path)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func TestJournalsThatCannotBeListedLeaveWhatIsKnown(t *testing.T) {
	t.Parallel()
	p := &pile{stamps: map[string]string{"a": "1", "b": "1"}}
	d := New(Config{Runs: p, Now: noon})
	for i, step := range []struct {
		change func()
		fails  string
		want   string
	}{
		{func() { p.unread = errors.New("no stamps") }, "no stamps", ""},
		{func() { p.unread, p.listed = nil, errors.New("no list") }, "no list", ""},
		{func() { p.listed = nil }, "", "a 1, b 1"},
		{func() { p.stamps["a"], p.unread = "2", errors.New("no stamps") }, "no stamps", "a 1, b 1"},
		{func() { p.unread = nil }, "", "a 2, b 1"},
		{func() { delete(p.stamps, "b") }, "", "a 2"},
	} {
		step.change()
		err := d.Load()
		if got := known(d); got != step.want || err == nil && step.fails != "" || err != nil && err.Error() != step.fails {
			t.Errorf("step %d: %q, %v, want %q, %q", i, got, err, step.want, step.fails)
		}
	}
}

// TestOnlyJournalsWithSomethingNewAreReadAgain rereads a folder that changes and fails.
func TestOnlyJournalsWithSomethingNewAreReadAgain(t *testing.T) {
	t.Parallel()
	p := &pile{stamps: map[string]string{"a": "1", "b": "1"}}
	d := New(Config{Runs: p, Now: noon})
	if err := d.Load(); err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		change  func()
		changed bool
		fails   string
		read    string
		want    string
	}{
		{func() {}, false, "", "", "a 1, b 1"},
		{func() { p.stamps["a"] = "2" }, true, "", "a", "a 2, b 1"},
		{func() {}, false, "", "", "a 2, b 1"},
		{func() { p.stamps["c"] = "1" }, true, "", "c", "a 2, b 1, c 1"},
		{func() { p.unread, p.stamps = errors.New("no stamps"), nil }, true, "no stamps", "", "a 2, b 1, c 1"},
		{func() { p.unread, p.stamps = nil, map[string]string{"a": "2", "b": "1", "c": "1"} }, true, "", "a b c", "a 2, b 1, c 1"},
		{func() {}, false, "", "", "a 2, b 1, c 1"},
		{func() { p.stamps["b"], p.gone = "2", "b" }, true, "", "b", "a 2, c 1"},
		{func() { p.gone = ""; delete(p.stamps, "b") }, false, "", "", "a 2, c 1"},
		{func() { delete(p.stamps, "c") }, true, "", "", "a 2"},
	} {
		step.change()
		p.read = nil
		changed, err := d.Reread()
		slices.Sort(p.read)
		if got := known(d); changed != step.changed || got != step.want || strings.Join(p.read, " ") != step.read || err == nil && step.fails != "" || err != nil && err.Error() != step.fails {
			t.Errorf("step %d: changed %v, read %q, then %q, %v", i, changed, p.read, got, err)
		}
	}
	if changed, err := New(Config{}).Reread(); changed || err != nil {
		t.Errorf("where there is no place for journals: %v, %v", changed, err)
	}
}

// TestARunThatChangesWhileJournalsAreListedIsKnownBetter decides about a run meanwhile.
func TestARunThatChangesWhileJournalsAreListedIsKnownBetter(t *testing.T) {
	t.Parallel()
	p := &pile{stamps: map[string]string{"a": "1", "b": "1"}}
	d := New(Config{Runs: p, Now: noon})
	if err := d.Load(); err != nil {
		t.Fatal(err)
	}
	p.stamps = map[string]string{"a": "2", "b": "2"}
	p.beside = func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.post(d.runs["a"], Notice{})
	}
	if err := d.Load(); err != nil || known(d) != "a 1, b 2" {
		t.Errorf("%q, %v", known(d), err)
	}
	p.beside = nil
	if changed, err := d.Reread(); !changed || err != nil || known(d) != "a 2, b 2" {
		t.Errorf("read again, changed %v: %q, %v", changed, known(d), err)
	}
	p.stamps = nil
	if changed, err := d.Reread(); !changed || err != nil || known(d) != "" {
		t.Errorf("without journals, changed %v: %q, %v", changed, known(d), err)
	}
}
