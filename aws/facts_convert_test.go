package aws

import (
	"slices"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestThePrimaryRangeOfAVPCStandsFirst(t *testing.T) {
	t.Parallel()
	got := vpcFact(&ec2types.Vpc{CidrBlock: sdkaws.String("10.0.0.0/16"), CidrBlockAssociationSet: []ec2types.VpcCidrBlockAssociation{
		{CidrBlock: sdkaws.String("10.7.0.0/16")}, {CidrBlock: sdkaws.String("10.0.0.0/16")}, {CidrBlock: sdkaws.String("10.1.0.0/16")},
	}}).CIDRs
	if want := []string{"10.0.0.0/16", "10.7.0.0/16", "10.1.0.0/16"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestFreeAddressesOfASubnetThatAreNotToldAreNotNone(t *testing.T) {
	t.Parallel()
	if got := subnetFact(&ec2types.Subnet{}).Free; got != nil {
		t.Errorf("%d", *got)
	}
	if got := subnetFact(&ec2types.Subnet{AvailableIpAddressCount: sdkaws.Int32(0)}).Free; got == nil || *got != 0 {
		t.Errorf("%v", got)
	}
}
