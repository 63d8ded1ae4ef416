package aws

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/aws/sim"
	"nbscope/model"
)

// scanOnce makes one whole scan with a client of its own and returns what it saw
// and how long it took.
func scanOnce(b *testing.B, s *sim.Server, url string, change func(*Options)) (*model.Inventory, time.Duration) {
	b.Helper()
	c := simClient(b, s, url, change)
	start := time.Now()
	inv := once(b, c, nil, model.ScanRequest{Mode: model.Full})
	took := time.Since(start)
	if !inv.Coverage().Complete() || inv.Coverage().Unseen > 0 {
		b.Fatalf("coverage %+v", inv.Coverage())
	}
	return inv, took
}

// bound is the shortest time in which a scan can be done. Some answers follow each
// other before the first list: who and which regions, or who, which accounts, the role,
// which regions. Then all calls share the slots, and each target's share its limit; one
// target's list, describe, interfaces and the two rounds of facts about its networks
// follow each other, too. ec2 is the number of calls to EC2 that the scan
// made: a constant for each target with a VPC, which a test holds.
func bound(inv *model.Inventory, latency time.Duration, rps float64, burst, slots, ec2 int) time.Duration {
	lists, describes, tagPages, network := minimum(inv)
	start := latency
	if len(inv.Identities()) > 1 {
		start = 4 * latency
	}
	chain := start + latency
	if describes > 0 {
		chain += latency
	}
	if network > 0 {
		chain += 3 * latency
	}
	calls := lists + describes + tagPages + ec2
	best := max(chain, start+time.Duration(float64(calls)/float64(slots)*float64(latency)))
	if rps > 0 {
		perTarget := map[model.Target]int{}
		for _, n := range inv.Rows() {
			perTarget[n.Target()]++
		}
		for _, n := range perTarget {
			sagemakerCalls := n + max(1, (n+pageSize-1)/pageSize)
			wait := time.Duration(float64(max(0, sagemakerCalls-burst)) / rps * float64(time.Second))
			best = max(best, wait+chain)
		}
	}
	return best
}

// BenchmarkScan prints, for worlds with different bottlenecks, how many calls a
// scan made over the fewest possible and how long it took over the shortest
// possible.
func BenchmarkScan(b *testing.B) {
	for _, c := range []struct {
		name    string
		world   sim.Options
		slots   int
		burst   int
		account func(*Options)
	}{
		{"bound=latency", sim.Options{Accounts: 1, Regions: 20, Notebooks: 60, Latency: 80 * time.Millisecond}, 64, 0, nil},
		{"bound=slots", sim.Options{Accounts: 3, Regions: 20, Notebooks: 2000, Latency: 80 * time.Millisecond}, 64, 0, viaOrganization},
		{"bound=rps", sim.Options{Accounts: 1, Regions: 3, Notebooks: 300, Latency: 80 * time.Millisecond, RPS: 10}, 64, 10, nil},
	} {
		b.Run(c.name, func(b *testing.B) {
			s, url := world(b, func(o *sim.Options) {
				o.Accounts, o.Regions, o.Notebooks, o.Latency, o.RPS = c.world.Accounts, c.world.Regions, c.world.Notebooks, c.world.Latency, c.world.RPS
			})
			var over, calls, least, perNetwork float64
			for b.Loop() {
				before, network := total(s), ec2Calls(s)
				inv, took := scanOnce(b, s, url, func(o *Options) {
					o.Concurrency = c.slots
					if c.account != nil {
						c.account(o)
					}
				})
				over += float64(took) / float64(bound(inv, c.world.Latency, c.world.RPS, c.burst, c.slots, ec2Calls(s)-network))
				lists, describes, tagPages, inVPC := minimum(inv)
				least = float64(lists + describes + tagPages)
				calls = float64(total(s) - before)
				perNetwork = float64(ec2Calls(s)-network) / float64(max(1, inVPC))
			}
			b.ReportMetric(over/float64(b.N), "wall/bound")
			b.ReportMetric(1.15, "budget-wall/bound")
			b.ReportMetric(calls/least, "calls/minimum")
			b.ReportMetric(perNetwork, "ec2-calls/target")
		})
	}
}

// ec2Calls counts the calls to EC2 about networks.
func ec2Calls(s *sim.Server) int {
	n := 0
	for op, c := range s.Calls() {
		if strings.HasPrefix(op, "EC2.") && op != "EC2.DescribeRegions" {
			n += c.Calls - c.Throttled
		}
	}
	return n
}

// total counts the calls that see the inventory; signing in, regions and aliases
// come once an account on top, and throttled calls are made again.
func total(s *sim.Server) int {
	n := 0
	for _, op := range []string{
		"SageMaker.ListNotebookInstances", "SageMaker.DescribeNotebookInstance", "SageMaker.ListTags",
		"ResourceGroupsTaggingAPI.GetResources",
	} {
		n += s.Calls()[op].Calls - s.Calls()[op].Throttled
	}
	return n
}

