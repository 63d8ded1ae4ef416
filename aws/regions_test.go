package aws

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

func TestRegionsComeFromTheAccountThenFromWhatIsKnown(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.hook = func(c call) (int, string, bool) {
		switch c.op {
		case "DescribeRegions":
			return refuseEC2("UnauthorizedOperation", "no")
		case "ListRegions":
			return 403, `{"__type":"AccessDeniedException","message":"no"}`, true
		}
		return 0, "", false
	}
	inv := once(t, s.client(t), nil, model.ScanRequest{})
	warned := 0
	for _, st := range inv.Targets() {
		warned += len(st.Warnings)
	}
	if len(inv.Targets()) != len(knownRegions("aws")) || warned != 1 {
		t.Errorf("%d targets, %d warnings", len(inv.Targets()), warned)
	}
}

func TestRegionsAreChosenByNameAndPattern(t *testing.T) {
	t.Parallel()
	enabled := []string{"eu-west-1", "eu-west-2", "us-east-1"}
	for name, c := range map[string]struct {
		patterns, want []string
		unused         string
	}{
		"none means all":                 {nil, enabled, ""},
		"a name":                         {[]string{"us-east-1"}, []string{"us-east-1"}, ""},
		"a pattern":                      {[]string{"eu-*"}, []string{"eu-west-1", "eu-west-2"}, ""},
		"both, without doubles":          {[]string{"eu-*", "eu-west-1"}, []string{"eu-west-1", "eu-west-2"}, ""},
		"a known region that is off":     {[]string{"ap-east-1"}, []string{"ap-east-1"}, ""},
		"a typing mistake":               {[]string{"eu-wst-1"}, nil, "did you mean eu-west-1?"},
		"a pattern that matches nothing": {[]string{"sa-*"}, nil, "leave --region out"},
		"a region of another partition":  {[]string{"cn-north-1"}, nil, "did you mean"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newRegionFilter(c.patterns)
			if got := f.choose(enabled, "aws"); !slices.Equal(got, c.want) {
				t.Errorf("chose %v, want %v", got, c.want)
			}
			problems := f.unused(enabled)
			if (len(problems) > 0) != (c.unused != "") {
				t.Fatalf("problems %v", problems)
			}
			if c.unused != "" && name != "a region of another partition" && !strings.Contains(problems[0].Hint, c.unused) {
				t.Errorf("hint %q", problems[0].Hint)
			}
		})
	}
}
