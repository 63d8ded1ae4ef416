package query

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// reaching is a notebook with these states, by place.
func reaching(name string, states ...string) *model.Notebook {
	done := model.Part{State: model.LoadDone}
	n := &model.Notebook{
		ARN: name, Name: name, Account: "1", Region: "eu-west-1", Described: done, Located: done, Tagged: done, Networked: done,
		SubnetID: "subnet-1", VPCID: "vpc-1", DirectInternet: model.Disabled, Egress: &model.Egress{Verdict: model.VerdictNAT},
	}
	for _, s := range states {
		place, state, _ := strings.Cut(s, "=")
		n.Egress.Reach = append(n.Egress.Reach, model.Reach{Destination: place, State: model.ReachState(state), Why: "why " + state})
	}
	return n
}

func places() []*model.Notebook {
	unread := reaching("unread")
	unread.Egress, unread.Networked = nil, model.Part{State: model.LoadFailed, Reason: "denied"}
	all := func(state string) (out []string) {
		for _, d := range model.Destinations() {
			out = append(out, d+"="+state)
		}
		return out
	}
	return []*model.Notebook{
		reaching("all", append(all("reached"), "git.example.com=depends", "10.2.0.0/16=reached")...),
		reaching("none", append(all("blocked"), "git.example.com=blocked", "10.2.0.0/16=blocked")...),
		reaching("perhaps", append(all("depends"), "git.example.com=depends", "10.2.0.0/16=depends")...),
		reaching("who knows", append(all("unknown"), "git.example.com=unknown", "10.2.0.0/16=unknown")...),
		unread,
	}
}

func TestReachFindsWhatIsKnownAndCountsTheRest(t *testing.T) {
	t.Parallel()
	rows := places()
	for filter, c := range map[string]struct {
		want      string
		undecided int
		shows     string
	}{
		"reach:pypi":                {"all", 3, "reach:pypi|pypi=unknown|pypi=depends"},
		"!reach:s3":                 {"none, perhaps, who knows, unread", 0, ""},
		"!reach:s3 !reach:s3=unk":   {"none, perhaps", 0, ""},
		"reach:s3=blocked":          {"none", 3, "reach:s3=blocked|s3=unknown|s3=depends"},
		"reach:s3=b":                {"none", 3, "reach:s3=b|s3=unknown|s3=depends"},
		"reach:s3=depends":          {"perhaps", 2, "reach:s3=depends|s3=unknown"},
		"reach:unknown":             {"who knows, unread", 0, ""},
		"reach:sts=unknown":         {"who knows, unread", 0, ""},
		"reach:sagemaker":           {"all", 3, "reach:sagemaker|sagemaker=unknown|sagemaker=depends"},
		"reach:sts|s3=blocked":      {"all, none", 3, "reach:sts|s3=blocked|sts=unknown|sts=depends|s3=unknown|s3=depends"},
		"reach:git.example.com":     {"", 4, "reach:git.example.com|git.example.com=unknown|git.example.com=depends"},
		"reach:10.2.0.0/16":         {"all", 3, "reach:10.2.0.0/16|10.2.0.0/16=unknown|10.2.0.0/16=depends"},
		"reach:other.example.com":   {"", 5, "reach:other.example.com|other.example.com=unknown|other.example.com=depends"},
		"reach:pypi name:all":       {"all", 0, ""},
		"reach:s3=blocked name:per": {"", 1, "reach:s3=blocked|s3=unknown|s3=depends name:per"},
	} {
		q, issues := ParseStrict(filter, testNow())
		if len(issues) > 0 {
			t.Errorf("%s: %v", filter, issues)
			continue
		}
		if got := namesFound(q, rows); got != c.want {
			t.Errorf("%s finds %q, want %q", filter, got, c.want)
		}
		u := q.Undecided(rows, model.Lens{Now: testNow()})
		if u.Notebooks != c.undecided || u.Filter != c.shows || (u.Reason == "") != (c.undecided == 0) {
			t.Errorf("%s leaves open %+v, want %d, %q", filter, u, c.undecided, c.shows)
		}
		if c.shows == "" {
			continue
		}
		shows, issues := ParseStrict(u.Filter, testNow())
		if more := NewEngine(nil).Run(shows, rows, model.Lens{}); len(issues) > 0 || len(more) != c.undecided+len(NewEngine(nil).Run(q, rows, model.Lens{})) {
			t.Errorf("%s shows %d, %v", u.Filter, len(more), issues)
		}
	}
}

func namesFound(q Query, rows []*model.Notebook) string {
	var out []string
	for _, h := range NewEngine(nil).Run(q, rows, model.Lens{}) {
		out = append(out, rows[h.Row].Name)
	}
	return strings.Join(out, ", ")
}

func TestAPlaceThatDoesNotExistIsNamed(t *testing.T) {
	t.Parallel()
	for filter, want := range map[string]string{
		"reach:pipy":       `reach has no place "pipy"; did you mean reach:pypi?`,
		"reach:s3=blokced": `a place is never "blokced": use reached, blocked, depends, unknown; did you mean reach:s3=blocked?`,
		"reach:=reached":   `reach has no place ""`,
		"reach:s3=":        `a place is never "": use reached, blocked, depends, unknown`,
	} {
		if _, issues := ParseStrict(filter, testNow()); len(issues) != 1 || issues[0].String() != want {
			t.Errorf("%s: %v, want %s", filter, issues, want)
		}
	}
	if q, issues := ParseStrict("reach:s3", testNow()); len(issues) > 0 || q.Describe() != "s3 is reached" {
		t.Errorf("%q, %v", q.Describe(), issues)
	}
	if q, _ := ParseStrict("!reach:s3|sts=blocked", testNow()); q.Describe() != "s3 is not known to be reached or sts is not known to be blocked" {
		t.Errorf("%q", q.Describe())
	}
	q, _ := ParseStrict("reach:s3 name:a", testNow())
	if kept, issues := q.Without(model.Skip{Egress: true}.Why); len(issues) != 1 || issues[0].Message != "reach is skipped by --skip egress" || kept.String() != "name:a" {
		t.Errorf("%q, %+v", kept, issues)
	}
}

func TestPlacesAreOffered(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string][]string{
		"reach:s":    {"reach:s3", "reach:sts", "reach:sagemaker.api", "reach:sagemaker.runtime"},
		"!reach:git": {"!reach:github", "!reach:git.example.com"},
		"reac":       {"reach:"},
		"reach:u":    {"reach:unknown"},
	} {
		if got := Suggestions(typed, len(typed), places(), model.Lens{}); !slices.Equal(got, want) {
			t.Errorf("%q goes on with %q, want %q", typed, got, want)
		}
	}
}
