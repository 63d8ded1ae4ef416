package mover

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"nbscope/aws/jupyter"
	"nbscope/model"
	"nbscope/model/transfer"
)

// What names an idle stop by any of its words is one, however it is written; a comment is not.
func TestTheLinesOfACrontabThatStopAnIdleNotebook(t *testing.T) {
	t.Parallel()
	for crontab, want := range map[string]string{
		"":                                "",
		"@daily /usr/bin/backup.sh\n":     "",
		"*/5 * * * * python3 autostop.py": "*/5 * * * * python3 autostop.py",
		"*/5 * * * * /opt/Auto-Stop":      "*/5 * * * * /opt/Auto-Stop",
		"*/5 * * * * aws sagemaker stop-notebook-instance --notebook-instance-name a": "*/5 * * * * aws sagemaker stop-notebook-instance --notebook-instance-name a",
		"  @hourly /opt/when-idle.sh  ":                                               "@hourly /opt/when-idle.sh",
		"# autostop.py\n #idle\n":                                                     "",
		"# idle\n@hourly /opt/idle\n@daily /opt/other\n@hourly autostop\n":            "@hourly /opt/idle\n@hourly autostop",
	} {
		if got := stopping(crontab); got != want {
			t.Errorf("%q: got %q, want %q", crontab, got, want)
		}
	}
}

func TestALookLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.replaced.ways = []jupyter.Measured{{Way: "kernel", In: 2, Out: 3}, {Way: contents, Err: errors.New("no")}}
	s, err := w.job.Look(t.Context())
	must(t, err)
	if s.Source.Files != 40 || s.Source.Free != 500<<10 || s.Source.Python != "3.7" || !s.Source.Curl || s.Source.Sudo || s.Source.Root != "/home/source" ||
		s.Source.AutoStop != "*/5 * * * * /usr/bin/python3 autostop.py --time 3600" {
		t.Errorf("%+v", s.Source)
	}
	if s.Replacement == nil || len(s.Replacement.Ways) != 2 || s.Replacement.Ways[1].Why != "no" {
		t.Errorf("%+v", s.Replacement)
	}
	w.job.Replacement = Side{}
	w.source.tools = "uid 1000\n"
	s, err = w.job.Look(t.Context())
	if !errors.Is(err, ErrNoPython) || s.Replacement != nil || s.Source.Files != -1 || s.Source.Free != -1 {
		t.Errorf("%+v, %v", s, err)
	}
	w.source.fault = func(string, string) error { return fault(jupyter.ErrRefused) }
	s, err = w.job.Look(t.Context())
	unknown := Sight{UID: -1, Size: -1, Free: -1, Inodes: -1, Files: -1, Bytes: -1, Entries: -1, Excluded: -1, Changing: -1, Unread: -1}
	if !errors.Is(err, ErrRefused) || !reflect.DeepEqual(s.Source, unknown) {
		t.Errorf("of what lets nobody in it says %+v, %v", s.Source, err)
	}
	for _, n := range []*notebook{w.source, w.replaced} {
		if len(n.files) > 0 {
			t.Errorf("%v is left", n.files)
		}
	}
}

// TestAKilledLookIsTakenAway ends a look at every call, so that it cannot take away what it
// brought. What comes next does: another look, or the end of the copy.
func TestAKilledLookIsTakenAway(t *testing.T) {
	t.Parallel()
	whole, left := newWorldBy(t, Relay), 0
	_, err := whole.job.Look(t.Context())
	must(t, err)
	calls := whole.source.calls + whole.replaced.calls
	for at := 1; at < calls; at++ {
		w := newWorldBy(t, Relay)
		var n atomic.Int64
		gone := func(string, string) error {
			if n.Add(1) > int64(at) {
				return fault(jupyter.ErrRefused)
			}
			return nil
		}
		w.source.fault, w.replaced.fault = gone, gone
		if _, err := w.job.Look(t.Context()); err == nil {
			t.Errorf("a look that ended at call %d of %d says that all is well", at, calls)
		}
		left += len(w.source.files) + len(w.replaced.files)
		w.source.fault, w.replaced.fault = nil, nil
		if at%2 == 0 {
			_, err := w.again().Look(t.Context())
			must(t, err)
		} else {
			must(t, w.again().Copy(t.Context(), nil))
			w.proven(t)
			must(t, w.again().Clean(t.Context()))
		}
		w.leftNothing(t)
	}
	if left == 0 {
		t.Error("no look has left anything: none was ended in the middle")
	}
}

