package aws

import (
	"slices"
	"testing"

	"nbscope/model"
)

// TestTheCacheOfAnEarlierVersionIsFound by a key that stays what it was.
func TestTheCacheOfAnEarlierVersionIsFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"one key":       {func(*Options) {}, "faf71437d2312c081ba7b611"},
		"its region":    {func(o *Options) { o.Static = &StaticKey{ID: "x", Secret: "z", Region: "eu-west-1"} }, "6b21bfaa3354e1b5ffdc5de7"},
		"some regions":  {func(o *Options) { o.Regions = []string{"eu-*", "us-east-1"} }, "30dd11ac988d7febdd1ff976"},
		"a role":        {func(o *Options) { o.RoleARNs = aRole }, "7364396f74fd3e1461428763"},
		"organization":  {func(o *Options) { o.OrgRole = "x" }, "10712e9f0c9632bb37db2538"},
		"some accounts": {func(o *Options) { o.OrgRole, o.Accounts = "x", model.Patterns{"a"} }, "e96dff2be6cf1b3a37e641b1"},
		"some units":    {func(o *Options) { o.OrgRole, o.OUs = "x", model.Patterns{"a"} }, "5f4b7822944f09fd01924aaa"},
		"an endpoint":   {func(o *Options) { o.EndpointURL = "http://127.0.0.1:4566" }, "c81d694a315ce066ca49d4a2"},
	} {
		o := good()
		o.Static = aKey
		c.change(&o)
		if got := o.CacheKey(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestWhoSignsInByDefaultIsNamed, and nobody is where every profile does.
func TestWhoSignsInByDefaultIsNamed(t *testing.T) {
	files(t, "", "")
	named := func(change func(*Options)) []string {
		o := good()
		change(&o)
		return o.SignIn().Profiles
	}
	for name, c := range map[string]struct {
		change func(*Options)
		want   []string
	}{
		"nobody is named":   {func(*Options) {}, []string{"default"}},
		"all are":           {func(o *Options) { o.AllProfiles = true }, nil},
		"one is":            {func(o *Options) { o.Profiles = []string{"b"} }, []string{"b"}},
		"a key of the demo": {func(o *Options) { o.Static = aKey }, nil},
	} {
		if got := named(c.change); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	t.Setenv("AWS_DEFAULT_PROFILE", "old")
	if got := named(func(*Options) {}); !slices.Equal(got, []string{"old"}) {
		t.Errorf("by the older variable: %q", got)
	}
	t.Setenv("AWS_PROFILE", "new")
	if got := named(func(*Options) {}); !slices.Equal(got, []string{"new"}) {
		t.Errorf("by both: %q", got)
	}
}
