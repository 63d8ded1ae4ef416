package sim

import (
	"context"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	explorerapi "github.com/aws/aws-sdk-go-v2/service/resourceexplorer2"
	"github.com/aws/aws-sdk-go-v2/service/resourceexplorer2/types"
)

// TestTheIndexAsTheSDKReadsIt asks everything that there is to ask, by a client that
// nobody here wrote.
func TestTheIndexAsTheSDKReadsIt(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) {
		o.Accounts, o.Regions, o.Notebooks = 12, 3, 150
		o.Faults = "index,index=missing:" + allRegions()[1].name + ",index=age:3h"
	})
	ctx, home := context.Background(), allRegions()[0].name
	c := explorerapi.NewFromConfig(r.config(home))
	own, err := c.ListIndexes(ctx, &explorerapi.ListIndexesInput{})
	if err != nil || len(own.Indexes) != 2 {
		t.Fatalf("%v %v", own, err)
	}
	gathers, err := c.ListIndexes(ctx, &explorerapi.ListIndexesInput{Type: types.IndexTypeAggregator})
	if err != nil || len(gathers.Indexes) != 1 || *gathers.Indexes[0].Region != home {
		t.Fatalf("%v %v", gathers, err)
	}
	state, err := c.GetIndex(ctx, &explorerapi.GetIndexInput{})
	if err != nil || state.State != types.IndexStateActive || r.clock.Now().Sub(*state.CreatedAt) < 99*24*time.Hour {
		t.Fatalf("%+v %v", state, err)
	}
	members, err := c.ListIndexesForMembers(ctx, &explorerapi.ListIndexesForMembersInput{AccountIdList: []string{r.World().Accounts[1].ID, r.World().Accounts[2].ID}})
	if err != nil || len(members.Indexes) != 4 || *members.Indexes[3].AccountId != r.World().Accounts[2].ID {
		t.Fatalf("%+v %v", members, err)
	}
	views, err := c.ListViews(ctx, &explorerapi.ListViewsInput{})
	if err != nil || len(views.Views) != 2 {
		t.Fatalf("%+v %v", views, err)
	}
	shown, err := c.BatchGetView(ctx, &explorerapi.BatchGetViewInput{ViewArns: append(views.Views, "arn:aws:resource-explorer-2:x:1:view/y/z")})
	if err != nil || len(shown.Views) != 2 || len(shown.Errors) != 1 || *shown.Views[1].Scope != "arn:aws:organizations::"+r.World().Accounts[0].ID+":organization/o-simulated1" {
		t.Fatalf("%+v %v", shown, err)
	}
	want := 0
	for _, n := range r.World().Notebooks {
		if n.Region != allRegions()[1].name {
			want++
		}
	}
	r.clock.advance(time.Second) // for the rate
	pages := explorerapi.NewListResourcesPaginator(c, &explorerapi.ListResourcesInput{
		ViewArn: shown.Views[1].ViewArn, MaxResults: sdkaws.Int32(60), Filters: &types.SearchFilter{FilterString: sdkaws.String("resourcetype:sagemaker:notebook-instance")},
	})
	seen := map[string]bool{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range page.Resources {
			seen[*x.Arn] = true
			if age := r.clock.Now().Sub(*x.LastReportedAt); age < 3*time.Hour || age > 6*time.Hour {
				t.Errorf("%s was reported %s ago", *x.Arn, age)
			}
		}
	}
	if len(seen) != want || want == 0 {
		t.Errorf("%d notebooks, want %d", len(seen), want)
	}
	away := explorerapi.NewFromConfig(r.assume(t, r.World().Accounts[1].ID, OrgRole))
	_, err = away.ListResources(ctx, &explorerapi.ListResourcesInput{ViewArn: shown.Views[1].ViewArn})
	if code, _ := codeOf(t, err); code != "UnauthorizedException" {
		t.Errorf("%v", err)
	}
	_, err = away.ListIndexesForMembers(ctx, &explorerapi.ListIndexesForMembersInput{AccountIdList: []string{"111122223333"}})
	if code, _ := codeOf(t, err); code != "AccessDeniedException" {
		t.Errorf("%v", err)
	}
	_, err = explorerapi.NewFromConfig(r.config(allRegions()[1].name)).GetIndex(ctx, &explorerapi.GetIndexInput{})
	if code, _ := codeOf(t, err); code != "ResourceNotFoundException" {
		t.Errorf("%v", err)
	}
}

// TestRequestsToTheIndexHaveALimit: three of one kind in a second.
func TestRequestsToTheIndexHaveALimit(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Faults = "index" })
	c := explorerapi.NewFromConfig(r.config("us-east-1"), func(o *explorerapi.Options) { o.RetryMaxAttempts = 1 })
	for i := range 4 {
		_, err := c.ListIndexes(context.Background(), &explorerapi.ListIndexesInput{})
		if i < 3 {
			if err != nil {
				t.Fatal(err)
			}
			continue
		}
		if code, _ := codeOf(t, err); code != "ThrottlingException" {
			t.Errorf("%v", err)
		}
	}
	r.clock.advance(time.Second)
	if _, err := c.ListIndexes(context.Background(), &explorerapi.ListIndexesInput{}); err != nil {
		t.Error(err)
	}
}
