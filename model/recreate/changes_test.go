package recreate

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/model"
)

func changesByField(p Plan) map[string]Change {
	out := map[string]Change{}
	for _, c := range p.Changes() {
		out[c.Field] = c
	}
	return out
}

func TestTheChangesNameEveryMemberAndEveryTagOnce(t *testing.T) {
	t.Parallel()
	for says, src := range map[string]Snapshot{"a full notebook": churn(), "a bare one": churn(bare), "an old one": churn(al2, stopped)} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			p := planOf(src)
			seen := map[string]bool{}
			for _, c := range p.Changes() {
				if seen[c.Field] {
					t.Errorf("%s is there twice", c.Field)
				}
				seen[c.Field] = true
				if !slices.Contains([]string{Carry, Altered, Drop}, c.Action) || c.Title == "" {
					t.Errorf("%+v has no action or no title", c)
				}
				if c.Action != Carry && c.Why == "" {
					t.Errorf("nobody says why %s is not carried", c.Field)
				}
				if c.Action == Carry && c.Before != c.After {
					t.Errorf("%s is carried from %q to %q", c.Field, c.Before, c.After)
				}
				if c.Action == Drop && c.After != "" {
					t.Errorf("%s is dropped and is %q", c.Field, c.After)
				}
			}
			renamed := map[string]string{"SecurityGroups": FieldGroups, "NotebookInstanceLifecycleConfigName": FieldLifecycle}
			members := append(membersOf(reflect.TypeFor[sagemaker.CreateNotebookInstanceInput]()), membersOf(reflect.TypeFor[sagemaker.DescribeNotebookInstanceOutput]())...)
			for _, m := range members {
				if to, ok := renamed[m]; ok {
					m = to
				}
				if !seen[m] && m != FieldTags {
					t.Errorf("nobody says what becomes of %s", m)
				}
			}
			for _, tag := range append(slices.Clone(src.Tags), p.Spec.Tags...) {
				if !seen["Tags."+tag.Key] {
					t.Errorf("nobody says what becomes of tag %s", tag.Key)
				}
			}
		})
	}
}

