package aws

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	taggingtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	ssotypes "github.com/aws/aws-sdk-go-v2/service/sso/types"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// TestEveryReadingOperationSaysWhatItsAnswerMustHold looks for operations in the
// source, so that a new one cannot be forgotten.
func TestEveryReadingOperationSaysWhatItsAnswerMustHold(t *testing.T) {
	t.Parallel()
	changes := []string{
		"SageMaker.CreateNotebookInstance", "SageMaker.CreatePresignedNotebookInstanceUrl", "SageMaker.DeleteNotebookInstance",
		"SageMaker.StartNotebookInstance", "SageMaker.StopNotebookInstance", "SageMaker.UpdateNotebookInstance",
		"S3.CreateBucket", "S3.DeleteObject", "S3.GetObject", "S3.PutObject", // of which URLs are signed
	}
	table, found := musts(), operationsInSource(t)
	for op := range found {
		if _, ok := table[op]; !ok && !slices.Contains(changes, op) {
			t.Errorf("what the answer of %s must hold is not said", op)
		}
	}
	for op := range table {
		if !found[op] && op != "STS.AssumeRole" && op != "STS.AssumeRoleWithWebIdentity" && op != "SSO OIDC.CreateToken" { // made by the SDK
			t.Errorf("%s is called nowhere", op)
		}
	}
	if len(found) < 40 {
		t.Errorf("only %d operations were found: the test does not see them any more", len(found))
	}
}

// operationsInSource are the operations whose inputs or paginators the package
// makes, by service and name.
func operationsInSource(t *testing.T) map[string]bool {
	t.Helper()
	services := map[string]string{
		"sagemaker": "SageMaker", "ec2": "EC2", "sts": "STS", "iam": "IAM", "kms": "KMS", "account": "Account", "organizations": "Organizations",
		"tagging": "Resource Groups Tagging API", "servicequotas": "Service Quotas", "pricing": "Pricing",
		"sso": "SSO",
	}
	found := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "holds") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if op := s3Operation(n); op != "" {
				found["S3."+op] = true
			}
			if pair, ok := n.(*ast.KeyValueExpr); ok {
				if key, ok := pair.Key.(*ast.Ident); ok && key.Name == "operation" { // of Resource Explorer
					if name, ok := pair.Value.(*ast.BasicLit); ok {
						found[explorerID+"."+strings.Trim(name.Value, `"`)] = true
					}
				}
			}
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if !ok || services[pkg.Name] == "" {
				return true
			}
			name, input := strings.CutSuffix(sel.Sel.Name, "Input")
			if !input {
				name, input = strings.CutSuffix(strings.TrimPrefix(name, "New"), "Paginator")
			}
			if input {
				found[services[pkg.Name]+"."+name] = true
			}
			return true
		})
	}
	return found
}

