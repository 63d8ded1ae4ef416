package query

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"nbscope/model"
)

// testFuzzy is a plain subsequence match: the earliest place of each letter,
// with a point for each that follows the one before it.
func testFuzzy(pattern, s string) (int, []int, bool) {
	var at []int
	score, from := 0, 0
	for _, want := range strings.ToLower(pattern) {
		found := -1
		for i := from; i < len(s); {
			r, size := utf8.DecodeRuneInString(s[i:])
			if unicode.ToLower(r) == want {
				found = i
				if i == from && len(at) > 0 {
					score += 5
				}
				from = i + size
				break
			}
			i += size
		}
		if found < 0 {
			return 0, nil, false
		}
		at = append(at, found)
	}
	return score - at[0], at, true
}

func testNow() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

func testLens() model.Lens {
	return model.Lens{Now: testNow(), Aliases: map[string]string{"111122223333": "prod-ml"}}
}

func done() model.Part { return model.Part{State: model.LoadDone} }

// testRows is a small world that has every case that a term distinguishes.
func testRows() []*model.Notebook {
	base := model.Notebook{
		Account: "111122223333", Region: "eu-west-1", Status: model.StatusInService, InstanceType: "ml.t3.medium",
		Created: testNow().Add(-40 * 24 * time.Hour), Described: done(), Located: done(), Tagged: done(),
		SubnetID: "subnet-0a1b", SubnetName: "private-a", VPCID: "vpc-0a12", VPCName: "ml-prod",
		SecurityGroups: []string{"sg-0f1", "sg-0f2"}, DirectInternet: model.Disabled, RootAccess: model.Enabled,
		RoleARN: "arn:aws:iam::111122223333:role/service/DataScience", Platform: "notebook-al2-v2", IMDSVersion: "1",
		VolumeGB: 5, Tags: []model.Tag{{Key: "Owner", Value: "Ana B"}, {Key: "Team", Value: "ml"}},
	}
	churn := base
	churn.Name = "churn-model-train"

	fraud := base
	fraud.Name, fraud.Account, fraud.Region = "fraud-features", "444455556666", "us-east-1"
	fraud.SubnetID, fraud.SubnetName, fraud.VPCID, fraud.VPCName, fraud.SecurityGroups = "", "", "", "", nil
	fraud.DirectInternet, fraud.RootAccess, fraud.Platform = model.Enabled, model.Disabled, "notebook-al2023-v1"
	fraud.Status, fraud.IMDSVersion, fraud.VolumeGB, fraud.Tags = model.StatusFailed, "2", 500, nil
	fraud.KMSKeyID, fraud.LifecycleName = "arn:aws:kms:us-east-1:444455556666:key/ab12", "autostop"
	fraud.Created = testNow().Add(-time.Hour)

	open := base
	open.Name, open.DirectInternet, open.Status, open.InstanceType = "open-lab", model.Enabled, model.StatusStopped, "ml.g5.xlarge"
	open.VPCID, open.VPCName, open.LifecycleName = "vpc-07fe", "shared", "none"

	refused := model.Notebook{
		Name: "refused-one", Account: "444455556666", Region: "eu-west-3", Status: model.StatusStopping, InstanceType: "ml.t3.large",
		Created:   testNow().Add(-800 * 24 * time.Hour),
		Described: model.Part{State: model.LoadFailed, Reason: "denied"},
		Located:   model.Part{State: model.LoadFailed, Reason: "denied"},
		Tagged:    model.Part{State: model.LoadFailed, Reason: "denied"},
	}
	waiting := model.Notebook{Name: "waiting", Account: "111122223333", Region: "eu-west-1", Status: model.StatusPendingMaintenance}

	future := base
	future.Name, future.DirectInternet, future.Status = "future", "Filtered", model.StatusPending
	future.Located = model.Part{}
	future.VPCID, future.VPCName = "", ""

	out := []*model.Notebook{&churn, &fraud, &open, &refused, &waiting, &future}
	for _, n := range out {
		n.ARN = "arn:aws:sagemaker:" + n.Region + ":" + n.Account + ":notebook-instance/" + n.Name
	}
	return out
}

