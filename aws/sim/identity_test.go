package sim

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	accountapi "github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	tagtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func roleARN(account, role string) *string {
	return sdkaws.String("arn:aws:iam::" + account + ":role/" + role)
}

func (r rig) assume(t *testing.T, account, role string) sdkaws.Config {
	t.Helper()
	out, err := r.sts().AssumeRole(context.Background(), &sts.AssumeRoleInput{RoleArn: roleARN(account, role), RoleSessionName: sdkaws.String("scan")})
	if err != nil {
		t.Fatal(err)
	}
	return r.configFor("us-east-1", *out.Credentials.AccessKeyId, *out.Credentials.SecretAccessKey, *out.Credentials.SessionToken)
}

func TestCredentialsSayWhichAccountAnswers(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	ctx := context.Background()
	for _, a := range r.World().Accounts {
		for name, cfg := range map[string]sdkaws.Config{
			"user": r.configFor("us-east-1", a.AccessKeyID, a.SecretAccessKey, ""), "role": r.assume(t, a.ID, OrgRole),
		} {
			who, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
			if err != nil || *who.Account != a.ID || !strings.Contains(*who.Arn, ":"+a.ID+":") {
				t.Errorf("%s of %s: %+v %v", name, a.ID, who, err)
			}
			alias, err := iam.NewFromConfig(cfg).ListAccountAliases(ctx, &iam.ListAccountAliasesInput{})
			if err != nil || !slices.Equal(alias.AccountAliases, []string{a.Alias}) {
				t.Errorf("%s of %s: aliases %v %v", name, a.ID, alias, err)
			}
			list, err := sagemaker.NewFromConfig(cfg).ListNotebookInstances(ctx, &sagemaker.ListNotebookInstancesInput{})
			if err != nil || len(list.NotebookInstances) == 0 || !strings.Contains(*list.NotebookInstances[0].NotebookInstanceArn, a.ID) {
				t.Errorf("%s of %s: %v %v", name, a.ID, list, err)
			}
		}
	}
}

func TestRolesAreRefusedInTheWordsOfAWS(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	account := r.World().Accounts[1].ID
	const user = "User: arn:aws:iam::111122223333:user/nbscope-demo is not authorized to perform: sts:AssumeRole on resource: "
	serial := sdkaws.String(MFASerial("111122223333"))
	cases := map[string]struct {
		in            sts.AssumeRoleInput
		code, message string
	}{
		"a role that does not exist": {
			sts.AssumeRoleInput{RoleArn: roleARN(account, "nobody")}, "AccessDenied", user + *roleARN(account, "nobody"),
		},
		"a role that trusts nobody": {
			sts.AssumeRoleInput{RoleArn: roleARN(account, LockedRole)}, "AccessDenied", user + *roleARN(account, LockedRole),
		},
		"an account outside of the world": {
			sts.AssumeRoleInput{RoleArn: roleARN(suspendedAccount, OrgRole)}, "AccessDenied", user + *roleARN(suspendedAccount, OrgRole),
		},
		"no code where one is needed": {
			sts.AssumeRoleInput{RoleArn: roleARN(account, MFARole)}, "AccessDenied", user + *roleARN(account, MFARole),
		},
		"a wrong code": {
			sts.AssumeRoleInput{RoleArn: roleARN(account, MFARole), SerialNumber: serial, TokenCode: sdkaws.String("000000")}, "AccessDenied",
			"MultiFactorAuthentication failed with invalid MFA one time pass code. ",
		},
		"a device of somebody else": {
			sts.AssumeRoleInput{RoleArn: roleARN(account, MFARole), SerialNumber: sdkaws.String("arn:aws:iam::1:mfa/x"), TokenCode: sdkaws.String(MFACode)},
			"AccessDenied",
			"MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
		},
		"a code of letters": {
			sts.AssumeRoleInput{RoleArn: roleARN(account, MFARole), SerialNumber: serial, TokenCode: sdkaws.String("abcdef")}, "ValidationError",
			`1 validation error detected: Value 'abcdef' at 'tokenCode' failed to satisfy constraint: Member must satisfy regular expression pattern: \d*`,
		},
		"a session too short": {
			sts.AssumeRoleInput{RoleArn: roleARN(account, OrgRole), DurationSeconds: sdkaws.Int32(899)}, "ValidationError",
			"1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
		},
		"what is no role": {
			sts.AssumeRoleInput{RoleArn: sdkaws.String("arn:aws:iam::111122223333:user/x")}, "ValidationError", "arn:aws:iam::111122223333:user/x is invalid",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.in.RoleSessionName = sdkaws.String("scan")
			_, err := r.sts().AssumeRole(context.Background(), &c.in)
			wantError(t, err, c.code, c.message)
		})
	}
	if _, err := r.sts().AssumeRole(context.Background(), &sts.AssumeRoleInput{
		RoleArn: roleARN(account, MFARole), SerialNumber: serial, TokenCode: sdkaws.String(MFACode), RoleSessionName: sdkaws.String("scan"),
	}); err != nil {
		t.Errorf("with the right code: %v", err)
	}
}

