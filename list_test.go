package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"nbscope/aws/sim"
)

// TestLinesAreTheInventory compares two forms of one inventory, of several accounts
// and a region that fails.
func TestLinesAreTheInventory(t *testing.T) {
	t.Parallel()
	s := newShellOf(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 3, 3, 40 }, 1)
	region := s.sim.World().Regions[1].Name
	if err := s.sim.SetFaults("deny=" + region); err != nil {
		t.Fatal(err)
	}
	args := []string{"list", "--no-cache", "--org-role", "OrganizationAccountAccessRole", "-o"}
	whole, lines := s.run(append(args, "json")...), s.run(append(args, "jsonl")...)
	if whole.code != 3 || lines.code != 3 {
		t.Fatalf("they end with %d and %d", whole.code, lines.code)
	}
	var want struct {
		Coverage  map[string]any
		Notebooks []map[string]any
	}
	if err := json.Unmarshal([]byte(whole.stdout), &want); err != nil {
		t.Fatal(err)
	}
	byARN := map[any]map[string]any{}
	for _, n := range want.Notebooks {
		delete(n, "capturedAt") // each of the two scans has its own
		byARN[n["arn"]] = n
	}
	var last map[string]any
	seen := 0
	for dec := json.NewDecoder(bytes.NewReader([]byte(lines.stdout))); dec.More(); {
		last = nil
		if err := dec.Decode(&last); err != nil {
			t.Fatal(err)
		}
		if last["kind"] != "notebook" {
			continue
		}
		seen++
		delete(last, "kind")
		delete(last, "coverage")
		if at, _ := last["capturedAt"].(string); at == "" {
			t.Errorf("a line does not say when it was seen: %v", last)
		}
		delete(last, "capturedAt")
		if !reflect.DeepEqual(last, byARN[last["arn"]]) {
			t.Errorf("a line is\n%v\nwant\n%v", last, byARN[last["arn"]])
		}
	}
	if seen != len(want.Notebooks) || seen == 0 || strings.Count(lines.stdout, "\n") != seen+1 {
		t.Errorf("%d lines of %d notebooks", seen, len(want.Notebooks))
	}
	if last["kind"] != "coverage" || last["written"] != float64(seen) || !reflect.DeepEqual(last["coverage"], any(want.Coverage)) {
		t.Errorf("the last line is %v, want the coverage %v", last, want.Coverage)
	}
}
