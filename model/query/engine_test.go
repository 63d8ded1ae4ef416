package query

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"nbscope/model"
)

func TestRunRanksNamesBeforeOtherColumnsAndKeepsTheOrderOfRows(t *testing.T) {
	rows := []*model.Notebook{
		{Name: "x", Region: "eu-west-1"},
		{Name: "eu-lab", Region: "us-east-1"},
		{Name: "e-unit", Region: "us-east-1"},
		{Name: "nothing", Region: "us-east-1"},
	}
	q, _ := Parse("eu", testNow())
	hits := NewEngine(testFuzzy).Run(q, rows, testLens())
	if len(hits) != 3 || hits[0].Row != 0 || hits[1].Row != 1 || hits[2].Row != 2 {
		t.Fatalf("hits are %v, want rows 0, 1 and 2 in order", hits)
	}
	if hits[1].Score <= hits[2].Score || hits[2].Score <= hits[0].Score {
		t.Errorf("scores are %v, want adjacent letters of a name, then letters apart, then another column", hits)
	}
}

func TestRunWithoutABareWordScoresNothing(t *testing.T) {
	for _, filter := range []string{"", "'churn", "vpc:vpc-0a", "!zzz"} {
		q, _ := Parse(filter, testNow())
		for _, h := range NewEngine(testFuzzy).Run(q, testRows(), testLens()) {
			if h.Score != 0 {
				t.Errorf("filter %q scores row %d with %d", filter, h.Row, h.Score)
			}
		}
	}
}

func TestScoresStayInBoundsWhateverTheFuzzyMatchSays(t *testing.T) {
	for _, extreme := range []int{1 << 40, -(1 << 40)} {
		e := NewEngine(func(string, string) (int, []int, bool) { return extreme, nil, true })
		q, _ := Parse(strings.Repeat("ab ", 1000), testNow())
		hits := e.Run(q, []*model.Notebook{{Name: "abc"}}, testLens())
		if len(hits) != 1 || hits[0].Score <= 0 {
			t.Errorf("a fuzzy score of %d a word gives %v", extreme, hits)
		}
	}
}

func TestRunSeesRowsThatChanged(t *testing.T) {
	e, rows := NewEngine(testFuzzy), testRows()
	show := func(filter string) int {
		q, _ := Parse(filter, testNow())
		return len(e.Run(q, rows, testLens()))
	}
	if got := show("'autostop"); got != 1 {
		t.Fatalf("found %d rows before the change, want 1", got)
	}
	for _, c := range []struct {
		says   string
		change func(n *model.Notebook)
	}{
		{"the name", func(n *model.Notebook) { n.Name = "novel" }},
		{"the account", func(n *model.Notebook) { n.Account = "novel" }},
		{"the region", func(n *model.Notebook) { n.Region = "novel" }},
		{"the status", func(n *model.Notebook) { n.Status = "novel" }},
		{"the VPC", func(n *model.Notebook) { n.VPCID = "novel" }},
		{"the VPC's name", func(n *model.Notebook) { n.VPCName = "novel" }},
		{"the subnet", func(n *model.Notebook) { n.SubnetID = "novel" }},
		{"the subnet's name", func(n *model.Notebook) { n.SubnetName = "novel" }},
		{"the type", func(n *model.Notebook) { n.InstanceType = "novel" }},
		{"the platform", func(n *model.Notebook) { n.Platform = "novel" }},
		{"the role", func(n *model.Notebook) { n.RoleARN = "role/novel" }},
		{"the lifecycle configuration", func(n *model.Notebook) { n.LifecycleName = "novel" }},
		{"the key", func(n *model.Notebook) { n.KMSKeyID = "novel" }},
		{"a security group", func(n *model.Notebook) { n.SecurityGroups = []string{"novel"} }},
		{"a tag", func(n *model.Notebook) { n.Tags = []model.Tag{{Key: "k", Value: "novel"}} }},
	} {
		t.Run(c.says, func(t *testing.T) {
			before := rows[0]
			defer func() { rows[0] = before }()
			if got := show("'novel"); got != 0 {
				t.Fatalf("found %d rows before the change", got)
			}
			newer := *before
			c.change(&newer)
			rows[0] = &newer
			if got := show("'novel"); got != 1 {
				t.Errorf("found %d rows after %s changed, want 1", got, c.says)
			}
		})
	}
	t.Run("rows that go, come and move", func(t *testing.T) {
		rows = []*model.Notebook{rows[2], rows[1]}
		if got := show("'autostop"); got != 1 {
			t.Errorf("found %d rows after a move, want 1", got)
		}
		rows = testRows()
		if got := show("'autostop"); got != 1 {
			t.Errorf("found %d rows after a growth, want 1", got)
		}
	})
}

