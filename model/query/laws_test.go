package query

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/policy"
)

// The laws of the language, each held for every example of the help over a world
// with known, absent, pending and refused fields.

// lawRows is the small world and some of the large one.
func lawRows() []*model.Notebook {
	rows := append(testRows(), benchRows(200)...)
	for i, n := range rows {
		if i%7 == 3 {
			n.Described, n.Located = model.Part{State: model.LoadFailed, Reason: "denied"}, model.Part{}
			n.SubnetID, n.VPCID, n.VPCName, n.SecurityGroups, n.DirectInternet = "", "", "", nil, ""
			n.Platform, n.RoleARN, n.KMSKeyID, n.RootAccess, n.IMDSVersion, n.VolumeGB = "", "", "", "", "", 0
		}
		if i%11 == 5 {
			n.Tagged, n.Tags = model.Part{}, nil
		}
	}
	return rows
}

// filters are the examples of the help that are a single term.
func filters() []string {
	var out []string
	for _, ex := range Help() {
		if q, _ := ParseStrict(ex.Filter, testNow()); len(q.Terms()) == 1 {
			out = append(out, ex.Filter)
		}
	}
	return out
}

// found returns which rows a filter shows.
func found(t *testing.T, filter string, rows []*model.Notebook) []bool {
	t.Helper()
	q, issues := ParseStrict(filter, testNow())
	if len(issues) != 0 {
		t.Fatalf("%q has issues: %v", filter, issues)
	}
	out := make([]bool, len(rows))
	for _, h := range NewEngine(testFuzzy).Run(q, rows, testLens()) {
		out[h.Row] = true
	}
	return out
}

func TestNegatingAFieldsTermIsTheComplement(t *testing.T) {
	rows := lawRows()
	for _, filter := range filters() {
		if !strings.Contains(filter, ":") && !strings.HasPrefix(filter, "'") && !strings.HasPrefix(filter, `"`) {
			continue // a bare word is fuzzy, its negation is not
		}
		shown, hidden := found(t, filter, rows), found(t, "!"+filter, rows)
		for i := range rows {
			if shown[i] == hidden[i] {
				t.Errorf("%q and its negation agree on %s", filter, rows[i].Name)
			}
		}
	}
}

func TestNegatingAWordHidesNothingThatTheWordDoesNotOccurIn(t *testing.T) {
	rows := lawRows()
	for _, word := range []string{"fraud", "eu-west", "prod-ml", "team"} {
		shown, hidden := found(t, "'"+word, rows), found(t, "!"+word, rows)
		for i := range rows {
			if shown[i] == hidden[i] {
				t.Errorf("%q occurs in %s: %v, shown by its negation: %v", word, rows[i].Name, shown[i], hidden[i])
			}
		}
	}
}

func TestTwoTermsShowWhatBothShow(t *testing.T) {
	rows := lawRows()
	for _, a := range filters() {
		for _, b := range filters() {
			first, second, both := found(t, a, rows), found(t, b, rows), found(t, a+" "+b, rows)
			for i := range rows {
				if both[i] != (first[i] && second[i]) {
					t.Fatalf("%q shows %v, %q shows %v, together %v on %s", a, first[i], b, second[i], both[i], rows[i].Name)
				}
			}
		}
	}
}

func TestABarShowsWhatEitherShows(t *testing.T) {
	rows := lawRows()
	for field, values := range map[string][]string{
		"status": {"failed", "stop", "inservice"}, "vpc": {"none", "unknown", "vpc-0", "shared"}, "net": {"on", "off", "none", "unknown"},
		"tag": {"team", "team=ml", "none", "unknown"}, "age": {">30d", "<2h"}, "volume": {">100", "<=5", "unknown"},
		"egress": {"isolated", "nat", "unknown"}, "finding": {"high", "mitigated", "none", "unknown", "direct-"},
		"platform": {"al2", "al2023"}, "root": {"on", "unknown"}, "account": {"prod", "4444"}, "lcc": {"none", "auto"},
	} {
		for _, a := range values {
			for _, b := range values {
				first, second := found(t, field+":"+a, rows), found(t, field+":"+b, rows)
				either := found(t, field+":"+a+"|"+b, rows)
				for i := range rows {
					if either[i] != (first[i] || second[i]) {
						t.Fatalf("%s:%s shows %v, %s:%s shows %v, either %v on %s", field, a, first[i], field, b, second[i], either[i], rows[i].Name)
					}
				}
			}
		}
	}
}

func TestARowIsUnknownOrNoneOrHasAValueAndNeverTwo(t *testing.T) {
	rows := lawRows()
	for _, f := range fields() {
		if f.always {
			continue
		}
		unknown := found(t, string(f.id)+":unknown", rows)
		none := make([]bool, len(rows))
		if f.id != model.FieldEgress { // there is always one
			none = found(t, string(f.id)+":none", rows)
		}
		for i, n := range rows {
			if unknown[i] && none[i] {
				t.Errorf("%s of %s is both unknown and none", f.id, n.Name)
			}
			if f.id == model.FieldNet {
				continue // its words are about the mode
			}
			if cell := testLens().Cell(n, f.id); unknown[i] != (cell.State == model.CellPending || cell.State == model.CellUnknown) ||
				none[i] != (cell.State == model.CellAbsent) {
				t.Errorf("%s of %s reads %+v, but unknown is %v and none is %v", f.id, n.Name, cell, unknown[i], none[i])
			}
		}
	}
}