// find returns the names that the filter shows, joined by a space.
func find(t *testing.T, filter string) string {
	t.Helper()
	q, issues := ParseStrict(filter, testNow())
	if len(issues) > 0 {
		t.Fatalf("filter %q has issues: %v", filter, issues)
	}
	rows := testRows()
	var names []string
	for _, h := range NewEngine(testFuzzy).Run(q, rows, testLens()) {
		names = append(names, rows[h.Row].Name)
	}
	return strings.Join(names, " ")
}

func TestTerms(t *testing.T) {
	const all = "churn-model-train fraud-features open-lab refused-one waiting future"
	for _, c := range []struct{ says, filter, want string }{
		{"nothing shows everything", "", all},
		{"white space shows everything", " \t\u00a0", all},
		{"a bare word matches the name fuzzily", "chtr", "churn-model-train"},
		{"a bare word matches other columns as a substring", "g5.xl", "open-lab"},
		{"a bare word does not match other columns fuzzily", "g5xl", ""},
		{"a bare word matches the alias", "prod-ml", "churn-model-train open-lab waiting future"},
		{"a bare word matches a tag", "team=ml", "churn-model-train open-lab future"},
		{"a bare word does not match across two columns", "eu-west-1inservice", ""},
		{"words are joined by and", "prod-ml open", "open-lab"},
		{"case does not count in words", "FRAUD", "fraud-features"},
		{"an exact word is not fuzzy", "'chtr", ""},
		{"an exact word finds a part of the name", "'model", "churn-model-train"},
		{"a quoted text keeps its space", `"ana b"`, "churn-model-train open-lab future"},
		{"a negated word hides rows with it in any column", "!prod-ml", "fraud-features refused-one"},
		{"a negated word is not fuzzy", "!chtr", all},
		{"two negations cancel out", "!!open", "open-lab"},
		{"a negated exact word", "!'open", "churn-model-train fraud-features refused-one waiting future"},
		{"name by a part of it", "name:model", "churn-model-train"},
		{"account by the beginning of its id", "account:4444", "fraud-features refused-one"},
		{"account by alias", "account:PROD", "churn-model-train open-lab waiting future"},
		{"account not by the middle of its id", "account:5555", ""},
		{"region by its beginning", "region:eu-", "churn-model-train open-lab refused-one waiting future"},
		{"region in either of two", "region:us-|eu-west-3", "fraud-features refused-one"},
		{"status in any case", "status:FAILED", "fraud-features"},
		{"status by its beginning", "status:stop", "open-lab refused-one"},
		{"a whole status is not the beginning of a longer one", "status:pending", "future"},
		{"vpc by the beginning of its id", "vpc:vpc-0a", "churn-model-train"},
		{"vpc without its dash", "vpc:07", "open-lab"},
		{"vpc by name", "vpc:shared", "open-lab"},
		{"vpc none is never what is not known", "vpc:none", "fraud-features"},
		{"vpc none or an id", "vpc:none|vpc-07", "fraud-features open-lab"},
		{"vpc unknown is pending or refused", "vpc:unknown", "refused-one waiting future"},
		{"subnet by id", "subnet:subnet-0a1", "churn-model-train open-lab future"},
		{"subnet none", "subnet:none", "fraud-features"},
		{"any security group", "sg:sg-0f2", "churn-model-train open-lab future"},
		{"net disabled", "net:disabled", "churn-model-train"},
		{"net off", "net:off", "churn-model-train"},
		{"net enabled also without a VPC", "net:enabled", "fraud-features open-lab"},
		{"net on", "net:on", "fraud-features open-lab"},
		{"net direct", "net:direct", "fraud-features open-lab"},
		{"net vpc-direct asks for a VPC", "net:vpc-direct", "open-lab"},
		{"net vpc-only", "net:vpc-only", "churn-model-train"},
		{"net by a beginning that two modes share", "net:vpc", "churn-model-train open-lab"},
		{"net none", "net:none", "fraud-features"},
		{"net no-vpc", "net:no-vpc", "fraud-features"},
		{"net unknown has a future value of the field in it", "net:unknown", "refused-one waiting future"},
		{"a negated value keeps what is not known", "!net:disabled", "fraud-features open-lab refused-one waiting future"},
		{"what is not known can be left out by name", "!net:disabled !net:unknown", "fraud-features open-lab"},
		{"type with its ml.", "type:ml.t3", "churn-model-train fraud-features refused-one future"},
		{"type without its ml.", "type:g5", "open-lab"},
		{"platform al2 is not al2023", "platform:al2", "churn-model-train open-lab future"},
		{"platform by its whole name", "platform:notebook-al2-v2", "churn-model-train open-lab future"},
		{"platform by the beginning that all have", "platform:note", "churn-model-train fraud-features open-lab future"},
		{"platform al20", "platform:al20", "fraud-features"},
		{"role by a part of its name", "role:science", "churn-model-train fraud-features open-lab future"},
		{"role by the beginning of its ARN", "role:arn:aws:iam::1111", "churn-model-train fraud-features open-lab future"},
		{"role not by its path", "role:service", ""},
		{"kms by key id", "kms:ab12", "fraud-features"},
		{"kms none", "kms:none", "churn-model-train open-lab future"},
		{"lcc by name", "lcc:auto", "fraud-features"},
		{"lcc none", "lcc:none", "churn-model-train refused-one waiting future"},
		{"a quoted none is a name", `lcc:"none"`, "open-lab"},
		{"a field by its other name", "lifecycle:auto", "fraud-features"},
		{"tag by key", "tag:team", "churn-model-train open-lab future"},
		{"tag by key and value", "tag:Team=ML", "churn-model-train open-lab future"},
		{"tag value is whole", "tag:Team=m", ""},
		{"tag value by its beginning", "tag:Team=m*", "churn-model-train open-lab future"},
		{"tag with a space", `tag:"Owner=ana b"`, "churn-model-train open-lab future"},
		{"tag with a quoted value", `tag:Owner="ana b"`, "churn-model-train open-lab future"},
		{"tag none is not unknown", "tag:none", "fraud-features"},
		{"tag unknown", "tag:unknown", "refused-one waiting"},
		{"older than", "age:>30d", "churn-model-train open-lab refused-one future"},
		{"older than in years", "age:>=2y", "refused-one"},
		{"younger than", "age:<2h", "fraud-features"},
		{"younger than in months", "age:<1mo", "fraud-features"},
		{"no age is no age", "!age:>0s !age:<=0s", "waiting"},
		{"volume above", "volume:>100", "fraud-features"},
		{"volume with a unit", "volume:<=5GB", "churn-model-train open-lab future"},
		{"volume equal", "volume:500", "fraud-features"},
		{"volume never matches what is not known", "volume:<1", ""},
		{"root enabled is not direct internet", "root:enabled", "churn-model-train open-lab future"},
		{"root off", "root:off", "fraud-features"},
		{"root unknown", "root:unknown", "refused-one waiting"},
		{"imds with a v", "imds:v1", "churn-model-train open-lab future"},
		{"a field in any case", "VPC:none", "fraud-features"},
	} {
		t.Run(c.says, func(t *testing.T) {
			if got := find(t, c.filter); got != c.want {
				t.Errorf("filter %q shows %q, want %q", c.filter, got, c.want)
			}
		})
	}
}

