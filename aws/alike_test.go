package aws

import (
	"slices"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"nbscope/model"
)

func TestNotebooksOfATargetShareWhatIsEqual(t *testing.T) {
	t.Parallel()
	same := newAlike()
	made := func(name string) *model.Notebook {
		return same.fromSummary(model.Target{Account: "111122223333", Region: "eu-west-1"}, &types.NotebookInstanceSummary{
			NotebookInstanceArn:  sdkaws.String("arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/" + name),
			NotebookInstanceName: sdkaws.String(name), DefaultCodeRepository: sdkaws.String("https://ana:secret@git.example.com/a"),
			AdditionalCodeRepositories: []string{"team-repository"},
		}, time.Now())
	}
	a, b := made("churn"), made("forecast")
	want := []string{"https://" + model.Mask + "@git.example.com/a", "team-repository"}
	if !slices.Equal(a.Repositories, want) || !a.HasDefaultRepo {
		t.Errorf("the repositories are %v", a.Repositories)
	}
	if &a.Repositories[0] != &b.Repositories[0] {
		t.Error("each has a list of repositories of its own")
	}
	if a.Name != "churn" || b.Name != "forecast" {
		t.Errorf("they are called %s and %s", a.Name, b.Name)
	}
	tags := func(team string) []model.Tag {
		return same.tagList([]model.Tag{{Key: "Team", Value: team}, {Key: "Env", Value: "prod"}})
	}
	one, other := tags("risk"), tags("growth")
	if again := tags("risk"); &one[0] != &again[0] || one[0].Key != "Env" {
		t.Errorf("equal tags are %v and %v", one, again)
	}
	if other[1].Value != "growth" || one[1].Value != "risk" {
		t.Errorf("other tags are %v beside %v", other, one)
	}
}

// Two lists are equal only where each of their parts is.
func TestListsThatReadAlikeAreNotShared(t *testing.T) {
	t.Parallel()
	same := newAlike()
	same.list([]string{"a", "b"})
	if got := same.list([]string{"ab"}); !slices.Equal(got, []string{"ab"}) {
		t.Errorf("it is %v", got)
	}
	same.tagList([]model.Tag{{Key: "a", Value: "b"}})
	if got := same.tagList([]model.Tag{{Key: "", Value: "ab"}}); got[0].Value != "ab" {
		t.Errorf("it is %v", got)
	}
}
