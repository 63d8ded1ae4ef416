package sim

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

func TestAnswersLackWhatTheirFaultTakesAway(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	r := newRig(t, func(o *Options) {
		o.Faults = "emptyop=sagemaker:ListNotebookInstances@eu-west-1,lackop=sagemaker:ListNotebookInstances@us-west-2:NotebookInstances.NotebookInstanceArn," +
			"lackop=tag:GetResources:ResourceTagMappingList:1,emptyop=ec2:DescribeVpcs,lackop=ec2:DescribeSubnets:subnetSet.vpcId,emptyop=sts:GetCallerIdentity"
	})
	list := func(region string) *sagemaker.ListNotebookInstancesOutput {
		out, err := r.sagemaker(region).ListNotebookInstances(ctx, &sagemaker.ListNotebookInstancesInput{})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if out := list("eu-west-1"); out.NotebookInstances != nil {
		t.Error("the body is not empty")
	}
	if out := list("us-east-1"); len(out.NotebookInstances) == 0 || out.NotebookInstances[0].NotebookInstanceArn == nil {
		t.Error("another region suffers")
	}
	if out := list("us-west-2"); len(out.NotebookInstances) == 0 || out.NotebookInstances[0].NotebookInstanceArn != nil || out.NotebookInstances[0].NotebookInstanceName == nil {
		t.Error("not just the ARN is missing")
	}
	for i, whole := range []bool{false, true} {
		out, err := r.tagging("us-east-1").GetResources(ctx, &resourcegroupstaggingapi.GetResourcesInput{})
		if err != nil || (out.ResourceTagMappingList != nil) != whole {
			t.Errorf("call %d: %v", i+1, err)
		}
	}
	vpcs, err := r.ec2("us-east-1").DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	if err != nil || vpcs.Vpcs != nil {
		t.Errorf("VPCs: %v", err)
	}
	subnets, err := r.ec2("us-east-1").DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
	if err != nil || len(subnets.Subnets) == 0 || subnets.Subnets[0].VpcId != nil || subnets.Subnets[0].SubnetId == nil {
		t.Errorf("subnets: %v", err)
	}
	who, err := r.sts().GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || who.Account != nil {
		t.Errorf("caller: %v", err)
	}
}

func TestSignaturesAreRefusedAsAWSDoes(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	code := func(r rig, region string) string {
		_, err := r.sagemaker(region).ListNotebookInstances(ctx, &sagemaker.ListNotebookInstancesInput{})
		if api, ok := errors.AsType[smithy.APIError](err); ok {
			return api.ErrorCode()
		}
		return ""
	}
	r := newRig(t, func(o *Options) {
		o.Faults = "serves=eu-west-1,failop=sagemaker:ListNotebookInstances@eu-west-1:IncompleteSignature:1"
	})
	for _, c := range []struct{ region, want string }{
		{"us-east-1", "InvalidSignatureException"}, {"eu-west-1", "IncompleteSignature"}, {"eu-west-1", ""},
	} {
		if got := code(r, c.region); got != c.want {
			t.Errorf("%s: %q, want %q", c.region, got, c.want)
		}
	}
}

func TestAClockThatIsOffIsInTheDateAndRefusesWhatIsDatedByAnother(t *testing.T) {
	t.Parallel()
	s, err := New(func() Options {
		o := Defaults()
		o.Faults = "clock=17m"
		return o
	}())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	for name, c := range map[string]struct {
		at   time.Time
		code string
		text string
	}{
		"by this machine's clock": {now, "InvalidSignatureException", "Signature expired"},
		"by AWS's clock":          {now.Add(17 * time.Minute), "", ""},
		"too late":                {now.Add(40 * time.Minute), "InvalidSignatureException", "Signature not yet current"},
	} {
		h := http.Header{}
		h.Set("X-Amz-Date", c.at.Format("20060102T150405Z"))
		got := misdated(&request{now: now, faults: s.faults.Load()}, h)
		switch {
		case got == nil && c.code == "":
		case got == nil || got.code != c.code || len(got.message) < len(c.text) || got.message[:len(c.text)] != c.text:
			t.Errorf("%s: %+v", name, got)
		}
	}
}
