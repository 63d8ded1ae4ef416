package mover

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nbscope/aws/jupyter"
	"nbscope/model"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// TestAnObjectForEachPartIsGoneOnceItIsUnpacked looks at what the bucket sees of a copy.
func TestAnObjectForEachPartIsGoneOnceItIsUnpacked(t *testing.T) {
	t.Parallel()
	for _, versions := range []bool{false, true} {
		w := newWorldBy(t, S3)
		w.s3.versions = versions
		var last Progress
		must(t, w.job.Copy(t.Context(), func(p Progress) {
			if p.Phase == Streaming {
				last = p
			}
		}))
		if last.By != S3 || last.Way != "S3" || last.Part < 5 || last.Files != 40 || last.TotalFiles != 40 || last.Part != last.Parts || last.Why != "" {
			t.Errorf("%+v", last)
		}
		if len(w.s3.objects) > 0 {
			t.Errorf("objects are left with the last part: %v", w.s3.objects)
		}
		counts := map[string]int{}
		for _, l := range w.s3.log {
			op, key, _ := strings.Cut(l, " ")
			counts[op]++
			if at := key[strings.LastIndex(key, " ")+1:]; at != "" && !strings.HasPrefix(at, "nbscope/7f3c/") {
				t.Errorf("a key is not the run's: %s", l)
			}
		}
		if parts := int(last.Parts); counts["put"] != parts+1 || counts["delete"] < parts+1 || counts["ready"] != 1 {
			t.Errorf("%d parts: %v", last.Parts, counts)
		}
		if w.s3.most > 2*w.job.pace.objects && !versions {
			t.Errorf("%d objects at a time", w.s3.most)
		}
		w.proven(t)
	}
}

// TestWhatDoesNotGoByItsURLGetsAnother has every kind of failure meet parts on both ways.
func TestWhatDoesNotGoByItsURLGetsAnother(t *testing.T) {
	t.Parallel()
	for op, codes := range map[string][]string{
		"PUT": {"HTTP 403", "HTTP 400", "HTTP 503", "curl 28", "ConnectionResetError"},
		"GET": {"HTTP 403", "HTTP 404", "another content", "lost", "curl 18", "IncompleteRead"},
	} {
		for _, code := range codes {
			w := newWorldBy(t, S3)
			times := 0
			w.s3.mood = func(method, key string) string {
				times++
				if method != op || strings.Contains(key, "/try-") || times%3 > 0 {
					return ""
				}
				return code
			}
			var retries int64
			must(t, w.job.Copy(t.Context(), func(p Progress) { retries = max(retries, p.Retries) }))
			w.proven(t)
			if retries < 2 {
				t.Errorf("%s, %s: %d parts went again", op, code, retries)
			}
		}
	}
}

// TestNoWayToTheBucketIsSaid refuses either notebook, with the first object or later on.
func TestNoWayToTheBucketIsSaid(t *testing.T) {
	t.Parallel()
	for code, says := range map[string]string{"HTTP 403": "refused (HTTP 403)", "curl 28": "no answer comes in time", "gaierror": "is not found", "HTTP 307": "HTTP 307"} {
		for op, side := range map[string]manifest.Side{"PUT": manifest.Source, "GET": manifest.Replacement} {
			for _, late := range []bool{false, true} {
				w := newWorldBy(t, S3)
				shut := true
				w.s3.mood = func(method, key string) string {
					if !shut || method != op || late && strings.Contains(key, "/try-") {
						return ""
					}
					return code
				}
				err := w.job.Copy(t.Context(), nil)
				e := &Error{}
				if !errors.Is(err, ErrNoWay) || !errors.As(err, &e) || e.Side != side || !strings.Contains(e.Error(), says) || e.Problem().Kind != model.KindNetwork || !strings.Contains(e.Hint(), "relay") {
					t.Fatalf("%s %s: %v", op, code, err)
				}
				shut = false
				must(t, w.again().Copy(t.Context(), nil))
				w.proven(t)
			}
		}
	}
}

