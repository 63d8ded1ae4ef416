package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/query"
)

// hostileText has what could command a terminal, a spreadsheet or a page.
const hostileText = "=1+1|\x1b[2J\u009b31m\u202egpj\u200b`x`<script>a</script>\r\n,\"'*b*_[l](u)~\u2028\U000e0041\x00é日"

func hostileView() View {
	v := testView()
	n := with(func(n *model.Notebook) {
		n.Name, n.LifecycleName, n.Region, n.FailureReason = hostileText, hostileText, hostileText, hostileText
		n.VPCName, n.Repositories = hostileText, []string{hostileText}
		n.Egress.Reason, n.Egress.Chain[0].Name, n.Egress.Chain[0].Says = hostileText, hostileText, hostileText
		n.Egress.Endpoints[0].Why, n.Egress.Advice.Remedies[0].Commands = hostileText, []string{hostileText}
		n.Tags = []model.Tag{{Key: hostileText, Value: hostileText}}
	})
	v.Notebooks = []*model.Notebook{n, with(func(n *model.Notebook) { n.Name = "\xff\xfe" })}
	v.Filter = hostileText
	v.Identities[0].Alias = hostileText
	v.Failed[0].Problem.Message = hostileText
	v.Problems[0].Hint = hostileText
	v.Lens.Aliases["111122223333"] = hostileText
	return v
}

func TestNothingHostileReachesTheTerminal(t *testing.T) {
	outputs := map[string][]byte{}
	for _, f := range Formats() {
		outputs[string(f)] = written(t, f, hostileView(), 100)
	}
	var show bytes.Buffer
	if err := Show(&show, hostileView().Notebooks[0], hostileView().Lens, policy.Table{}, Text); err != nil {
		t.Fatal(err)
	}
	outputs["show"] = show.Bytes()
	for says, out := range outputs {
		if !utf8.Valid(out) {
			t.Errorf("%s is not valid UTF-8", says)
		}
		for i, r := range string(out) {
			if r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)) {
				t.Errorf("%s has %U at %d", says, r, i)
			}
		}
	}
}

// csvRecords reads CSV as a program does that skips comments, and as one that
// does not.
func csvRecords(t *testing.T, data []byte) (rows, all [][]string) {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(data))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("read CSV without comments: %v\n%s", err, data)
	}
	r = csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, all
		}
		if err != nil {
			t.Fatalf("read CSV: %v\n%s", err, data)
		}
		all = append(all, record)
	}
}

// headed is a view whose CSV begins with what the rows were made from.
func headed(v View) View {
	v.Header = true
	return v
}

// TestCSVIsRowsAndNothingElse reads it as programs do that know no comments: the first
// record names the columns, every other has as many.
func TestCSVIsRowsAndNothingElse(t *testing.T) {
	for says, v := range map[string]View{"a view": testView(), "hostile": hostileView(), "nothing": {GeneratedAt: testNow()}} {
		data := written(t, CSV, v, 0)
		records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v\n%s", says, err, data)
		}
		if len(records) != 1+len(v.Notebooks) || !slices.Contains(records[0], "arn") {
			t.Errorf("%s: %d notebooks are %d records, the first is %q", says, len(v.Notebooks), len(records), records[0])
		}
		if names := slices.Compact(slices.Sorted(slices.Values(records[0]))); len(names) != len(records[0]) {
			t.Errorf("%s: two columns have one name: %q", says, records[0])
		}
		var about bytes.Buffer
		if err := About(&about, v); err != nil || !strings.Contains(about.String(), "generated: 2026-11-23T12:00:00Z\n") || !strings.Contains(about.String(), "\ncomplete: ") {
			t.Errorf("%s: about it stands (%v)\n%s", says, err, about.String())
		}
		if hostile := strings.IndexFunc(about.String(), func(r rune) bool { return r < ' ' && r != '\n' }); hostile >= 0 {
			t.Errorf("%s: about it stands %q", says, about.String())
		}
	}
}