func TestRunSeesAnAliasThatComesLater(t *testing.T) {
	e := NewEngine(testFuzzy)
	q, _ := Parse("'prod-ml", testNow())
	lens := testLens()
	lens.Aliases = nil
	// The VPC of two rows is called ml-prod, which is not it.
	if got := len(e.Run(q, testRows(), lens)); got != 0 {
		t.Fatalf("found %d rows without the alias", got)
	}
	if got := len(e.Run(q, testRows(), testLens())); got != 4 {
		t.Errorf("found %d rows with the alias, want 4", got)
	}
}

func TestAnUnchangedObservationKeepsWhatWasPrepared(t *testing.T) {
	e, rows := NewEngine(testFuzzy), testRows()
	q, _ := Parse("'autostop", testNow())
	e.Run(q, rows, testLens())
	older := *rows[1]
	older.Stale = true
	rows[1] = &older
	before, lens := e.rows[1].columns, testLens()
	if allocs := testing.AllocsPerRun(1, func() { e.know(rows, lens.Aliases); e.prepare(1, &lens) }); allocs != 0 {
		t.Errorf("a row that only became stale costs %v allocations", allocs)
	}
	if e.rows[1].n != rows[1] || &e.rows[1].columns[0] != &before[0] {
		t.Error("the row was not taken over")
	}
}

