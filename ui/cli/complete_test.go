package cli

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model/recreate"
)

// seen are the notebooks and accounts of the last inventory.
func seen(Settings) iter.Seq[Named] {
	return slices.Values([]Named{
		{Account: "111122223333", Alias: "prod-ml"}, {Account: "999988887777"},
		{"churn-eval", "eu-west-1", "111122223333", "prod-ml"}, {"churn-train", "us-east-1", "999988887777", ""},
		{"fraud\x1b[31m", "eu-west-1", "111122223333", "prod-ml"},
	})
}

// complete is what a shell is offered for the words of a command line, the last of
// which is typed so far, and the number that tells it how to go on.
func complete(t *testing.T, env Env, words ...string) (offered []string, directive string) {
	t.Helper()
	env.Args = append([]string{"__complete"}, words...)
	env.Open = func(context.Context, Settings) (Session, error) {
		t.Errorf("completing %q signs in", words)
		return Session{}, nil
	}
	if env.Now == nil {
		env.Now = func() time.Time { return time.Unix(0, 0) }
	}
	o := commandIn(t, env)
	lines := strings.Split(strings.TrimSuffix(o.stdout, "\n"), "\n")
	return lines[:len(lines)-1], lines[len(lines)-1]
}

func TestValuesAreCompleted(t *testing.T) {
	t.Parallel()
	runs := kept{aRun("1111", nil), aRun("7f3c2a9be1d0", nil), aRun("9999", func(k *recreate.Kept) { k.Damaged = "x" })}
	env := Env{
		Runs: func() (RunLister, error) { return runs, nil },
		Values: Values{
			Profiles: func() []string { return []string{"prod", "sandbox"} },
			Regions:  func() []string { return []string{"eu-west-1", "eu-west-3", "us-east-1"} },
			Names:    seen,
		},
	}
	const only, goOn, files = ":4", ":6", ":8"
	run := "7f3c2a9be1d0\tchurn-model, waits for you: approve create"
	cases := map[string]struct {
		words     []string
		want      []string
		directive string
	}{
		"profiles":                           {[]string{"list", "--profile", ""}, []string{"prod", "sandbox"}, only},
		"a profile that was begun":           {[]string{"--profile", "s"}, []string{"sandbox"}, only},
		"regions":                            {[]string{"list", "--region=eu-"}, []string{"eu-west-1", "eu-west-3"}, only},
		"names":                              {[]string{"show", "churn"}, []string{"churn-eval\tprod-ml eu-west-1", "churn-train\t999988887777 us-east-1"}, only},
		"names of a region":                  {[]string{"show", "--region", "eu-*", "churn"}, []string{"churn-eval\tprod-ml eu-west-1"}, only},
		"names of a later region":            {[]string{"show", "--region", "us-*", "churn"}, []string{"churn-train\t999988887777 us-east-1"}, only},
		"names of an account":                {[]string{"plan", "--account", "999988887777", ""}, []string{"churn-train\t999988887777 us-east-1"}, only},
		"names of an alias":                  {[]string{"plan", "--account", "prod-ml", "c"}, []string{"churn-eval\tprod-ml eu-west-1"}, only},
		"a second name":                      {[]string{"show", "churn-eval", ""}, nil, only},
		"a name that would paint":            {[]string{"show", "fraud"}, []string{"fraud\u241b[31m\tprod-ml eu-west-1"}, only},
		"accounts":                           {[]string{"show", "--account", ""}, []string{"111122223333\tprod-ml", "prod-ml\t111122223333", "999988887777"}, only},
		"formats of list":                    {[]string{"list", "-o", ""}, []string{"table", "json", "jsonl", "csv", "markdown"}, only},
		"formats of plan":                    {[]string{"plan", "-o", "s"}, []string{"sh"}, only},
		"formats of a run":                   {[]string{"runs", "show", "-o", ""}, []string{"markdown", "json"}, only},
		"policies":                           {[]string{"--policy", "re"}, []string{"restrict", "report"}, only},
		"levels":                             {[]string{"list", "--log-level", "d"}, []string{"debug"}, only},
		"severities":                         {[]string{"list", "--fail-on", ""}, []string{"finding", "low", "medium", "high"}, only},
		"summaries":                          {[]string{"list", "--summary", "a"}, []string{"account"}, only},
		"steps":                              {[]string{"apply", "p.json", "--until", "c"}, []string{"create", "copy"}, only},
		"transports":                         {[]string{"plan", "x", "--transport", "r"}, []string{"relay"}, only},
		"grounds":                            {[]string{"--theme", ""}, []string{"auto", "dark", "light"}, only},
		"settings":                           {[]string{"plan", "x", "--direct-internet", ""}, []string{"enabled", "disabled"}, only},
		"parts to skip":                      {[]string{"--skip", "tags,"}, []string{"tags,egress"}, only},
		"columns":                            {[]string{"list", "--columns", "name,statu"}, []string{"name,status\tstatus as AWS gives it"}, goOn},
		"a column that is there already":     {[]string{"list", "--columns", "name,nam"}, nil, goOn},
		"sort keys":                          {[]string{"list", "--sort", "name,-statu"}, []string{"name,-status\tstatus as AWS gives it"}, goOn},
		"fields of the filter":               {[]string{"list", "-f", "churn !sta"}, []string{"churn !status:"}, goOn},
		"values of a field of the filter":    {[]string{"list", "-f", "net:vpc-o"}, []string{"net:vpc-only"}, goOn},
		"values that were seen":              {[]string{"list", "-f", "region:us"}, []string{"region:us-east-1"}, goOn},
		"runs to show":                       {[]string{"runs", "show", "7"}, []string{run}, only},
		"runs to resume":                     {[]string{"resume", "7f"}, []string{run}, only},
		"plans":                              {[]string{"apply", ""}, []string{"json"}, files},
		"a configuration file":               {[]string{"list", "--config", ""}, []string{"yaml", "yml"}, files},
		"what has no known values":           {[]string{"list", "--concurrency", ""}, nil, only},
		"a flag, with what it is in letters": {[]string{"list", "--colu"}, []string{"--columns\tprint these fields (table, csv, markdown); tag:Team is one tag, tag:* each of them"}, only},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, directive := complete(t, env, c.words...)
			if !slices.Equal(got, c.want) || directive != c.directive {
				t.Errorf("%q is completed by %q %s, want %q %s", c.words, got, directive, c.want, c.directive)
			}
		})
	}
}

