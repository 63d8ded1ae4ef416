package aws

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	ssotypes "github.com/aws/aws-sdk-go-v2/service/sso/types"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"nbscope/model"
)

// held is an answer, and what it lacks.
type held struct {
	asked, answer any
	lacks         string
}

func holds(t *testing.T, op string, cases ...held) {
	t.Helper()
	check := musts()[op]
	for i, c := range cases {
		if got := check(c.asked, c.answer); got != c.lacks {
			t.Errorf("%s, %d: %q, want %q", op, i, got, c.lacks)
		}
	}
	if got := check(nil, nil); got != "it is of another operation" {
		t.Errorf("%s: nothing at all: %q", op, got)
	}
}

func TestAListOfABucketIsOfWhatWasAsked(t *testing.T) {
	t.Parallel()
	s, yes, no := func(s string) *string { return &s }, true, false
	type objects = []struct{ Key string }
	asked := &s3Call{bucket: "b", query: url.Values{"prefix": {"p/"}, "continuation-token": {"here"}}}
	const goesOn, nameless = "where the list goes on", "what tells one object from another"
	holds(
		t, "S3.ListObjectsV2",
		held{nil, &s3List{}, "it is of another operation"},
		held{asked, &s3List{Prefix: s("p/"), IsTruncated: &no}, "Name"},
		held{asked, &s3List{Name: s("c"), Prefix: s("p/"), IsTruncated: &no}, "Name"},
		held{asked, &s3List{Name: s("b"), IsTruncated: &no}, "Prefix"},
		held{asked, &s3List{Name: s("b"), Prefix: s("q/"), IsTruncated: &no}, "Prefix"},
		held{asked, &s3List{Name: s("b"), Prefix: s("p/")}, "IsTruncated"},
		held{asked, &s3List{Name: s("b"), Prefix: s("p/"), IsTruncated: &yes}, goesOn},
		held{asked, &s3List{Name: s("b"), Prefix: s("p/"), IsTruncated: &yes, NextContinuationToken: "here"}, goesOn},
		held{asked, &s3List{Name: s("b"), Prefix: s("p/"), IsTruncated: &no, NextContinuationToken: "here"}, ""},
		held{asked, &s3List{Name: s("b"), Prefix: s("p/"), IsTruncated: &yes, NextContinuationToken: "there", Contents: objects{{"p/a"}}}, ""},
		held{asked, &s3List{Name: s("b"), Prefix: s("p/"), IsTruncated: &no, Contents: objects{{"p/a"}, {""}}}, nameless},
	)
	list := func(version, mark s3Version) *s3Versions {
		return &s3Versions{Name: s("b"), Prefix: s("p/"), IsTruncated: &no, Version: []s3Version{{"p/a", "1"}, version}, DeleteMarker: []s3Version{{"p/b", "2"}, mark}}
	}
	whole := s3Version{"p/c", "3"}
	holds(
		t, "S3.ListObjectVersions",
		held{nil, &s3Versions{}, "it is of another operation"},
		held{asked, &s3Versions{Name: s("b"), Prefix: s("p/"), IsTruncated: &yes}, goesOn},
		held{asked, list(whole, whole), ""},
		held{asked, list(s3Version{"", "3"}, whole), nameless},
		held{asked, list(s3Version{"p/c", ""}, whole), nameless},
		held{asked, list(whole, s3Version{"", "3"}), nameless},
		held{asked, list(whole, s3Version{"p/c", ""}), nameless},
	)
	owned := &s3Buckets{Owner: &struct{ ID string }{"me"}}
	named := *owned
	named.Buckets.Bucket = append(named.Buckets.Bucket, owned.Buckets.Bucket...)
	named.Buckets.Bucket = append(named.Buckets.Bucket, struct {
		Name         string
		CreationDate time.Time
	}{Name: "b"})
	half := named
	half.Buckets.Bucket = append(half.Buckets.Bucket, struct {
		Name         string
		CreationDate time.Time
	}{})
	holds(t, "S3.ListBuckets", held{nil, &s3Buckets{}, "Owner"}, held{nil, owned, ""}, held{nil, &named, ""}, held{nil, &half, "the name of a bucket"})
}

