package probe

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// TestTheScriptIsForTheOldestNotebook holds the script against what python 3.7 has not,
// and against what would leave something behind.
func TestTheScriptIsForTheOldestNotebook(t *testing.T) {
	t.Parallel()
	for newer, why := range map[string]string{
		`:=`: "python 3.8", `=}`: "python 3.8", `removeprefix|removesuffix`: "python 3.9", `\bdef [a-z_]+\([^)]*, /`: "python 3.8",
		`\bmatch [a-z_]+:`: "python 3.10", `\blist\[|\bdict\[|\btuple\[`: "python 3.9", `except\*`: "python 3.11", `TimeoutError`: "socket.timeout is another class before 3.10",
		`shell=True|os\.system|subprocess|eval\(|exec\(`: "nothing of ours goes through a shell",
		`open\([^)]*"[wax]|os\.mkdir|makedirs|mkstemp`:   "it leaves no file behind",
	} {
		if at := regexp.MustCompile(newer).FindString(Script()); at != "" {
			t.Errorf("%q is in the script: %s", at, why)
		}
	}
	if !strings.Contains(Script(), `"`+FolderPrefix+`"`) {
		t.Error("the script removes another folder than that in which it is put")
	}
}

func ownPlaces(t *testing.T, names ...string) []model.Destination {
	t.Helper()
	out := make([]model.Destination, len(names))
	for i, n := range names {
		d, err := model.ParseDestination(n)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = d
	}
	return out
}

func TestWhatIsTried(t *testing.T) {
	t.Parallel()
	own := ownPlaces(t, "artifactory.example.com", "10.2.0.7", "10.2.0.0/16", "2001:db8::7")
	all := Places("eu-west-1", "aws", "111122223333", own)
	if len(all) != len(model.Destinations())+len(own) {
		t.Fatalf("%d places", len(all))
	}
	want := map[string]string{
		"pypi": "pypi.org files.pythonhosted.org", "github": "github.com", "s3": "s3.eu-west-1.amazonaws.com",
		"sagemaker.api": "api.sagemaker.eu-west-1.amazonaws.com", "sagemaker.runtime": "runtime.sagemaker.eu-west-1.amazonaws.com",
		"ecr":  "api.ecr.eu-west-1.amazonaws.com 111122223333.dkr.ecr.eu-west-1.amazonaws.com prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com",
		"logs": "logs.eu-west-1.amazonaws.com", "artifactory.example.com": "artifactory.example.com", "10.2.0.7/32": "10.2.0.7", "10.2.0.0/16": "",
		"2001:db8::7/128": "2001:db8::7",
	}
	for _, p := range all {
		if hosts, ok := want[p.Destination]; ok && strings.Join(p.Hosts, " ") != hosts {
			t.Errorf("%s: %v, want %s", p.Destination, p.Hosts, hosts)
		}
		if (p.Skip == "") != (len(p.Hosts) > 0) {
			t.Errorf("%s: %v and %q", p.Destination, p.Hosts, p.Skip)
		}
		if p.Own != slices.ContainsFunc(own, func(d model.Destination) bool { return d.Name == p.Destination }) {
			t.Errorf("%s is the user's: %v", p.Destination, p.Own)
		}
	}
	if got := Places("cn-north-1", "aws-cn", "1", nil); got[slices.Index(model.Destinations(), "sts")].Hosts[0] != "sts.cn-north-1.amazonaws.com.cn" {
		t.Errorf("in China: %v", got)
	}
	if got := Places("us-iso-east-1", "aws-iso", "1", nil); got[slices.Index(model.Destinations(), "sts")].Skip == "" || got[0].Skip != "" {
		t.Errorf("in a partition whose names are not known: %v", got)
	}
	raw, err := Parameters(all)
	if err != nil {
		t.Fatal(err)
	}
	var asked struct{ Tries []try }
	if err := json.Unmarshal(raw, &asked); err != nil {
		t.Fatal(err)
	}
	for _, a := range asked.Tries {
		if ip, err := netip.ParseAddr(a.Host); a.Port != 443 || err == nil && ip.Is4() != (a.Family == "ipv4") {
			t.Errorf("%+v is asked for", a)
		}
	}
}

