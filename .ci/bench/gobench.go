//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// figure is a number that a Go benchmark reports, and the budget it is held
// against.
type figure struct {
	bench  string // its name, without the number of processors
	unit   string
	what   string
	budget string
	format string
}

// suite is a package and the figures that its benchmarks give.
type suite struct {
	pkg, pattern, benchtime string
	figures                 []figure
}

func suites() []suite {
	const exact = "1.00: not a call too many"
	const ratio = "≤ 1.15 × the bound"
	sizes := []string{"1000", "10000", "100000"}
	ui := make([]figure, 0, 4*len(sizes))
	for _, n := range sizes {
		ui = append(ui,
			figure{"BenchmarkKeyToFrame/" + n, "p99-ms", "key to frame, " + n + " rows, p99", "≤ 1 ms", "%.2f ms"},
			figure{"BenchmarkFilterKey/" + n, "p50-ms", "filter key to list, " + n + " rows, median", "≤ 16 ms", "%.1f ms"},
			figure{"BenchmarkFilterKey/" + n, "p99-ms", "filter key to list, " + n + " rows, p99", "≤ 16 ms", "%.1f ms"},
			figure{"BenchmarkFilterKey/" + n, "held-p99-ms", "  of which other keys wait", "never blocks keys (≤ 8 ms)", "%.2f ms"},
		)
	}
	return []suite{
		{"./aws", "BenchmarkScan$|BenchmarkRefresh|BenchmarkScanAgainst", "3x", []figure{
			{"BenchmarkScan/bound=latency", "calls/minimum", "calls of a scan over the fewest possible, 20 targets", exact, "%.2f"},
			{"BenchmarkScan/bound=slots", "calls/minimum", "calls of a scan over the fewest possible, 60 targets", exact, "%.2f"},
			{"BenchmarkScan/bound=slots", "ec2-calls/target", "calls to EC2 for each target with a VPC, 2,000 notebooks", "a constant", "%.1f"},
			{"BenchmarkRefresh/1000", "calls/minimum", "calls of a refresh with nothing changed over the lists", exact, "%.2f"},
			{"BenchmarkScan/bound=latency", "wall/bound", "scan time over its bound, bound by latency", ratio, "%.2f"},
			{"BenchmarkScan/bound=slots", "wall/bound", "scan time over its bound, bound by calls in flight", ratio, "%.2f"},
			{"BenchmarkScan/bound=rps", "wall/bound", "scan time over its bound, bound by AWS's rate limit", ratio, "%.2f"},
			{"BenchmarkScanAgainstOneCallAfterAnother", "x-aws-cli", "against the AWS CLI, one call after another, 20 × 50", "≥ 50 ×", "%.0f ×"},
		}},
		// Of 100,000 rows a second is some eighty keys, and their 99th percentile would be
		// the slowest of them.
		{"./aws", "BenchmarkOrganization$", "1x", []figure{
			{"BenchmarkOrganization", "names-s", "1,000 accounts × 20 regions by an index, 80 ms: all names", "≤ 3 s", "%.1f s"},
			{"BenchmarkOrganization", "verdicts-s", "  all verdicts", "≤ 15 s", "%.1f s"},
			{"BenchmarkOrganization", "calls-before", "  calls before that", "≤ 20,000", "%.0f"},
			{"BenchmarkOrganization", "wall/bound", "  with the whole sweep over its bound, 256 calls in flight", ratio, "%.2f"},
		}},
		{"./ui", "BenchmarkKeyToFrame|BenchmarkFilterKey", "5s", ui},
	}
}

// benchmarks runs the Go benchmarks and picks out what has a budget. A figure that
// a benchmark no longer reports is an error: a budget that is not measured is
// not kept.
func benchmarks(_ string, _ bool) ([]row, error) {
	var rows []row
	for _, s := range suites() {
		cmd := exec.Command("go", "test", s.pkg, "-run", "^$", "-bench", s.pattern, "-benchtime", s.benchtime, "-timeout", "20m")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return rows, fmt.Errorf("go test %s: %w\n%s", s.pkg, err, out)
		}
		got := parse(string(out))
		for _, f := range s.figures {
			v, ok := got[f.bench+" "+f.unit]
			if !ok {
				return rows, fmt.Errorf("%s reports no %s", f.bench, f.unit)
			}
			rows = append(rows, row{f.what, f.budget, fmt.Sprintf(f.format, v)})
		}
	}
	return rows, nil
}

// parse reads "BenchmarkName/case-2  10  12 unit  13 other" lines into values by
// "BenchmarkName/case unit".
func parse(out string) map[string]float64 {
	processors := regexp.MustCompile(`-\d+$`)
	got := map[string]float64{}
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		name := processors.ReplaceAllString(f[0], "")
		for i := 2; i+1 < len(f); i += 2 {
			if v, err := strconv.ParseFloat(f[i], 64); err == nil {
				got[name+" "+f[i+1]] = v
			}
		}
	}
	return got
}