func TestAnAnswerOfAnIndexIsAboutWhatWasAsked(t *testing.T) {
	t.Parallel()
	const apart = "what tells one of Indexes from another"
	asked := &explorerQuestion{AccountIdList: []string{"1", "2"}, ViewArn: "arn:View"}
	indexes := func(all ...explorerIndex) *explorerIndexes { return &explorerIndexes{Indexes: all} }
	holds(
		t, explorerID+".ListIndexes",
		held{nil, &explorerIndexes{}, "Indexes"}, held{nil, indexes(explorerIndex{Region: "r", Type: "LOCAL"}), ""},
		held{nil, indexes(explorerIndex{Region: "r"}), apart}, held{nil, indexes(explorerIndex{Type: "LOCAL"}), apart},
	)
	holds(
		t, explorerID+".ListIndexesForMembers",
		held{asked, indexes(explorerIndex{Region: "r"}), apart},
		held{asked, indexes(explorerIndex{Region: "r", Type: "LOCAL", AccountId: "2"}), ""},
		held{asked, indexes(explorerIndex{Region: "r", Type: "LOCAL", AccountId: "3"}), "the account of an index that was asked for"},
		held{nil, indexes(explorerIndex{Region: "r", Type: "LOCAL", AccountId: "2"}), "the account of an index that was asked for"},
	)
	holds(
		t, explorerID+".BatchGetView",
		held{nil, &explorerShown{}, "Views"},
		held{nil, &explorerShown{Views: []explorerView{{ViewArn: "arn:View"}}}, ""},
		held{nil, &explorerShown{Views: []explorerView{{}}}, "what tells one of Views from another"},
	)
	found := func(change func(*explorerResource)) *explorerResources {
		r := explorerResource{Arn: "arn", OwningAccountId: "1", Region: "r", ResourceType: "SageMaker:notebook-instance"}
		change(&r)
		return &explorerResources{ViewArn: "ARN:view", Resources: []explorerResource{r}}
	}
	const one = "what tells one of Resources from another"
	holds(
		t, explorerID+".ListResources",
		held{nil, found(func(*explorerResource) {}), "it is of another operation"},
		held{asked, nil, "it is of another operation"},
		held{asked, found(func(*explorerResource) {}), ""},
		held{asked, &explorerResources{ViewArn: "arn:other"}, "the view that was asked (it is of arn:other)"},
		held{asked, &explorerResources{ViewArn: "arn:View"}, "Resources"},
		held{asked, found(func(r *explorerResource) { r.Arn = "" }), one},
		held{asked, found(func(r *explorerResource) { r.OwningAccountId = "" }), one},
		held{asked, found(func(r *explorerResource) { r.Region = "" }), one},
		held{asked, found(func(r *explorerResource) { r.ResourceType = "ec2:instance" }), one},
	)
}