func TestIssues(t *testing.T) {
	for _, c := range []struct{ says, filter, part, message, suggest string }{
		{"a field that does not exist", "x vcp:none", "vcp", `no field "vcp"`, "vpc:"},
		{"a negated field that does not exist", "!stauts:failed", "stauts", `no field "stauts"`, "status:"},
		{"a field of nothing like it", "zzzzzz:1", "zzzzzz", `no field "zzzzzz"`, ""},
		{"egress is not a field yet", "egress:isolated", "egress", `no field "egress"`, ""},
		{"a status that does not exist", "status:faild", "faild", `status is never "faild"`, "status:failed"},
		{"one bad value among good ones", "status:stopped|faild", "faild", `status is never "faild"`, "status:failed"},
		{"a net word that does not exist", "net:disable", "", "", ""},
		{"a net word misspelt", "net:dsabled", "dsabled", `net is never "dsabled"`, "net:disabled"},
		{"an age without a comparison", "age:30d", "30d", "age needs < or > before it", "age:>30d"},
		{"an age of nonsense", "age:>x", ">x", `">x" is not an age`, "age:>30d"},
		{"an age too long for the calendar", "age:>900y", ">900y", `">900y" is not an age`, "age:>30d"},
		{"a volume of nonsense", "volume:big", "big", `volume needs a number of GB, not "big"`, "volume:>100"},
	} {
		t.Run(c.says, func(t *testing.T) {
			q, issues := Parse(c.filter, testNow())
			if c.message == "" {
				if len(issues) != 0 {
					t.Fatalf("Parse(%q) complains: %v", c.filter, issues)
				}
				return
			}
			if len(issues) != 1 {
				t.Fatalf("Parse(%q) has %d issues, want 1: %v", c.filter, len(issues), issues)
			}
			got := issues[0]
			if part := c.filter[got.Start:got.End]; part != c.part || got.Message != c.message || got.Suggest != c.suggest {
				t.Errorf("Parse(%q): issue %+v at %q, want %q at %q suggesting %q", c.filter, got, part, c.message, c.part, c.suggest)
			}
			if strings.Contains(q.String(), ":") {
				t.Errorf("Parse(%q) kept %q: a term with an issue filters nothing", c.filter, q)
			}
		})
	}
}

