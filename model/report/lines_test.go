package report

import (
	"bytes"
	"strings"
	"testing"

	"nbscope/model"
)

func TestLinesOfARunAreOneLineEachWhateverAWSSays(t *testing.T) {
	t.Parallel()
	e := RunEvent{At: testNow(), Run: "7f3c", Step: "wait", State: "failed", Message: "a \"reason\"\nwith \x1b[31mcolour"}
	end := RunEnd{Run: "7f3c", Outcome: "failed", Step: "wait", Replacement: "arn:x"}
	var json, text bytes.Buffer
	for _, err := range []error{e.Line(&json), end.Line(&json), e.Text(&text), end.Text(&text)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := `{"at":"` + model.Stamp(testNow()) + `","run":"7f3c","step":"wait","state":"failed","message":"a \"reason\" with \ufffd[31mcolour"}
{"run":"7f3c","outcome":"failed","step":"wait","replacement":"arn:x"}
`
	want = strings.ReplaceAll(want, `\ufffd`, "\ufffd")
	if json.String() != want {
		t.Errorf("the JSON is\n%s\nwant\n%s", json.String(), want)
	}
	if got := text.String(); strings.Count(got, "\n") != 2 || strings.Contains(got, "\x1b") || !strings.HasSuffix(got, "run 7f3c: failed at wait, replacement arn:x\n") {
		t.Errorf("the text is %q", got)
	}
	none := RunEnd{Run: "7f3c", Outcome: "drift", Step: "create"}
	json.Reset()
	if err := none.Line(&json); err != nil || json.String() != `{"run":"7f3c","outcome":"drift","step":"create"}`+"\n" {
		t.Errorf("without a replacement: %s %v", json.String(), err)
	}
}
