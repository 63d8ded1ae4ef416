package aws

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"nbscope/aws/sim"
	"nbscope/aws/sim/jupytersim"
	"nbscope/model"
	"nbscope/model/probe"
)

// labWorld is a simulated AWS of one place whose notebooks have Jupyter servers, with
// the gallery in it.
func labWorld(t *testing.T, change func(*Options)) (*sim.Server, *Client) {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("there is no python3 here, which the notebooks of this test run")
	}
	s, _ := world(t, func(o *sim.Options) {
		o.Accounts, o.Regions, o.Notebooks, o.Labs, o.TimeScale = 1, 1, 0, true, 100
	})
	at, err := s.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := s.Change(sim.Change{Op: "gallery"}); err != nil {
		t.Fatal(err)
	}
	c := simClient(t, s, at, func(o *Options) {
		o.AllowWrite = true
		if change != nil {
			change(o)
		}
	})
	t.Cleanup(c.Close)
	return s, c
}

// TestAProbeTellsWhatANotebookReaches runs the script in notebooks whose networks
// differ, and holds what it says against what was judged from outside.
func TestAProbeTellsWhatANotebookReaches(t *testing.T) {
	t.Parallel()
	own, err := model.ParseDestination("10.2.0.0/16")
	if err != nil {
		t.Fatal(err)
	}
	s, c := labWorld(t, func(o *Options) { o.Reach = []model.Destination{own} })
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	want := map[string]string{
		"nat-in-a-public-subnet":                  "pypi reached, github reached, s3 reached, sts reached",
		"no-route":                                "pypi timeout, github timeout, s3 timeout, sts timeout",
		"direct-internet-on":                      "pypi reached, github reached, s3 reached, sts reached",
		"endpoint-for-s3":                         "pypi timeout, github timeout, s3 reached, sts timeout",
		"nat-without-dns-support":                 "pypi no-name, github no-name, s3 no-name, sts no-name",
		"endpoint-whose-group-refuses-beside-nat": "pypi reached, github reached, s3 reached, sts timeout",
	}
	for _, n := range inv.Rows() {
		if want[n.Name] == "" {
			continue
		}
		p, err := c.Probe(t.Context(), n.Target(), n.Name)
		if err != nil {
			t.Fatalf("%s: %v", n.Name, err)
		}
		var got []string
		for _, d := range []string{"pypi", "github", "s3", "sts"} {
			tried, _ := p.Of(d)
			got = append(got, d+" "+string(tried.State))
			if tried.State.Reached() && (tried.MS <= 0 || len(tried.From) != 1 || slices.Contains(p.Own, tried.From[0]) != (n.DirectInternet == model.Disabled)) {
				t.Errorf("%s reaches %s in %d ms from %v, and its own addresses are %v", n.Name, d, tried.MS, tried.From, p.Own)
			}
		}
		if line := strings.Join(got, ", "); line != want[n.Name] {
			t.Errorf("%s: %s, want %s", n.Name, line, want[n.Name])
		}
		if all := probe.Compare(n.Egress, &p); len(all) > 0 {
			t.Errorf("%s: %s", n.Name, all[0].Says())
		}
		if r, _ := p.Of(own.Name); r.State != model.TryNot || p.At.IsZero() || p.OwnWhy != "" {
			t.Errorf("%s: %+v", n.Name, p)
		}
	}
	nothingLeft(t, s, c)
}

// nothingLeft looks for what a probe may have left in any notebook.
func nothingLeft(t *testing.T, s *sim.Server, c *Client) {
	t.Helper()
	labs := labsOf(t, c.opt.EndpointURL)
	if len(labs) == 0 {
		t.Fatal("no notebook was entered")
	}
	for _, l := range labs {
		files, err := os.ReadDir(l.Root)
		if err != nil {
			t.Fatal(err)
		}
		if len(files)+l.Terminals+l.Kernels > 0 {
			t.Errorf("%s has %v, %d terminals and %d kernels", l.ARN, files, l.Terminals, l.Kernels)
		}
	}
	for _, w := range s.Writes() {
		t.Errorf("the account was changed: %+v", w)
	}
}