func TestATagHasAColumnOfItsOwn(t *testing.T) {
	v := testView()
	v.Columns = append([]model.FieldID{model.FieldName, "tag:Nobody"}, model.TagFields(v.Notebooks)...)
	rows, _ := csvRecords(t, written(t, CSV, v, 0))
	want := [][]string{
		{"name", "tag:Nobody", "tag:Owner", "tag:Team", "arn", "why_unknown"},
		{"churn-model-train", "", "Ana <ana@example>", "ml", rows[1][4], rows[1][5]},
		{"refused", "unknown", "unknown", "unknown", rows[2][4], rows[2][5]},
		{"bare", "", "", "", rows[3][4], rows[3][5]},
	}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("got  %q\nwant %q", rows, want)
	}
	v.Skip = model.Skip{Tags: true}
	if rows, _ = csvRecords(t, written(t, CSV, v, 0)); strings.Contains(strings.Join(rows[0], " "), "tag:") {
		t.Errorf("tags that are not asked for have the columns %q", rows[0])
	}
}

func TestCSVIsReadBack(t *testing.T) {
	rows, all := csvRecords(t, written(t, CSV, headed(testView()), 0))
	if len(rows) != 4 || len(all) != 4+11 {
		t.Fatalf("there are %d rows and %d records", len(rows), len(all))
	}
	column := func(row int, name string) string { return rows[row][slices.Index(rows[0], name)] }
	for name, want := range map[string]string{
		"name": "churn-model-train", "account": "111122223333", "alias": "prod-ml", "created": "2026-11-20T12:00:00Z",
		"role": "arn:aws:iam::111122223333:role/service/DataScience", "kms": "arn:aws:kms:eu-west-1:111122223333:key/ab12",
		"egress": "isolated", "finding": "high", "finding_codes": "direct-internet-off", "network_mode": "vpc-only", "direct_internet": "Disabled", "volume_gb": "5", "vpc": "vpc-0a12 ml-prod", "tag": "Owner=Ana <ana@example> Team=ml", "arn": full().ARN,
	} {
		if got := column(1, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"egress": "unknown", "network_mode": "unknown", "direct_internet": "unknown", "volume_gb": "unknown", "tag": "unknown", "lcc": "",
		"why_unknown": "AccessDenied: not authorized to perform sagemaker:DescribeNotebookInstance; network not judged yet; tags not fetched yet",
	} {
		if got := column(2, name); got != want {
			t.Errorf("of the refused notebook, %s is %q, want %q", name, got, want)
		}
	}
	if got := column(3, "vpc"); got != "" {
		t.Errorf("what is absent reads %q", got)
	}
	heads := map[string][]string{}
	for _, record := range all[:11] {
		if record[0] != "#" || len(record) != 3 {
			t.Errorf("the head has the record %q", record)
		}
		heads[record[1]] = append(heads[record[1]], record[2])
	}
	if heads["filter"][0] != testView().Filter || heads["generated"][0] != "2026-11-23T12:00:00Z" || len(heads["identity"]) != 2 ||
		len(heads["not seen"]) != 3 || !strings.HasPrefix(heads["coverage"][0], "2 of 9 targets answered") || heads["complete"][0] != "no" || !strings.Contains(heads["index"][0], "missed 1 that AWS lists") {
		t.Errorf("the head is %q", heads)
	}
}

func TestCSVHasNoFormulas(t *testing.T) {
	v := testView()
	v.Columns = []model.FieldID{model.FieldLifecycle, model.FieldName}
	v.Notebooks = nil
	for _, name := range []string{"=1", "+1", "-1", "@x", "\tx", "\rx", "#x", "plain"} {
		v.Notebooks = append(v.Notebooks, with(func(n *model.Notebook) { n.LifecycleName, n.Name = name, name }))
	}
	v = headed(v)
	rows, _ := csvRecords(t, written(t, CSV, v, 0))
	var first, second []string
	for _, row := range rows[1:] {
		first, second = append(first, row[0]), append(second, row[1])
	}
	if want := []string{"'=1", "'+1", "'-1", "'@x", " x", " x", "'#x", "plain"}; !slices.Equal(first, want) {
		t.Errorf("the first column is %q, want %q", first, want)
	}
	if want := []string{"'=1", "'+1", "'-1", "'@x", " x", " x", "#x", "plain"}; !slices.Equal(second, want) {
		t.Errorf("the second column is %q, want %q", second, want)
	}
	v.Filter = "=1+1"
	if _, all := csvRecords(t, written(t, CSV, v, 0)); all[1][2] != "'=1+1" {
		t.Errorf("the filter reads %q", all[1])
	}
	if rows, _ := csvRecords(t, written(t, CSV, hostileView(), 0)); len(rows) != 3 {
		t.Errorf("hostile text makes %d rows", len(rows))
	}
}

func TestMarkdownKeepsItsShape(t *testing.T) {
	v := hostileView()
	v.Columns = []model.FieldID{model.FieldName, model.FieldTags, model.FieldAge}
	out := string(written(t, Markdown, v, 0))
	table := 0
	for line := range strings.SplitSeq(out, "\n") {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		table++
		bars := strings.Count(strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\|`, ""), "|")
		if bars != 4 {
			t.Errorf("the line has %d bars: %s", bars, line)
		}
	}
	if table != 4 {
		t.Errorf("the table has %d lines", table)
	}
	for _, raw := range []string{"<script", "`x`", "*b*", "[l]"} {
		if strings.Contains(strings.ReplaceAll(strings.ReplaceAll(out, "\\`", "'"), `\`, `\ `), raw) {
			t.Errorf("%s stands in the page unescaped", raw)
		}
	}
	if !strings.Contains(out, "| ---: |") {
		t.Error("ages are not set right")
	}
}

func TestEscapeOfWhatHasAMeaningInMarkdown(t *testing.T) {
	if got, want := escape("a|b`c`<d>&\\*_[]~"), "a\\|b\\`c\\`&lt;d&gt;&amp;\\\\\\*\\_\\[\\]\\~"; got != want {
		t.Errorf("escaped to %s, want %s", got, want)
	}
}

func TestSafe(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "é日": "é日", "a\nb\tc\rd": "a b c d", "\x1b[31m": "\ufffd[31m", "\u009b": "\ufffd", "\u202e": "\ufffd",
		"\xffx": "\ufffdx", "\u2028": " ", "\x7f": "\ufffd", "": "",
	} {
		if got := safe(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestTableFitsItsWidth(t *testing.T) {
	for _, v := range map[string]View{"plain": testView(), "hostile": hostileView()} {
		for _, limit := range []int{1, 10, 20, 40, 80, 120, 200} {
			out, _, _ := strings.Cut(string(written(t, Table, v, limit)), "\n\n")
			lines := strings.Split(out, "\n")
			if len(lines) != len(v.Notebooks)+1 {
				t.Fatalf("at %d there are %d lines", limit, len(lines))
			}
			for _, line := range lines {
				if width(line) > limit {
					t.Errorf("at %d a line takes %d cells: %s", limit, width(line), line)
				}
			}
		}
	}
}

func TestTableNamesTheColumnsThatItLeavesOut(t *testing.T) {
	out := string(written(t, Table, testView(), 80))
	if !strings.Contains(out, "Not shown, too narrow: TAGS, KMS KEY") || strings.Contains(strings.Split(out, "\n")[0], "TAGS") {
		t.Errorf("at 80 cells:\n%s", out)
	}
	if out = string(written(t, Table, testView(), 0)); strings.Contains(out, "too narrow") || !strings.Contains(out, "TAGS") {
		t.Errorf("without a limit:\n%s", out)
	}
}

func TestTableSaysWhatWasNotSeen(t *testing.T) {
	v := testView()
	v.Columns = []model.FieldID{model.FieldName, model.FieldVPC}
	for _, want := range []string{
		"Not everything was seen: 2 of 9 targets answered, 2 failed, 5 believed empty by an index, 1 sign-in failed, 1 notebook as last seen, not confirmed, 1 notebook not seen in full.",
		"111122223333/eu-west-3: denied: a service control policy", "444455556666/ap-south-1: timed out", "sign-in dev: the SSO session is too old (aws sso login",
	} {
		if out := string(written(t, Table, v, 0)); !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	v.Coverage, v.Failed, v.Problems = model.Coverage{Targets: 1, Answered: 1}, nil, nil
	if out := string(written(t, Table, v, 0)); !strings.Contains(out, "1 notebook as last seen") {
		t.Errorf("a row that was not confirmed reads\n%s", out)
	}
	v.Notebooks = v.Notebooks[:1]
	if out := string(written(t, Table, v, 0)); strings.Contains(out, "seen") {
		t.Errorf("everything was seen, but it says\n%s", out)
	}
	v.Coverage.Pending = 2
	if out := string(written(t, Table, v, 0)); !strings.Contains(out, "2 not finished") {
		t.Errorf("a scan that was stopped reads\n%s", out)
	}
	v.Coverage.Unseen, v.Coverage.Pending = 2, 0
	if out := string(written(t, Table, v, 0)); !strings.Contains(out, "2 notebooks not seen in full") {
		t.Errorf("details that were refused read\n%s", out)
	}
}

func TestTableWithoutRowsSaysWhy(t *testing.T) {
	v := View{Coverage: model.Coverage{Targets: 1, Answered: 1}, Columns: []model.FieldID{model.FieldName}}
	if got := string(written(t, Table, v, 0)); got != "NAME\n\nNo notebooks.\n" {
		t.Errorf("an empty world reads %q", got)
	}
	v.Filter = "zzz"
	if got := string(written(t, Table, v, 0)); got != "NAME\n\nNo notebook matches zzz.\n" {
		t.Errorf("an empty selection reads %q", got)
	}
	v.Filter = "'x egress:isolated"
	v.Undecided = query.Undecided{Notebooks: 2, Pending: 1, Reason: "denied", Filter: "'x egress:isolated|unknown"}
	want := "No notebook is known to match 'x egress:isolated.\n2 notebooks may match too: what the filter asks for is not known of them (denied); " +
		`--filter ''\''x egress:isolated|unknown' shows them.`
	if got := string(written(t, Table, v, 0)); !strings.Contains(got, want) {
		t.Errorf("a selection that may be larger reads %q, want %q", got, want)
	}
	for _, f := range []Format{CSV, Markdown} {
		if got := string(written(t, f, headed(v), 0)); !strings.Contains(got, "2 notebooks may match too") {
			t.Errorf("%s does not say that the selection may be larger: %s", f, got)
		}
	}
	v.Skip, v.Columns = model.Skip{Tags: true, Egress: true}, nil
	if head := string(written(t, Table, v, 0)); strings.Contains(head, "EGRESS") || strings.Contains(head, "TAGS") || !strings.Contains(head, "FINDING") {
		t.Errorf("what was skipped has a column: %s", head)
	}
	if got := string(written(t, CSV, headed(v), 0)); !strings.Contains(got, "#,not asked,tag: skipped by --skip tags") {
		t.Errorf("what was skipped is not told: %s", got)
	}
}

func TestWidthAndCut(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "日本": 4, "e\u0301": 1, "…": 1} {
		if got := width(s); got != want {
			t.Errorf("%q takes %d cells, want %d", s, got, want)
		}
	}
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"日本語", 4, "日…"}, {"abc", 1, "…"}} {
		if got := cut(c.in, c.limit); got != c.want {
			t.Errorf("%q cut to %d is %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func FuzzWrite(f *testing.F) {
	f.Add(hostileText, "filter", 40)
	f.Fuzz(func(t *testing.T, text, filter string, limit int) {
		v := testView()
		v.Filter = filter
		v.Notebooks = []*model.Notebook{with(func(n *model.Notebook) {
			n.Name, n.LifecycleName, n.Tags = text, text, []model.Tag{{Key: text, Value: filter}}
		})}
		for _, format := range Formats() {
			out := written(t, format, v, limit%300)
			if i := bytes.IndexFunc(out, func(r rune) bool { return r != '\n' && hostile(r) }); i >= 0 || !utf8.Valid(out) {
				t.Fatalf("%s of %q has something hostile at %d", format, text, i)
			}
		}
		if rows, _ := csvRecords(t, written(t, CSV, v, 0)); len(rows) != 2 {
			t.Fatalf("%q makes %d rows", text, len(rows))
		}
	})
}