// answer is the output of a script that says this of each host, and "reached" else.
func answer(t *testing.T, places []Place, change map[string]said) string {
	t.Helper()
	var all []said
	for i := range places {
		for _, a := range places[i].tries() {
			s := said{Host: a.Host, Family: a.Family, State: "reached", Name: 2, Connection: 20, TLS: 40, Address: "192.0.2.1", From: "10.0.0.9"}
			for _, key := range []string{a.Host, a.Family, a.Host + " " + a.Family} {
				if c, ok := change[key]; ok {
					c.Host, c.Family = a.Host, a.Family
					s = c
				}
			}
			all = append(all, s)
		}
	}
	raw, err := json.Marshal(map[string]any{"v": 1, "python": "3.7", "tries": all})
	if err != nil {
		t.Fatal(err)
	}
	return "a line of the shell's\r\nnbscope-probe " + string(raw) + "\n"
}

func TestWhatTheScriptSaysIsRead(t *testing.T) {
	t.Parallel()
	places := Places("eu-west-1", "aws", "111122223333", ownPlaces(t, "artifactory.example.com", "10.2.0.0/16"))
	six := said{State: "no-route", Why: "ENETUNREACH from 2001:db8::1"}
	p, err := Read(answer(t, places, map[string]said{
		"ipv6":                                           six,
		"files.pythonhosted.org":                         {State: "timeout", Why: "no answer from 192.0.2.2 in 8 s", Name: 3},
		"github.com":                                     {State: "untrusted", Why: "self-signed certificate", Connection: 1, From: "10.0.0.9"},
		"artifactory.example.com ipv4":                   {State: "untrusted", Why: "unable to get local issuer certificate", Connection: 1, TLS: 0, From: "10.0.0.9"},
		"s3.eu-west-1.amazonaws.com ipv4":                {State: "no-name", Why: "the name has no such address"},
		"s3.eu-west-1.amazonaws.com ipv6":                {State: "reached", Connection: 5, TLS: 6, From: "2001:db8::9"},
		"111122223333.dkr.ecr.eu-west-1.amazonaws.com":   {State: "refused", Why: "ECONNREFUSED from 192.0.2.3"},
		"sts.eu-west-1.amazonaws.com":                    {State: "no-tls", Why: "WRONG_VERSION_NUMBER", Connection: 3},
		"runtime.sagemaker.eu-west-1.amazonaws.com ipv6": {State: "reached", Connection: 5, TLS: 5},
	}), places)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"pypi":                    "timeout ipv4 0 pypi.org: name 2 ms, connection 20 ms, TLS 40 ms to 192.0.2.1; files.pythonhosted.org: no answer from 192.0.2.2 in 8 s (name 3 ms)",
		"conda":                   "reached ipv4 62 conda.anaconda.org: name 2 ms, connection 20 ms, TLS 40 ms to 192.0.2.1; repo.anaconda.com: name 2 ms, connection 20 ms, TLS 40 ms to 192.0.2.1",
		"github":                  "no-tls ipv4 0 somebody else answers in its place, with a certificate that the notebook does not trust: self-signed certificate",
		"artifactory.example.com": "reached ipv4 1 connection 1 ms; the notebook does not trust its certificate: unable to get local issuer certificate",
		"10.2.0.0/16":             "not-tried  0 no address stands for a range: give one address of it",
		"s3":                      "reached ipv6 11 connection 5 ms, TLS 6 ms",
		"sts":                     "no-tls ipv4 0 WRONG_VERSION_NUMBER (connection 3 ms)",
		"sagemaker.runtime":       "reached ipv4 62 name 2 ms, connection 20 ms, TLS 40 ms to 192.0.2.1",
	}
	for d, says := range want {
		got, ok := p.Of(d)
		if line := fmt.Sprintf("%s %s %d %s", got.State, got.Family, got.MS, got.Detail); !ok || line != says {
			t.Errorf("%s:\n%s\nwant\n%s", d, line, says)
		}
	}
	if ecr, _ := p.Of("ecr"); ecr.State != model.TryRefused || strings.Count(ecr.Detail, ";") != 2 {
		t.Errorf("ecr: %+v", ecr)
	}
	if got, _ := p.Over("pypi", model.FamilyIPv6); got.State != model.TryNoRoute {
		t.Errorf("pypi over IPv6: %+v", got)
	}
	if pypi, _ := p.Of("pypi"); !slices.Equal(pypi.From, []string{"10.0.0.9"}) {
		t.Errorf("pypi was reached from %v", pypi.From)
	}
	if p.Whole() {
		t.Error("not everything was reached")
	}
	if whole, err := Read(answer(t, places[:3], nil), places[:3]); err != nil || !whole.Whole() {
		t.Errorf("everything was reached: %+v, %v", whole, err)
	}
}