func TestHalfTypedTermsAreQuietOnlyUnderTheCursor(t *testing.T) {
	for _, c := range []struct{ filter, message string }{
		{"vpc:", "the field vpc has no value"},
		{"age:", "the field age has no value"},
		{"age:>", "age needs a unit: s m h d w mo y"},
		{"age:>3", "age needs a unit: s m h d w mo y"},
		{"age:=", "age needs < or > before it"},
		{"volume:>", `volume needs a number of GB, not ">"`},
		{"!", "there is no word to look for"},
		{"'", "there is no word to look for"},
		{`""`, "there is no word to look for"},
		{"vpc:none|", "the field vpc has no value"},
		{`"open`, "the quote is never closed"},
		{`tag:"Cost C`, "the quote is never closed"},
	} {
		t.Run(c.filter, func(t *testing.T) {
			if _, issues := Parse(c.filter, testNow()); len(issues) != 0 {
				t.Errorf("while it is typed, %q complains: %v", c.filter, issues)
			}
			q, issues := ParseStrict(c.filter, testNow())
			if len(issues) != 1 || issues[0].Message != c.message {
				t.Errorf("as a flag, %q gives %v, want %q", c.filter, issues, c.message)
			}
			if !q.Empty() {
				t.Errorf("as a flag, %q kept %q", c.filter, q)
			}
			if strings.Contains(c.filter, `"`) && c.filter != `""` {
				return // an open quote takes in what follows it
			}
			if _, issues := Parse(c.filter+" x", testNow()); len(issues) != 1 {
				t.Errorf("with the cursor elsewhere, %q gives %v, want one issue", c.filter, issues)
			}
			if _, issues := ParseAt(c.filter+" x", len(c.filter), testNow()); len(issues) != 0 {
				t.Errorf("with the cursor back in it, %q complains: %v", c.filter, issues)
			}
		})
	}
}

func TestHalfTypedTermsMatchEverythingOrWhatTheyHave(t *testing.T) {
	for filter, want := range map[string]int{"vpc:": 6, "age:>": 6, "!": 6, "'": 6, "vpc:none|": 1, `"ana b`: 3} {
		q, _ := Parse(filter, testNow())
		if got := len(NewEngine(testFuzzy).Run(q, testRows(), testLens())); got != want {
			t.Errorf("half-typed %q shows %d rows, want %d", filter, got, want)
		}
	}
}

func TestIssueStringNamesTheNearestWord(t *testing.T) {
	if got := (Issue{Message: "no field \"vcp\"", Suggest: "vpc:"}).String(); got != `no field "vcp"; did you mean vpc:?` {
		t.Errorf("issue reads %q", got)
	}
	if got := (Issue{Message: "no field"}).String(); got != "no field" {
		t.Errorf("issue reads %q", got)
	}
}

