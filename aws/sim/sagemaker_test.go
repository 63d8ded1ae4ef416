package sim

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

func listAll(t *testing.T, c *sagemaker.Client, in sagemaker.ListNotebookInstancesInput) []types.NotebookInstanceSummary {
	t.Helper()
	var out []types.NotebookInstanceSummary
	for pages := 0; ; pages++ {
		page, err := c.ListNotebookInstances(context.Background(), &in)
		if err != nil {
			t.Fatal(err)
		}
		if size := int(sdkaws.ToInt32(in.MaxResults)); size > 0 && len(page.NotebookInstances) > size {
			t.Fatalf("page of %d for a size of %d", len(page.NotebookInstances), size)
		}
		out = append(out, page.NotebookInstances...)
		if page.NextToken == nil {
			return out
		}
		if pages > 1000 {
			t.Fatal("the pages never end")
		}
		in.NextToken = page.NextToken
	}
}

func TestEveryNotebookIsListedOnceAtAnyPageSizeAndOrder(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	c := r.sagemaker("us-east-1")
	var want []string
	for _, n := range r.notebooks("us-east-1") {
		want = append(want, n.ARN)
	}
	slices.Sort(want)
	for _, size := range []int32{0, 1, 3, 10, 99, 100} {
		for _, key := range []types.NotebookInstanceSortKey{"", "Name", "CreationTime", "Status"} {
			for _, order := range []types.NotebookInstanceSortOrder{"", "Ascending", "Descending"} {
				t.Run(fmt.Sprintf("%d by %s %s", size, key, order), func(t *testing.T) {
					t.Parallel()
					in := sagemaker.ListNotebookInstancesInput{SortBy: key, SortOrder: order}
					if size > 0 {
						in.MaxResults = sdkaws.Int32(size)
					}
					all := listAll(t, c, in)
					checkOrder(t, all, key, order)
					var got []string
					for _, n := range all {
						got = append(got, *n.NotebookInstanceArn)
					}
					slices.Sort(got)
					if !slices.Equal(got, want) {
						t.Errorf("%d notebooks listed, want the %d of the world once each", len(got), len(want))
					}
				})
			}
		}
	}
}

func checkOrder(t *testing.T, all []types.NotebookInstanceSummary, key types.NotebookInstanceSortKey, order types.NotebookInstanceSortOrder) {
	t.Helper()
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		if order == types.NotebookInstanceSortOrderDescending {
			a, b = b, a
		}
		ok := strings.ToLower(*a.NotebookInstanceName) < strings.ToLower(*b.NotebookInstanceName)
		switch key {
		case types.NotebookInstanceSortKeyCreationTime:
			ok = !a.CreationTime.After(*b.CreationTime)
		case types.NotebookInstanceSortKeyStatus:
			ok = a.NotebookInstanceStatus <= b.NotebookInstanceStatus
		case types.NotebookInstanceSortKeyName:
		}
		if !ok {
			t.Fatalf("%s stands before %s", *all[i-1].NotebookInstanceName, *all[i].NotebookInstanceName)
		}
	}
}

func TestAPageIsTenWithoutASize(t *testing.T) {
	t.Parallel()
	out, err := newRig(t, nil).sagemaker("us-east-1").ListNotebookInstances(context.Background(), &sagemaker.ListNotebookInstancesInput{})
	if err != nil || len(out.NotebookInstances) != 10 || out.NextToken == nil {
		t.Fatalf("%d notebooks, token %v, error %v", len(out.NotebookInstances), out.NextToken, err)
	}
}