// TestWhatIsNoAnswerProvesNothing: no half of an answer, and none of something else.
func TestWhatIsNoAnswerProvesNothing(t *testing.T) {
	t.Parallel()
	places := Places("eu-west-1", "aws", "1", nil)
	good := answer(t, places, nil)
	for name, output := range map[string]string{
		"nothing":           "",
		"a shell's words":   "bash: python3: command not found\n",
		"half of it":        good[:len(good)/2],
		"a later version":   strings.Replace(good, `"v":1`, `"v":2`, 1),
		"one try is absent": strings.Replace(good, `"host":"github.com"`, `"host":"example.com"`, 1),
		"a word of its own": strings.Replace(good, `"state":"reached"`, `"state":"fine"`, 1),
		"no word":           strings.Replace(good, `"state":"reached"`, `"state":""`, 1),
		"what is no try":    strings.Replace(good, `"state":"reached"`, `"state":"not-tried"`, 1),
	} {
		if p, err := Read(output, places); !errors.Is(err, ErrNoAnswer) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

func TestADisagreementIsShownAsSuch(t *testing.T) {
	t.Parallel()
	judged := func(state model.ReachState, destination string) *model.Egress {
		return &model.Egress{Verdict: model.VerdictNAT, Reach: []model.Reach{{Destination: destination, State: state, By: "NAT gateway nat-1"}}}
	}
	tried := func(state model.TryState, destination string) *model.Probe {
		return &model.Probe{Results: []model.Tried{{Destination: destination, State: state, Family: model.FamilyIPv4, Detail: "8 s"}}}
	}
	for _, c := range []struct {
		name string
		e    *model.Egress
		p    *model.Probe
		says string
	}{
		{"both reach it", judged(model.Reached, "pypi"), tried(model.TryReached, "pypi"), ""},
		{"neither does", judged(model.ReachBlocked, "pypi"), tried(model.TryTimeout, "pypi"), ""},
		{"judged reached", judged(model.Reached, "pypi"), tried(model.TryTimeout, "pypi"), "pypi: judged reached by NAT gateway nat-1; tried, it is not: timeout, 8 s"},
		{"judged blocked", judged(model.ReachBlocked, "pypi"), tried(model.TryReached, "pypi"), "pypi: judged blocked by NAT gateway nat-1; tried, it is reached (8 s)"},
		{"a service whose endpoint refuses", judged(model.ReachBlocked, "s3"), tried(model.TryReached, "s3"), "s3: judged blocked by NAT gateway nat-1; tried, it is reached (8 s). A try ends with TLS, and a policy refuses after that"},
		{"it depends", judged(model.ReachDepends, "pypi"), tried(model.TryTimeout, "pypi"), ""},
		{"it is not known", judged(model.ReachUnknown, "pypi"), tried(model.TryReached, "pypi"), ""},
		{"nothing could be tried", judged(model.Reached, "10.2.0.0/16"), tried(model.TryNot, "10.2.0.0/16"), ""},
		{"nobody judged", nil, tried(model.TryTimeout, "pypi"), ""},
		{"nobody tried", judged(model.Reached, "pypi"), nil, ""},
		{"only the internet was judged, as open", &model.Egress{Verdict: model.VerdictDirect}, tried(model.TryTimeout, "github"), "github: judged reached; tried, it is not: timeout, 8 s"},
		{"only the internet was judged, as closed", &model.Egress{Verdict: model.VerdictIsolated, Reason: "no route"}, tried(model.TryReached, "github"), "github: judged blocked no route; tried, it is reached (8 s)"},
		{"only the internet was judged, and a service tried", &model.Egress{Verdict: model.VerdictIsolated}, tried(model.TryReached, "s3"), ""},
	} {
		got := ""
		if all := Compare(c.e, c.p); len(all) == 1 {
			got = all[0].Says()
		} else if len(all) > 1 {
			t.Errorf("%s: %d disagreements", c.name, len(all))
		}
		if got != c.says {
			t.Errorf("%s:\n%q, want\n%q", c.name, got, c.says)
		}
	}
}
