package aws

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// TestANotebookServesAsLongAsAWSDoesNotDenyIt: that AWS cannot be asked is no word of it.
func TestANotebookServesAsLongAsAWSDoesNotDenyIt(t *testing.T) {
	t.Parallel()
	target := model.Target{Account: homeAccount, Region: "eu-west-1"}
	for name, c := range map[string]struct {
		change func(s *stub, n *recreate.Snapshot)
		want   string
	}{
		"it runs": {func(*stub, *recreate.Snapshot) {}, ""},
		"it stopped": {func(s *stub, _ *recreate.Snapshot) {
			s.edit(homeAccount, "eu-west-1", 0, func(n *stubNotebook) { n.status = "Stopped" })
		}, "the notebook nb-0000 is Stopped"},
		"it is gone":      {func(s *stub, _ *recreate.Snapshot) { s.drop(homeAccount, "eu-west-1", 0) }, "the notebook nb-0000 does not exist any more"},
		"it is a new one": {func(_ *stub, n *recreate.Snapshot) { n.Created = n.Created.Add(-time.Second) }, "the notebook nb-0000 does not exist any more"},
		"nobody can be asked": {func(s *stub, _ *recreate.Snapshot) {
			s.hook = func(call) (int, string, bool) { return refuse("AccessDeniedException", "no") }
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.fill(homeAccount, "eu-west-1", 1)
			session, err := s.client(t).enter(t.Context(), target)
			if err != nil {
				t.Fatal(err)
			}
			n, err := session.untagged(t.Context(), "eu-west-1", "nb-0000")
			if err != nil || n == nil {
				t.Fatal(n, err)
			}
			c.change(s, n)
			d := session.desk(n)
			var want error
			if c.want != "" {
				want = model.Problem{Kind: model.KindConfig, Operation: opPresign, Target: target, Message: c.want}
			}
			if got := d.Serves(t.Context()); !errors.Is(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if d.Name != "nb-0000" || d.Endpoint != s.url || !d.Root || d.UpFor != 0 {
				t.Errorf("%+v", d)
			}
		})
	}
}

func TestTheOwnAddressesOfANotebookAreThoseOfItsInterface(t *testing.T) {
	t.Parallel()
	ips := func(list string, all ...string) string {
		out := "<" + list + ">"
		for _, ip := range all {
			name := "privateIpAddress"
			if list == "ipv6AddressesSet" {
				name = "ipv6Address"
			}
			out += "<item><" + name + ">" + ip + "</" + name + "></item>"
		}
		return out + "</" + list + ">"
	}
	eni := func(id, first, more string) string {
		return "<item><networkInterfaceId>" + id + "</networkInterfaceId><privateIpAddress>" + first + "</privateIpAddress>" + more + "</item>"
	}
	for name, c := range map[string]struct {
		id, items string
		own       []string
		why       string
	}{
		"no interface":         {"", "", nil, "it has no interface in a VPC"},
		"one address":          {"eni-1", eni("eni-1", "10.0.0.5", ""), []string{"10.0.0.5"}, ""},
		"several":              {"eni-1", eni("eni-1", "10.0.0.5", ips("privateIpAddressesSet", "10.0.0.5", "10.0.0.4")+ips("ipv6AddressesSet", "2001:db8::1")), []string{"10.0.0.4", "10.0.0.5", "2001:db8::1"}, ""},
		"another's":            {"eni-1", eni("eni-2", "10.0.0.5", ""), nil, "EC2 tells no address of its interface eni-1"},
		"beside another's":     {"eni-1", eni("eni-2", "10.0.0.6", "") + eni("eni-1", "10.0.0.5", ""), []string{"10.0.0.5"}, ""},
		"none that are told":   {"eni-1", eni("eni-1", "", ""), nil, "EC2 tells no address of its interface eni-1"},
		"none that may be had": {"eni-1", "no", nil, "you may not"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.hook = func(got call) (int, string, bool) {
				if got.op != "DescribeNetworkInterfaces" {
					return 0, "", false
				}
				if c.items == "no" {
					return refuseEC2("UnauthorizedOperation", "you may not.")
				}
				return 200, "<R><networkInterfaceSet>" + c.items + "</networkInterfaceSet></R>", true
			}
			session, err := s.client(t).enter(t.Context(), model.Target{Account: homeAccount, Region: "eu-west-1"})
			if err != nil {
				t.Fatal(err)
			}
			own, why := session.addressesOf(t.Context(), &recreate.Snapshot{Region: "eu-west-1", NetworkID: c.id})
			if !slices.Equal(own, c.own) || why != c.why {
				t.Errorf("%q, %q", own, why)
			}
		})
	}
}

// TestAReplacementIsTriedOnlyWhereItIsTheRuns and runs.
func TestAReplacementIsTriedOnlyWhereItIsTheRuns(t *testing.T) {
	t.Parallel()
	const off = "the replacement nb-0000 does not run, so that nothing can be tried in it"
	for name, c := range map[string]struct {
		change func(s *stub, run *recreate.Run, o *Options)
		want   string
	}{
		"writes are locked": {func(_ *stub, _ *recreate.Run, o *Options) { o.AllowWrite = false }, "writes are locked"},
		"it is not there":   {func(s *stub, _ *recreate.Run, _ *Options) { s.drop(homeAccount, "eu-west-1", 0) }, off},
		"it stopped": {func(s *stub, _ *recreate.Run, _ *Options) {
			s.edit(homeAccount, "eu-west-1", 0, func(n *stubNotebook) { n.status = "Stopped" })
		}, off},
		"another place":   {func(_ *stub, run *recreate.Run, _ *Options) { run.Plan.Source.Region = "us-east-1" }, off},
		"somebody else's": {func(*stub, *recreate.Run, *Options) {}, "the notebook nb-0000 does not carry the tag of this run, so it is left alone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.fill(homeAccount, "eu-west-1", 1)
			run := &recreate.Run{Plan: recreate.Plan{RunID: testRun, Source: recreate.Snapshot{Account: homeAccount, Region: "eu-west-1"}, Spec: recreate.Spec{Name: "nb-0000"}}}
			client := s.client(t, func(o *Options) {
				o.AllowWrite = true
				c.change(s, run, o)
			})
			out := client.Perform(t.Context(), run, recreate.Effect{ID: 1, Kind: recreate.EffectProbe, Target: model.Target{Account: homeAccount, Region: "eu-west-1"}}, nil)
			if out.Kind != recreate.EventFailed || out.Problem == nil || !strings.HasPrefix(out.Problem.Message, c.want) {
				t.Errorf("%s: %+v", out.Kind, out.Problem)
			}
		})
	}
}

func TestAnOrganizationIsNarrowedByAccountsOrUnits(t *testing.T) {
	t.Parallel()
	some := model.Patterns{"prod-*"}
	for _, c := range []struct {
		accounts, units model.Patterns
		want            bool
	}{{nil, nil, false}, {some, nil, true}, {nil, some, true}, {some, some, true}} {
		d := &discovery{scan: &scan{client: &Client{wiring: wiring{opt: Options{Accounts: c.accounts, OUs: c.units}}}}}
		if got := d.chooses(); got != c.want {
			t.Errorf("%s: %v", fmt.Sprint(c.accounts, c.units), got)
		}
	}
}
