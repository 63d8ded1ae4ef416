package sim

import (
	"context"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// atelier is a simulator with one empty notebook world to write in: the default
// VPC, one with IPv6 and its groups, and a client of SageMaker.
type atelier struct {
	rig
	*sagemaker.Client
}

// newAtelier has statuses that move ten times as fast as AWS's.
func newAtelier(t testing.TB, faults string) atelier {
	t.Helper()
	r := newRig(t, func(o *Options) { o.Accounts, o.Regions, o.Notebooks, o.Faults, o.TimeScale = 1, 1, 8, faults, 10 })
	return atelier{r, r.sagemaker("us-east-1")}
}

const testRole = "arn:aws:iam::111122223333:role/SageMakerNotebookRole"

// place is where the atelier's notebooks are.
func (a atelier) place() *place { return a.world.place(a.world.accounts[0], "us-east-1") }

// home is a subnet with IPv6, and two groups of its VPC.
func (a atelier) home() (sub *subnet, groups []string) {
	for _, s := range a.place().net.subnets {
		if s.ipv6 != "" {
			return s, []string{s.vpc.groups[1].id, s.vpc.groups[2].id}
		}
	}
	return nil, nil
}

// plain is the least that a notebook is created from.
func plain(name string) *sagemaker.CreateNotebookInstanceInput {
	return &sagemaker.CreateNotebookInstanceInput{
		NotebookInstanceName: &name, InstanceType: types.InstanceTypeMlT3Medium, RoleArn: sdkaws.String(testRole),
	}
}

// create makes a notebook and lets it come to rest.
func (a atelier) create(t testing.TB, in *sagemaker.CreateNotebookInstanceInput) *sagemaker.DescribeNotebookInstanceOutput {
	t.Helper()
	if _, err := a.CreateNotebookInstance(context.Background(), in); err != nil {
		t.Fatal(err)
	}
	a.pass(time.Hour)
	return a.describe(t, *in.NotebookInstanceName)
}

// pass lets AWS's own time pass.
func (a atelier) pass(d time.Duration) { a.clock.advance(d / 10) }

func (a atelier) describe(t testing.TB, name string) *sagemaker.DescribeNotebookInstanceOutput {
	t.Helper()
	out, err := a.DescribeNotebookInstance(context.Background(), &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (a atelier) set(t testing.TB, c Change) {
	t.Helper()
	if err := a.Change(c); err != nil {
		t.Fatal(err)
	}
}

func hookOf(content string) types.NotebookInstanceLifecycleHook {
	return types.NotebookInstanceLifecycleHook{Content: &content}
}

// exists looks past the API, and past what faults and policies hide.
func (a atelier) exists(name string) bool { return a.place().get(name, a.clock.Now()) != nil }
