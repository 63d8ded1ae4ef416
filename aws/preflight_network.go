package aws

import (
	"context"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"nbscope/model"
	"nbscope/model/recreate"
)

// describeSubnet filters, as everything here does: to name an id that does not
// exist is an error, of a code that depends on how the id is wrong.
func (q *inquiry) describeSubnet(ctx context.Context) (recreate.Subnet, error) {
	out, err := q.ec2().DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{Filters: filter("subnet-id", []string{q.spec.SubnetID})})
	if err != nil || len(out.Subnets) == 0 {
		return recreate.Subnet{}, err
	}
	return subnetSeen(&out.Subnets[0]), nil
}

func (q *inquiry) ec2() *ec2.Client { return q.session.in(q.source.Region).ec2() }

func subnetSeen(s *ec2types.Subnet) recreate.Subnet {
	out := recreate.Subnet{
		Exists: true, VPCID: sdkaws.ToString(s.VpcId), Zone: sdkaws.ToString(s.AvailabilityZone),
		State: string(s.State), FreeAddresses: int(sdkaws.ToInt32(s.AvailableIpAddressCount)),
	}
	for _, a := range s.Ipv6CidrBlockAssociationSet {
		if a.Ipv6CidrBlockState != nil && a.Ipv6CidrBlockState.State == ec2types.SubnetCidrBlockStateCodeAssociated {
			out.IPv6 = true
		}
	}
	return out
}

// groups lists those of the spec's security groups that exist.
func (q *inquiry) groups(ctx context.Context) ([]recreate.Group, error) {
	pages := ec2.NewDescribeSecurityGroupsPaginator(q.ec2(), &ec2.DescribeSecurityGroupsInput{
		Filters: filter("group-id", withoutDoubles(q.spec.SecurityGroups)),
	})
	out := []recreate.Group{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, g := range page.SecurityGroups {
			out = append(out, recreate.Group{
				ID: sdkaws.ToString(g.GroupId), Name: sdkaws.ToString(g.GroupName), VPCID: sdkaws.ToString(g.VpcId),
			})
		}
	}
	return out, nil
}

// offered asks whether EC2 has the type in the subnet's zone. SageMaker itself has
// no call that tells where it offers a type.
func (q *inquiry) offered(ctx context.Context) (bool, error) {
	subnet, err := q.subnet()
	if err != nil {
		return false, err
	}
	if !subnet.Exists {
		return false, model.Problem{Kind: model.KindNotFound, Message: "the subnet does not exist, so it has no zone"}
	}
	filters := append(filter("location", []string{subnet.Zone}),
		filter("instance-type", []string{strings.TrimPrefix(q.spec.InstanceType, "ml.")})...)
	pages := ec2.NewDescribeInstanceTypeOfferingsPaginator(q.ec2(), &ec2.DescribeInstanceTypeOfferingsInput{
		LocationType: ec2types.LocationTypeAvailabilityZone, Filters: filters,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return false, err
		}
		if len(page.InstanceTypeOfferings) > 0 {
			return true, nil
		}
	}
	return false, nil
}

// describeKey takes a key's id, its ARN or an alias. A key of another region is
// asked for there, so that it can be told that it is not here.
func (q *inquiry) describeKey(ctx context.Context) (recreate.Key, error) {
	region := q.source.Region
	if parts := strings.SplitN(q.spec.KMSKeyID, ":", 6); len(parts) == 6 && parts[0] == "arn" && parts[3] != "" {
		region = parts[3]
	}
	out, err := q.session.kms(region).DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: sdkaws.String(q.spec.KMSKeyID)})
	if err != nil {
		if isAbsent(classify(err)) {
			return recreate.Key{}, nil
		}
		return recreate.Key{}, err
	}
	m := out.KeyMetadata // which the check of answers has found
	return recreate.Key{Exists: true, ARN: sdkaws.ToString(m.Arn), State: string(m.KeyState)}, nil
}

func (s *session) kms(region string) *kms.Client {
	cfg := s.cfg.Copy()
	cfg.Region = region
	return kms.NewFromConfig(s.client.aimed(cfg, kms.ServiceID))
}