func TestASessionEndsWithItsTime(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	cfg := r.assume(t, r.World().Accounts[1].ID, ReadRole)
	ask := func() error {
		_, err := sts.NewFromConfig(cfg).GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
		return err
	}
	r.clock.advance(time.Hour - time.Second)
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	r.clock.advance(time.Second)
	wantError(t, ask(), "ExpiredToken", "The security token included in the request is expired")
}

func TestBadCredentialsAreNamedInTheWordsOfEachService(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	good := r.assume(t, r.World().Accounts[1].ID, OrgRole)
	session, err := good.Credentials.Retrieve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	id, _ := r.AccessKey()
	expired := newRig(t, func(o *Options) { o.Faults = "expired=111122223333" })
	cases := map[string]struct {
		cfg                    sdkaws.Config
		json, query, ec2, rest string
	}{
		"an unknown key": {
			r.configFor("us-east-1", "AKIAUNKNOWN", "x", ""),
			"UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "UnrecognizedClientException",
		},
		"a token that belongs to another key": {
			r.configFor("us-east-1", id, "x", session.SessionToken),
			"UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "UnrecognizedClientException",
		},
		"a token that was changed": {
			r.configFor("us-east-1", session.AccessKeyID, "x", session.SessionToken+"A"),
			"UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "UnrecognizedClientException",
		},
		"a session without its token": {
			r.configFor("us-east-1", session.AccessKeyID, "x", ""),
			"UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "UnrecognizedClientException",
		},
		"credentials that are too old": {
			expired.config("us-east-1"), "ExpiredTokenException", "ExpiredToken", "RequestExpired", "ExpiredTokenException",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := map[string]string{}
			for service, err := range callEach(c.cfg) {
				if err == nil {
					t.Fatalf("%s accepts %s", service, name)
				}
				got[service], _ = codeOf(t, err)
			}
			want := map[string]string{"sagemaker": c.json, "tagging": c.json, "organizations": c.json, "sts": c.query, "iam": c.query, "ec2": c.ec2, "account": c.rest}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("codes %v\n want %v", got, want)
			}
		})
	}
}

// callEach makes one call to every service.
func callEach(cfg sdkaws.Config) map[string]error {
	ctx := context.Background()
	out := map[string]error{}
	_, out["sagemaker"] = sagemaker.NewFromConfig(cfg).ListNotebookInstances(ctx, &sagemaker.ListNotebookInstancesInput{})
	_, out["tagging"] = resourcegroupstaggingapi.NewFromConfig(cfg).GetResources(ctx, &resourcegroupstaggingapi.GetResourcesInput{})
	_, out["organizations"] = organizations.NewFromConfig(cfg).ListAccounts(ctx, &organizations.ListAccountsInput{})
	_, out["account"] = accountapi.NewFromConfig(cfg).ListRegions(ctx, &accountapi.ListRegionsInput{})
	_, out["sts"] = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	_, out["iam"] = iam.NewFromConfig(cfg).ListAccountAliases(ctx, &iam.ListAccountAliasesInput{})
	_, out["ec2"] = ec2.NewFromConfig(cfg).DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	return out
}

