package explore

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"nbscope/model"
	"nbscope/ui/theme"
	"nbscope/ui/uitest"
)

func TestPlacesThatFareAlikeAreToldOfTogether(t *testing.T) {
	t.Parallel()
	blocked := func(place, by, why string) model.Reach {
		return model.Reach{Destination: place, State: model.ReachBlocked, By: by, Why: why}
	}
	got := alike([]model.Reach{
		blocked("pypi", "route table rtb-1", "no route"), blocked("sts", "VPC endpoint vpce-1", "it refuses"), blocked("conda", "route table rtb-1", "no route"),
		blocked("logs", "VPC endpoint vpce-2", "it refuses"), blocked("ecr", "VPC endpoint vpce-3", "of its group"),
		{Destination: "s3", State: model.Reached, By: "VPC endpoint vpce-4"}, {Destination: "kms", State: model.Reached, By: "VPC endpoint vpce-4"},
		{Destination: "both", State: model.Reached, By: "VPC endpoint vpce-4, NAT gateway nat-1"}, {Destination: "more", State: model.Reached, By: "VPC endpoint vpce-5"},
	})
	var lines []string
	for _, g := range got {
		lines = append(lines, strings.Join(g.places, " ")+" "+string(g.State)+" "+g.Says())
	}
	want := []string{
		"pypi conda blocked by route table rtb-1: no route", "sts logs blocked by VPC endpoint vpce-1, vpce-2: it refuses",
		"ecr blocked by VPC endpoint vpce-3: of its group", "s3 kms more reached by VPC endpoint vpce-4, vpce-5",
		"both reached by VPC endpoint vpce-4, NAT gateway nat-1",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("%s", strings.Join(lines, "\n"))
	}
}

func TestPlacesFitEveryWidth(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Options{})
	all := uitest.Reaching(&model.Egress{Verdict: model.VerdictIsolated})
	for width := 1; width < 140; width++ {
		lines := drawPlaces(th, all, width)
		for _, l := range lines {
			if w := ansi.StringWidth(l); w != width {
				t.Fatalf("a line of %d in %d: %q", w, width, ansi.Strip(l))
			}
		}
		if text := ansi.Strip(strings.Join(lines, " ")); width >= 45 && strings.Count(text, th.Glyphs.Failed) != len(all)-1 {
			t.Errorf("at %d: %q", width, text)
		}
	}
}
