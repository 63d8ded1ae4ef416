package aws

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/recreate"
)

const repository = "https://git.example/team/forecasting.git"

// newHouse is a bench whose notebooks have Jupyter servers with files. The source has a
// repository, and its data is moved by relay.
func newHouse(t *testing.T) *bench {
	t.Helper()
	for _, needs := range []string{"python3", "tar", "flock", "git"} {
		if _, err := exec.LookPath(needs); err != nil {
			t.Skip("there is no " + needs + " here, which the notebooks of this test run")
		}
	}
	s, _ := world(t, func(o *sim.Options) {
		o.TimeScale, o.Accounts, o.Notebooks, o.Labs, o.Furnished, o.Temp = 6000, 1, 40, true, true, t.TempDir()
	})
	url, err := s.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	b := &bench{t: t, s: s, target: model.Target{Account: s.World().Accounts[0].ID, Region: s.World().Regions[0].Name}}
	b.c = simClient(t, s, url, func(o *Options) {
		o.AllowWrite, o.LookEvery = true, 20*time.Millisecond
		o.Mover = &Copier{Runs: t.TempDir(), Now: time.Now}
	})
	t.Cleanup(b.c.Close)
	b.change(sim.Change{
		Op: "add", Name: "churn", SubnetID: b.subnet(), DirectInternetAccess: model.Disabled, RootAccess: model.Enabled,
		InstanceType: "ml.t3.medium", VolumeSizeInGB: 20, CodeRepository: repository,
	})
	b.plan(recreate.Enable)
	b.run.Plan.Transport = recreate.TransportRelay
	data := filepath.Join(b.opened("churn"), "data")
	if err := os.Mkdir(data, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		name := filepath.Join(data, fmt.Sprintf("%02d.csv", i))
		if err := os.WriteFile(name, bytes.Repeat([]byte{byte(i)}, 50_000), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// opened is the folder of a notebook.
func (b *bench) opened(name string) string {
	b.t.Helper()
	if _, err := b.c.Presign(b.t.Context(), b.target, name); err != nil {
		b.t.Fatal(err)
	}
	labs := labsOf(b.t, b.c.opt.EndpointURL)
	i := slices.IndexFunc(labs, func(l sim.Lab) bool { return strings.HasSuffix(l.ARN, "/"+name) })
	if i < 0 {
		b.t.Fatalf("%s has no Jupyter", name)
	}
	return labs[i].Root
}

// moved looks into both notebooks, copies and compares.
func (b *bench) moved() recreate.Verified {
	b.t.Helper()
	found := b.must(b.effect(recreate.EffectSurvey, ""))
	b.run.Inside = &recreate.Surveyed{Survey: *found.Surveyed}
	b.must(b.effect(recreate.EffectCopy, ""))
	return *b.must(b.effect(recreate.EffectVerify, "")).Verified
}

// TestASourceIsLookedIntoAndCopied goes from the look before the creation to a proof.
func TestASourceIsLookedIntoAndCopied(t *testing.T) {
	t.Parallel()
	b := newHouse(t)
	root := b.opened("churn")
	shut := filepath.Join(root, "keys")
	if err := os.WriteFile(shut, []byte("k"), 0); err != nil {
		t.Fatal(err)
	}
	got, err := b.c.Survey(t.Context(), &b.run.Plan)
	if err != nil {
		t.Fatal(err)
	}
	n := &got.Source
	if got.Replacement != nil || n.Files < 40 || n.Bytes < 2e6 || n.Entries <= n.Files || n.Free <= 0 || n.Inodes <= 0 || n.Python == "" || len(n.Ways) == 0 || n.Ways[0].In <= 0 || n.S3 == nil || got.At.IsZero() {
		t.Errorf("%+v", got)
	}
	if os.Getuid() != 0 && (n.Unread != 1 || len(n.Unreadable) != 1 || n.Unreadable[0].Path != "keys") {
		t.Errorf("of what cannot be read it says %d, %v", n.Unread, n.Unreadable)
	}
	if len(n.Clones) != 1 || n.Clones[0] != (recreate.Clone{Folder: "forecasting", State: recreate.CloneClean}) {
		t.Errorf("the clones are %+v", n.Clones)
	}
	if err := os.Remove(shut); err != nil {
		t.Fatal(err)
	}
	if names := work(t, root); len(names) > 0 {
		t.Errorf("the look has left %v", names)
	}
	if w := b.written(); len(w) > 0 {
		t.Errorf("the account was changed: %v", w)
	}

	b.must(b.effect(recreate.EffectCreate, recreate.SideReplacement))
	b.must(b.effect(recreate.EffectWait, recreate.SideReplacement, model.StatusInService))
	b.run.Created = true
	v := b.moved()
	if again := b.run.Inside.Survey.ClonedAgain; !slices.Equal(again, []string{"forecasting"}) || b.run.Inside.Survey.Replacement == nil {
		t.Errorf("cloned again are %v", again)
	}
	if !v.Flawless() || v.Source.Files < 40 {
		t.Fatalf("%+v", v)
	}
	for _, root := range []string{root, b.opened("churn-net")} {
		if names := work(t, root); len(names) > 0 {
			t.Errorf("%v are left in %s", names, root)
		}
	}
}

// TestAChangeInACloneIsNotLost changes a clone after it was found to be in the replacement.
func TestAChangeInACloneIsNotLost(t *testing.T) {
	t.Parallel()
	b := newHouse(t)
	b.must(b.effect(recreate.EffectCreate, recreate.SideReplacement))
	b.must(b.effect(recreate.EffectWait, recreate.SideReplacement, model.StatusInService))
	b.run.Created = true
	if v := b.moved(); !v.Flawless() {
		t.Fatalf("%+v", v)
	}
	if err := os.WriteFile(filepath.Join(b.opened("churn"), "forecasting", "late.txt"), []byte("late"), 0o600); err != nil {
		t.Fatal(err)
	}
	v := *b.must(b.effect(recreate.EffectVerify, "")).Verified
	if v.Proven() || !slices.ContainsFunc(v.Differences, func(d recreate.Difference) bool { return d.Path == "forecasting/late.txt" && d.Status == "missing" }) {
		t.Errorf("%+v", v)
	}
}

// work are names that something of ours has left in a notebook.
func work(t *testing.T, root string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.Contains(e.Name(), "nbscope") {
			out = append(out, e.Name())
		}
	}
	return out
}

func TestASourceThatCannotBeLookedIntoIsSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Options)
		meddle func(*bench)
		kind   model.ProblemKind
		says   string
	}{
		"writes that are locked": {change: func(o *Options) { o.AllowWrite = false }, says: "writes are locked"},
		"no mover":               {change: func(o *Options) { o.Mover = nil }, kind: model.KindConflict, says: "cannot look into"},
		"a source that stopped":  {meddle: func(b *bench) { b.change(sim.Change{Op: "set", Name: "churn", Status: "Stopped"}) }, kind: model.KindConflict, says: "churn is Stopped"},
		"another of its name":    {meddle: func(b *bench) { b.run.Plan.Source.Created = time.Unix(1, 0) }, kind: model.KindNotFound, says: "not the notebook of the plan"},
		"an error of its own":    {change: func(o *Options) { o.Mover = &carrier{fails: []error{full{}}} }, kind: model.KindLimit, says: "the disk is full"},
		"another error":          {change: func(o *Options) { o.Mover = &carrier{fails: []error{errors.New("odd")}} }, kind: model.KindService, says: "churn: odd"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(o *Options) {
				o.Mover = &carrier{}
				if c.change != nil {
					c.change(o)
				}
			})
			if c.meddle != nil {
				c.meddle(b)
			}
			_, err := b.c.Survey(t.Context(), &b.run.Plan)
			p, ok := errors.AsType[model.Problem](err)
			if !ok || c.kind != "" && p.Kind != c.kind || !strings.Contains(p.Error(), c.says) {
				t.Errorf("%T %v", err, err)
			}
		})
	}
}