// TestCompletionWaitsForNobody leaves the words beside runs out where reading them
// takes long, and offers nothing where nothing is there.
func TestCompletionWaitsForNobody(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	slow := Env{
		Now:  func() time.Time { now = now.Add(completing); return now },
		Runs: func() (RunLister, error) { return kept{aRun("7f3c2a9be1d0", nil)}, nil },
	}
	if got, _ := complete(t, slow, "resume", ""); !slices.Equal(got, []string{"7f3c2a9be1d0"}) {
		t.Errorf("it offers %q", got)
	}
	bare := Env{Runs: func() (RunLister, error) { return nil, context.Canceled }}
	for _, words := range [][]string{{"resume", ""}, {"show", ""}, {"list", "--profile", ""}, {"list", "--region", ""}, {"show", "--account", ""}} {
		if got, directive := complete(t, bare, words...); len(got) > 0 || directive != ":4" {
			t.Errorf("%q: %q %s", words, got, directive)
		}
	}
}

// TestWhatIsGivenTwiceCountsOnce: flags are read twice for a completion.
func TestWhatIsGivenTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	var got Settings
	env := Env{Values: Values{Names: func(s Settings) iter.Seq[Named] { got = s; return seen(s) }}}
	complete(t, env, "show", "--profile", "prod", "--profile", "audit", "--region", "eu-*", "x")
	if !slices.Equal(got.Profiles, []string{"prod", "audit"}) || !slices.Equal(got.Regions, []string{"eu-*"}) {
		t.Errorf("names are asked for %q in %q", got.Profiles, got.Regions)
	}
}
