package aws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"nbscope/model"
)

func TestAnAnswerIsOneDocumentThatNamesEachMemberOnce(t *testing.T) {
	t.Parallel()
	const twice, behind, before, neither = `it has "a" twice`, "something stands behind its end", "something stands before its begin", "it is neither JSON nor XML"
	for text, want := range map[string]string{
		"": "", " \n": "", "{}": "", " {} \r\n": "", `{"a":[{"b":1,"b":2}],"b":"}{\"","c":"\\"}` + "\n": "",
		`{"a":"a","b":"a","c":["a","a"]}`: "",
		`{"a":1,"a":2}`:                   twice, `{"a":[],"a":null}`: twice, `{"a":{"x":[1,"]"]},"b":1, "a" : 2}`: twice, `{"\u0061":1,"a":2}`: twice,
		`{"a":[]}<html>`: behind, `{}{}`: behind, `{"a":{"b":1}}}junk`: behind, "{}\x00": behind, `{} null`: behind,
		"null": neither, `"a"`: neither, "[]": neither, "login {}": neither, "\ufeff{}": neither,
		`<?xml version="1.0"?><R/>`: "", "<R></R>\n": "", "<?x it's?><!-- it's a > b --><R><a x='>'/><b>]]></b><![CDATA[</R>]]></R>": "", "<R><a><i/><i/></a><b/></R>": "",
		`<R xmlns="http://a/b/"><a z="1"/><b/></R>`: "",
		"<R><a/><a/></R>": twice, "<R><a>1</a><b/><a\n>2</a></R>": twice,
		"<R><a x='>'/></R>x": behind, `<R><a x=">"/></R>x`: behind, `<R><a x="'>" y='">'/></R>x`: behind, `<!-- it's "one --><?it's?><R/>x`: behind, "<R><![CDATA[it's]]></R>x": behind,
		"<!----><R/>x": behind, "<!--><R>--><R/>x": behind, "<!---><R>--><R/>x": behind, "<R><![CDATA[<R>]>]]]></R>x": behind, "<?x > y?><R/>x": behind, `<"`: "", `<">`: "",
		"<R/>x": behind, "<R></R><R/>": behind, "<R><a/></R></R>": behind, "<?xml version='1.0'?>x<R/>": before,
	} {
		for _, piece := range []int{1, 2, 3, 4096} {
			var d document
			for p := []byte(text); len(p) > 0; p = p[min(piece, len(p)):] {
				d.take(p[:min(piece, len(p))])
			}
			if d.wrong != want {
				t.Errorf("%s in pieces of %d: %q, want %q", text, piece, d.wrong, want)
			}
		}
	}
	many := document{many: true}
	many.take([]byte("<R><Contents/><Contents/></R>"))
	if many.wrong != "" {
		t.Errorf("a list of S3: %s", many.wrong)
	}
}

// TestNamesOfMembersAreBounded: so many of them, and so much of each, as no answer of AWS's
// has.
func TestNamesOfMembersAreBounded(t *testing.T) {
	t.Parallel()
	const many = "it has more members than any of AWS's"
	long := strings.Repeat("n", longestName-1)
	members := func(n int) string {
		out := make([]string, n)
		for i := range out {
			out[i] = fmt.Sprintf(`"m%d":0`, i)
		}
		return "{" + strings.Join(out, ",") + "}"
	}
	for text, want := range map[string]string{
		members(mostMembers): "", members(mostMembers + 1): many,
		`{"` + long + `a":0,"` + long + `b":0}`:   "",
		`{"` + long + `aa":0,"` + long + `ab":0}`: `it has "` + long + `a" twice`,
		"<R><" + long + "a/><" + long + "b/></R>": "", "<R><" + long + "aa/><" + long + "ab/></R>": `it has "` + long + `a" twice`,
	} {
		var d document
		d.take([]byte(text))
		if d.wrong != want {
			t.Errorf("%.40s...: %q, want %q", text, d.wrong, want)
		}
	}
}

// TestWhatSomebodyElseSaidIsToldByHowItBegins, as much as there is room for.
func TestWhatSomebodyElseSaidIsToldByHowItBegins(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": false, " ": false, "{}": false, "<Error/>": false, "{}<html>": false, "denied": true, " <HTML>": true, "<!DOCTYPE html>": true, "<!-- html -->": false, "<?xml?>": false,
	} {
		d := document{head: make([]byte, 0, longestHead)}
		d.take([]byte(text))
		if d.isForeign() != want {
			t.Errorf("%q is of somebody else: %v", text, !want)
		}
	}
	var answer document // of no refusal nothing is kept
	answer.take([]byte("denied"))
	if answer.isForeign() {
		t.Error("an answer is taken for a refusal of somebody else")
	}
	d := document{head: make([]byte, 0, 5)}
	for _, piece := range []string{"<ht", "ml", "><body>", "x"} {
		d.take([]byte(piece))
	}
	if string(d.head) != "<html" {
		t.Errorf("it keeps %q", d.head)
	}
	for says, want := range map[string]string{"": "", "äöü": "äöü", "äöüß": "äöü [...]"} {
		if got := shortened(says, 3); got != want {
			t.Errorf("of %q it is %q, want %q", says, got, want)
		}
	}
}