func TestTheOrganizationIsListedInPagesWithItsSuspendedAccount(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Accounts = 23 })
	for _, size := range []int32{0, 1, 7, 20} {
		in := &organizations.ListAccountsInput{}
		if size > 0 {
			in.MaxResults = sdkaws.Int32(size)
		}
		pages := organizations.NewListAccountsPaginator(organizations.NewFromConfig(r.config("us-east-1")), in)
		active, suspended := 0, 0
		for pages.HasMorePages() {
			page, err := pages.NextPage(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range page.Accounts {
				if a.State == "ACTIVE" {
					active++
				} else {
					suspended++
				}
			}
		}
		if active != 23 || suspended != 1 {
			t.Errorf("pages of %d: %d active, %d suspended", size, active, suspended)
		}
	}
	_, err := organizations.NewFromConfig(r.assume(t, r.World().Accounts[1].ID, OrgRole)).ListAccounts(context.Background(), &organizations.ListAccountsInput{})
	wantError(t, err, "AccessDeniedException", "You don't have permissions to access this resource.")
}

func TestTheAccountServiceListsRegionsWithTheirState(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Faults = "optin=eu-south-1" })
	c := accountapi.NewFromConfig(r.config("us-east-1"))
	pages := accountapi.NewListRegionsPaginator(c, &accountapi.ListRegionsInput{MaxResults: sdkaws.Int32(7)})
	got := map[string]accounttypes.RegionOptStatus{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, region := range page.Regions {
			got[*region.RegionName] = region.RegionOptStatus
		}
	}
	if len(got) != 34 || got["us-east-1"] != "ENABLED_BY_DEFAULT" || got["eu-central-2"] != "ENABLED" || got["eu-south-1"] != "DISABLED" {
		t.Errorf("%d regions: %v", len(got), got)
	}
	on, err := c.ListRegions(context.Background(), &accountapi.ListRegionsInput{
		AccountId:               sdkaws.String(r.World().Accounts[1].ID),
		RegionOptStatusContains: []accounttypes.RegionOptStatus{"ENABLED", "ENABLED_BY_DEFAULT"},
	})
	if err != nil || len(on.Regions) != 23 {
		t.Errorf("%v %v", on, err)
	}
	_, err = c.ListRegions(context.Background(), &accountapi.ListRegionsInput{AccountId: sdkaws.String("123456789012")})
	if code, _ := codeOf(t, err); code != "AccessDeniedException" {
		t.Errorf("another organization's account: %v", err)
	}
}

func TestRolesOfNotebooksExist(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	for name, trusts := range map[string]string{
		OrgRole: "111122223333", "SageMakerNotebookRole": "sagemaker.amazonaws.com", "AmazonSageMaker-ExecutionRole-20210607T142208": "sagemaker",
	} {
		out, err := r.iam().GetRole(context.Background(), &iam.GetRoleInput{RoleName: &name})
		if err != nil || !strings.Contains(*out.Role.AssumeRolePolicyDocument, trusts) || !strings.HasSuffix(*out.Role.Arn, "/"+name) {
			t.Errorf("%s: %+v %v", name, out, err)
		}
	}
	_, err := r.iam().GetRole(context.Background(), &iam.GetRoleInput{RoleName: sdkaws.String("nobody")})
	wantError(t, err, "NoSuchEntity", "The role with name nobody cannot be found.")
}

