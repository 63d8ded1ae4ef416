package kit_test

import (
	"slices"
	"testing"

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
