package egress

import (
	"fmt"
	"testing"

	"nbscope/model"
)

// BenchmarkJudge judges one notebook of a VPC with NAT and endpoints, and one
// whose table holds hundreds of routes.
func BenchmarkJudge(b *testing.B) {
	plain := newWorld().nat().interfaceEndpoint("sts").s3Gateway("rtb-a")
	for name, w := range map[string]*world{"plain": plain, "300 routes": routed()} {
		ix := NewIndex(w.Facts)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Judge(ix, w.n)
			}
		})
	}
}

// routed is a world whose notebook's table holds hundreds of routes, as a transit
// gateway propagates them.
func routed() *world {
	w := newWorld().nat()
	for i := range 300 {
		w.route("rtb-a", to(fmt.Sprintf("52.%d.%d.0/24", i%256, i/2), "tgw-1"))
	}
	return w
}

// crowd is n notebooks in a world, of kinds that differ in their groups.
func crowd(w *world, n, kinds int) []*model.Notebook {
	for i := range kinds {
		w.SecurityGroups.Items = append(w.SecurityGroups.Items, SecurityGroup{ID: fmt.Sprint("sg-k", i), VPCID: "vpc-1", Egress: w.group("sg-1").Egress})
	}
	out := make([]*model.Notebook, n)
	for i := range out {
		one := *w.n
		one.Name, one.NetworkID, one.SecurityGroups = fmt.Sprint("n", i), fmt.Sprint("eni-", i), []string{fmt.Sprint("sg-k", i%kinds)}
		out[i] = &one
	}
	return out
}

// BenchmarkSurvey judges 100,000 notebooks of 400 kinds, with the places that they
// reach, by a table of hundreds of routes.
func BenchmarkSurvey(b *testing.B) {
	w := routed()
	all := crowd(w, 100_000, 400)
	ix := NewIndex(w.Facts)
	judged := 0
	for b.Loop() {
		s := NewSurvey(ix, nil)
		for _, n := range all {
			s.Of(n)
		}
		judged = s.judged
	}
	b.ReportMetric(float64(judged), "judgements")
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "ms/100,000")
}

// TestACrowdIsJudgedByItsKinds: the verdict, the places that are reached and the
// remedies are judged once for each kind of notebook, however many there are.
func TestACrowdIsJudgedByItsKinds(t *testing.T) {
	t.Parallel()
	const kinds = 7
	for name, w := range map[string]*world{"an open way": newWorld().nat(), "a public subnet": newWorld().route("rtb-a", to("0.0.0.0/0", "igw-1")), "a closed way": newWorld()} {
		all := crowd(w, 500, kinds)
		s := NewSurvey(NewIndex(w.Facts), nil)
		for _, n := range all {
			s.Of(n)
		}
		if s.judged != kinds {
			t.Errorf("%s: 500 notebooks of %d kinds were judged %d times", name, kinds, s.judged)
		}
		advisor := NewAdvisor(w.Facts, all)
		for _, n := range all[:kinds] {
			advisor.For(n)
		}
		once := advisor.judged
		for _, n := range all {
			advisor.For(n)
		}
		if advisor.judged != once {
			t.Errorf("%s: remedies were judged %d times more for notebooks that are alike", name, advisor.judged-once)
		}
	}
}