func TestFiltersKeepWhatMatchesOnEveryPage(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Notebooks = 600 })
	c := r.sagemaker("us-east-1")
	every := listAll(t, c, sagemaker.ListNotebookInstancesInput{MaxResults: sdkaws.Int32(100)})
	middle := *every[len(every)/2].CreationTime
	changes := make([]time.Time, 0, len(every))
	for _, n := range every {
		changes = append(changes, *n.LastModifiedTime)
	}
	slices.SortFunc(changes, time.Time.Compare)
	changed := changes[len(changes)/2]
	type summary = types.NotebookInstanceSummary
	cases := map[string]struct {
		in   sagemaker.ListNotebookInstancesInput
		keep func(summary) bool
	}{
		"part of a name, whatever the case": {
			sagemaker.ListNotebookInstancesInput{NameContains: sdkaws.String("TRAIN")},
			func(n summary) bool { return strings.Contains(strings.ToLower(*n.NotebookInstanceName), "train") },
		},
		"status": {
			sagemaker.ListNotebookInstancesInput{StatusEquals: types.NotebookInstanceStatusFailed},
			func(n summary) bool { return n.NotebookInstanceStatus == types.NotebookInstanceStatusFailed },
		},
		"created before": {
			sagemaker.ListNotebookInstancesInput{CreationTimeBefore: &middle},
			func(n summary) bool { return n.CreationTime.Before(middle) },
		},
		"created after": {
			sagemaker.ListNotebookInstancesInput{CreationTimeAfter: &middle},
			func(n summary) bool { return n.CreationTime.After(middle) },
		},
		"changed before": {
			sagemaker.ListNotebookInstancesInput{LastModifiedTimeBefore: &changed},
			func(n summary) bool { return n.LastModifiedTime.Before(changed) },
		},
		"changed after": {
			sagemaker.ListNotebookInstancesInput{LastModifiedTimeAfter: &changed},
			func(n summary) bool { return n.LastModifiedTime.After(changed) },
		},
		"lifecycle configuration": {
			sagemaker.ListNotebookInstancesInput{NotebookInstanceLifecycleConfigNameContains: sdkaws.String("autostop")},
			func(n summary) bool {
				return strings.Contains(sdkaws.ToString(n.NotebookInstanceLifecycleConfigName), "autostop")
			},
		},
		"default repository": {
			sagemaker.ListNotebookInstancesInput{DefaultCodeRepositoryContains: sdkaws.String("ml-templates")},
			func(n summary) bool {
				return strings.Contains(sdkaws.ToString(n.DefaultCodeRepository), "ml-templates")
			},
		},
		"additional repository": {
			sagemaker.ListNotebookInstancesInput{AdditionalCodeRepositoryEquals: sdkaws.String("https://git.example.com/ml/common.git")},
			func(n summary) bool {
				return slices.Contains(n.AdditionalCodeRepositories, "https://git.example.com/ml/common.git")
			},
		},
	}
	for name, c2 := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c2.in.MaxResults = sdkaws.Int32(2)
			want := 0
			for _, n := range every {
				if c2.keep(n) {
					want++
				}
			}
			got := listAll(t, c, c2.in)
			if want == 0 || want == len(every) || len(got) != want {
				t.Errorf("%d listed, want %d of %d, and neither none nor all", len(got), want, len(every))
			}
			for _, n := range got {
				if !c2.keep(n) {
					t.Errorf("%s does not match", *n.NotebookInstanceName)
				}
			}
		})
	}
}

func TestAPageTokenIsGoodOnlyForWhatItWasGivenFor(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	first, err := r.sagemaker("us-east-1").ListNotebookInstances(context.Background(), &sagemaker.ListNotebookInstancesInput{MaxResults: sdkaws.Int32(2)})
	if err != nil {
		t.Fatal(err)
	}
	forged, _ := base64.StdEncoding.DecodeString(*first.NextToken)
	forged[len(forged)-1]++
	other := r.World().Accounts[1]
	id, secret := other.AccessKeyID, other.SecretAccessKey
	cases := map[string]struct {
		client *sagemaker.Client
		in     sagemaker.ListNotebookInstancesInput
	}{
		"another filter":  {r.sagemaker("us-east-1"), sagemaker.ListNotebookInstancesInput{NextToken: first.NextToken, NameContains: sdkaws.String("a")}},
		"another order":   {r.sagemaker("us-east-1"), sagemaker.ListNotebookInstancesInput{NextToken: first.NextToken, SortOrder: "Descending"}},
		"another region":  {r.sagemaker("eu-west-1"), sagemaker.ListNotebookInstancesInput{NextToken: first.NextToken}},
		"another account": {sagemaker.NewFromConfig(r.configFor("us-east-1", id, secret, "")), sagemaker.ListNotebookInstancesInput{NextToken: first.NextToken}},
		"garbage":         {r.sagemaker("us-east-1"), sagemaker.ListNotebookInstancesInput{NextToken: sdkaws.String("garbage")}},
		"a changed token": {r.sagemaker("us-east-1"), sagemaker.ListNotebookInstancesInput{NextToken: sdkaws.String(base64.StdEncoding.EncodeToString(forged))}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.client.ListNotebookInstances(context.Background(), &c.in)
			wantError(t, err, "ValidationException", "Invalid pagination token.")
		})
	}
	// Another page size is no other question.
	if _, err := r.sagemaker("us-east-1").ListNotebookInstances(context.Background(),
		&sagemaker.ListNotebookInstancesInput{NextToken: first.NextToken, MaxResults: sdkaws.Int32(50)}); err != nil {
		t.Error(err)
	}
}