func labsOf(t *testing.T, endpoint string) []sim.Lab {
	t.Helper()
	answer, err := http.Get(endpoint + "/_sim/jupyter")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var out []sim.Lab
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAProbeThatCannotBeMadeSaysWhy: none of it is an answer about the network.
func TestAProbeThatCannotBeMadeSaysWhy(t *testing.T) {
	t.Parallel()
	s, c := labWorld(t, nil)
	at := model.Target{Account: s.World().Accounts[0].ID, Region: "us-east-1"}
	kind := func(c *Client, name string) (model.ProblemKind, string) {
		_, err := c.Probe(t.Context(), at, name)
		p, _ := errors.AsType[model.Problem](err)
		return p.Kind, p.Error()
	}
	if k, says := kind(c, "nobody"); k != model.KindNotFound {
		t.Errorf("of a notebook that there is not: %s, %s", k, says)
	}
	if err := s.Change(sim.Change{Op: "set", Name: "no-vpc", Status: "Stopped"}); err != nil {
		t.Fatal(err)
	}
	if k, says := kind(c, "no-vpc"); k != model.KindConflict || !strings.Contains(says, "Stopped") {
		t.Errorf("of one that is stopped: %s, %s", k, says)
	}
	locked := simClient(t, s, c.opt.EndpointURL, nil)
	t.Cleanup(locked.Close)
	if k, says := kind(locked, "no-route"); k != model.KindConfig {
		t.Errorf("without the client that can write: %s, %s", k, says)
	}
	if _, err := c.Presign(t.Context(), at, "no-route"); err != nil { // so that its Jupyter listens
		t.Fatal(err)
	}
	arn := "arn:aws:sagemaker:us-east-1:" + at.Account + ":notebook-instance/no-route"
	trouble(t, c.opt.EndpointURL, sim.LabTrouble{ARN: arn, Faults: jupytersim.Faults{Refused: "/api/terminals"}})
	if k, says := kind(c, "no-route"); k != model.KindDenied {
		t.Errorf("where terminals are refused: %s, %s", k, says)
	}
	trouble(t, c.opt.EndpointURL, sim.LabTrouble{ARN: arn})
	nothingLeft(t, s, c)
}

func trouble(t *testing.T, endpoint string, what sim.LabTrouble) {
	t.Helper()
	raw, err := json.Marshal(what)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(endpoint+"/_sim/jupyter", "application/json", strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		t.Fatalf("the simulator answers %s", answer.Status)
	}
}

// TestVerdictsOfTheDemoHoldInsideButWhereTheyCannot sends a packet from every notebook
// of the demo to every place, and holds what becomes of it against what was judged. They
// differ where something is in the way, or leads there, that no API tells.
func TestVerdictsOfTheDemoHoldInsideButWhereTheyCannot(t *testing.T) {
	t.Parallel()
	s, at := world(t, nil)
	c := simClient(t, s, at, viaOrganization)
	t.Cleanup(c.Close)
	inv := once(t, c, nil, model.ScanRequest{Mode: model.Full})
	differ, held := map[string]int{}, 0
	for _, n := range inv.Rows() {
		p := model.Probe{}
		for _, place := range probe.Places(n.Region, "aws", n.Account, nil) {
			tried := model.Tried{Destination: place.Destination, State: model.TryReached, Family: model.FamilyIPv4}
			for _, host := range place.Hosts {
				if f := fateOf(t, s, n.ARN, host); f.State != "reached" {
					tried.State = model.TryState(f.State)
				}
			}
			p.Results = append(p.Results, tried)
		}
		all := probe.Compare(n.Egress, &p)
		held += len(p.Results) - len(all)
		for i := range all {
			differ[fmt.Sprintf("%s %s %s: %s", n.Account, n.Region, n.VPCName, all[i].Destination)]++
			if testing.Verbose() {
				t.Log(n.Name, all[i].Says())
			}
		}
	}
	for where := range differ {
		if where != "111122223333 us-east-1 ml-prod: github" && where != "444455556666 us-west-2 research-isolated: pypi" {
			t.Errorf("%s: %d judgements do not hold", where, differ[where])
		}
	}
	if len(differ) != 2 || held < 1000 {
		t.Errorf("%v, %d hold", differ, held)
	}
}

func fateOf(t *testing.T, s *sim.Server, arn, host string) sim.Fate {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/_sim/net?"+url.Values{"arn": {arn}, "host": {host}, "family": {"ipv4"}}.Encode(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	var w recorder
	s.Handler().ServeHTTP(&w, r)
	var f sim.Fate
	if err := json.Unmarshal(w.body, &f); err != nil {
		t.Fatalf("%s: %s", arn, w.body)
	}
	return f
}

// recorder keeps an answer's body.
type recorder struct {
	header http.Header
	body   []byte
}

func (r *recorder) Header() http.Header {
	if r.header == nil {
		r.header = http.Header{}
	}
	return r.header
}
func (r *recorder) WriteHeader(int) {}
func (r *recorder) Write(b []byte) (int, error) {
	r.body = append(r.body, b...)
	return len(b), nil
}