// TestTheChoiceIsMadeByWhatIsThere leaves the choice free.
func TestTheChoiceIsMadeByWhatIsThere(t *testing.T) {
	t.Parallel()
	denied := model.Problem{Kind: model.KindDenied, Message: "not authorized to perform: s3:ListBucket"}
	for name, c := range map[string]struct {
		spoil func(w *world)
		by    Transport
		why   string
	}{
		"much, and a way":        {func(*world) {}, S3, "both notebooks reach the bucket"},
		"little":                 {func(w *world) { w.job.pace.many = 1 << 30 }, Relay, "so little needs no bucket"},
		"just enough":            {func(w *world) { w.job.pace.many = w.source.bytes() }, S3, "both notebooks reach the bucket"},
		"a byte too little":      {func(w *world) { w.job.pace.many = w.source.bytes() + 1 }, Relay, "so little needs no bucket"},
		"no bucket":              {func(w *world) { w.job.Bucket = "" }, Relay, "no bucket is named"},
		"no S3 in the session":   {func(w *world) { w.job.Stores = nil }, Relay, "no way to S3"},
		"no way from the source": {func(w *world) { w.s3.mood = func(string, string) string { return "curl 28" } }, Relay, "churn (source): the notebook does not get to the bucket: no answer"},
		"no way from the new one": {func(w *world) {
			w.s3.mood = func(m, _ string) string { return map[string]string{"GET": "HTTP 403"}[m] }
		}, Relay, "churn-nbscope (replacement)"},
		"a bucket that refuses": {func(w *world) {
			w.s3.fault = func(op, _ string) error { return map[string]error{"ready": denied}[op] }
		}, Relay, "s3:ListBucket"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldBy(t, Auto)
			c.spoil(w)
			var last Progress
			must(t, w.job.Copy(t.Context(), func(p Progress) { last = p }))
			w.proven(t)
			if last.By != c.by || !strings.Contains(last.Why, c.why) {
				t.Errorf("%s, %q", last.By, last.Why)
			}
			w.source.tree["file01"] = "changed"
			tried := len(w.s3.log)
			must(t, w.again().Copy(t.Context(), func(p Progress) { last = p }))
			w.proven(t)
			if last.By != c.by || c.by == Relay && len(w.s3.log) > tried {
				t.Errorf("the second time %s: %v", last.By, w.s3.log[tried:])
			}
		})
	}
}

// TestAnotherTransportInTheMiddle takes another one up after any number of calls.
func TestAnotherTransportInTheMiddle(t *testing.T) {
	t.Parallel()
	for from, to := range map[Transport]Transport{S3: Relay, Relay: S3} {
		for at := 5; at < 120; at += 7 {
			w := newWorldBy(t, from)
			w.replaced.ways = []jupyter.Measured{{Way: contents, In: 1}}
			ctx, cancel := context.WithCancel(t.Context())
			n := 0
			w.source.fault = func(string, string) error {
				n++
				if n == at {
					cancel()
				}
				return nil
			}
			if err := w.job.Copy(ctx, nil); err != nil && !errors.Is(err, ErrDetached) {
				t.Errorf("%v", err)
			}
			cancel()
			w.job.Transport = to
			must(t, w.again().Copy(t.Context(), nil))
			w.proven(t)
		}
	}
}

// TestAStreamOfAnEarlierVersionGoesOn reads a state that does not say by which transport:
// there was only one.
func TestAStreamOfAnEarlierVersionGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.replaced.turns = func(v transfer.Verb, s *played) {
		if v == transfer.Receive && s.st.Fed > 2 {
			cancel()
		}
	}
	if err := w.job.Copy(ctx, nil); !errors.Is(err, ErrDetached) {
		t.Errorf("%v", err)
	}
	at := filepath.Join(w.job.Folder, "copy.json")
	raw, err := os.ReadFile(at)
	must(t, err)
	var members map[string]any
	must(t, json.Unmarshal(raw, &members))
	delete(members, "by")
	if members["begun"] != true {
		t.Fatalf("%s", raw)
	}
	raw, err = json.Marshal(members)
	must(t, err)
	must(t, os.WriteFile(at, raw, 0o600))
	rounds := 0
	must(t, w.again().Copy(t.Context(), func(p Progress) { rounds = max(rounds, p.Round) }))
	w.proven(t)
	if rounds != 1 {
		t.Errorf("it took %d streams", rounds)
	}
}

