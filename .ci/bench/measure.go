//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"

	"nbscope/.ci/term"
)

// size is the size of the stripped binary.
func size(bin string, _ bool) ([]row, error) {
	info, err := os.Stat(bin)
	if err != nil {
		return nil, err
	}
	return []row{{"binary, stripped", "≤ 28 MB", fmt.Sprintf("%.1f MB", float64(info.Size())/1e6)}}, nil
}

const (
	latency = 80 * time.Millisecond
	trials  = 9
)

// frames measures from exec to the first frame, and to the first rows: once cold,
// where two answers must come one after another before a row can exist (who am I and
// which regions, the first list page), and once with the inventory of the last time,
// which is in the first frame.
func frames(bin string, _ bool) ([]row, error) {
	sim, err := startSim(bin, "--latency", latency.String(), "--notebooks", "1000", "--accounts", "1")
	if err != nil {
		return nil, err
	}
	defer sim.stop()
	var first, cold, warm, named []time.Duration
	for range trials {
		f, c, w, n, err := twice(bin, sim)
		if err != nil {
			return nil, err
		}
		first, cold, warm, named = append(first, f), append(cold, c), append(warm, w), append(named, n)
	}
	c := median(cold)
	return []row{
		{"exec to first frame", "≤ 25 ms", ms(median(first))},
		{"exec to first rows, cold, answers taking " + latency.String(), "2 answers + 50 ms after the first frame", fmt.Sprintf("%s = 2 answers + %s", ms(c), ms(c-2*latency))},
		{"exec to rows of the last inventory, 1,000 notebooks", "in the first frame (≤ 30 ms)", ms(median(warm))},
		{"exec to the names that a shell completes, 1,000 notebooks", "≤ 50 ms", ms(median(named))},
	}, nil
}

// twice starts the explorer with an empty home, and again with what it kept there,
// and has a shell complete a name.
func twice(bin string, sim *simulator) (frame, cold, warm, named time.Duration, err error) {
	home, err := os.MkdirTemp("", "nbscope-bench")
	if err != nil {
		return 0, 0, 0, 0, err
	}
	defer func() { _ = os.RemoveAll(home) }()
	if frame, cold, err = start(bin, environment(home, sim), true); err != nil {
		return 0, 0, 0, 0, err
	}
	if _, warm, err = start(bin, environment(home, sim), false); err != nil {
		return 0, 0, 0, 0, err
	}
	began := time.Now()
	cmd := exec.Command(bin, "__complete", "show", "")
	cmd.Env = environment(home, sim)
	out, err := cmd.Output()
	named = time.Since(began)
	if lines := bytes.Count(out, []byte("\n")); err == nil && lines < 500 { // some of the world cannot be seen
		err = fmt.Errorf("a shell is offered %d lines of 1,000 names", lines)
	}
	return frame, cold, warm, named, err
}

// start runs the explorer once and returns when the first frame and the first
// rows were written. A cold start goes on until the scan has ended, so that there
// is an inventory to keep.
func start(bin string, env []string, cold bool) (frame, rows time.Duration, err error) {
	s, err := term.Open(120, 40, nil, env, bin)
	if err != nil {
		return 0, 0, err
	}
	defer s.Close()
	if frame, err = s.When("nbscope", 10*time.Second); err != nil {
		return 0, 0, err
	}
	if rows, err = s.When("InService", 30*time.Second); err != nil {
		return 0, 0, err
	}
	if cold {
		// The terminal's progress is cleared when a scan has ended; then it is kept.
		if _, err = s.When("\x1b]9;4;0", time.Minute); err != nil {
			return 0, 0, err
		}
		time.Sleep(300 * time.Millisecond)
		if err := s.Quit(time.Minute); err != nil {
			return 0, 0, err
		}
	}
	return frame, rows, nil
}

// memory is the peak of the explorer after a whole scan.
func memory(bin string, quick bool) ([]row, error) {
	worlds := []struct {
		notebooks int
		budget    string
	}{{1000, "≤ 60 MB"}, {100_000, "≤ 250 MB"}}
	if quick {
		worlds = worlds[:1]
	}
	var rows []row
	for _, w := range worlds {
		// Without faults: a region that refuses every seventh call at any pace, as the
		// default world has one, takes a quarter of an hour for its share of the larger.
		sim, err := startSim(bin, "--notebooks", strconv.Itoa(w.notebooks), "--fault", "")
		if err != nil {
			return rows, err
		}
		peak, err := peakOf(bin, sim)
		sim.stop()
		if err != nil {
			return rows, err
		}
		rows = append(rows, row{fmt.Sprintf("peak memory, %d notebooks", w.notebooks), w.budget, fmt.Sprintf("%.0f MB", float64(peak)*1024/1e6)})
	}
	return rows, nil
}

func peakOf(bin string, sim *simulator) (kB int, err error) {
	home, err := os.MkdirTemp("", "nbscope-bench")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(home) }()
	s, err := term.Open(120, 40, nil, environment(home, sim), bin, "--org-role", "OrganizationAccountAccessRole")
	if err != nil {
		return 0, err
	}
	defer s.Close()
	if _, err := s.When("nbscope", 10*time.Second); err != nil {
		return 0, err
	}
	// The terminal's progress is cleared when the scan has ended. The simulator never
	// falls silent in a large world: something in it is always changing.
	if _, err := s.When("\x1b]9;4;0", 15*time.Minute); err != nil {
		return 0, err
	}
	return status(s.PID(), "VmHWM")
}

// idle is the share of a core that the explorer uses when nothing happens.
func idle(bin string, _ bool) ([]row, error) {
	const span = 10 * time.Second
	sim, err := startSim(bin, "--time-scale", "0.001")
	if err != nil {
		return nil, err
	}
	defer sim.stop()
	home, err := os.MkdirTemp("", "nbscope-bench")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(home) }()
	s, err := term.Open(120, 40, nil, environment(home, sim), bin)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if err := sim.settled(); err != nil {
		return nil, err
	}
	before, err := cpu(s.PID())
	if err != nil {
		return nil, err
	}
	time.Sleep(span)
	after, err := cpu(s.PID())
	if err != nil {
		return nil, err
	}
	return []row{{"idle, whole process over " + span.String(), "< 1 % of a core", fmt.Sprintf("%.1f %%", 100*float64(after-before)/float64(span))}}, nil
}

func ms(d time.Duration) string { return fmt.Sprintf("%.0f ms", float64(d)/1e6) }
