package aws

import (
	"testing"

	"nbscope/aws/sim"
	"nbscope/model"
)

// showGallery is a simulated AWS of one place with the gallery in it, and what each
// case calls for.
func showGallery(t testing.TB, faults string) (s *sim.Server, url string, want map[string]string) {
	t.Helper()
	s, url = world(t, func(o *sim.Options) { o.Accounts, o.Regions, o.Notebooks, o.Faults = 1, 1, 0, faults })
	if err := s.Change(sim.Change{Op: "gallery"}); err != nil {
		t.Fatal(err)
	}
	want = map[string]string{}
	for _, n := range s.World().Notebooks {
		want[n.Name] = n.ExpectedEgress
	}
	return s, url, want
}

func TestTheGalleryIsJudgedOverTheWireAsItCallsFor(t *testing.T) {
	t.Parallel()
	s, url, want := showGallery(t, "")
	inv := once(t, simClient(t, s, url, nil), nil, model.ScanRequest{Mode: model.Full})
	if inv.Len() != len(want) || len(want) < 80 {
		t.Fatalf("%d notebooks of %d", inv.Len(), len(want))
	}
	for _, n := range inv.Rows() {
		if n.Egress == nil || !n.Networked.Known() {
			t.Errorf("%s is not judged: %+v", n.Name, n.Networked)
			continue
		}
		if got := string(n.Egress.Verdict); got != want[n.Name] {
			t.Errorf("%s is %s, want %s: %s", n.Name, got, want[n.Name], n.Egress.Reason)
			for _, h := range n.Egress.Chain {
				t.Logf("  %+v", h)
			}
		}
		if n.Egress.Reason == "" {
			t.Errorf("%s: no reason", n.Name)
		}
	}
	t.Log(s.Calls())
}
