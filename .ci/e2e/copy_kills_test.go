//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// killing is how often a test kills, and the dice that say when. Whoever wants more says
// so in NBSCOPE_KILLS, and gets the table with -v.
func killing(t *testing.T, usual int) *killings {
	t.Helper()
	k := &killings{most: usual, met: map[string]int{}}
	if v, err := strconv.Atoi(os.Getenv("NBSCOPE_KILLS")); err == nil {
		k.most = v
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	k.dice = rand.New(rand.NewPCG(seed, 1))
	t.Cleanup(func() {
		for _, at := range slices.Sorted(maps.Keys(k.met)) {
			t.Logf("killed | %s | %d", at, k.met[at])
		}
		t.Logf("%d kills, %d copies, whole and proven: %v", k.done, k.copies, !t.Failed())
	})
	return k
}

// killings is where kills met copies.
type killings struct {
	dice               *rand.Rand
	most, done, copies int
	met                map[string]int // by what was under way
}

// kill counts one.
func (k *killings) kill(at string) {
	k.done++
	k.met[at]++
}

// run runs a command and kills it after a random time, unless it ends before. under says
// from its output what it was at.
func (k *killings) run(t *testing.T, what string, cmd *exec.Cmd, least, span time.Duration, under func(said string) string) error {
	t.Helper()
	said := &told{}
	cmd.Stdout, cmd.Stderr = said, said
	must(t, cmd.Start())
	after := least + time.Duration(k.dice.Int64N(int64(span)))
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			err = fmt.Errorf("it ended by itself: %w: %s", err, said)
		}
		return err
	case <-time.After(after):
		at := under(said.String())
		_ = cmd.Process.Kill() // it may have ended
		<-ended
		k.kill(what + " | " + at)
		t.Logf("killed after %v, at %s", after, at)
	}
	return nil
}

// told is what a command has said so far.
type told struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (w *told) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.Write(p)
}

func (w *told) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.String()
}

// stage is the step and the stage that a line of apply tells.
func stage(said string) string {
	all := regexp.MustCompile(`(?m)^\S+Z (\w+) active: .*?(?:: ([a-z0-9 ]+))?(?:,.*)?$`).FindAllStringSubmatch(said, -1)
	if len(all) == 0 {
		return "before its first step"
	}
	last := all[len(all)-1]
	return strings.TrimSuffix(last[1]+": "+last[2], ": ")
}

// TestCopyOfAKilledProgram recreates notebooks between real Jupyter servers, by S3 and by
// relay, while parts of what is asked of S3 go wrong and the program is killed at random
// moments. S3 is an independent one, that keeps versions.
func TestCopyOfAKilledProgram(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"aws", "moto_server", "curl"} {
		if _, err := exec.LookPath(program); err != nil && os.Getenv("CI") == "" {
			t.Skip(err)
		}
	}
	k := killing(t, 4)
	for round := 0; k.done < k.most; round++ {
		transport, from := []string{"s3", "relay"}[round%2], []string{"from classic notebook", "from jupyter_server"}[round/2%2]
		t.Run(fmt.Sprintf("%d by %s %s", round, transport, from), func(t *testing.T) {
			d := directions()[from]
			p := newPair(t, d[0], d[1], []int{nobody, 0}[round/4%2])
			p.source.fill(300, "10M")
			p.source.run(`rm -r socket nbscope-7f3c-look; for i in $(seq 1 8); do head -c 17000000 /dev/urandom >big$i; done`, p.source.owner)
			before := p.source.snapshot(t)
			s := newStaged(t, p, "data-of-ours", transport)
			defer watched(t)()
			s.s3.faults = true
			for range 3 {
				if err := k.run(t, transport+" | "+from, s.apply(), 500*time.Millisecond, 20*time.Second, stage); err != nil {
					t.Error(err)
				}
			}
			s.finished()
			k.copies++
			s.whole(p, before)
		})
	}
}

// whole looks that everything arrived, and that nothing is left.
func (s *staged) whole(p *pair, before string) {
	t := s.t
	t.Helper()
	for h, what := range map[*home]string{p.replaced: "find and sha256sum see another tree", p.source: "the source is not as it was"} {
		if got := h.snapshot(t); got != before {
			t.Errorf("%s:\n%s", what, firstDifference(before, got))
		}
		if left, _ := filepath.Glob(filepath.Join(h.root, "nbscope-*")); len(left) > 0 {
			t.Errorf("%q is left", left)
		}
		if left := slices.DeleteFunc(processes(t, h.root), func(s string) bool { return strings.Contains(s, "--port=") }); len(left) > 0 {
			t.Errorf("still running: %q", left)
		}
	}
	if s.transport == "s3" && (s.s3.tricks < 3 || s.s3.most > 40) {
		t.Errorf("%d requests went wrong, %d objects at a time", s.s3.tricks, s.s3.most)
	}
	t.Logf("%v requests, %d went wrong, %d objects at most", s.s3.requests, s.s3.tricks, s.s3.most)
	s.leftNothing()
}
