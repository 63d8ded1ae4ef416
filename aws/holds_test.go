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
	}
	table, found := musts(), operationsInSource(t)
	for op := range found {
		if _, ok := table[op]; !ok && !slices.Contains(changes, op) {
			t.Errorf("what the answer of %s must hold is not said", op)
		}
	}
	for op := range table {
		if !found[op] && op != "STS.AssumeRole" && op != "SSO OIDC.CreateToken" { // made by the SDK
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
		}}}, "what tells one of NotebookInstances from another"},
		"a caller":                       {"STS.GetCallerIdentity", nil, &sts.GetCallerIdentityOutput{Arn: p("a"), Account: p("1")}, ""},
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
		"an answer of something else":    {"EC2.DescribeVpcs", nil, &ec2.DescribeSubnetsOutput{}, "it is of another operation"},
	} {
		if got := musts()[c.op](c.asked, c.answer); got != c.lacks {
			t.Errorf("%s: %q, want %q", name, got, c.lacks)
		}
	}
}