func TestSageMakerRefusesValuesInTheWordsOfAWS(t *testing.T) {
	t.Parallel()
	c := newRig(t, nil).sagemaker("us-east-1")
	list := func(in sagemaker.ListNotebookInstancesInput) func() error {
		return func() error { _, err := c.ListNotebookInstances(context.Background(), &in); return err }
	}
	describe := func(name string) func() error {
		return func() error {
			_, err := c.DescribeNotebookInstance(context.Background(), &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: &name})
			return err
		}
	}
	const one = "1 validation error detected: "
	cases := map[string]struct {
		call    func() error
		message string
	}{
		"a page too large": {
			list(sagemaker.ListNotebookInstancesInput{MaxResults: sdkaws.Int32(101)}),
			one + "Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
		},
		"a page too small": {
			list(sagemaker.ListNotebookInstancesInput{MaxResults: sdkaws.Int32(0)}),
			one + "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
		},
		"a status that does not exist, and a name that can't": {
			list(sagemaker.ListNotebookInstancesInput{StatusEquals: "Gone", NameContains: sdkaws.String("a_b")}),
			"2 validation errors detected: Value 'a_b' at 'nameContains' failed to satisfy constraint: Member must satisfy regular expression " +
				"pattern: [a-zA-Z0-9-]+; Value 'Gone' at 'statusEquals' failed to satisfy constraint: Member must satisfy enum value set: " +
				"[Pending, InService, Stopping, Stopped, Failed, Deleting, Updating, PendingMaintenance, InMaintenance]",
		},
		"a notebook that does not exist": {describe("nobody"), "RecordNotFound"},
		"a name that can't exist": {
			describe("a_b"),
			one + "Value 'a_b' at 'notebookInstanceName' failed to satisfy constraint: Member must satisfy regular expression pattern: " +
				"[a-zA-Z0-9](-*[a-zA-Z0-9])*",
		},
		"a page of tags too small": {
			func() error {
				_, err := c.ListTags(context.Background(), &sagemaker.ListTagsInput{ResourceArn: sdkaws.String("arn:aws:x"), MaxResults: sdkaws.Int32(49)})
				return err
			},
			one + "Value '49' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 50",
		},
		"tags of nothing": {
			func() error {
				_, err := c.ListTags(context.Background(), &sagemaker.ListTagsInput{ResourceArn: sdkaws.String("arn:aws:x")})
				return err
			},
			"RecordNotFound",
		},
		"a lifecycle configuration that does not exist": {
			func() error {
				_, err := c.DescribeNotebookInstanceLifecycleConfig(context.Background(),
					&sagemaker.DescribeNotebookInstanceLifecycleConfigInput{NotebookInstanceLifecycleConfigName: sdkaws.String("nothing")})
				return err
			},
			"RecordNotFound",
		},
		"a repository that does not exist": {
			func() error {
				_, err := c.DescribeCodeRepository(context.Background(), &sagemaker.DescribeCodeRepositoryInput{CodeRepositoryName: sdkaws.String("nothing")})
				return err
			},
			"Cannot find CodeRepository arn:aws:sagemaker:us-east-1:111122223333:code-repository/nothing",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantError(t, c.call(), "ValidationException", c.message)
		})
	}
}

