package control

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

func TestControlsAreWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range slices.Concat(AgainstDirect(), []model.Control{CustomVPC(), NoRoot(), Platform()}, Reach()) {
		if c.ID == "" || c.Title == "" || !strings.HasPrefix(c.URL, "https://") || seen[c.ID] {
			t.Errorf("control %+v is not whole, or there twice", c)
		}
		seen[c.ID] = true
	}
	for _, id := range []string{"SageMaker.1", "SageMaker.2", "SageMaker.3", "SageMaker.8", "SageMaker-004"} {
		if !seen[id] {
			t.Errorf("control %s is missing", id)
		}
	}
}

func TestWhatANotebookFails(t *testing.T) {
	t.Parallel()
	const reach = "Conformity: VPC-only notebook reach AWS: VPC notebook internet access"
	good := Facts{DirectInternet: model.Disabled, SubnetID: "subnet-1", RootAccess: model.Disabled, Platform: Supported}
	cases := map[string]struct {
		change func(*Facts)
		want   string
	}{
		"nothing": {func(*Facts) {}, ""},
		"nothing that is not known": {func(f *Facts) {
			f.DirectInternet, f.RootAccess, f.Platform, f.Egress = "", "", "", model.VerdictUnknown
		}, ""},
		"direct internet":                        {func(f *Facts) { f.DirectInternet = model.Enabled }, "SageMaker.1 sagemaker-notebook-no-direct-internet-access SageMaker-004 sagemaker_notebook_instance_without_direct_internet_access_configured"},
		"no VPC":                                 {func(f *Facts) { f.SubnetID = "" }, "SageMaker.2"},
		"root access":                            {func(f *Facts) { f.RootAccess = model.Enabled }, "SageMaker.3"},
		"an old platform":                        {func(f *Facts) { f.Platform = "notebook-al2-v3" }, "SageMaker.8"},
		"a VPC that is proven to be closed":      {func(f *Facts) { f.Egress = model.VerdictIsolated }, reach},
		"endpoints are no way out":               {func(f *Facts) { f.Egress = model.VerdictEndpoints }, reach},
		"a VPC with a way out":                   {func(f *Facts) { f.Egress = model.VerdictNAT }, ""},
		"a way that leads to where we don't see": {func(f *Facts) { f.Egress = model.VerdictIndirect }, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := good
			c.change(&f)
			var got []string
			for _, failed := range Failing(f) {
				got = append(got, failed.ID)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("it fails %v, want %s", got, c.want)
			}
		})
	}
}
