package query

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
)

func TestIssues(t *testing.T) {
	for _, c := range []struct{ says, filter, part, message, suggest string }{
		{"a field that does not exist", "x vcp:none", "vcp", `no field "vcp"`, "vpc:"},
		{"a negated field that does not exist", "!stauts:failed", "stauts", `no field "stauts"`, "status:"},
		{"a field of nothing like it", "zzzzzz:1", "zzzzzz", `no field "zzzzzz"`, ""},
		{"a field misspelt", "fnding:high", "fnding", `no field "fnding"`, "finding:"},
		{"a verdict misspelt", "egress:isloated", "isloated", `egress is never "isloated"`, "egress:isolated"},
		{"a severity misspelt", "finding:hihg", "hihg", `finding is never "hihg"`, "finding:high"},
		{"a code misspelt", "finding:direct-intrnet-off", "direct-intrnet-off", `finding is never "direct-intrnet-off"`, "finding:direct-internet-off"},
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

func TestAFieldThatSaysNothingIsFoundByItsText(t *testing.T) {
	all := append(model.Fields(), model.Field{ID: "idle", Long: "what stops it"})
	p := parser{fields: fieldsOf(all)}
	f := p.find("idle")
	if f == nil || !f.always || f.example != "idle:x" {
		t.Fatalf("it is %+v", f)
	}
	v, bad := p.find("lcc").read("SET", false, testNow())
	if n := (&model.Notebook{LifecycleName: "my-setup"}); bad != nil || !v.holds(n, &model.Lens{}) || v.holds(&model.Notebook{}, &model.Lens{}) {
		t.Errorf("the text of %s is not found: %v", n.LifecycleName, bad)
	}
	last := helpFor(all)[len(helpFor(all))-1]
	if last != (Example{"idle:x", "what stops it, by any part of it"}) || len(helpFor(all)) != len(Help())+1 {
		t.Errorf("the help ends with %+v", last)
	}
}

func TestEveryFieldOfTheModelIsAFieldOfTheLanguage(t *testing.T) {
	p := parser{fields: fields()}
	for _, f := range model.Fields() {
		if p.find(string(f.ID)) == nil {
			t.Errorf("the language has no field %s", f.ID)
		}
		for _, name := range f.Also {
			if found := p.find(name); found == nil || found.id != f.ID {
				t.Errorf("%s is not %s in the language", name, f.ID)
			}
		}
	}
	own := []model.FieldID{fieldReach, model.FieldARN, model.FieldURL} // what is in no list where nobody asks for it
	missing := slices.ContainsFunc(own, func(id model.FieldID) bool { return p.find(string(id)) == nil })
	if len(p.fields) != len(model.Fields())+len(own) || missing {
		t.Errorf("the language has %d fields, the model %d", len(p.fields), len(model.Fields()))
	}
}

func ExampleQuery_String() {
	q, _ := Parse(`  VPC:none   "two words" !prod`, time.Time{})
	fmt.Println(q)
	// Output: vpc:none "two words" !prod
}
