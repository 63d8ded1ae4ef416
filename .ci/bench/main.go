//go:build linux

// Command bench measures the budgets of nbscope and prints each beside its
// bound. It drives the shipped binary on a pseudo terminal against nbscope sim,
// and runs the Go benchmarks that report a figure to hold against a budget.
// Nothing fails on time.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// row is one line of the answer.
type row struct{ what, budget, measured string }

func main() {
	if errand := os.Getenv(clientEnv); errand != "" {
		if err := client(errand); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	bin := flag.String("bin", "bin/nbscope", "the built binary")
	quick := flag.Bool("quick", false, "leave out the worlds of 100,000 notebook instances")
	only := flag.String("only", "", "measure only these, with commas: size, frames, depth, memory, idle, flood, benchmarks, relay, s3")
	megabytes := flag.Int("copy", 1600, "how many megabytes the copy moves")
	flag.Parse()
	copied := func(measure func(*stage, int) ([]row, error)) func(string, bool) ([]row, error) {
		return func(string, bool) ([]row, error) { return staged(*megabytes, measure) }
	}
	fmt.Printf("nbscope budgets, %s/%s, %d processors; single timings are noisy, ratios less so\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	failed := false
	for _, m := range []struct {
		name    string
		measure func(string, bool) ([]row, error)
	}{{"size", size}, {"frames", frames}, {"depth", depth}, {"memory", memory}, {"idle", idle}, {"flood", flood}, {"benchmarks", benchmarks}, {"relay", copied(relays)}, {"s3", copied(stores)}} {
		if *only != "" && !slices.Contains(strings.Split(*only, ","), m.name) {
			continue
		}
		rows, err := m.measure(*bin, *quick)
		for _, r := range rows {
			fmt.Printf("  %-58s %-34s %s\n", r.what, r.budget, r.measured)
		}
		if err != nil {
			failed = true
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
	}
	if failed {
		os.Exit(1)
	}
}