// TestTheStoreFails has the operator's own calls fail, at once or in the middle.
func TestTheStoreFails(t *testing.T) {
	t.Parallel()
	expired := model.Problem{Kind: model.KindExpired, Message: "the token has expired", Hint: "sign in"}
	for _, op := range []string{"ready", "sign PUT", "sign GET"} {
		for after := range 3 {
			w := newWorldBy(t, S3)
			times := 0
			w.s3.fault = func(o, _ string) error {
				if o != op {
					return nil
				}
				times++
				if times > after {
					return expired
				}
				return nil
			}
			err := w.job.Copy(t.Context(), nil)
			if op == "ready" && after > 0 {
				must(t, err) // it is asked once
				continue
			}
			e := &Error{}
			if !errors.Is(err, ErrStore) || !errors.As(err, &e) || e.Problem() != expired {
				t.Errorf("%s: %v", op, err)
			}
			w.s3.fault = nil
			must(t, w.again().Copy(t.Context(), nil))
			w.proven(t)
		}
	}
}

// TestVersionsThatMayNotBeListed are none where the bucket keeps none, and are said where
// it does.
func TestVersionsThatMayNotBeListed(t *testing.T) {
	t.Parallel()
	for _, versions := range []bool{false, true} {
		w := newWorldBy(t, S3)
		w.s3.versions = versions
		w.s3.fault = func(op, _ string) error {
			if op == "list versions" {
				return errors.New("not authorized to perform: s3:ListBucketVersions")
			}
			return nil
		}
		must(t, w.job.Copy(t.Context(), nil))
		w.proven(t)
		if err := w.again().Clean(t.Context()); errors.Is(err, ErrLeft) != versions {
			t.Errorf("it keeps versions %v: %v", versions, err)
		}
	}
}

// TestAKillBetweenPutAndAnswerLeavesNothing ends the first object's way before it is known
// that the bucket keeps versions.
func TestAKillBetweenPutAndAnswerLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorldBy(t, S3)
	w.s3.versions = true
	ctx, cancel := context.WithCancel(t.Context())
	w.s3.mood = func(string, string) string { cancel(); return "" }
	if err := w.job.Copy(ctx, nil); !errors.Is(err, ErrDetached) || len(w.s3.objects) != 1 {
		t.Errorf("%v, %v", err, w.s3.objects)
	}
	must(t, w.again().Clean(t.Context()))
	w.leftNothing(t)
}

// TestWhatCannotBeDeletedIsSaid has the bucket refuse to delete and to list.
func TestWhatCannotBeDeletedIsSaid(t *testing.T) {
	t.Parallel()
	denied := errors.New("not authorized to perform: s3:DeleteObject")
	for _, op := range []string{"delete", "list"} {
		w := newWorldBy(t, S3)
		w.s3.fault = func(o, key string) error {
			if strings.HasPrefix(o, op) && !strings.Contains(key, "/try-") {
				return denied
			}
			return nil
		}
		must(t, w.job.Copy(t.Context(), nil)) // the data is there
		w.proven(t)
		err := w.again().Clean(t.Context())
		e := &Error{}
		if !errors.Is(err, ErrLeft) || !errors.As(err, &e) || !strings.Contains(e.Error(), "s3://data/nbscope/7f3c/") || !strings.Contains(e.Error(), denied.Error()) || e.Hint() == "" {
			t.Errorf("%s: %v", op, err)
		}
		if op == "delete" && len(w.s3.objects) == 0 {
			t.Error("there is nothing that could not be deleted")
		}
		w.s3.fault = nil
		must(t, w.again().Clean(t.Context()))
		w.leftNothing(t)
	}
}