func TestWhatIsNotKnownMatchesNoValueThatIsOffered(t *testing.T) {
	rows := lawRows()
	for _, f := range fields() {
		if f.always {
			continue
		}
		unknown := found(t, string(f.id)+":unknown", rows)
		for _, v := range f.occurring("", rows, testLens()) {
			if v == wordUnknown || v == policy.CodeDirectUnknown {
				continue
			}
			shown := found(t, string(f.id)+":"+v, rows)
			for i := range rows {
				if shown[i] && unknown[i] {
					t.Errorf("%s:%s shows %s, whose %s is not known", f.id, v, rows[i].Name, f.id)
				}
			}
		}
	}
}

func TestEveryValueOfANotebookFindsItAgain(t *testing.T) {
	rows := lawRows()
	for _, f := range fields() {
		if len(f.words) > 0 || f.parse != nil {
			continue
		}
		for i, n := range rows {
			v := f.offered(n, testLens())
			if v == "" {
				continue
			}
			for _, as := range []string{v, strings.ToUpper(v)} {
				if shown := found(t, string(f.id)+":"+quote(as), rows); !shown[i] {
					t.Errorf("%s:%s does not show %s", f.id, quote(as), n.Name)
				}
			}
		}
	}
}

func TestCaseNeverCounts(t *testing.T) {
	rows := lawRows()
	for _, filter := range filters() {
		want := found(t, filter, rows)
		for _, as := range []string{strings.ToUpper(filter), strings.ToLower(filter)} {
			if got := found(t, as, rows); !slices.Equal(got, want) {
				t.Errorf("%q shows something else than %q", as, filter)
			}
		}
	}
}

func TestTheOrderOfRowsDecidesNothingButTheOrderOfHits(t *testing.T) {
	rows := lawRows()
	perm := rand.New(rand.NewPCG(3, 3)).Perm(len(rows))
	mixed := make([]*model.Notebook, len(rows))
	for i, at := range perm {
		mixed[i] = rows[at]
	}
	for _, filter := range filters() {
		q, _ := ParseStrict(filter, testNow())
		e := NewEngine(testFuzzy)
		scores := map[*model.Notebook]int32{}
		for _, h := range e.Run(q, rows, testLens()) {
			scores[rows[h.Row]] = h.Score
		}
		hits := e.Run(q, mixed, testLens()) // the same engine: what it prepared is for other rows
		last := int32(-1)
		for _, h := range hits {
			if score, ok := scores[mixed[h.Row]]; !ok || score != h.Score || h.Row <= last {
				t.Fatalf("%q: row %d scores %d after row %d, before it scored %d (%v)", filter, h.Row, h.Score, last, score, ok)
			}
			last = h.Row
		}
		if len(hits) != len(scores) {
			t.Errorf("%q shows %d rows, in another order %d", filter, len(scores), len(hits))
		}
	}
}

func TestGoingOnWithABareWordOnlyNarrows(t *testing.T) {
	rows := lawRows()
	for _, word := range []string{"fraud", "prod", "eu-west-1", "churn-model", "team=ml"} {
		before := found(t, "", rows)
		for end := 1; end <= len(word); end++ {
			now := found(t, word[:end], rows)
			for i := range rows {
				if now[i] && !before[i] {
					t.Errorf("%q shows %s, which %q does not", word[:end], rows[i].Name, word[:end-1])
				}
			}
			before = now
		}
	}
}

func TestWhatMatchesAWordIsLitSomewhere(t *testing.T) {
	rows := lawRows()
	e := NewEngine(testFuzzy)
	for _, filter := range []string{"fraud", "eu-west", "prod-ml", "'t3.med", "team=", "g5", "datasc", "region:eu-", "vpc:vpc-0", "type:t3", "sg:sg-0", "tag:team=ml", "role:data", "status:fail", "name:churn", "account:prod"} {
		q, issues := ParseStrict(filter, testNow())
		if len(issues) > 0 {
			t.Fatal(issues)
		}
		for _, h := range e.Run(q, rows, testLens()) {
			lit := false
			for _, f := range model.Fields() {
				lit = lit || len(e.Light(q, f.ID, testLens().Cell(rows[h.Row], f.ID).Text)) > 0
			}
			if !lit {
				t.Errorf("%q shows %s and lights nothing of it", filter, rows[h.Row].Name)
			}
		}
	}
}

func TestEveryStatusIsFoundByItsName(t *testing.T) {
	rows := make([]*model.Notebook, 0, 9)
	for _, s := range model.Statuses() {
		rows = append(rows, &model.Notebook{Name: string(s), Status: s})
	}
	for i, s := range model.Statuses() {
		shown := found(t, "status:"+string(s), rows)
		for j := range rows {
			if shown[j] != (i == j) {
				t.Errorf("status:%s on a notebook that is %s: %v", s, rows[j].Status, shown[j])
			}
		}
	}
}
