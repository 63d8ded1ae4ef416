package report

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/policy"
)

func summarized(t *testing.T, f Format, v View, by model.FieldID) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Summary(&out, f, v, by); err != nil {
		t.Fatalf("summary by %s as %s: %v", by, f, err)
	}
	return out.Bytes()
}

func summaryView() View {
	v := testView()
	nat := with(func(n *model.Notebook) { n.Name, n.Egress = "nat", &model.Egress{Verdict: model.VerdictNAT} })
	located := with(func(n *model.Notebook) { n.Name, n.VPCID, n.VPCName, n.Located = "unlocated", "", "", model.Part{} })
	v.Notebooks = append(v.Notebooks, nat, located)
	return v
}

func TestGoldenSummaries(t *testing.T) {
	var all bytes.Buffer
	for _, by := range SummaryFields() {
		for _, f := range Formats() {
			fmt.Fprintf(&all, "==== %s by %s\n%s", f, by, summarized(t, f, summaryView(), by))
		}
	}
	golden(t, "summary.txt", all.Bytes())
}

func TestEveryNotebookCountsOnceInEverySet(t *testing.T) {
	for _, p := range model.Policies() {
		v := summaryView()
		v.Policy = policy.Table{Default: p}
		for _, by := range SummaryFields() {
			got := decode(t, summarized(t, JSON, v, by))
			for _, g := range append(got["groups"].([]any), got["total"]) {
				g := g.(map[string]any)
				for _, set := range []string{"networkMode", "egress", "findings"} {
					sum := 0.0
					for _, n := range g[set].(map[string]any) {
						sum += n.(float64)
					}
					if sum != g["notebooks"] {
						t.Errorf("%s under %s: %v notebooks, %v by %s", g["id"], p, g["notebooks"], sum, set)
					}
				}
			}
			if total := got["total"].(map[string]any)["notebooks"]; total != float64(len(v.Notebooks)) {
				t.Errorf("by %s the total is %v", by, total)
			}
		}
	}
}

func TestWhatIsNotKnownCountsAsUnknownAndNotAsAbsent(t *testing.T) {
	v := summaryView()
	got := map[string]float64{}
	for _, g := range decode(t, summarized(t, JSON, v, model.FieldVPC))["groups"].([]any) {
		g := g.(map[string]any)
		got[g["id"].(string)] = g["notebooks"].(float64)
	}
	want := map[string]float64{"vpc-0a12": 2, "unknown": 2, "none": 1}
	for id, n := range want {
		if got[id] != n {
			t.Errorf("%s has %v notebooks, want %v (all: %v)", id, got[id], n, got)
		}
	}
	future := with(func(n *model.Notebook) { n.Egress = &model.Egress{Verdict: "tunnelled"} })
	v.Notebooks = []*model.Notebook{future}
	total := decode(t, summarized(t, JSON, v, model.FieldVPC))["total"].(map[string]any)
	if total["egress"].(map[string]any)["unknown"] != 1.0 {
		t.Errorf("a verdict of tomorrow counts as %v", total["egress"])
	}
}

func TestSummariesThatAreNone(t *testing.T) {
	var out bytes.Buffer
	if err := Summary(&out, JSON, testView(), model.FieldName); err == nil || out.Len() != 0 {
		t.Errorf("a summary by name: %v, %d bytes", err, out.Len())
	}
	for _, f := range []Format{Text, "xml"} {
		var unknown *FormatError
		if err := Summary(&out, f, testView(), model.FieldVPC); !errors.As(err, &unknown) || out.Len() != 0 {
			t.Errorf("a summary as %s: %v, %d bytes", f, err, out.Len())
		}
	}
	if err := Summary(brokenWriter{}, JSON, testView(), model.FieldVPC); !errors.Is(err, errFull) {
		t.Errorf("a full disk: %v", err)
	}
	if text := string(summarized(t, Table, View{GeneratedAt: testNow()}, model.FieldRegion)); !strings.Contains(text, "No notebooks.") {
		t.Errorf("an empty summary says\n%s", text)
	}
	hostile := hostileView()
	for _, f := range Formats() {
		if text := string(summarized(t, f, hostile, model.FieldVPC)); strings.ContainsAny(text, "\x1b\u009b\u202e") {
			t.Errorf("as %s a summary carries a command", f)
		}
	}
}