func TestWhatBecomesOfAField(t *testing.T) {
	t.Parallel()
	earlier := func(s *Snapshot) { s.Tags = append(s.Tags, model.Tag{Key: TagRunID, Value: "old"}) }
	cases := map[string]struct {
		src    Snapshot
		change func(*Spec)
		field  string
		want   Change // Title is not compared, and Why is a part
	}{
		"direct internet is turned on":         {churn(), nil, FieldDirect, Change{Before: "Disabled", After: "Enabled", Action: Altered, Why: "always sent", Aim: true}},
		"direct internet is turned off":        {churn(bare), nil, FieldDirect, Change{Before: "Enabled", After: "Disabled", Action: Altered, Why: "always sent", Aim: true}},
		"a name becomes another":               {churn(), nil, FieldName, Change{Before: "churn", After: "churn-net", Action: Altered, Why: "until it is deleted"}},
		"Amazon Linux 2 becomes 2023":          {churn(al2), nil, FieldPlatform, Change{Before: "notebook-al2-v2", After: PlatformSupported, Action: Altered, Why: "since 2026-07-01"}},
		"Amazon Linux 1 becomes 2023":          {churn(al1), nil, FieldPlatform, Change{Before: "notebook-al1-v1", After: PlatformSupported, Action: Altered, Why: "no update in place"}},
		"a platform that AWS does not name":    {churn(func(s *Snapshot) { s.Platform = "" }), nil, FieldPlatform, Change{After: PlatformSupported, Action: Altered, Why: "AWS named none"}},
		"the platform stays":                   {churn(), nil, FieldPlatform, Change{Before: PlatformSupported, After: PlatformSupported, Action: Carry}},
		"the metadata service is forced":       {churn(al2), nil, FieldIMDS, Change{Before: "1", After: "2", Action: Altered, Why: "version 1"}},
		"the metadata service is sent":         {churn(func(s *Snapshot) { s.IMDSVersion = "" }), nil, FieldIMDS, Change{After: "2", Action: Altered, Why: "AWS's own texts differ"}},
		"root access is sent":                  {churn(func(s *Snapshot) { s.RootAccess = "" }), nil, FieldRoot, Change{After: "Enabled", Action: Altered, Why: "default"}},
		"a larger volume":                      {churn(), func(s *Spec) { s.VolumeGB = 50 }, FieldVolume, Change{Before: "20", After: "50", Action: Altered, Why: "never shrink"}},
		"groups are carried":                   {churn(), nil, FieldGroups, Change{Before: "sg-1, sg-2", After: "sg-1, sg-2", Action: Carry}},
		"a subnet for a source without":        {churn(bare), func(s *Spec) { s.SubnetID = "subnet-1" }, FieldSubnet, Change{After: "subnet-1", Action: Altered, Why: "in a VPC only"}},
		"a source that leaves its VPC":         {churn(), func(s *Spec) { s.SubnetID = "" }, FieldSubnet, Change{Before: "subnet-0a12", Action: Drop, Why: "no longer reaches"}},
		"a key that is given up":               {churn(), func(s *Spec) { s.KMSKeyID = "" }, FieldKey, Change{Before: churn().KMSKeyID, Action: Drop, Why: "AWS's key"}},
		"a key that is not there":              {churn(bare), nil, FieldKey, Change{Action: Carry, Why: "has none"}},
		"a lifecycle configuration for later":  {churn(), func(s *Spec) { s.LifecycleName = "" }, FieldLifecycle, Change{Before: "autostop", Action: Drop, Why: "attach it afterwards"}},
		"another lifecycle configuration":      {churn(), func(s *Spec) { s.LifecycleName = "b" }, FieldLifecycle, Change{Before: "autostop", After: "b", Action: Altered, Why: "chosen"}},
		"Elastic Inference is dropped":         {churn(func(s *Snapshot) { s.AcceleratorTypes = []string{"ml.eia1.medium"} }), nil, FieldAccelerator, Change{Before: "ml.eia1.medium", Action: Drop, Why: "has ended"}},
		"the ARN is another, in small letters": {churn(), func(s *Spec) { s.Name = "New-One" }, "NotebookInstanceArn", Change{Before: churn().ARN, After: "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/new-one", Action: Altered, Why: "policies"}},
		"the URL is another":                   {churn(), nil, "Url", Change{Before: churn().URL, After: "churn-net.notebook.eu-west-1.sagemaker.aws", Action: Altered, Why: "bookmarks"}},
		"the interface is another":             {churn(), nil, "NetworkInterfaceId", Change{Before: "eni-0f", Action: Altered, Why: "by address"}},
		"no interface before and after":        {churn(bare), nil, "NetworkInterfaceId", Change{Action: Carry, Why: "no VPC"}},
		"no interface any more":                {churn(), func(s *Spec) { s.SubnetID = "" }, "NetworkInterfaceId", Change{Before: "eni-0f", Action: Drop, Why: "no VPC"}},
		"a failure is the source's":            {churn(func(s *Snapshot) { s.FailureReason = "boom" }), nil, "FailureReason", Change{Before: "boom", Action: Drop, Why: "of the source"}},
		"a tag is carried":                     {churn(), nil, "Tags.Team", Change{Before: "ml + data", After: "ml + data", Action: Carry}},
		"a tag that AWS reserves is dropped":   {churn(), nil, "Tags.aws:createdBy", Change{Before: "x", Action: Drop, Why: "reserves"}},
		"the run's tag is added":               {churn(), nil, "Tags.nbscope:run-id", Change{After: testRun, Action: Altered, Why: "no token"}},
		"the source's ARN is added":            {churn(), nil, "Tags.nbscope:source-arn", Change{After: churn().ARN, Action: Altered, Why: "replaces"}},
		"an earlier run's tag becomes ours":    {churn(earlier), nil, "Tags.nbscope:run-id", Change{Before: "old", After: testRun, Action: Altered, Why: "earlier run"}},
		"a tag that the user takes out":        {churn(), func(s *Spec) { s.Tags = nil }, "Tags.Team", Change{Before: "ml + data", Action: Drop, Why: "chosen"}},
		"a tag that the user changes":          {churn(), func(s *Spec) { s.Tags[0].Value = "x" }, "Tags.Team", Change{Before: "ml + data", After: "x", Action: Altered, Why: "chosen"}},
		"tags that could not be read":          {churn(func(s *Snapshot) { s.Tags, s.TagsUnknown = nil, "denied" }), nil, "Tags", Change{Action: Drop, Why: "could not be read: denied"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := changesByField(planOf(c.src, func(s *Spec) {
				if c.change != nil {
					c.change(s)
				}
			}))[c.field]
			if !ok {
				t.Fatalf("nothing is said of %s", c.field)
			}
			if !strings.Contains(got.Why, c.want.Why) {
				t.Errorf("it says %q, want %q", got.Why, c.want.Why)
			}
			got.Field, got.Title, got.Why, c.want.Why = "", "", "", ""
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestDangerComesFirst(t *testing.T) {
	t.Parallel()
	p := planOf(churn(al2))
	all := p.Changes()
	got := DangerFirst(all)
	if len(got) != len(all) || got[0].Field != FieldDirect || got[1].Action != Drop || got[len(got)-1].Action != Carry {
		t.Errorf("the order is %+v", got)
	}
	carried := false
	for _, c := range got {
		if carried && c.Action != Carry {
			t.Errorf("%s stands behind what is carried", c.Field)
		}
		carried = carried || c.Action == Carry
	}
	if all[0].Field != FieldName {
		t.Error("ordering for the screen changed the plan's own order")
	}
}
