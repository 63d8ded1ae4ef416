package aws

import (
	"strings"
	"testing"

	"nbscope/model"
)

// TestAPatternThatMatchesNoRegionIsTold, once it is known which regions there are.
func TestAPatternThatMatchesNoRegionIsTold(t *testing.T) {
	t.Parallel()
	target := model.Target{Account: homeAccount, Region: "eu-west-1"}
	for name, c := range map[string]struct {
		regions []string
		req     model.ScanRequest
		refused bool // the sign-in
		want    string
	}{
		"one that does":          {regions: []string{"eu-*"}},
		"one that does not":      {regions: []string{"eu-*", "sa-*"}, want: "--region: no enabled region matches sa-*"},
		"of another partition":   {regions: []string{"cn-north-1"}, want: "--region: no sign-in is in the partition aws-cn that cn-north-1 belongs to"},
		"in a scan of one alone": {regions: []string{"eu-*", "sa-*"}, req: model.ScanRequest{Only: []model.Target{target}}},
		"where nobody signs in":  {regions: []string{"eu-*", "sa-*"}, refused: true, want: "sts:GetCallerIdentity: no"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.hook = func(got call) (int, string, bool) {
				if !c.refused || got.op != "GetCallerIdentity" {
					return 0, "", false
				}
				return refuseXML("InvalidClientTokenId", "no")
			}
			inv := once(t, s.client(t, func(o *Options) { o.Regions = c.regions }), nil, c.req)
			var got []string
			for _, p := range inv.Problems() {
				got = append(got, p.Operation+": "+p.Message)
			}
			if strings.Join(got, "; ") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestARegionThatNobodyKnowsIsRemarkedOn, and asked all the same.
func TestARegionThatNobodyKnowsIsRemarkedOn(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "xx-east-7", 2)
	s.hook = func(got call) (int, string, bool) {
		if got.op != "GetResources" {
			return 0, "", false
		}
		return refuse("AccessDeniedException", "no")
	}
	inv := once(t, s.client(t, func(o *Options) { o.Regions = []string{"xx-east-7", "eu-west-1"} }), nil, model.ScanRequest{})
	st := stateOf(inv, homeAccount, "xx-east-7")
	if st.State != model.StateOK || st.Notebooks != 2 || len(st.Warnings) != 1 || st.Warnings[0].Operation != "--region" || st.Warnings[0].Target != st.Target {
		t.Errorf("%+v", st)
	}
	if other := stateOf(inv, homeAccount, "eu-west-1"); other.State != model.StateEmpty || len(other.Warnings) != 0 {
		t.Errorf("the other is %+v", other)
	}
}
