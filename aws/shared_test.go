package aws

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"nbscope/model"
)

// TestAccountsShareTheirRegionsWhereTheyAreTheSame and have their own where anything is
// different. How many lists an account's is compared with is bounded.
func TestAccountsShareTheirRegionsWhereTheyAreTheSame(t *testing.T) {
	t.Parallel()
	list := func(off string, ask ...string) regionList {
		l := regionList{ask: ask, words: map[string]model.RegionWord{off: model.RegionNotEnabled}}
		for _, r := range ask {
			l.words[r] = model.RegionEnabled
		}
		return l
	}
	same := func(a, b regionList) bool { return &a.ask[0] == &b.ask[0] }
	c := &Client{}
	first := c.shared(list("c", "a", "b"))
	for name, other := range map[string]struct {
		list regionList
		same bool
	}{
		"equal":               {list("c", "a", "b"), true},
		"another home":        {list("c", "b", "a"), false},
		"another that is off": {list("d", "a", "b"), false},
		"one more":            {list("c", "a", "b", "d"), false},
	} {
		if got := c.shared(other.list); same(got, first) != other.same || len(got.ask) != len(other.list.ask) {
			t.Errorf("%s: shared is %v", name, got)
		}
	}
	guess := list("c", "a", "b")
	guess.guessed = &model.Problem{}
	if got := c.shared(guess); same(got, first) || got.guessed == nil {
		t.Errorf("a guess is %+v", got)
	}
	for i := range 2 * mostShared {
		c.shared(list("off", fmt.Sprint(i)))
	}
	if len(c.lists) != mostShared || !same(c.shared(list("c", "a", "b")), first) {
		t.Errorf("%d lists are kept", len(c.lists))
	}
}

// TestTheListerSignsAsTheSDKDoes for each region and day.
func TestTheListerSignsAsTheSDKDoes(t *testing.T) {
	t.Parallel()
	who, theirs := sdkaws.Credentials{AccessKeyID: "A", SecretAccessKey: "s", SessionToken: "t"}, v4.NewSigner()
	seen := map[string]bool{}
	for day := range 2 {
		for _, region := range []string{"eu-west-1", "eu-central-1", "eu-west-1"} {
			at := time.Unix(1795900000, 0).AddDate(0, 0, day)
			signed := func(s interface {
				SignHTTP(ctx context.Context, who sdkaws.Credentials, r *http.Request, hash, service, region string, at time.Time, change ...func(*v4.SignerOptions)) error
			}) string {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.sagemaker."+region+".amazonaws.com/", strings.NewReader("{}"))
				if err != nil {
					t.Fatal(err)
				}
				if err := s.SignHTTP(t.Context(), who, r, "hash", "sagemaker", region, at); err != nil {
					t.Fatal(err)
				}
				return r.Header.Get("Authorization")
			}
			got, want := signed(forgetful{}), signed(theirs)
			if got != want || !strings.Contains(got, "/"+region+"/sagemaker/") {
				t.Errorf("day %d, %s: %q, want %q", day, region, got, want)
			}
			seen[got] = true
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d signatures for two regions on two days", len(seen))
	}
}
