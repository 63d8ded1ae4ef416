package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
)

// signedIn is a backend that may write, and what its snapshots fail with.
type signedIn struct {
	*backend
	fails error
}

func (*signedIn) Unlock(string, string) error { return nil }

func (b *signedIn) Snapshot(ctx context.Context, t model.Target, name string) (recreate.Snapshot, error) {
	if b.fails != nil {
		return recreate.Snapshot{}, b.fails
	}
	return b.backend.Snapshot(ctx, t, name)
}

// fullFolder are journals to which none can be added, the plan of the one that was to be, and
// what each reading of them finds.
type fullFolder struct {
	drive.Runs
	found func(reading int) ([]recreate.Kept, error)
	plan  *recreate.Plan
	lists int
}

func (f *fullFolder) Stamps(func(string) bool) (map[string]string, error) { return nil, nil }

func (f *fullFolder) List() ([]recreate.Kept, error) {
	f.lists++
	if f.found == nil {
		return nil, nil
	}
	return f.found(f.lists)
}

func (f *fullFolder) Begin(p recreate.Plan) (drive.Book, error) {
	f.plan = &p
	return nil, errors.New("no space left")
}

// planned is a plan in a file, and its fingerprint.
func planned(t *testing.T) (path, fingerprint string) {
	t.Helper()
	o := command(t, planWorld(), "plan", "churn", "--region", "eu-west-1", "-o", "json")
	var got struct{ Fingerprint string }
	if err := json.Unmarshal([]byte(o.stdout), &got); err != nil {
		t.Fatalf("%v: %s%s", err, o.stdout, o.stderr)
	}
	path = filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(path, []byte(o.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, got.Fingerprint
}

func TestWhatAPlanIsAppliedTo(t *testing.T) {
	t.Parallel()
	const id = "7f3c2a9be1d0"
	failing := func(f *recreate.Facts) {
		f.NameTaken = recreate.Know(&recreate.Snapshot{Name: "churn-net", Status: model.StatusInService})
	}
	own := func(change func(*recreate.Kept)) []recreate.Kept { return []recreate.Kept{aRun(id, change)} }
	for name, c := range map[string]struct {
		world   func([]model.Batch)
		facts   func(*recreate.Facts)
		fails   error
		found   func(reading int) ([]recreate.Kept, error)
		code    int
		ends    string
		says    string
		planned bool // the run was to be begun
	}{
		"as it was planned": {code: 6, ends: "not tried at create", says: "no space left", planned: true},
		"its source is gone": {
			fails: model.Problem{Kind: model.KindNotFound, Message: "not here"}, code: 5, ends: "drift at create", says: "the source churn does not exist any more",
		},
		"its source is not shown": {fails: model.Problem{Kind: model.KindDenied, Message: "not allowed"}, code: 6, ends: "not tried at create", says: "not allowed"},
		"AWS does not answer":     {fails: errors.New("no answer"), code: 6, ends: "not tried at create", says: "no answer"},
		"its source has changed": {
			world: func(w []model.Batch) { w[0].Notebooks[2].InstanceType = "ml.m5.xlarge" }, code: 5, ends: "drift at create",
			says: `InstanceType of the source was "ml.t3.medium", and is "ml.m5.xlarge"`,
		},
		"a check fails": {facts: failing, code: 6, ends: "not tried at create", says: "preflight has failed checks, so nothing was begun"},
		"a check fails, and the journals cannot be read any more": {
			facts: failing, code: 6, ends: "not tried at create", says: "preflight has failed checks, so nothing was begun",
			found: func(reading int) ([]recreate.Kept, error) {
				if reading > 2 {
					return own(nil), errors.New("no list")
				}
				return nil, nil
			},
		},
		"a check fails, as another program has begun the run": {
			facts: failing, code: 5, ends: "held at create", says: "is held by process 7",
			found: func(reading int) ([]recreate.Kept, error) {
				if reading > 2 { // after the driver's first, and that of preflight
					return own(func(k *recreate.Kept) { k.HeldBy = "process 7" }), nil
				}
				return nil, nil
			},
		},
		"its source has another run": {
			code: 5, ends: "other run at create", says: "churn has an open run already: 9999",
			found: func(int) ([]recreate.Kept, error) {
				return []recreate.Kept{aRun("9999", func(k *recreate.Kept) {
					k.Run.Plan.Source.ARN, k.Run.Plan.Source.Name = known("churn", "111122223333", "eu-west-1").ARN, "churn"
				})}, nil
			},
		},
		"its run goes by another plan": {
			code: 5, ends: "drift at create", says: "run " + id + " goes by another plan by now, with the fingerprint ",
			found: func(int) ([]recreate.Kept, error) { return own(nil), nil },
		},
		"its run cannot be read": {
			code: 5, ends: "unreadable at create", says: "journal damaged",
			found: func(int) ([]recreate.Kept, error) {
				return own(func(k *recreate.Kept) { k.Damaged = "record 2: odd" }), nil
			},
		},
		"its run is held elsewhere": {
			code: 5, ends: "held at create", says: "is held by process 7",
			found: func(int) ([]recreate.Kept, error) { return own(func(k *recreate.Kept) { k.HeldBy = "process 7" }), nil },
		},
		"the journals cannot be read": {
			code: 6, ends: "not tried at create", says: "no list",
			found: func(int) ([]recreate.Kept, error) { return nil, errors.New("no list") },
		},
	} {
		path, fingerprint := planned(t)
		w := planWorld()
		if c.world != nil {
			c.world(w)
		}
		var asked model.ScanRequest
		disk := &fullFolder{found: c.found}
		o := commandIn(t, Env{
			Args: []string{"apply", path, "--approve", fingerprint, "--policy", "restrict"},
			Now:  func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) },
			Open: func(context.Context, Settings) (Session, error) {
				b := &signedIn{backend: &backend{batches: w, asked: &asked, facts: c.facts}, fails: c.fails}
				return Session{Backend: b, Runs: disk, Close: func() error { return nil }}, nil
			},
		})
		if want := fmt.Sprintf("run %s: %s\n", id, c.ends); o.code != c.code || !strings.HasSuffix(o.stdout, want) || !strings.Contains(o.stderr, c.says) || (disk.plan != nil) != c.planned {
			t.Errorf("%s: exit %d, begun %v\n%s%s", name, o.code, disk.plan != nil, o.stdout, o.stderr)
		}
		if p := disk.plan; p != nil && (p.RunID != id || p.Fingerprint() != fingerprint || p.Policy != model.PolicyRestrict || len(p.Checks) == 0) {
			t.Errorf("%s: the plan is %+v", name, p)
		}
	}
}

func TestAPlanIsApprovedByItsFingerprintAlone(t *testing.T) {
	t.Parallel()
	path, fingerprint := planned(t)
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"none":       {nil, "--approve: give the fingerprint of the plan that you approve: " + path + " has " + fingerprint},
		"another":    {[]string{"--approve", "1-00"}, "--approve 1-00: " + path + " has the fingerprint " + fingerprint},
		"no step":    {[]string{"--approve", fingerprint, "--until", "ever"}, `--until "ever": use create, wait, copy, verify or stop`},
		"no journal": {[]string{"--approve", fingerprint}, "there is no place for the journals of runs"},
	} {
		o := commandIn(t, Env{
			Args: append([]string{"apply", path}, c.args...), Now: time.Now,
			Open: func(context.Context, Settings) (Session, error) {
				return Session{Close: func() error { return nil }}, nil
			},
		})
		if o.code == ExitOK || !strings.Contains(o.stderr, c.says) {
			t.Errorf("%s: exit %d, %s", name, o.code, o.stderr)
		}
	}
}