func TestTheTaggingServiceKnowsOnlyWhatWasEverTagged(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Notebooks = 900 })
	want, bare := map[string]string{}, 0
	for _, n := range r.notebooks("us-east-1") {
		if len(n.Tags) > 0 {
			want[n.ARN] = fmt.Sprint(n.Tags)
		} else {
			bare++
		}
	}
	for _, size := range []int32{0, 1, 13, 100} {
		in := &resourcegroupstaggingapi.GetResourcesInput{ResourceTypeFilters: []string{"sagemaker:notebook-instance"}}
		if size > 0 {
			in.ResourcesPerPage = sdkaws.Int32(size)
		}
		got, once := map[string]string{}, 0
		pages := resourcegroupstaggingapi.NewGetResourcesPaginator(r.tagging("us-east-1"), in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page.ResourceTagMappingList {
				tags := map[string]string{}
				for _, tag := range m.Tags {
					tags[*tag.Key] = *tag.Value
				}
				if len(tags) == 0 {
					once++
					continue
				}
				got[*m.ResourceARN] = fmt.Sprint(tags)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) || once == 0 || once >= bare {
			t.Errorf("pages of %d: %d tagged, want %d; %d once tagged of %d without tags", size, len(got), len(want), once, bare)
		}
	}
	checkTagFilters(t, r)
}

func checkTagFilters(t *testing.T, r rig) {
	t.Helper()
	count := func(in resourcegroupstaggingapi.GetResourcesInput) int {
		out, err := r.tagging("us-east-1").GetResources(context.Background(), &in)
		if err != nil {
			t.Fatal(err)
		}
		return len(out.ResourceTagMappingList)
	}
	if n := count(resourcegroupstaggingapi.GetResourcesInput{ResourceTypeFilters: []string{"s3:bucket"}}); n != 0 {
		t.Errorf("%d buckets", n)
	}
	filter := []tagtypes.TagFilter{{Key: sdkaws.String("Environment"), Values: []string{"prod"}}}
	all := count(resourcegroupstaggingapi.GetResourcesInput{ResourcesPerPage: sdkaws.Int32(100)})
	if n := count(resourcegroupstaggingapi.GetResourcesInput{ResourcesPerPage: sdkaws.Int32(100), TagFilters: filter}); n == 0 || n >= all {
		t.Errorf("%d of %d are of production", n, all)
	}
	_, err := r.tagging("us-east-1").GetResources(context.Background(), &resourcegroupstaggingapi.GetResourcesInput{ResourcesPerPage: sdkaws.Int32(101)})
	wantError(t, err, "InvalidParameterException",
		"1 validation error detected: Value '101' at 'resourcesPerPage' failed to satisfy constraint: Member must have value less than or equal to 100")
}

// TestTheOrganizationsTreeHoldsEveryAccountOnce walks down from the root.
func TestTheOrganizationsTreeHoldsEveryAccountOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Accounts = 93 })
	c := organizations.NewFromConfig(r.config("us-east-1"))
	ctx := context.Background()
	roots, err := c.ListRoots(ctx, &organizations.ListRootsInput{})
	if err != nil || len(roots.Roots) != 1 || *roots.Roots[0].Name != "Root" {
		t.Fatalf("%v %v", roots, err)
	}
	seen := map[string]int{}
	parents := []string{*roots.Roots[0].Id}
	for i := 0; i < len(parents); i++ {
		in := organizations.NewListAccountsForParentPaginator(c, &organizations.ListAccountsForParentInput{ParentId: &parents[i]})
		for in.HasMorePages() {
			page, err := in.NextPage(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range page.Accounts {
				seen[*a.Id]++
			}
		}
		below, err := c.ListOrganizationalUnitsForParent(ctx, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &parents[i]})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range below.OrganizationalUnits {
			parents = append(parents, *u.Id)
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s stands in %d places", id, n)
		}
	}
	if len(seen) != 94 || len(parents) != 7 {
		t.Errorf("%d accounts in %d places", len(seen), len(parents))
	}
	_, err = c.ListAccountsForParent(ctx, &organizations.ListAccountsForParentInput{ParentId: sdkaws.String("ou-sim1-00000000")})
	wantError(t, err, "ParentNotFoundException", "You provided parent that does not exist.")
	_, err = c.ListOrganizationalUnitsForParent(ctx, &organizations.ListOrganizationalUnitsForParentInput{ParentId: sdkaws.String("x")})
	wantError(t, err, "InvalidInputException", "1 validation error detected: Value 'x' at 'parentId' failed to satisfy constraint: Member must satisfy regular expression pattern: (r-[0-9a-z]{4,32})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})")
}