// FuzzDocument holds the reader against one that reads the whole.
func FuzzDocument(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"\""}],"c":null} `))
	f.Add([]byte(`{"a":1}{`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var whole, pieces document
		whole.take(text)
		for i := range text {
			pieces.take(text[i : i+1])
		}
		if whole.wrong != pieces.wrong {
			t.Errorf("whole %q, in pieces %q", whole.wrong, pieces.wrong)
		}
		var first map[string]json.RawMessage
		d := json.NewDecoder(bytes.NewReader(text))
		if d.Decode(&first) != nil || first == nil {
			return
		}
		if rest := bytes.Trim(text[d.InputOffset():], " \t\r\n"); (len(rest) > 0) && whole.wrong == "" {
			t.Errorf("%q stands behind the end", rest)
		}
	})
}

// TestABodyThatIsMoreThanOneDocumentIsNoAnswer sends answers whose first document, or
// last member, says less than the body does.
func TestABodyThatIsMoreThanOneDocumentIsNoAnswer(t *testing.T) {
	t.Parallel()
	const empty = `{"NotebookInstances":[]}`
	one := pageOf("arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/a")
	regions := "<R><regionInfo><item><regionName>eu-west-1</regionName><optInStatus>opt-in-not-required</optInStatus></item></regionInfo></R>"
	for name, c := range map[string]struct {
		op, body string
		fails    bool // the target; else a part of the notebook
	}{
		"a page behind the list":   {"ListNotebookInstances", empty + "<html>", true},
		"two lists":                {"ListNotebookInstances", empty + one, true},
		"a member twice":           {"ListNotebookInstances", strings.TrimSuffix(one, "}") + `,"NotebookInstances":[]}`, true},
		"a member twice, and null": {"ListNotebookInstances", `{"NotebookInstances":[],"NotebookInstances":null}`, true},
		"junk behind a describe":   {"DescribeNotebookInstance", whole + "}}junk", false},
		"garbage behind subnets":   {"DescribeSubnets", "<R><subnetSet/></R>garbage", false},
		"garbage behind regions":   {"DescribeRegions", regions + "<R/>", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.regions = []string{"eu-west-1"}
			s.fill(homeAccount, "eu-west-1", 1)
			s.hook = func(got call) (int, string, bool) { return 200, c.body, got.op == c.op }
			inv := once(t, s.client(t, func(o *Options) { o.Regions = []string{"eu-west-1"} }), nil, model.ScanRequest{Mode: model.Full})
			st := stateOf(inv, homeAccount, "eu-west-1")
			const says = "the answer is not one that AWS gives: "
			switch {
			case c.op == "DescribeRegions":
				if st.State != model.StateOK {
					t.Errorf("a region that is named is asked: %+v", st)
				}
			case c.fails:
				if st.State != model.StateFailed || st.Problem.Kind != model.KindProtocol || !strings.Contains(st.Problem.Message, says) {
					t.Errorf("got %+v", st)
				}
			case st.Unknown != 1 || len(st.Warnings) != 1 || st.Warnings[0].Kind != model.KindProtocol || !strings.Contains(st.Warnings[0].Message, says):
				t.Errorf("got %+v", st)
			}
		})
	}
}

// TestARefusalOfSomebodyElseIsNotAWSs has the list answered by who stands on the way.
func TestARefusalOfSomebodyElseIsNotAWSs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status            int
		contentType, body string
		says              string
	}{
		"a page":              {403, "text/html; charset=utf-8", "<html><style>b { }</style><body>Blocked by <b>ACME</b>\nproxy</body></html>", "not an answer of AWS (text/html, HTTP 403): Blocked by ACME proxy"},
		"a page of a type":    {407, "text/html", "<!DOCTYPE html><title>Sign in first", "not an answer of AWS (text/html, HTTP 407): Sign in first"},
		"words":               {403, "text/plain", "Access to this site is denied", "not an answer of AWS (text/plain, HTTP 403): Access to this site is denied"},
		"a page that is long": {503, "", "<html>" + strings.Repeat("no ", 1000), "not an answer of AWS (text/html, HTTP 503): " + strings.Repeat("no ", 40) + "[...]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.regions = []string{"eu-west-1"}
			s.hook = func(got call) (int, string, bool) {
				if got.op != "ListNotebookInstances" {
					return 0, "", false
				}
				got.w.Header().Set("X-Amzn-Requestid", "req-1")
				if c.contentType != "" {
					got.w.Header().Set("Content-Type", c.contentType)
				}
				return c.status, c.body, true
			}
			inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
			st := stateOf(inv, homeAccount, "eu-west-1")
			if st.State != model.StateFailed || st.Problem == nil || st.Problem.Kind != model.KindProtocol || st.Problem.Message != c.says || st.Problem.Hint != hintNotAWS {
				t.Errorf("%s: %+v\nwant %s", st.State, st.Problem, c.says)
			}
		})
	}
}

func BenchmarkDocument(b *testing.B) {
	text := []byte(whole)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var d document
		d.take(text)
	}
}