func TestWhatWasPreparedIsNotPreparedAgain(t *testing.T) {
	e, rows, lens := NewEngine(testFuzzy), testRows(), testLens()
	e.Prepare(rows, lens)
	for i, n := range rows {
		if e.rows[i].n != n || !e.rows[i].ready {
			t.Errorf("row %d is not ready", i)
		}
		if allocs := testing.AllocsPerRun(1, func() { e.prepare(i, &lens) }); allocs != 0 {
			t.Errorf("row %d costs %v allocations again", i, allocs)
		}
	}
	q, _ := Parse("'prod-ml", testNow())
	if got, want := e.Run(q, rows, lens), NewEngine(testFuzzy).Run(q, rows, lens); len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func TestEngineWithoutFuzzyMatchesNamesAsSubstrings(t *testing.T) {
	e, rows := NewEngine(nil), testRows()
	for filter, want := range map[string]int{"model": 1, "mdl": 0, "w": 5} {
		q, _ := Parse(filter, testNow())
		if got := len(e.Run(q, rows, testLens())); got != want {
			t.Errorf("filter %q shows %d rows, want %d", filter, got, want)
		}
	}
}

func TestASingleLetterNeverReachesTheFuzzyMatch(t *testing.T) {
	e := NewEngine(func(pattern, s string) (int, []int, bool) {
		t.Errorf("the fuzzy match was asked for %q in %q", pattern, s)
		return 0, nil, false
	})
	q, _ := Parse("c", testNow())
	if got := len(e.Run(q, testRows(), testLens())); got == 0 {
		t.Error("nothing was found")
	}
}

func TestNamesThatCannotMatchNeverReachTheFuzzyMatch(t *testing.T) {
	asked := 0
	e := NewEngine(func(pattern, s string) (int, []int, bool) {
		asked++
		return testFuzzy(pattern, s)
	})
	q, _ := Parse("chtr", testNow())
	e.Run(q, testRows(), testLens())
	if asked != 1 {
		t.Errorf("the fuzzy match was asked about %d names, want only the one that matches", asked)
	}
}

func TestLight(t *testing.T) {
	for _, c := range []struct {
		says, filter string
		field        model.FieldID
		text, want   string // the lit characters
	}{
		{"the letters of a fuzzy match", "chtr", model.FieldName, "churn-model-train", "chtr"},
		{"the whole of an exact word", "'model", model.FieldName, "churn-Model", "Model"},
		{"the word in another column", "west", model.FieldRegion, "eu-west-1", "west"},
		{"nothing in a column that words do not look into", "on", model.FieldNet, "on", ""},
		{"nothing for a negated word", "!west", model.FieldRegion, "eu-west-1", ""},
		{"nothing for a name that does not match", "zz", model.FieldName, "churn", ""},
		{"the beginning of a region", "region:EU-", model.FieldRegion, "eu-west-1", "eu-"},
		{"nothing of a region in another column", "region:eu-", model.FieldName, "eu-lab", ""},
		{"the alternative that matched", "region:us-|eu-", model.FieldRegion, "eu-west-1", "eu-"},
		{"an id without its dash", "vpc:0a", model.FieldVPC, "vpc-0a12 ml-prod", "0a"},
		{"a VPC's name", "vpc:prod", model.FieldVPC, "vpc-0a12 ml-prod", "prod"},
		{"nothing for none", "vpc:none", model.FieldVPC, "-", ""},
		{"the whole of a word of a list", "net:disabled", model.FieldNet, "off", "off"},
		{"the whole of what was compared", "age:>1d", model.FieldAge, "3d", "3d"},
		{"a tag's beginning", "tag:Team=m*", model.FieldTags, "Owner=x Team=ml", "Team=m"},
		{"a word in two terms once", "west 'est", model.FieldRegion, "eu-west-1", "west"},
		{"wide characters by their first byte", "'日本", model.FieldName, "x日本y", "日本"},
		{"a letter whose lower case is longer", "'x", model.FieldName, "İx", "x"},
		{"a fuzzy match behind wide characters", "xy", model.FieldName, "日x本y", "xy"},
	} {
		t.Run(c.says, func(t *testing.T) {
			q, issues := Parse(c.filter, testNow())
			if len(issues) > 0 {
				t.Fatalf("issues: %v", issues)
			}
			var lit strings.Builder
			last := -1
			for _, at := range NewEngine(testFuzzy).Light(q, c.field, c.text) {
				if at <= last {
					t.Errorf("offsets are not in order: %d after %d", at, last)
				}
				last = at
				r, _ := utf8.DecodeRuneInString(c.text[at:])
				lit.WriteRune(r)
			}
			if lit.String() != c.want {
				t.Errorf("%q lights %q of %q, want %q", c.filter, lit.String(), c.text, c.want)
			}
		})
	}
}

func TestSuggestions(t *testing.T) {
	for _, c := range []struct {
		says, text string
		want       []string
	}{
		{"fields by their beginning", "churn st", []string{"status:"}},
		{"fields behind a negation", "!r", []string{"!region:", "!reach:", "!role:", "!root:"}},
		{"nothing for a word that no field begins with", "zz", nil},
		{"the nearest field", "stauts:f", []string{"status:f"}},
		{"nothing for a field like no other", "zzzzzz:f", nil},
		{"values that occur, the most frequent first", "region:", []string{"eu-west-1", "eu-west-3", "us-east-1"}},
		{"values by their beginning, in any case", "region:US", []string{"us-east-1"}},
		{"the next alternative", "!vpc:none|vpc-0", []string{"vpc-07fe", "vpc-0a12"}},
		{"words of a list", "net:vpc", []string{"vpc-direct", "vpc-only"}},
		{"verdicts by their beginning", "egress:in", []string{"inspected", "indirect"}},
		{"severities, words and codes", "finding:", []string{
			"high", "medium", "low", "mitigated", "none", "unknown", "direct-internet-off", "direct-internet-on",
			"direct-internet-unknown", "no-vpc", "root-access", "root-access-unknown", "platform-unsupported", "platform-unknown", "endpoint-blocked",
		}},
		{"none and unknown where a field may lack a value", "kms:n", []string{"none"}},
		{"comparisons", "age:>", []string{">30d", ">90d", ">1y"}},
		{"tags that occur", "tag:own", []string{`"Owner=Ana B"`}},
		{"a name that is also a word of the language, quoted", "lcc:no", []string{`"none"`, "none"}},
		{"aliases rather than ids", "account:", []string{"prod-ml", "444455556666"}},
	} {
		t.Run(c.says, func(t *testing.T) {
			got := Suggestions(c.text, len(c.text), testRows(), testLens())
			want := slices.Clone(c.want)
			if i := strings.IndexAny(c.text, ":|"); i >= 0 && len(want) > 0 && !strings.HasPrefix(c.text, "stauts") {
				head := c.text[:strings.LastIndexAny(c.text, ":|")+1]
				for i := range want {
					want[i] = head + want[i]
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q goes on with %q, want %q", c.text, got, want)
			}
			for _, s := range got {
				text := c.text[:Word(c.text, len(c.text))] + s
				if _, issues := Parse(text, testNow()); len(issues) != 0 {
					t.Errorf("the suggestion %q for %q has issues %v", s, c.text, issues)
				}
			}
		})
	}
}

func TestSuggestionsAreForTheWordAtTheCursorAndFew(t *testing.T) {
	if got := Suggestions("st net:on", 2, nil, testLens()); !slices.Equal(got, []string{"status:"}) {
		t.Errorf("in mid-text: %q", got)
	}
	if got := Suggestions("", 0, nil, testLens()); len(got) != len(fields()) {
		t.Errorf("an empty filter offers %d ways, want every field", len(got))
	}
	for _, at := range []int{-5, 99} {
		if got := Suggestions("vpc:none ", at, nil, testLens()); len(got) != len(fields()) {
			t.Errorf("a cursor at %d, outside the text, offers %q", at, got)
		}
	}
	var rows []*model.Notebook
	for i := range 50 {
		rows = append(rows, &model.Notebook{Name: fmt.Sprintf("n%02d", i)})
	}
	if got := Suggestions("name:", 5, rows, testLens()); len(got) != maxSuggestions {
		t.Errorf("offers %d of 50 names, want %d", len(got), maxSuggestions)
	}
}

func TestPresetsParse(t *testing.T) {
	for _, p := range model.Presets() {
		if q, issues := ParseStrict(p.Filter, testNow()); len(issues) != 0 || (p.Filter != "") == q.Empty() {
			t.Errorf("preset %s %q: issues %v", p.Name, p.Filter, issues)
		}
	}
}
