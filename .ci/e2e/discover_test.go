//go:build e2e

package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestSimTheLadderOfAnIndex climbs it with the shipped binary, on indexes that are whole,
// partial, old and refused. Whatever an index says, what is asked everywhere ends the same.
func TestSimTheLadderOfAnIndex(t *testing.T) {
	t.Parallel()
	world := []string{"--accounts", "12", "--regions", "6", "--notebooks", "40", "--time-scale", "0"}
	for name, c := range map[string]struct {
		fault    string
		says     string // of the index, also to standard error where there is one
		usable   bool   // by --discover index
		believed bool
	}{
		"whole":   {"index", "names 40 notebooks", true, true},
		"partial": {"index,index=missing:eu-west-1,index=forgets:0.3", "that AWS lists", true, true},
		"old":     {"index,index=age:72h", "heard of none of them for 36 h", true, false},
		"refused": {"index,denyop=resource-explorer-2:ListIndexes", "could not be asked", false, false},
		"none":    {"", "there is none of the whole organization", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := startSim(t, append(world, "--fault", c.fault)...)
			ask := func(way string, more ...string) (result, indexedInventory) {
				args := append([]string{"list", "--no-cache", "-o", "json", "--org-role", "OrganizationAccountAccessRole", "--discover", way}, more...)
				r := run(t, env, binary(t), args...)
				var inv indexedInventory
				if r.stdout != "" {
					if err := json.Unmarshal([]byte(r.stdout), &inv); err != nil {
						t.Fatalf("%s: %v in %q", way, err, r.stdout)
					}
				}
				return r, inv
			}
			r, sweep := ask("sweep")
			if r.code != 0 || !sweep.Coverage.Complete || len(sweep.Notebooks) != 40 {
				t.Fatalf("the sweep ends with %d: %+v", r.code, sweep.Coverage)
			}
			r, auto := ask("auto")
			if r.code != 0 || !auto.Coverage.Complete || !slices.Equal(auto.names(), sweep.names()) || auto.Coverage.Answered != sweep.Coverage.Answered {
				t.Errorf("auto ends with %d: %+v", r.code, auto.Coverage)
			}
			if says := auto.Coverage.Index.Says; !strings.Contains(says, c.says) || strings.Contains(r.stderr, says) != (name != "none") {
				t.Errorf("it says %q, and tells %q, want %q", says, r.stderr, c.says)
			}
			r, index := ask("index")
			trusted, _ := ask("index", "--trust-index")
			switch {
			case !c.usable:
				if r.code != 1 || trusted.code != 1 || !strings.Contains(r.stderr, "--discover auto") {
					t.Errorf("without an index it ends with %d and %d: %s", r.code, trusted.code, r.stderr)
				}
			case !c.believed:
				if r.code != 0 || !index.Coverage.Complete || index.Coverage.Answered != sweep.Coverage.Answered {
					t.Errorf("an index that proves nothing ends with %d: %+v", r.code, index.Coverage)
				}
			case r.code != 3 || trusted.code != 0 || index.Coverage.Complete || index.Coverage.Believed == 0 ||
				index.Coverage.Answered+index.Coverage.Believed != sweep.Coverage.Targets:
				t.Errorf("it ends with %d and %d: %+v of %+v", r.code, trusted.code, index.Coverage, sweep.Coverage)
			}
		})
	}
}

// indexedInventory is the part of the JSON contract that is about indexes.
type indexedInventory struct {
	Coverage struct {
		Targets, Answered, Believed int
		Complete                    bool
		Index                       struct{ Says string }
	}
	Notebooks []struct{ Arn, Source string }
}

// names are the ARNs of what AWS itself has told of.
func (i indexedInventory) names() []string {
	var out []string
	for _, n := range i.Notebooks {
		if n.Source == "live" {
			out = append(out, n.Arn)
		}
	}
	slices.Sort(out)
	return out
}

// TestSimTheIndexThroughTheAWSCLI reads the simulated index by a client that nobody here wrote.
func TestSimTheIndexThroughTheAWSCLI(t *testing.T) {
	t.Parallel()
	env := startSim(t, "--accounts", "3", "--regions", "3", "--notebooks", "20", "--time-scale", "0", "--fault", "index")
	var indexes struct {
		Indexes []struct{ Region, Type string }
	}
	aws(t, env, &indexes, "resource-explorer-2", "list-indexes", "--type", "AGGREGATOR")
	if len(indexes.Indexes) != 1 {
		t.Fatalf("%+v", indexes)
	}
	region := indexes.Indexes[0].Region
	var views struct{ Views []string }
	aws(t, env, &views, "resource-explorer-2", "list-views", "--region", region)
	if len(views.Views) != 2 {
		t.Fatalf("%+v", views)
	}
	var found struct {
		Resources []struct{ Arn, ResourceType string }
	}
	aws(t, env, &found, "resource-explorer-2", "list-resources", "--region", region, "--view-arn", views.Views[1],
		"--filters", "FilterString=resourcetype:sagemaker:notebook-instance")
	if len(found.Resources) != 20 {
		t.Errorf("%d notebooks", len(found.Resources))
	}
}
