package egress

import (
	"math/rand/v2"
	"testing"

	"nbscope/model"
)

// ownDestinations are a host, ranges in and outside of the VPC, and one on the internet.
func ownDestinations(t *testing.T) []model.Destination {
	t.Helper()
	var out []model.Destination
	for _, s := range []string{"artifactory.example.com", "10.2.0.0/16", "10.0.3.0/24", "10.0.0.0/14", "52.1.0.0/16"} {
		d, err := model.ParseDestination(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

// TestWhatIsReachedHoldsHoweverTheUnknownTurnsOut surveys facts of which some are not
// known, and then the same facts with what is not known filled in at random: what is
// said to be reached or blocked must not turn out otherwise.
func TestWhatIsReachedHoldsHoweverTheUnknownTurnsOut(t *testing.T) {
	t.Parallel()
	own := ownDestinations(t)
	seen := map[model.ReachState]int{}
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 31))
		c := chooser(r.IntN)
		w := chaos(c)
		for i := range w.Endpoints.Items {
			if r.IntN(3) == 0 {
				w.Endpoints.Items[i].Policy = somePolicy(c)
			}
		}
		if r.IntN(4) == 0 {
			w.n.DirectInternet = model.Enabled
		}
		poorer, lost := lose(c, w.Facts)
		claims := NewSurvey(NewIndex(poorer), own).Of(w.n).Reach
		for range 3 {
			filled := NewSurvey(NewIndex(complete(c, poorer)), own).Of(w.n).Reach
			for i, claim := range claims {
				seen[claim.State]++
				if (claim.State == model.Reached || claim.State == model.ReachBlocked) &&
					filled[i].State != claim.State && filled[i].State != model.ReachUnknown {
					t.Fatalf("seed %d: without %v %s is %s (%s), and it may be %s (%s)", seed, lost,
						claim.Destination, claim.State, claim.Says(), filled[i].State, filled[i].Says())
				}
				if claim.State != model.Reached && claim.Why == "" || claim.State == model.Reached && claim.By == "" {
					t.Fatalf("seed %d: %+v says too little", seed, claim)
				}
			}
		}
	}
	for _, s := range model.ReachStates() {
		if seen[s] < 100 {
			t.Errorf("the random worlds give %s only %d times: %v", s, seen[s], seen)
		}
	}
}

func somePolicy(c chooser) string {
	return pick(c,
		`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`,
		`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}`,
		`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}]}`,
		`{"Statement":`)
}