func TestRenderingParsesToTheSameQuery(t *testing.T) {
	for filter, want := range map[string]string{
		`  FRAUD   !prod `:          `FRAUD !prod`,
		`!!x`:                       `x`,
		`'word`:                     `'word`,
		`"two words"`:               `"two words"`,
		`"one"`:                     `'one`,
		`ab"c d"`:                   `"abc d"`,
		`VPC:None|vpc-0A`:           `vpc:None|vpc-0A`,
		`lcc:"none"`:                `lcc:"none"`,
		`tag:Owner="Ana B"`:         `tag:"Owner=Ana B"`,
		`tag:"a\"b\\c"`:             `tag:"a\"b\\c"`,
		`tag:"a|b"`:                 `tag:"a|b"`,
		`lifecycle:x`:               `lcc:x`,
		`:odd`:                      `:odd`,
		`'a:b`:                      `'a:b`,
		`age:>30D !status:"failed"`: `age:>30D !status:"failed"`,
	} {
		q, issues := ParseStrict(filter, testNow())
		if len(issues) != 0 {
			t.Errorf("%q has issues: %v", filter, issues)
		}
		if got := q.String(); got != want {
			t.Errorf("%q renders as %q, want %q", filter, got, want)
		}
		again, _ := ParseStrict(q.String(), testNow())
		if !sameTerms(q, again) {
			t.Errorf("%q renders as %q, which parses to %q", filter, q, again)
		}
	}
}

// sameTerms compares what two queries ask for, wherever it stood in the text.
func sameTerms(a, b Query) bool {
	strip := func(q Query) []Term {
		out := q.Terms()
		for i := range out {
			out[i].Start, out[i].End = 0, 0
		}
		return out
	}
	return reflect.DeepEqual(strip(a), strip(b)) && a.Ranked() == b.Ranked()
}

func TestTermsAndDescribeTellWhatIsAsked(t *testing.T) {
	text := `fraud !'x vpc:none|"a b" !net:off`
	q, _ := Parse(text, testNow())
	want := []Term{
		{0, 5, "", false, "fraud", `the name resembles "fraud" or a column contains it`},
		{6, 9, "", true, "!'x", `"x" occurs nowhere`},
		{10, 24, model.FieldVPC, false, `vpc:none|"a b"`, `vpc is none or "a b"`},
		{25, 33, model.FieldNet, true, "!net:off", "net is not off"},
	}
	if got := q.Terms(); !slices.Equal(got, want) {
		t.Errorf("terms are\n%+v, want\n%+v", got, want)
	}
	if got := q.Describe(); !strings.HasSuffix(got, `, and vpc is none or "a b", and net is not off`) {
		t.Errorf("described as %q", got)
	}
	if got := (Query{}).Describe(); got != "every notebook" {
		t.Errorf("the empty query is described as %q", got)
	}
	if q.Text() != text {
		t.Errorf("the text became %q", q.Text())
	}
	exact, _ := Parse("'x", testNow())
	if got := exact.Describe(); got != `a column contains "x"` {
		t.Errorf("an exact word is described as %q", got)
	}
}

func TestOnlyABareWordRanks(t *testing.T) {
	for filter, want := range map[string]bool{"": false, "fraud": true, "!fraud": false, "'fraud": false, `"a b"`: false, "vpc:none": false, "vpc:none x": true} {
		q, _ := Parse(filter, testNow())
		if q.Ranked() != want {
			t.Errorf("%q is ranked: %v, want %v", filter, q.Ranked(), want)
		}
	}
}

func TestHelpExamplesParseAndShowSomethingElseThanAll(t *testing.T) {
	for _, ex := range Help() {
		q, issues := ParseStrict(ex.Filter, testNow())
		if len(issues) != 0 || q.Empty() || ex.Meaning == "" {
			t.Errorf("example %q (%q) has issues %v", ex.Filter, ex.Meaning, issues)
		}
	}
	for _, f := range fields() {
		if _, issues := ParseStrict(f.example, testNow()); len(issues) != 0 {
			t.Errorf("the example of %s, %q, has issues %v", f.id, f.example, issues)
		}
		if !slices.ContainsFunc(Help(), func(ex Example) bool { return strings.Contains(ex.Filter, string(f.id)+":") }) &&
			f.id != model.FieldName {
			t.Errorf("no example shows the field %s", f.id)
		}
	}
}

func TestEveryFieldOfTheModelIsAFieldOfTheLanguage(t *testing.T) {
	p := parser{fields: fields()}
	for _, f := range model.Fields() {
		if p.find(string(f.ID)) == nil {
			t.Errorf("the language has no field %s", f.ID)
		}
	}
	if len(p.fields) != len(model.Fields()) {
		t.Errorf("the language has %d fields, the model %d", len(p.fields), len(model.Fields()))
	}
}

func ExampleQuery_String() {
	q, _ := Parse(`  VPC:none   "two words" !prod`, time.Time{})
	fmt.Println(q)
	// Output: vpc:none "two words" !prod
}
