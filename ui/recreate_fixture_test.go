package ui

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// studio is an explorer that can recreate, with what stands behind it. What the
// driver does beside the loop happens when the studio settles.
type studio struct {
	*rig
	aws    *uitest.Recreator
	runs   *fakeRuns
	parked chan struct{}   // told when a wait that never ends has begun
	later  []chan struct{} // closed when work that was left to run is over

	mu   sync.Mutex
	work []func()       // of the driver
	told []drive.Notice // by the driver

	tells []func(recreate.Progress) // of the waits that never end
}

// newStudio is a loaded explorer over a world in which every notebook can be
// looked at.
func newStudio(t testing.TB, width, height int, change func(*studio)) *studio {
	t.Helper()
	return newStudioOf(t, width, height, func(*Config) {}, change)
}

// newStudioOf is one that is configured otherwise.
func newStudioOf(t testing.TB, width, height int, configure func(*Config), change func(*studio)) *studio {
	t.Helper()
	s := &studio{aws: uitest.NewRecreator(), parked: make(chan struct{}, 16)}
	n := 0
	s.rig = loaded(t, width, height, func(c *Config) {
		s.runs = newFakeRuns(c.Now)
		c.Recreator, c.Driver = s.aws, drive.New(drive.Config{Runs: s.runs, Writes: s.aws, Now: c.Now, Spawn: s.spawn})
		configure(c)
		c.NewRunID = func() string { n++; return fmt.Sprintf("7f3c%04d", n) }
	})
	for _, name := range []string{"churn-model-train", "credit-risk-2024", "customer-segments-with-a-very-long-name-that-goes-on", "demand-forecast"} {
		s.aws.Snaps[name] = uitest.Snapshot(name, nil)
	}
	if change != nil {
		change(s)
	}
	// Scans that follow calls find nothing, and do not end: the world stays as it is.
	s.scanner.script = func(ctx context.Context, _ model.ScanRequest, _ func(model.Batch)) { <-ctx.Done() }
	s.withPump()
	s.app.pump.heard = s.hears
	s.app.cfg.Driver.Start(t.Context())
	s.follow(s.app.runs.Read())
	return s
}

func (s *studio) spawn(work func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.work = append(s.work, work)
}

func (s *studio) hears(n drive.Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, n)
}

// next is the driver's next piece of work, else what it has told.
func (s *studio) next() (work func(), told []drive.Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.work) > 0 {
		work, s.work = s.work[0], s.work[1:]
		return work, nil
	}
	told, s.told = s.told, nil
	return nil, told
}

// settle lets everything happen that is under way. What never ends by itself is
// left to run once it has begun to wait.
func (s *studio) settle() {
	s.t.Helper()
	for {
		work, told := s.next()
		switch {
		case work != nil:
			over := make(chan struct{})
			go func() { defer close(over); work() }()
			select {
			case <-over:
			case <-s.parked:
				s.later = append(s.later, over)
			}
		case len(told) > 0:
			s.run(s.send(drivenMsg{told}))
		default:
			return
		}
	}
}

// lands waits for what was left to run, and lets happen what follows.
func (s *studio) lands() {
	s.t.Helper()
	s.settle()
	<-s.later[0]
	s.settle()
}

// press presses keys and lets everything that follows happen; other words are
// typed letter by letter.
func (s *studio) press(names ...string) {
	s.t.Helper()
	for _, n := range names {
		if n == "later" { // a moment passes
			s.clock.Pass(time.Second)
			continue
		}
		if n == "tab" || n == "enter" {
			s.readOn()
		}
		s.follow(s.keys(n))
		s.app.View() // a terminal shows what a key leads to before the next one
	}
}

// about is the notebook that the page on top is about.
func (s *studio) about() string {
	s.t.Helper()
	m := regexp.MustCompile(`(\S+) →`).FindStringSubmatch(strings.Split(s.view(), "\n")[1])
	if m == nil {
		s.t.Fatalf("the page on top is about no notebook:\n%s", s.view())
	}
	return m[1]
}

// readOn turns the pages of a gate, which is answered when all of it was on screen.
func (s *studio) readOn() {
	s.t.Helper()
	keys := s.app.keys.Gate.PageOn.Keys()
	switch s.app.overlay.(type) {
	case *kit.Approval:
	case *kit.Prompt:
		keys = s.app.keys.Typing.PageOn.Keys()
	default:
		return
	}
	for range 99 {
		before := s.app.View().Content
		s.follow(s.keys(keys[0]))
		if s.app.View().Content == before {
			return
		}
	}
	s.t.Fatalf("the gate has no end:\n%s", s.view())
}

// follow runs a command and lets everything that follows happen.
func (s *studio) follow(c tea.Cmd) {
	s.t.Helper()
	s.run(c)
	s.settle()
}
