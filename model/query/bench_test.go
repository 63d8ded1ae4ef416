package query

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"nbscope/model"
)

// benchRows is a world of plausible names; the same for the same size.
func benchRows(size int) []*model.Notebook {
	r := rand.New(rand.NewPCG(1, uint64(size)))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	out := make([]*model.Notebook, size)
	for i := range out {
		n := &model.Notebook{
			Name: fmt.Sprintf("%s-%s-%s-%d", pick("fraud", "churn", "demand", "pricing", "vision", "search"),
				pick("model", "features", "lab", "training", "explore"), pick("prod", "dev", "stage"), i),
			Account: pick("111122223333", "444455556666", "777788889999"), Region: pick("eu-west-1", "eu-west-3", "us-east-1", "ap-south-1"),
			Status: model.Statuses()[r.IntN(9)], InstanceType: pick("ml.t3.medium", "ml.m5.xlarge", "ml.g5.2xlarge"),
			Created: testNow().Add(-time.Duration(r.IntN(1000)) * 24 * time.Hour), Described: done(), Located: done(), Tagged: done(),
			DirectInternet: pick(model.Enabled, model.Disabled), RoleARN: "arn:aws:iam::111122223333:role/DataScience",
			Platform: pick("notebook-al2-v2", "notebook-al2023-v1"), VolumeGB: 5 + r.IntN(500),
			Tags: []model.Tag{{Key: "Owner", Value: pick("ana", "ben", "cho")}, {Key: "Team", Value: pick("ml", "growth")}},
		}
		n.ARN = fmt.Sprintf("arn:aws:sagemaker:%s:%s:notebook-instance/%s", n.Region, n.Account, n.Name)
		if r.IntN(4) > 0 {
			n.SubnetID, n.VPCID, n.VPCName = fmt.Sprintf("subnet-%08x", r.IntN(40)), fmt.Sprintf("vpc-%08x", r.IntN(8)), "ml-prod"
			n.SecurityGroups = []string{fmt.Sprintf("sg-%08x", r.IntN(90))}
		}
		out[i] = n
	}
	return out
}

// BenchmarkRun is what a run costs: of a filter that nothing is remembered of, and for
// each of the letters that it is typed in.
func BenchmarkRun(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000} {
		rows, lens := benchRows(size), testLens()
		for _, filter := range []string{"vpc:none region:eu- net:disabled fraud !prod", "frdprd", "e", "mo", "prod", "net:vpc-only", "'owner=ana"} {
			whole, _ := Parse(filter, testNow())
			e := NewEngine(testFuzzy)
			b.Run(fmt.Sprintf("%d/%s", size, filter), func(b *testing.B) {
				e.Prepare(rows, lens)
				hits := 0
				for b.Loop() {
					e.memos = nil
					hits = len(e.Run(whole, rows, lens))
				}
				report(b, hits)
			})
			b.Run(fmt.Sprintf("%d/typed %s", size, filter), func(b *testing.B) {
				hits := 0
				for i := 0; b.Loop(); i++ {
					at := 1 + i%len(filter)
					if at == 1 {
						e.memos = nil
					}
					q, _ := Parse(filter[:at], testNow())
					hits = len(e.Run(q, rows, lens))
				}
				report(b, hits)
			})
		}
		b.Run(fmt.Sprintf("%d/first use of every row", size), func(b *testing.B) {
			q, _ := Parse("'owner=ana", testNow())
			hits := 0
			for b.Loop() {
				hits = len(NewEngine(testFuzzy).Run(q, rows, lens))
			}
			report(b, hits)
		})
	}
}

func report(b *testing.B, hits int) {
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/filter")
	b.ReportMetric(float64(hits), "hits")
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		Parse("vpc:none region:eu- net:disabled fraud !prod", testNow())
	}
}
