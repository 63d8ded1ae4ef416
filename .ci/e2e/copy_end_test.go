//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model/transfer"
)

// TestCopyGoesOnAfterKills kills either end, with its tar or without, or the client, at
// random moments; what comes next is told by manifests. NBSCOPE_KILLS says how often.
func TestCopyGoesOnAfterKills(t *testing.T) {
	t.Parallel()
	k := killing(t, 12)
	for round := 0; k.done < k.most; round++ {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			source, replacement := homes(t, []int{0, nobody}[round%2])
			source.fill(1000, "100M")
			source.shell(`for i in 1 2 3 4 5 6 7 8; do head -c 2500000 /dev/urandom >big$i; done`)
			before := source.snapshot(t)
			for n := 1; ; n++ {
				s := newStream(source, replacement, n)
				if arrived, err := os.ReadDir(replacement.work(transfer.StageDir)); n > 1 && err == nil && len(arrived) > 0 { // else all is sent again
					_, all := proof(t, source, replacement, transfer.StageDir)
					if d := again(t, source, replacement, all); d.Again+d.Linked == 0 || len(all) == 1 && all[0].Path == "socket" {
						break
					}
					if n > 12 { // four are killed at most
						t.Fatalf("it does not come to an end: %q", names(all))
					}
					s.p.List, s.p.Changes = "list", "changes"
				}
				s.start()
				if n <= 4 && k.done < k.most {
					victim, after := k.dice.IntN(4), k.dice.Int64N(25)
					s.look = func(_, receive *transfer.Status) {
						if receive.Fed < after || receive.State == transfer.Done {
							return
						}
						s.look = nil
						k.kill([]string{"the source's end", "the replacement's end", "both ends", "the client"}[victim] + " | parts travel")
						switch victim {
						case 0, 1:
							_ = s.ends[victim].Process.Kill()
						case 2: // the whole notebook
							_ = s.ends[0].Process.Kill()
							_ = s.ends[1].Process.Kill()
						case 3: // the client, which keeps nothing but the name of the folder
							s.sent = map[int64]int{}
						}
					}
				}
				if err := s.carry(); err == nil {
					s.wait()
					continue
				}
				s.kill()
			}
			// And while it is put into place, over and over, until one lives to its end.
			for wait := time.Millisecond; ; wait = wait*3/2 + time.Millisecond {
				cmd := replacement.command(transfer.Place, transfer.Parameters{})
				must(t, cmd.Start())
				time.AfterFunc(wait, func() { _ = cmd.Process.Kill() })
				if cmd.Wait() == nil {
					break
				}
				k.kill("the replacement's end | it goes into place")
			}
			k.copies++
			c, all := proof(t, source, replacement, "")
			if got := names(all); !slices.Equal(got, []string{`"socket" missing`}) {
				t.Errorf("%+v: %q", c, got)
			}
			if got := replacement.snapshot(t); got != before {
				t.Errorf("find and sha256sum see another tree:\n%s", firstDifference(before, got))
			}
			closed(t, source, replacement)
		})
	}
}

// TestCopyEndsWithNothingLeft aborts, lets the heartbeat stop, and starts twice.
func TestCopyEndsWithNothingLeft(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		idle int
		end  func(source, replacement *home)
	}{
		"aborted": {600, func(source, replacement *home) {
			source.put(transfer.AbortFile, nil)
			replacement.put(transfer.AbortFile, nil)
		}},
		"no heartbeat": {5, func(*home, *home) {}},
		"cleaned":      {600, func(source, replacement *home) { closed(source.t, source, replacement) }},
	} {
		t.Run(name, func(t *testing.T) {
			source, replacement := homes(t, nobody)
			source.shell(`mkdir shut; head -c 9000000 /dev/urandom >shut/big; echo kept >kept; chmod 555 shut`)
			before := source.snapshot(t)
			s := newStream(source, replacement, 1)
			s.p.Idle = c.idle
			s.start()
			eventually(t, "a part", func() bool {
				st := source.status(transfer.Send)
				return st != nil && len(st.Parts) > 0
			})
			st := source.status(transfer.Send)
			s.move(st, &transfer.Status{})
			if out, err := source.command(transfer.Send, transfer.Parameters{Stream: "1"}).CombinedOutput(); err == nil || !strings.Contains(err.Error(), "91") {
				t.Errorf("a second start: %v %s", err, out)
			}
			c.end(source, replacement)
			s.wait()
			for _, h := range []*home{source, replacement} {
				if _, err := os.Lstat(h.work("")); !os.IsNotExist(err) {
					left, _ := filepath.Glob(h.work("*"))
					t.Errorf("the %s has %q, %v", h.side, left, err)
				}
			}
			if left := processes(t, filepath.Dir(source.root)); len(left) > 0 {
				t.Errorf("still running: %q", left)
			}
			if source.snapshot(t) != before {
				t.Error("the source is not as it was")
			}
		})
	}
}

// TestCopyOutlivesItsTerminal detaches the source's end and hangs its terminal up.
func TestCopyOutlivesItsTerminal(t *testing.T) {
	t.Parallel()
	source, replacement := homes(t, nobody)
	source.shell(`head -c 9000000 /dev/urandom >big`)
	s := newStream(source, replacement, 1)
	s.p.Detach, s.p.Stream = true, "1"
	for i, cmd := range []interface{ Run() error }{source.command(transfer.Send, s.p), replacement.command(transfer.Receive, s.p)} {
		must(t, cmd.Run())
		s.exited[i] = make(chan error, 1)
	}
	must(t, s.carry())
	replacement.must(transfer.Place, transfer.Parameters{})
	if c, all := proof(t, source, replacement, ""); !c.Proven() {
		t.Errorf("%+v: %q", c, names(all))
	}
	closed(t, source, replacement)
}
