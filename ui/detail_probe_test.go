package ui

import (
	"testing"
	"time"

	"nbscope/model"
)

// probed is what a probe of a notebook finds whose network is judged to be closed.
func probed(d *rig) model.Probe {
	out := model.Probe{At: d.clock.Now(), Proxy: "proxy.example.com:3128"}
	for _, t := range []model.Tried{
		{Destination: "pypi", State: model.TryReached, MS: 84, Detail: "pypi.org: name 2 ms, connection 22 ms, TLS 60 ms to 192.0.2.7"},
		{Destination: "conda", State: model.TryTimeout, Detail: "conda.anaconda.org: no answer from 192.0.2.9 in 8 s"},
		{Destination: "s3", State: model.TryReached, MS: 12, Detail: "name 1 ms, connection 4 ms, TLS 7 ms to 203.0.113.4"},
		{Destination: "10.2.0.0/16", State: model.TryNot, Detail: "no address stands for a range: give one address of it"},
	} {
		if t.State != model.TryNot {
			t.Family = model.FamilyIPv4
		}
		out.Results = append(out.Results, t)
	}
	return out
}

func TestANotebookIsTriedFromInsideWhenItIsAskedFor(t *testing.T) {
	in := &fakeInspector{}
	s := newStudioOf(t, 240, 110, func(c *Config) { c.Inspector = in }, nil)
	in.probe = probed(s.rig)
	s.keys("/", "'credit-risk-2024", "enter")
	s.follow(s.keys("enter"))
	s.sees("Probe", "not tried; V tries from inside")
	if len(in.calls) != 0 {
		t.Fatalf("asked %q", in.calls)
	}
	s.follow(s.keys("V"))
	s.sees("Unlock writes to", "Type the id of the account")
	s.follow(s.keys("777788889999", "enter"))
	if len(in.calls) != 1 || in.calls[0] != "probe credit-risk-2024" {
		t.Fatalf("asked %q", in.calls)
	}
	s.sees("pypi ✓ 84 ms", "conda ✗ timeout", "s3 ✓ 12 ms", "10.2.0.0/16 ? not tried", "▲ judged otherwise: pypi as")
	s.seesNot("s3: judged")
	s.follow(s.keys("enter", "2"))
	s.sees("▲ pypi: judged blocked by route table", "tried, it is reached", "Tried from inside, on tcp/443", "names a proxy", "reached: pypi.org: name 2 ms", "timeout: conda.anaconda.org: no")

	in.err = model.Problem{Kind: model.KindNetwork, Message: "no answer from Jupyter"}
	s.clock.Pass(time.Minute)
	s.follow(s.keys("1", "V"))
	s.sees("could not be tried: no answer from", "pypi ✓ 84 ms", "tried 2026-11-23 12:00:00 UTC") // the last one stands, with its time
}

func TestWhatDoesNotRunIsNotTried(t *testing.T) {
	in := &fakeInspector{}
	s := newStudioOf(t, 120, 40, func(c *Config) { c.Inspector = in }, nil)
	s.aws.Unlocked["777788889999"] = true
	n := *rowNamed(t, s.rig, "credit-risk-2024")
	n.Status = model.StatusStopped
	s.app.inv.Apply(model.Batch{Generation: s.app.inv.Generation(), Notebooks: []*model.Notebook{&n}})
	s.finish()
	s.keys("/", "'credit-risk-2024", "enter")
	s.follow(s.keys("enter"))
	s.follow(s.keys("V"))
	s.sees("not tried: it can be while the")
	for _, c := range in.calls {
		t.Errorf("asked %q", c)
	}
}