// TestAKernelKeepsANotebookBusy has the heartbeat go through a kernel where that is asked
// for, and as ever where no kernel starts.
func TestAKernelKeepsANotebookBusy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		awake, kernels bool
		want           string
	}{"asked for": {true, true, "kernel"}, "no kernel starts": {true, false, contents}, "not asked for": {false, true, contents}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldBy(t, Relay)
			w.job.KeepAwake = c.awake
			var mu sync.Mutex
			beats := map[string]int{}
			for _, n := range []*notebook{w.source, w.replaced} {
				n.send = func(way, name string, _ []byte) error {
					mu.Lock()
					defer mu.Unlock()
					if name == transfer.BeatFile {
						beats[string(n.side)+" by "+way]++
					}
					return nil
				}
				n.fault = func(op, _ string) error {
					if op == "kernel" && !c.kernels {
						return fault(jupyter.ErrFailed)
					}
					return nil
				}
			}
			must(t, w.job.Copy(t.Context(), nil))
			w.proven(t)
			if len(beats) != 2 || beats["source by "+c.want] == 0 || beats["replacement by "+c.want] == 0 {
				t.Errorf("the heartbeat went %v", beats)
			}
		})
	}
}

// TestSudoIsUsedWhereItIsGiven looks at the commands of a notebook with root access, whose
// sudo works, or is refused; and of one without.
func TestSudoIsUsedWhereItIsGiven(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ root, works bool }{"given": {true, true}, "refused": {true, false}, "disabled": {false, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldBy(t, Relay)
			for i, n := range []*notebook{w.source, w.replaced} {
				[]*Side{&w.job.Source, &w.job.Replacement}[i].Root = c.root
				n.sudo = c.works
			}
			must(t, w.job.Copy(t.Context(), nil))
			w.proven(t)
			for _, n := range []*notebook{w.source, w.replaced} {
				with := slices.ContainsFunc(n.log, func(l string) bool { return strings.HasPrefix(l, "shell sudo -n python3") })
				if with != (c.root && c.works) {
					t.Errorf("in the %s root is used: %v", n.side, with)
				}
			}
		})
	}
}

// TestALookTriesTheBucket has one object go from the one to the other, or to nobody.
func TestALookTriesTheBucket(t *testing.T) {
	t.Parallel()
	denied := model.Problem{Kind: model.KindDenied, Message: "not authorized"}
	mood := func(method string) func(w *world) {
		return func(w *world) {
			w.s3.mood = func(m, _ string) string { return map[string]string{method: "HTTP 403"}[m] }
		}
	}
	refuses := func(what string) func(w *world) {
		return func(w *world) {
			w.s3.fault = func(op, _ string) error { return map[string]error{what: denied}[op] }
		}
	}
	const none = "-"
	for name, c := range map[string]struct {
		spoil            func(w *world)
		source, replaced string // a part of why; "" for reached, none for not tried
	}{
		"it gets through":        {func(*world) {}, "", ""},
		"versions are kept":      {func(w *world) { w.s3.versions = true }, "", ""},
		"the source is refused":  {mood("PUT"), "(source): the notebook does not get to the bucket: it is refused", none},
		"the other is refused":   {mood("GET"), "", "(replacement): the notebook does not get to the bucket: it is refused"},
		"the user is":            {refuses("ready"), "not authorized", none},
		"nobody may sign a PUT":  {refuses("sign PUT"), "not authorized", none},
		"the source alone":       {func(w *world) { w.job.Replacement = Side{} }, "", none},
		"no bucket is named":     {func(w *world) { w.job.Bucket = "" }, none, none},
		"nobody has a way to S3": {func(w *world) { w.job.Stores = nil }, none, none},
		"relay is chosen":        {func(w *world) { w.job.Transport = Relay }, none, none},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldBy(t, S3)
			stores, to, bucket := w.job.Stores, w.job.Replacement, w.job.Bucket
			c.spoil(w)
			s, err := w.job.Look(t.Context())
			must(t, err)
			got := []*Reach{s.Source.Bucket, nil}
			if s.Replacement != nil {
				got[1] = s.Replacement.Bucket
			}
			for i, want := range []string{c.source, c.replaced} {
				r := got[i]
				if (want == none) != (r == nil) || r != nil && (r.Bucket != "data" || want == "" && r.Why != "" || !strings.Contains(r.Why, want)) {
					t.Errorf("%q: %+v", want, r)
				}
			}
			w.leftNothing(t)
			w.job.Stores, w.job.Replacement, w.job.Bucket = stores, to, bucket // for what cleans
		})
	}
	w := newWorldBy(t, S3)
	refuses("delete")(w)
	if _, err := w.job.Look(t.Context()); !errors.Is(err, ErrLeft) || !strings.Contains(err.Error(), "s3://data/nbscope/7f3c/try-") {
		t.Errorf("of an object that cannot be deleted it says %v", err)
	}
}
