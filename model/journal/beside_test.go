package journal

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nbscope/model/recreate"
)

func TestDifferencesAreReadFromTheirFile(t *testing.T) {
	t.Parallel()
	d := Open(t.TempDir(), nil, time.Now)
	var lines strings.Builder
	for _, id := range []string{"a", "b", "c"} {
		raw, err := json.Marshal(recreate.Difference{ID: id, Path: "data/" + id, Status: "missing", Says: "it is missing"})
		if err != nil {
			t.Fatal(err)
		}
		lines.WriteString(string(raw) + "\n")
	}
	folder := filepath.Join(d.Path(), "r1.data")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("all.jsonl", lines.String())
	write("torn.jsonl", lines.String()+`{"id":"d"`)
	few := []recreate.Difference{{ID: "a"}}
	for name, c := range map[string]struct {
		run   recreate.Run
		most  int
		want  string
		fails string
	}{
		"all of them":        {run: recreate.Run{Verified: &recreate.Verified{File: "r1.data/all.jsonl", Differences: few}}, most: 9, want: "a b c"},
		"enough":             {run: recreate.Run{Verified: &recreate.Verified{File: "r1.data/all.jsonl"}}, most: 2, want: "a b"},
		"of a proof":         {run: recreate.Run{Proof: &recreate.Proof{Verified: &recreate.Verified{File: "r1.data/all.jsonl"}}}, most: 9, want: "a b c"},
		"without a file":     {run: recreate.Run{Verified: &recreate.Verified{Differences: few}}, most: 9, want: "a"},
		"nothing compared":   {run: recreate.Run{}, most: 9},
		"torn":               {run: recreate.Run{Verified: &recreate.Verified{File: "r1.data/torn.jsonl"}}, most: 9, want: "a b c", fails: "unexpected EOF"},
		"gone":               {run: recreate.Run{Verified: &recreate.Verified{File: "r1.data/x"}}, most: 9, fails: "no such file"},
		"of another folder":  {run: recreate.Run{Verified: &recreate.Verified{File: "../x"}}, most: 9, fails: "no file beside"},
		"of another machine": {run: recreate.Run{Verified: &recreate.Verified{File: "/etc/passwd"}}, most: 9, fails: "no file beside"},
	} {
		var got []string
		err := d.Differences(t.Context(), &c.run, func(d *recreate.Difference) bool { got = append(got, d.ID); return len(got) < c.most })
		if strings.Join(got, " ") != c.want || (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Differences(ctx, &recreate.Run{Verified: &recreate.Verified{File: "r1.data/all.jsonl"}}, func(*recreate.Difference) bool { return true }); err == nil {
		t.Error("who leaves reads on")
	}
}

// telling is a performer that tells how far it is, and what others see of it.
type telling struct {
	does func(tell func(recreate.Progress))
}

func (p *telling) Perform(_ context.Context, _ *recreate.Run, _ recreate.Effect, tell func(recreate.Progress)) recreate.Event {
	p.does(tell)
	src := source()
	return recreate.Event{Kind: recreate.EventDone, At: start(), Observed: &recreate.Observation{Source: &src}}
}

// TestOthersSeeHowFarAnEffectIs reads a run while another program carries its effect out.
func TestOthersSeeHowFarAnEffectIs(t *testing.T) {
	t.Parallel()
	p := &telling{}
	d := Open(t.TempDir(), p, start) // whose clock stands still
	b, err := d.Begin(plan("run-1"))
	if err != nil {
		t.Fatal(err)
	}
	e := approve(t, b)
	see := func() *recreate.Doing {
		k, err := Open(d.Path(), nil, start).Read("run-1")
		if err != nil {
			t.Fatal(err)
		}
		return k.Doing
	}
	p.does = func(tell func(recreate.Progress)) {
		if got := see(); got != nil {
			t.Errorf("before anything is told it sees %+v", got)
		}
		tell(recreate.Progress{Moving: &recreate.Moving{Stage: "copying", Bytes: 5e9, BytesTotal: 20e9}})
		want := recreate.Doing{Effect: e.ID, At: start(), Says: "copying, 5.0 GB of 20.0 GB"}
		if got := see(); got == nil || *got != want {
			t.Errorf("it sees %+v", got)
		}
		tell(recreate.Progress{Moving: &recreate.Moving{Stage: "comparing"}}) // within the same second
		if got := see(); got == nil || *got != want {
			t.Errorf("within a second it sees %+v", got)
		}
	}
	if _, err := b.Perform(t.Context(), e, nil); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(d.Path(), "*"+doingSuffix+"*")); len(left) > 0 || see() != nil {
		t.Errorf("%v are left", left)
	}
}