func TestAnAnswerThatLacksSomethingIsToldByWhatItLacks(t *testing.T) {
	t.Parallel()
	p := func(s string) *string { return &s }
	yes, asked := true, &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: p("Churn")}
	whole := func(change func(*sagemaker.DescribeNotebookInstanceOutput)) *sagemaker.DescribeNotebookInstanceOutput {
		out := &sagemaker.DescribeNotebookInstanceOutput{
			NotebookInstanceName: p("churn"), NotebookInstanceArn: p("arn"), RoleArn: p("role"),
			NotebookInstanceStatus: types.NotebookInstanceStatusInService, InstanceType: types.InstanceTypeMlT3Medium,
			DirectInternetAccess: types.DirectInternetAccessEnabled,
		}
		change(out)
		return out
	}
	dns := &ec2.DescribeVpcAttributeInput{VpcId: p("vpc-1"), Attribute: ec2types.VpcAttributeNameEnableDnsSupport}
	for name, c := range map[string]struct {
		op            string
		asked, answer any
		lacks         string
	}{
		"a describe, whole":                      {"SageMaker.DescribeNotebookInstance", asked, whole(func(*sagemaker.DescribeNotebookInstanceOutput) {}), ""},
		"a describe of nothing":                  {"SageMaker.DescribeNotebookInstance", asked, &sagemaker.DescribeNotebookInstanceOutput{}, "NotebookInstanceName"},
		"a describe without a status":            {"SageMaker.DescribeNotebookInstance", asked, whole(func(o *sagemaker.DescribeNotebookInstanceOutput) { o.NotebookInstanceStatus = "" }), "NotebookInstanceStatus"},
		"a describe without a role":              {"SageMaker.DescribeNotebookInstance", asked, whole(func(o *sagemaker.DescribeNotebookInstanceOutput) { o.RoleArn = nil }), "RoleArn"},
		"a describe of another":                  {"SageMaker.DescribeNotebookInstance", asked, whole(func(o *sagemaker.DescribeNotebookInstanceOutput) { o.NotebookInstanceName = p("other") }), "the notebook Churn (it describes other)"},
		"a describe without its internet access": {"SageMaker.DescribeNotebookInstance", asked, whole(func(o *sagemaker.DescribeNotebookInstanceOutput) { o.DirectInternetAccess = "" }), "DirectInternetAccess"},
		"security groups without a subnet":       {"SageMaker.DescribeNotebookInstance", asked, whole(func(o *sagemaker.DescribeNotebookInstanceOutput) { o.SecurityGroups = []string{"sg-1"} }), "SubnetId"},
		"an interface without a subnet":          {"SageMaker.DescribeNotebookInstance", asked, whole(func(o *sagemaker.DescribeNotebookInstanceOutput) { o.NetworkInterfaceId = p("eni-1") }), "SubnetId"},
		"VPC only without a subnet": {"SageMaker.DescribeNotebookInstance", asked, whole(func(o *sagemaker.DescribeNotebookInstanceOutput) {
			o.DirectInternetAccess = types.DirectInternetAccessDisabled
		}), "SubnetId"},
		"a subnet without security groups": {"SageMaker.DescribeNotebookInstance", asked, whole(func(o *sagemaker.DescribeNotebookInstanceOutput) { o.SubnetId = p("subnet-1") }), "SecurityGroups"},
		"a subnet with them": {"SageMaker.DescribeNotebookInstance", asked, whole(func(o *sagemaker.DescribeNotebookInstanceOutput) {
			o.SubnetId, o.SecurityGroups = p("subnet-1"), []string{"sg-1"}
		}), ""},
		"an empty list":             {"SageMaker.ListNotebookInstances", nil, &sagemaker.ListNotebookInstancesOutput{NotebookInstances: []types.NotebookInstanceSummary{}}, ""},
		"no list":                   {"SageMaker.ListNotebookInstances", nil, &sagemaker.ListNotebookInstancesOutput{}, "NotebookInstances"},
		"a list with half an entry": {"SageMaker.ListNotebookInstances", nil, &sagemaker.ListNotebookInstancesOutput{NotebookInstances: []types.NotebookInstanceSummary{{NotebookInstanceName: p("a")}}}, "what tells one of NotebookInstances from another"},
		"an entry that tells no time": {"SageMaker.ListNotebookInstances", nil, &sagemaker.ListNotebookInstancesOutput{NotebookInstances: []types.NotebookInstanceSummary{{
			NotebookInstanceName: p("a"), NotebookInstanceArn: p("arn"), NotebookInstanceStatus: types.NotebookInstanceStatusInService,
		}}}, ""}, // it is unseen by itself
		"tags of a resource": {"Resource Groups Tagging API.GetResources", nil, &tagging.GetResourcesOutput{ResourceTagMappingList: []taggingtypes.ResourceTagMapping{{
			ResourceARN: p("arn"), Tags: []taggingtypes.Tag{},
		}}}, ""},
		"a resource without its tags": {"Resource Groups Tagging API.GetResources", nil, &tagging.GetResourcesOutput{ResourceTagMappingList: []taggingtypes.ResourceTagMapping{{
			ResourceARN: p("arn"),
		}}}, "what tells one of ResourceTagMappingList from another"},
		"tags of nothing": {"Resource Groups Tagging API.GetResources", nil, &tagging.GetResourcesOutput{ResourceTagMappingList: []taggingtypes.ResourceTagMapping{{
			Tags: []taggingtypes.Tag{},
		}}}, "what tells one of ResourceTagMappingList from another"},
		"a caller":                       {"STS.GetCallerIdentity", nil, &sts.GetCallerIdentityOutput{Arn: p("arn:aws:iam::111122223333:user/a"), Account: p("111122223333")}, ""},
		"half a caller":                  {"STS.GetCallerIdentity", nil, &sts.GetCallerIdentityOutput{Arn: p("a")}, "Account"},
		"a role without its credentials": {"STS.AssumeRole", nil, &sts.AssumeRoleOutput{}, "Credentials"},
		"an SSO role's credentials":      {"SSO.GetRoleCredentials", nil, &sso.GetRoleCredentialsOutput{RoleCredentials: &ssotypes.RoleCredentials{AccessKeyId: p("a"), SecretAccessKey: p("s"), SessionToken: p("t"), Expiration: 1}}, ""},
		"an SSO role without them":       {"SSO.GetRoleCredentials", nil, &sso.GetRoleCredentialsOutput{}, "RoleCredentials"},
		"an SSO role without their end":  {"SSO.GetRoleCredentials", nil, &sso.GetRoleCredentialsOutput{RoleCredentials: &ssotypes.RoleCredentials{AccessKeyId: p("a"), SecretAccessKey: p("s"), SessionToken: p("t")}}, "RoleCredentials"},
		"an SSO token without itself":    {"SSO OIDC.CreateToken", nil, &ssooidc.CreateTokenOutput{ExpiresIn: 1}, "AccessToken"},
		"an SSO token without its end":   {"SSO OIDC.CreateToken", nil, &ssooidc.CreateTokenOutput{AccessToken: p("a")}, "ExpiresIn"},
		"the attribute asked for":        {"EC2.DescribeVpcAttribute", dns, &ec2.DescribeVpcAttributeOutput{VpcId: p("vpc-1"), EnableDnsSupport: &ec2types.AttributeBooleanValue{Value: &yes}}, ""},
		"another attribute":              {"EC2.DescribeVpcAttribute", dns, &ec2.DescribeVpcAttributeOutput{VpcId: p("vpc-1"), EnableDnsHostnames: &ec2types.AttributeBooleanValue{Value: &yes}}, "enableDnsSupport of vpc-1"},
		"the attribute of another VPC":   {"EC2.DescribeVpcAttribute", dns, &ec2.DescribeVpcAttributeOutput{VpcId: p("vpc-2"), EnableDnsSupport: &ec2types.AttributeBooleanValue{Value: &yes}}, "enableDnsSupport of vpc-1"},
		"Block Public Access, hollow":    {"EC2.DescribeVpcBlockPublicAccessOptions", nil, &ec2.DescribeVpcBlockPublicAccessOptionsOutput{}, "vpcBlockPublicAccessOptions"},
		"a table without a route":        {"EC2.DescribeRouteTables", nil, &ec2.DescribeRouteTablesOutput{RouteTables: []ec2types.RouteTable{{RouteTableId: p("rtb-1"), VpcId: p("vpc-1"), Routes: []ec2types.Route{}, Associations: []ec2types.RouteTableAssociation{}}}}, "what tells one of routeTableSet from another"},
		"an ACL without a rule":          {"EC2.DescribeNetworkAcls", nil, &ec2.DescribeNetworkAclsOutput{NetworkAcls: []ec2types.NetworkAcl{{NetworkAclId: p("acl-1"), VpcId: p("vpc-1"), Entries: []ec2types.NetworkAclEntry{}, Associations: []ec2types.NetworkAclAssociation{}}}}, "what tells one of networkAclSet from another"},
		"an answer of something else":    {"EC2.DescribeVpcs", nil, &ec2.DescribeSubnetsOutput{}, "it is of another operation"},
	} {
		if got := musts()[c.op](c.asked, c.answer); got != c.lacks {
			t.Errorf("%s: %q, want %q", name, got, c.lacks)
		}
	}
}

