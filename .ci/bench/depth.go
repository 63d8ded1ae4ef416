//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// printed is one run of nbscope list against a simulated AWS.
type printed struct {
	took, cpu time.Duration
	peak      int // kB
	calls     int
	gc        time.Duration // processor time of the collector, idle time that it took left out
}

// world is what nbscope sim is told.
type world struct{ accounts, regions, notebooks int }

func (w world) args(more ...string) []string {
	return append([]string{
		"--accounts", strconv.Itoa(w.accounts), "--regions", strconv.Itoa(w.regions), "--notebooks", strconv.Itoa(w.notebooks),
	}, more...)
}

// listed prints the inventory of a simulated AWS so many times with the same home, so
// that all but the first find a cache.
func listed(bin string, times int, sim []string, args ...string) ([]printed, error) {
	s, err := startSim(bin, sim...)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	home, err := os.MkdirTemp("", "nbscope-bench")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(home) }()
	var out []printed
	for range times {
		p, err := list(bin, s, home, args)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func list(bin string, s *simulator, home string, args []string) (printed, error) {
	before, err := s.calls()
	if err != nil {
		return printed{}, err
	}
	cmd := exec.Command(bin, append([]string{"list", "-o", "csv"}, args...)...)
	var trace bytes.Buffer
	cmd.Env, cmd.Stderr = append(environment(home, s), "GODEBUG=gctrace=1"), &trace
	start := time.Now()
	err = cmd.Run()
	p := printed{took: time.Since(start), gc: collector(trace.String())}
	if err != nil {
		return p, fmt.Errorf("nbscope list: %w\n%s", err, trace.String())
	}
	p.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		p.peak = int(usage.Maxrss)
	}
	after, err := s.calls()
	p.calls = after - before
	return p, err
}

// collector sums the processor time of all collections of a trace: of what stops the
// program, of the help of those who allocate, and of the collector itself.
func collector(trace string) (sum time.Duration) {
	cycle := regexp.MustCompile(`([\d.]+)\+([\d.]+)/([\d.]+)/[\d.]+\+([\d.]+) ms cpu`)
	for _, m := range cycle.FindAllStringSubmatch(trace, -1) {
		for _, part := range m[1:] {
			ms, err := strconv.ParseFloat(part, 64)
			if err == nil {
				sum += time.Duration(ms * float64(time.Millisecond))
			}
		}
	}
	return sum
}

// depth measures how long scans take that wait for answers more than for anything else,
// and what their targets and notebooks cost.
func depth(bin string, quick bool) ([]row, error) {
	var rows []row
	for _, measure := range []func(string) ([]row, error){chains, neighbours, emptyTargets} {
		got, err := measure(bin)
		if rows = append(rows, got...); err != nil {
			return rows, err
		}
	}
	if quick {
		return rows, nil
	}
	got, err := large(bin)
	return append(rows, got...), err
}

// chains are scans whose answers take a second each.
func chains(bin string) ([]row, error) {
	const each = "1s"
	var rows []row
	for _, c := range []struct {
		world
		cold, cached float64 // budgets in seconds; 0: by the bound
	}{{world{1, 1, 20}, 6.3, 5.3}, {world{1, 20, 200}, 9.5, 0}, {world{1, 20, 1000}, 0, 0}} {
		got, err := listed(bin, 2, c.args("--latency", each, "--fault", ""))
		if err != nil {
			return rows, err
		}
		for i, p := range got {
			const answers, list, slots = 6, 2, 160 // one after another; before the first describe; calls in flight
			bound := max(answers, list+float64(p.calls)/slots)
			what, budget := fmt.Sprintf("list, %d regions, %d notebooks, answers taking %s", c.regions, c.notebooks, each), c.cold
			if i > 0 {
				what, budget = "  again, with what was kept", c.cached
			}
			said := fmt.Sprintf("≤ %.1f s", budget)
			if budget == 0 {
				said = fmt.Sprintf("≤ 1.15 × the bound of %.1f s", bound)
			}
			rows = append(rows, row{what, said, fmt.Sprintf("%.2f s = %.2f × the bound, %d calls", p.took.Seconds(), p.took.Seconds()/bound, p.calls)})
		}
	}
	return rows, nil
}

// neighbours are scans in which something is wrong with one region.
func neighbours(bin string) ([]row, error) {
	var rows []row
	for _, c := range []struct{ what, faults, before string }{
		{"nothing is wrong", "", "1.8 s"},
		{"15 % throttles in one region", "throttle=ap-southeast-2:0.15", "5.7 s"},
		{"one region takes 600 ms more", "slow=ap-southeast-2:600ms", "6.4 s"},
	} {
		got, err := listed(bin, 1, world{1, 20, 1000}.args("--latency", "50ms", "--fault", c.faults))
		if err != nil {
			return rows, err
		}
		rows = append(rows, row{"list, 20 regions, 1000 notebooks, 50 ms: " + c.what, "≤ " + c.before, fmt.Sprintf("%.2f s", got[0].took.Seconds())})
	}
	return rows, nil
}

// emptyTargets is what a target costs that has nothing, by the difference of two worlds.
func emptyTargets(bin string) ([]row, error) {
	const regions, few, many = 20, 50, 250
	var cost [2]printed
	for i, accounts := range []int{few, many} {
		got, err := listed(bin, 1, world{accounts, regions, 1}.args("--fault", ""), "--org-role", "OrganizationAccountAccessRole")
		if err != nil {
			return nil, err
		}
		cost[i] = got[0]
	}
	targets := float64(regions * (many - few))
	return []row{
		{"an empty target, processor time", "≤ 0.25 ms", fmt.Sprintf("%.2f ms", float64(cost[1].cpu-cost[0].cpu)/1e6/targets)},
		{"an empty target, peak memory", "≤ 2 KB", fmt.Sprintf("%.1f KB", float64(cost[1].peak-cost[0].peak)*1.024/targets)},
	}, nil
}

// large is a scan of more than anybody has.
func large(bin string) ([]row, error) {
	got, err := listed(bin, 1, world{3, 24, 100_000}.args("--fault", ""), "--org-role", "OrganizationAccountAccessRole")
	if err != nil {
		return nil, err
	}
	p := got[0]
	return []row{
		{"list, 100,000 notebooks, processor time", "≤ 30 s", fmt.Sprintf("%.1f s", p.cpu.Seconds())},
		{"  of which the garbage collector", "≤ 20 %", fmt.Sprintf("%.0f %%", 100*float64(p.gc)/float64(p.cpu))},
		{"  peak memory", "≤ 200 MB", fmt.Sprintf("%.0f MB", float64(p.peak)*1024/1e6)},
	}, nil
}
