package query

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTheFilterThatIsDocumented reads every filter of the page's tables, and looks for
// every field there.
func TestTheFilterThatIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/filter.md")
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile("`([^`]+)`")
	said := ""
	for line := range strings.Lines(string(page)) {
		cells := strings.SplitN(strings.ReplaceAll(line, `\|`, "\x00"), "|", 3)
		if len(cells) < 3 || !strings.Contains(cells[1], "`") {
			continue
		}
		for _, m := range quoted.FindAllStringSubmatch(strings.ReplaceAll(cells[1], "\x00", "|"), -1) {
			if _, issues := ParseStrict(m[1], time.Time{}); len(issues) > 0 {
				t.Errorf("%s: %v", m[1], issues)
			}
			said += " " + m[1]
		}
	}
	for _, f := range FieldNames() {
		if !strings.Contains(said, f+":") {
			t.Errorf("the field %s is not there", f)
		}
	}
}