// cliStart is what each start of the AWS CLI costs before any call: a hundred
// describes in a row took it 50 to 69 seconds against an emulator on loopback.
const cliStart = 500 * time.Millisecond

// BenchmarkScanAgainstOneCallAfterAnother compares a scan of 20 regions by 50
// notebooks with the same calls in a row: once as bare calls, which the slots
// bound to 64 times, and once as the manual procedure with the AWS CLI.
func BenchmarkScanAgainstOneCallAfterAnother(b *testing.B) {
	const latency = 40 * time.Millisecond
	s, url := world(b, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks, o.Latency = 1, 20, 1000, latency })
	var inv *model.Inventory
	var took time.Duration
	for b.Loop() {
		var one time.Duration
		inv, one = scanOnce(b, s, url, nil)
		took += one
	}
	// The manual procedure is long: a part of it is measured and made whole.
	sample := min(40, inv.Len())
	c := simClient(b, s, url, nil)
	once(b, c, nil, model.ScanRequest{})
	start := time.Now()
	for _, n := range inv.Rows()[:sample] {
		clients := c.sessionOf(n.Account).in(n.Region)
		if _, err := clients.sagemaker.DescribeNotebookInstance(context.Background(), &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: &n.Name}); err != nil {
			b.Fatal(err)
		}
	}
	each := time.Since(start) / time.Duration(sample)
	calls := float64(inv.Len() + 20)
	scan := float64(took) / float64(b.N)
	b.ReportMetric(float64(each)*calls/scan, "x-bare-calls")
	b.ReportMetric(float64(each+cliStart)*calls/scan, "x-aws-cli")
	b.ReportMetric(50, "budget-x-aws-cli")
	b.ReportMetric(float64(inv.Len()), "notebooks")
}

// BenchmarkRefresh measures a scan of a world in which nothing changed, and shows
// that it costs one list a target.
func BenchmarkRefresh(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, url := world(b, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks = 1, 20, n })
			c := simClient(b, s, url, nil)
			inv := once(b, c, nil, model.ScanRequest{Mode: model.Full})
			before := total(s)
			for b.Loop() {
				once(b, c, inv, model.ScanRequest{Mode: model.Incremental})
			}
			least, _, _, _ := minimum(inv)
			for _, n := range inv.Rows() {
				if n.Status.InTransition() {
					least++ // what AWS is changing is looked at again
				}
			}
			b.ReportMetric(float64(total(s)-before)/float64(b.N)/float64(least), "calls/minimum")
		})
	}
}

// BenchmarkOrganization measures a scan of a thousand accounts by an index: when all names
// are there, when all verdicts are, with how many calls, and how the whole of it stands to
// its bound, which is the calls divided among those in flight.
func BenchmarkOrganization(b *testing.B) {
	const accounts, notebooks, latency = 1000, 2000, 80 * time.Millisecond
	s, url := world(b, func(o *sim.Options) {
		o.Accounts, o.Regions, o.Notebooks, o.Latency, o.Faults = accounts, 20, notebooks, latency, "index"
	})
	var names, verdicts, calls, whole float64
	for b.Loop() {
		before, start := everyCall(s), time.Now()
		var named, judged time.Duration
		inv := model.NewInventory()
		inv.Begin(1, nil)
		asked, open := 0, map[string]bool{}
		simClient(b, s, url, func(o *Options) {
			indexed(model.DiscoverAuto)(o)
			o.Concurrency = 0
		}).Scan(b.Context(), model.ScanRequest{Generation: 1}, func(batch model.Batch) {
			inv.Apply(batch)
			for _, n := range batch.Notebooks {
				delete(open, n.ARN)
				if n.Egress == nil && n.Networked.State != model.LoadFailed {
					open[n.ARN] = true
				}
			}
			for _, arn := range batch.Gone {
				delete(open, arn)
			}
			switch {
			case inv.Len() < notebooks-accounts/100: // an index knows some that are gone, and misses some
			case named == 0:
				named = time.Since(start)
			case judged == 0 && len(open) == 0:
				judged, asked = time.Since(start), everyCall(s)-before
			}
		})
		names, verdicts, calls = names+named.Seconds(), verdicts+judged.Seconds(), float64(asked)
		whole += float64(time.Since(start)) / (float64(everyCall(s)-before) / slotsMost * float64(latency))
	}
	b.ReportMetric(names/float64(b.N), "names-s")
	b.ReportMetric(verdicts/float64(b.N), "verdicts-s")
	b.ReportMetric(calls, "calls-before")
	b.ReportMetric(whole/float64(b.N), "wall/bound")
}

// everyCall counts all calls.
func everyCall(s *sim.Server) (n int) {
	for _, c := range s.Calls() {
		n += c.Calls
	}
	return n
}
