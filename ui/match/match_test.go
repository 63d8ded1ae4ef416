package match

import (
	"slices"
	"testing"
)

func TestFuzzyFindsLettersInOrder(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		pattern, s string
		at         []int
		ok         bool
	}{
		"letters in order":              {"frd", "fraud-train", []int{0, 1, 4}, true},
		"the case does not matter":      {"FRAUD", "Fraud", []int{0, 1, 2, 3, 4}, true},
		"letters out of order":          {"dfr", "fraud", nil, false},
		"more letters than there are":   {"fraudd", "fraud", nil, false},
		"places are bytes, not letters": {"b", "éb", []int{2}, true},
		"nothing matches nothing":       {"x", "", nil, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, at, ok := Fuzzy(c.pattern, c.s)
			if ok != c.ok || !slices.Equal(at, c.at) {
				t.Errorf("got %v %v, want %v %v", at, ok, c.at, c.ok)
			}
		})
	}
}

func TestFuzzyPrefersTheBeginning(t *testing.T) {
	t.Parallel()
	first, _, _ := Fuzzy("churn", "churn-model")
	later, _, _ := Fuzzy("churn", "a-cxhxuxrxn")
	if first <= later {
		t.Errorf("a word at the beginning scores %d, scattered letters %d", first, later)
	}
}

func TestRankOrdersAndAnEmptyPatternKeepsAll(t *testing.T) {
	t.Parallel()
	candidates := []string{"export as JSON", "sort by name", "sort by region"}
	all, _ := Best("", candidates, 10)
	if len(all) != 3 || all[0].Index != 0 || all[2].Index != 2 {
		t.Errorf("an empty pattern gives %v", all)
	}
	got, total := Best("sreg", candidates, 10)
	if len(got) != 1 || got[0].Index != 2 || len(got[0].At) != 4 {
		t.Errorf("got %v", got)
	}
	if best, total := Best("sort", candidates, 1); len(best) != 1 || best[0].Index != 1 || total != 2 {
		t.Errorf("of two that match as well, the best are %v of %d", best, total)
	}
	if total != 1 {
		t.Errorf("%d match", total)
	}
}