func TestWhatOtherServicesAnswerIsLookedThrough(t *testing.T) {
	t.Parallel()
	s := func(s string) *string { return &s }
	asked := &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: s("a")}
	holds(t, "SageMaker.DescribeNotebookInstance", held{nil, &sagemaker.DescribeNotebookInstanceOutput{}, "it is of another operation"}, held{asked, nil, "it is of another operation"})
	attribute := &ec2.DescribeVpcAttributeInput{VpcId: s("vpc-1"), Attribute: ec2types.VpcAttributeNameEnableDnsHostnames}
	holds(
		t, "EC2.DescribeVpcAttribute",
		held{nil, &ec2.DescribeVpcAttributeOutput{}, "it is of another operation"}, held{attribute, nil, "it is of another operation"},
		held{attribute, &ec2.DescribeVpcAttributeOutput{VpcId: s("vpc-1"), EnableDnsHostnames: &ec2types.AttributeBooleanValue{}}, "enableDnsHostnames of vpc-1"},
	)
	holds(
		t, "EC2.DescribeVpcBlockPublicAccessOptions",
		held{nil, &ec2.DescribeVpcBlockPublicAccessOptionsOutput{VpcBlockPublicAccessOptions: &ec2types.VpcBlockPublicAccessOptions{}}, "internetGatewayBlockMode"},
		held{nil, &ec2.DescribeVpcBlockPublicAccessOptionsOutput{VpcBlockPublicAccessOptions: &ec2types.VpcBlockPublicAccessOptions{InternetGatewayBlockMode: "off"}}, ""},
	)
	holds(t, "IAM.GetRole", held{nil, &iam.GetRoleOutput{}, "Role"}, held{nil, &iam.GetRoleOutput{Role: &iamtypes.Role{}}, "Arn"}, held{nil, &iam.GetRoleOutput{Role: &iamtypes.Role{Arn: s("arn")}}, ""})
	holds(t, "KMS.DescribeKey", held{nil, &kms.DescribeKeyOutput{}, "KeyMetadata"}, held{nil, &kms.DescribeKeyOutput{KeyMetadata: &kmstypes.KeyMetadata{}}, "KeyId"})
	holds(
		t, "Account.ListRegions", held{nil, &account.ListRegionsOutput{}, "Regions"},
		held{nil, &account.ListRegionsOutput{Regions: []accounttypes.Region{{RegionName: s("r"), RegionOptStatus: "ENABLED"}}}, ""},
		held{nil, &account.ListRegionsOutput{Regions: []accounttypes.Region{{RegionOptStatus: "ENABLED"}}}, "what tells one of Regions from another"},
		held{nil, &account.ListRegionsOutput{Regions: []accounttypes.Region{{RegionName: s("r")}}}, "what tells one of Regions from another"},
	)
	const accounts = "what tells one of Accounts from another"
	for _, op := range []string{"Organizations.ListAccounts", "Organizations.ListAccountsForParent"} {
		answer := func(a orgtypes.Account) any {
			if op == "Organizations.ListAccounts" {
				return &organizations.ListAccountsOutput{Accounts: []orgtypes.Account{a}}
			}
			return &organizations.ListAccountsForParentOutput{Accounts: []orgtypes.Account{a}}
		}
		holds(
			t, op, held{nil, answer(orgtypes.Account{Id: s("1"), State: "ACTIVE"}), ""}, held{nil, answer(orgtypes.Account{Id: s("1"), Status: "ACTIVE"}), ""},
			held{nil, answer(orgtypes.Account{Id: s("1")}), accounts}, held{nil, answer(orgtypes.Account{Status: "ACTIVE"}), accounts},
		)
	}
	const roots, units = "what tells one of Roots from another", "what tells one of OrganizationalUnits from another"
	holds(
		t, "Organizations.ListRoots", held{nil, &organizations.ListRootsOutput{Roots: []orgtypes.Root{{Id: s("r"), Name: s("Root")}}}, ""},
		held{nil, &organizations.ListRootsOutput{Roots: []orgtypes.Root{{Id: s("r")}}}, roots}, held{nil, &organizations.ListRootsOutput{Roots: []orgtypes.Root{{Name: s("Root")}}}, roots},
	)
	unitsOf := func(u orgtypes.OrganizationalUnit) any {
		return &organizations.ListOrganizationalUnitsForParentOutput{OrganizationalUnits: []orgtypes.OrganizationalUnit{u}}
	}
	holds(
		t, "Organizations.ListOrganizationalUnitsForParent", held{nil, unitsOf(orgtypes.OrganizationalUnit{Id: s("u"), Name: s("prod")}), ""},
		held{nil, unitsOf(orgtypes.OrganizationalUnit{Id: s("u")}), units}, held{nil, unitsOf(orgtypes.OrganizationalUnit{Name: s("prod")}), units},
	)
	holds(
		t, "SageMaker.ListNotebookInstances",
		held{nil, &sagemaker.ListNotebookInstancesOutput{NotebookInstances: []types.NotebookInstanceSummary{{NotebookInstanceArn: s("arn")}}}, "what tells one of NotebookInstances from another"},
	)
}

func TestCredentialsThatLackAPartDoNotCount(t *testing.T) {
	t.Parallel()
	s, end := func(s string) *string { return &s }, time.Time{}
	c := func(change func(*ststypes.Credentials)) *sts.AssumeRoleOutput {
		out := &ststypes.Credentials{AccessKeyId: s("a"), SecretAccessKey: s("s"), SessionToken: s("t"), Expiration: &end}
		change(out)
		return &sts.AssumeRoleOutput{Credentials: out}
	}
	holds(
		t, "STS.AssumeRole", held{nil, c(func(*ststypes.Credentials) {}), ""}, held{nil, c(func(c *ststypes.Credentials) { c.Expiration = nil }), "Expiration"},
		held{nil, c(func(c *ststypes.Credentials) { c.AccessKeyId = nil }), "AccessKeyId"}, held{nil, c(func(c *ststypes.Credentials) { c.SessionToken = s("") }), "SessionToken"},
	)
	role := func(ends int64) *sso.GetRoleCredentialsOutput {
		return &sso.GetRoleCredentialsOutput{RoleCredentials: &ssotypes.RoleCredentials{AccessKeyId: s("a"), SecretAccessKey: s("s"), SessionToken: s("t"), Expiration: ends}}
	}
	holds(t, "SSO.GetRoleCredentials", held{nil, role(1), ""}, held{nil, role(0), "RoleCredentials"}, held{nil, role(-1), "RoleCredentials"})
	holds(
		t, "SSO OIDC.CreateToken", held{nil, &ssooidc.CreateTokenOutput{AccessToken: s("a"), ExpiresIn: 1}, ""},
		held{nil, &ssooidc.CreateTokenOutput{AccessToken: s("a")}, "ExpiresIn"}, held{nil, &ssooidc.CreateTokenOutput{AccessToken: s("a"), ExpiresIn: -1}, "ExpiresIn"},
	)
	holds(
		t, "STS.GetCallerIdentity", held{nil, &sts.GetCallerIdentityOutput{Arn: s("arn:aws:iam::111122223333:user/a"), Account: s("11112222333")}, "an Account of twelve digits"},
		held{nil, &sts.GetCallerIdentityOutput{Arn: s("arn:aws:iam::111122223333:user/a"), Account: s("11112222333x")}, "an Account of twelve digits"},
		held{nil, &sts.GetCallerIdentityOutput{Arn: s("arn:aws:iam::111122223333:user/a"), Account: s("1111222233334")}, "an Account of twelve digits"},
	)
}

