package sim

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

// candidate is a notebook of the demo's first account with what the API tells
// besides.
type candidate struct {
	ListedNotebook
	*sagemaker.DescribeNotebookInstanceOutput
}

func TestTheDemoWorldHoldsNotebooksOfEachKindToRecreate(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t, func(o *Options) { o.Faults = DefaultFaults }), context.Background()
	var all []candidate
	for _, n := range r.World().Notebooks {
		if n.Account != r.World().Accounts[0].ID || n.Region == "eu-west-3" || n.VPCID == "" || n.DirectInternetAccess != off {
			continue
		}
		d, err := r.sagemaker("us-east-1").DescribeNotebookInstance(ctx, &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: &n.Name},
			func(o *sagemaker.Options) { o.Region = n.Region })
		if err == nil { // a region may throttle
			all = append(all, candidate{n, d})
		}
	}
	old := func(c candidate) bool { return strings.HasPrefix(c.Platform, "notebook-al2-") }
	calm := func(c candidate) bool {
		return c.Platform == al2023 && (c.Status == inService || c.Status == stopped) && fitsPlatform(c.ListedNotebook.InstanceType)
	}
	for what, is := range map[string]func(c candidate) bool{
		"that runs":                           func(c candidate) bool { return calm(c) && c.Status == inService },
		"that is stopped":                     func(c candidate) bool { return calm(c) && c.Status == stopped },
		"of Amazon Linux 2 that runs":         func(c candidate) bool { return old(c) && c.Status == inService },
		"of Amazon Linux 2 that is stopped":   func(c candidate) bool { return old(c) && c.Status == stopped },
		"that has failed":                     func(c candidate) bool { return c.Status == failed },
		"of CloudFormation":                   func(c candidate) bool { return c.Tags["aws:cloudformation:stack-name"] != "" },
		"of Terraform":                        func(c candidate) bool { return calm(c) && c.Tags["ManagedBy"] == "Terraform" },
		"with a key":                          func(c candidate) bool { return calm(c) && c.KMSKeyID != "" },
		"that stops by itself":                func(c candidate) bool { return calm(c) && c.Lifecycle == "autostop-1h" },
		"with repositories":                   func(c candidate) bool { return c.DefaultCodeRepository != nil && len(c.AdditionalCodeRepositories) > 0 },
		"with fifty tags":                     func(c candidate) bool { return calm(c) && len(c.Tags) == 50 },
		"with capitals in its name":           func(c candidate) bool { return c.Name != strings.ToLower(c.Name) },
		"of a type that the platform refuses": func(c candidate) bool { return !fitsPlatform(c.ListedNotebook.InstanceType) },
	} {
		if !slices.ContainsFunc(all, is) {
			t.Errorf("no notebook in a VPC only %s", what)
		}
	}
}
