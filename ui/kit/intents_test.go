package kit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

func TestIntentsAreDoneInTheirOrderAndNoneIsNone(t *testing.T) {
	n := &uitest.Host{}
	kit.Perform(n, kit.Sequence{kit.Say{Text: "a"}, nil, kit.Sequence{kit.Save{Name: "b.sh", Data: "x"}}, kit.Copy{What: "the script", Text: "y"}, kit.Pop{}})
	want := []string{"say a", "save b.sh x", "copy the script", "pop"}
	if !slices.Equal(n.Asked, want) || !slices.Equal(n.Copied, []string{"y"}) {
		t.Errorf("asked %q, want %q, and to copy %q", n.Asked, want, n.Copied)
	}
}

// TestAWaitIsWrittenAsAnAge holds that there is one way of writing how long something took.
func TestAWaitIsWrittenAsAnAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 0: "0s", 45 * time.Second: "45s", 187 * time.Second: "3m07s", 59*time.Minute + 59*time.Second: "59m59s",
		2*time.Hour + 5*time.Minute: "2h05m", 47 * time.Hour: "47h00m", 72 * time.Hour: "3d",
	} {
		got := kit.Elapsed(d)
		if got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
		if age := model.Age(d); !strings.HasPrefix(got, age) && d < 24*time.Hour {
			t.Errorf("%s: a wait is %s, an age %s", d, got, age)
		}
	}
}