func TestWhatAnEntryOfTheListLacksIsNamed(t *testing.T) {
	t.Parallel()
	at := time.Time{}
	for _, c := range []struct {
		n    types.NotebookInstanceSummary
		want string
	}{
		{types.NotebookInstanceSummary{LastModifiedTime: &at}, "CreationTime"},
		{types.NotebookInstanceSummary{CreationTime: &at}, "LastModifiedTime"},
		{types.NotebookInstanceSummary{CreationTime: &at, LastModifiedTime: &at}, "NotebookInstanceStatus"},
		{types.NotebookInstanceSummary{CreationTime: &at, LastModifiedTime: &at, NotebookInstanceStatus: "New"}, ""},
	} {
		if got := missingOfEntry(&c.n); got != c.want {
			t.Errorf("%+v: %q, want %q", c.n, got, c.want)
		}
	}
}

func TestAnARNIsHeldToThePlaceThatWasAsked(t *testing.T) {
	t.Parallel()
	r := &targetRun{board: board{target: model.Target{Account: "111122223333", Region: "eu-west-1"}}, session: &session{partition: "aws"}}
	const place = "arn:aws:sagemaker:eu-west-1:111122223333:"
	for _, c := range []struct{ arn, name, says string }{
		{place + "notebook-instance/churn", "churn", ""},
		{"ARN:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn", "Churn", ""},
		{place + "notebook-instance/churn", "other", "the answer names " + place + "notebook-instance/churn and calls it other"},
		{place, place, ""},
		{place[:len(place)-1], "x", "the answer names " + place[:len(place)-1] + ", which does not begin with " + place},
		{"arn:aws:sagemaker:eu-west-2:111122223333:notebook-instance/a", "a", "the answer names arn:aws:sagemaker:eu-west-2:111122223333:notebook-instance/a, which does not begin with " + place},
		{"", "", "the answer names , which does not begin with " + place},
	} {
		want := error(nil)
		if c.says != "" {
			want = model.Problem{Kind: model.KindProtocol, Operation: "op", Hint: hintNotAWS, Message: c.says}
		}
		if got := r.ofNotebook("op", &c.arn, &c.name); !errors.Is(got, want) {
			t.Errorf("%s, %s: %v, want %v", c.arn, c.name, got, want)
		}
	}
}

func TestAPageThatNamesItselfIsFound(t *testing.T) {
	t.Parallel()
	s := func(s string) *string { return &s }
	for _, c := range []struct {
		asked, answer any
		want          bool
	}{
		{&sagemaker.ListTagsInput{NextToken: s("a")}, &sagemaker.ListTagsOutput{NextToken: s("a")}, true},
		{&sagemaker.ListTagsInput{NextToken: s("a")}, &sagemaker.ListTagsOutput{NextToken: s("b")}, false},
		{&sagemaker.ListTagsInput{}, &sagemaker.ListTagsOutput{}, false},
		{&iam.ListRolesInput{Marker: s("a")}, &iam.ListRolesOutput{Marker: s("a")}, true},
		{&kms.ListKeysInput{Marker: s("a")}, &kms.ListKeysOutput{NextMarker: s("a")}, true},
		{"no struct", "at all", false},
		{nil, nil, false},
		{&struct{ NextToken int }{1}, &struct{ NextToken int }{1}, false},
	} {
		if got := repeats(c.asked, c.answer); got != c.want {
			t.Errorf("%+v, %+v: %v", c.asked, c.answer, got)
		}
	}
}