// TestAMemberInsideAnItemIsMissed takes from an item of every family what judging
// rests on: whole it counts, and without one of them it does not.
func TestAMemberInsideAnItemIsMissed(t *testing.T) {
	t.Parallel()
	p := func(s string) *string { return &s }
	yes, no, number := true, false, int32(100)
	for op, answer := range map[string]func(*without) any{
		"EC2.DescribeRouteTables": func(w *without) any {
			main := ec2types.RouteTableAssociation{Main: &yes}
			other := ec2types.RouteTableAssociation{Main: &no, SubnetId: unless(w, "association.subnetId", p("subnet-1"))}
			return &ec2.DescribeRouteTablesOutput{RouteTables: []ec2types.RouteTable{{
				RouteTableId: unless(w, "routeTableId", p("rtb-1")), VpcId: unless(w, "vpcId", p("vpc-1")),
				Routes: unless(w, "routes", []ec2types.Route{{}}), Associations: unless(w, "associations", []ec2types.RouteTableAssociation{main, other}),
			}}}
		},
		"EC2.DescribeInternetGateways": func(w *without) any {
			return &ec2.DescribeInternetGatewaysOutput{InternetGateways: []ec2types.InternetGateway{{
				InternetGatewayId: unless(w, "internetGatewayId", p("igw-1")),
				Attachments:       unless(w, "attachments", []ec2types.InternetGatewayAttachment{{VpcId: unless(w, "attachment.vpcId", p("vpc-1"))}}),
			}}}
		},
		"EC2.DescribeEgressOnlyInternetGateways": func(w *without) any {
			return &ec2.DescribeEgressOnlyInternetGatewaysOutput{EgressOnlyInternetGateways: []ec2types.EgressOnlyInternetGateway{{
				EgressOnlyInternetGatewayId: unless(w, "internetGatewayId", p("eigw-1")),
				Attachments:                 unless(w, "attachments", []ec2types.InternetGatewayAttachment{{VpcId: unless(w, "attachment.vpcId", p("vpc-1"))}}),
			}}}
		},
		"EC2.DescribeVpcEndpoints": func(w *without) any {
			return &ec2.DescribeVpcEndpointsOutput{VpcEndpoints: []ec2types.VpcEndpoint{
				{
					VpcEndpointId: unless(w, "vpcEndpointId", p("vpce-1")), ServiceName: unless(w, "serviceName", p("s3")), VpcId: unless(w, "vpcId", p("vpc-1")),
					VpcEndpointType: unless(w, "type", ec2types.VpcEndpointTypeGateway), RouteTableIds: unless(w, "routeTableIds", []string{}),
					PolicyDocument: unless(w, "policyDocument", p("{}")),
				},
				{
					VpcEndpointId: p("vpce-2"), ServiceName: p("sts"), VpcId: p("vpc-1"),
					VpcEndpointType: ec2types.VpcEndpointTypeInterface, SubnetIds: unless(w, "subnetIds", []string{}), PrivateDnsEnabled: unless(w, "privateDnsEnabled", &no),
					Groups: unless(w, "groups", []ec2types.SecurityGroupIdentifier{{GroupId: unless(w, "group.groupId", p("sg-1"))}}),
				},
			}}
		},
		"EC2.DescribeSecurityGroups": func(w *without) any {
			return &ec2.DescribeSecurityGroupsOutput{SecurityGroups: []ec2types.SecurityGroup{{
				GroupId: unless(w, "groupId", p("sg-1")), VpcId: unless(w, "vpcId", p("vpc-1")),
				IpPermissionsEgress: unless(w, "ipPermissionsEgress", []ec2types.IpPermission{
					{IpProtocol: unless(w, "ipProtocol", p("-1")), IpRanges: unless(w, "ipRanges", []ec2types.IpRange{{CidrIp: unless(w, "cidrIp", p("0.0.0.0/0"))}})},
					{IpProtocol: p("tcp"), IpRanges: unless(w, "ipRanges beside others", []ec2types.IpRange{}), PrefixListIds: unless(w, "every destination", []ec2types.PrefixListId{{PrefixListId: unless(w, "prefixListId", p("pl-1"))}})},
					{
						IpProtocol: p("tcp"), IpRanges: []ec2types.IpRange{}, Ipv6Ranges: []ec2types.Ipv6Range{{CidrIpv6: unless(w, "cidrIpv6", p("::/0"))}},
						UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: unless(w, "pair.groupId", p("sg-2"))}},
					},
				}),
			}}}
		},
		"EC2.DescribeNetworkAcls": func(w *without) any {
			return &ec2.DescribeNetworkAclsOutput{NetworkAcls: []ec2types.NetworkAcl{{
				NetworkAclId: unless(w, "networkAclId", p("acl-1")), VpcId: unless(w, "vpcId", p("vpc-1")),
				Entries: unless(w, "entries", []ec2types.NetworkAclEntry{{
					RuleNumber: unless(w, "ruleNumber", &number), Egress: unless(w, "egress", &no), Protocol: unless(w, "protocol", p("-1")),
					CidrBlock: unless(w, "cidrBlock", p("0.0.0.0/0")),
				}}),
				Associations: unless(w, "associations", []ec2types.NetworkAclAssociation{{SubnetId: unless(w, "association.subnetId", p("subnet-1"))}}),
			}}}
		},
		"EC2.DescribeVpcs": func(w *without) any {
			state := &ec2types.VpcCidrBlockState{State: unless(w, "cidrBlockState", ec2types.VpcCidrBlockStateCodeAssociated)}
			return &ec2.DescribeVpcsOutput{Vpcs: []ec2types.Vpc{{
				VpcId: unless(w, "vpcId", p("vpc-1")), OwnerId: unless(w, "ownerId", p("1")),
				CidrBlockAssociationSet: unless(w, "associations", []ec2types.VpcCidrBlockAssociation{{CidrBlock: unless(w, "cidrBlock", p("10.0.0.0/16")), CidrBlockState: state}}),
			}}}
		},
		"EC2.DescribeNatGateways": func(w *without) any {
			return &ec2.DescribeNatGatewaysOutput{NatGateways: []ec2types.NatGateway{
				{
					NatGatewayId: unless(w, "natGatewayId", p("nat-1")), VpcId: unless(w, "vpcId", p("vpc-1")), SubnetId: unless(w, "subnetId", p("subnet-1")),
					State: unless(w, "state", ec2types.NatGatewayStateAvailable),
				},
				{NatGatewayId: p("nat-2"), VpcId: p("vpc-1"), State: ec2types.NatGatewayStateAvailable, AvailabilityMode: unless(w, "availabilityMode", ec2types.AvailabilityModeRegional)},
			}}
		},
		"EC2.DescribeDhcpOptions": func(w *without) any {
			return &ec2.DescribeDhcpOptionsOutput{DhcpOptions: []ec2types.DhcpOptions{{
				DhcpOptionsId: unless(w, "dhcpOptionsId", p("dopt-1")),
				DhcpConfigurations: unless(w, "configurations", []ec2types.DhcpConfiguration{{
					Key: unless(w, "key", p("domain-name-servers")), Values: unless(w, "values", []ec2types.AttributeValue{{Value: unless(w, "value", p("AmazonProvidedDNS"))}}),
				}}),
			}}}
		},
	} {
		check, whole := musts()[op], &without{}
		if got := check(nil, answer(whole)); got != "" {
			t.Errorf("%s, whole: lacks %q", op, got)
		}
		for _, member := range whole.members {
			if got := check(nil, answer(&without{member: member})); got == "" {
				t.Errorf("%s without %s counts", op, member)
			}
		}
	}
}

// without makes answers that lack one member, and lists which there are.
type without struct {
	member  string
	members []string
}

// unless is the value of a member, or its zero value where the answer is to lack it.
func unless[T any](w *without, member string, value T) (given T) {
	w.members = append(w.members, member)
	if w.member != member {
		given = value
	}
	return given
}