func TestDescribeTellsWhatTheWorldHolds(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	c := r.sagemaker("us-east-1")
	for _, want := range r.notebooks("us-east-1") {
		// The case of a name makes no difference.
		got, err := c.DescribeNotebookInstance(context.Background(),
			&sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: sdkaws.String(strings.ToUpper(want.Name))})
		if err != nil {
			t.Fatal(err)
		}
		read := ListedNotebook{
			ARN: *got.NotebookInstanceArn, Name: *got.NotebookInstanceName, Account: want.Account, Region: want.Region,
			Status: string(got.NotebookInstanceStatus), InstanceType: string(got.InstanceType), Platform: *got.PlatformIdentifier,
			DirectInternetAccess: string(got.DirectInternetAccess), RootAccess: string(got.RootAccess),
			VPCID: want.VPCID, SubnetID: sdkaws.ToString(got.SubnetId),
			IMDSVersion: *got.InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion, IPAddressType: string(got.IpAddressType),
			KMSKeyID: sdkaws.ToString(got.KmsKeyId), Lifecycle: sdkaws.ToString(got.NotebookInstanceLifecycleConfigName),
			FailureReason: sdkaws.ToString(got.FailureReason), Tags: want.Tags,
		}
		if fmt.Sprint(read) != fmt.Sprint(want) {
			t.Errorf("described %+v\n   world %+v", read, want)
		}
		if *got.NotebookInstanceArn != strings.ToLower(*got.NotebookInstanceArn) {
			t.Errorf("arn %s is not lower case", *got.NotebookInstanceArn)
		}
		if (got.SubnetId != nil) != (got.NetworkInterfaceId != nil) || (got.SubnetId != nil) != (len(got.SecurityGroups) > 0) {
			t.Errorf("%s: subnet, interface and groups do not go together", want.Name)
		}
		if got.LastModifiedTime.Before(*got.CreationTime) || got.CreationTime.After(r.clock.Now()) {
			t.Errorf("%s: made %s, changed %s", want.Name, got.CreationTime, got.LastModifiedTime)
		}
	}
}

func TestScriptsAndRepositoriesOfNotebooksCanBeRead(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	c := r.sagemaker("us-east-1")
	ctx := context.Background()
	list, err := c.ListNotebookInstanceLifecycleConfigs(ctx, &sagemaker.ListNotebookInstanceLifecycleConfigsInput{
		SortBy: types.NotebookInstanceLifecycleConfigSortKeyName,
	})
	if err != nil {
		t.Fatal(err)
	}
	var scripts strings.Builder
	for _, l := range list.NotebookInstanceLifecycleConfigs {
		out, err := c.DescribeNotebookInstanceLifecycleConfig(ctx, &sagemaker.DescribeNotebookInstanceLifecycleConfigInput{
			NotebookInstanceLifecycleConfigName: l.NotebookInstanceLifecycleConfigName,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range append(out.OnCreate, out.OnStart...) {
			plain, err := base64.StdEncoding.DecodeString(*h.Content)
			if err != nil || len(*h.Content) > 16384 {
				t.Errorf("%s: %d characters, %v", *l.NotebookInstanceLifecycleConfigName, len(*h.Content), err)
			}
			scripts.Write(plain)
		}
	}
	for _, want := range []string{"autostop", "\r\n", "API_TOKEN=\"fake_"} {
		if !strings.Contains(scripts.String(), want) {
			t.Errorf("no script holds %q", want)
		}
	}
	repos, err := c.ListCodeRepositories(ctx, &sagemaker.ListCodeRepositoriesInput{MaxResults: sdkaws.Int32(2)})
	if err != nil || len(repos.CodeRepositorySummaryList) != 2 || repos.NextToken == nil {
		t.Fatalf("%+v %v", repos, err)
	}
	one, err := c.DescribeCodeRepository(ctx, &sagemaker.DescribeCodeRepositoryInput{CodeRepositoryName: repos.CodeRepositorySummaryList[0].CodeRepositoryName})
	if err != nil || *one.GitConfig.RepositoryUrl != *repos.CodeRepositorySummaryList[0].GitConfig.RepositoryUrl {
		t.Errorf("%+v %v", one, err)
	}
}

func TestTagsArePagedAndEqualInBothServices(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	many := map[string]string{}
	for i := range 120 {
		many[fmt.Sprintf("key-%03d", i)] = "v"
	}
	name := r.notebooks("us-east-1")[0].Name
	if err := r.Change(Change{Op: "set", Name: name, Tags: many}); err != nil {
		t.Fatal(err)
	}
	n := r.notebooks("us-east-1")[0]
	got := map[string]string{}
	pages := sagemaker.NewListTagsPaginator(r.sagemaker("us-east-1"), &sagemaker.ListTagsInput{ResourceArn: &n.ARN, MaxResults: sdkaws.Int32(50)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, tag := range page.Tags {
			got[*tag.Key] = *tag.Value
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(n.Tags) || len(got) < 120 {
		t.Errorf("%d tags, want %d", len(got), len(n.Tags))
	}
}
