package recreate

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"pgregory.net/rapid"

	"nbscope/model"
)

// membersOf are the members of an SDK type, as the API has them.
func membersOf(t reflect.Type) []string {
	var out []string
	for f := range t.Fields() {
		if f.IsExported() && f.Name != "ResultMetadata" {
			out = append(out, f.Name)
		}
	}
	return out
}

func TestEveryMemberOfTheAPIHasAField(t *testing.T) {
	t.Parallel()
	var create, describe []string
	for _, f := range Fields() {
		if f.Create != "" {
			create = append(create, f.Create)
		}
		if f.Describe != "" {
			describe = append(describe, f.Describe)
		}
		if f.Title == "" || f.Create+f.Describe == "" {
			t.Errorf("field %+v has no name", f)
		}
		if f.Form && (f.Help == "" || f.want == nil || f.bad == nil) {
			t.Errorf("the form cannot offer %s", f.Create)
		}
	}
	for says, c := range map[string]struct{ got, want []string }{
		"CreateNotebookInstance":   {create, membersOf(reflect.TypeFor[sagemaker.CreateNotebookInstanceInput]())},
		"DescribeNotebookInstance": {describe, membersOf(reflect.TypeFor[sagemaker.DescribeNotebookInstanceOutput]())},
	} {
		if got, want := sorted(c.got), sorted(c.want); !slices.Equal(got, want) {
			t.Errorf("%s has %v, the fields %v", says, want, got)
		}
	}
	for _, missing := range []string{"", "NotebookInstanceArn", "SecurityGroups"} {
		if f, ok := FieldOf(missing); ok {
			t.Errorf("Create has no %q, but %+v is found", missing, f)
		}
	}
}

func TestAValueThatIsSetAgainChangesNothing(t *testing.T) {
	t.Parallel()
	src := churn(func(s *Snapshot) {
		s.Tags = append(s.Tags, model.Tag{Key: "a=b", Value: "c=d"}, model.Tag{Key: " sp ", Value: "  x"}, model.Tag{Key: "empty"})
	})
	spec := planOf(src).Spec
	for _, f := range Fields() {
		if f.want == nil {
			continue
		}
		again := spec
		again.Tags = slices.Clone(spec.Tags)
		if err := again.Set(f.Create, again.Value(f.Create)); err != nil {
			t.Errorf("%s refuses its own value %q: %v", f.Create, again.Value(f.Create), err)
		}
		sortTags(spec.Tags)
		if !reflect.DeepEqual(again, spec) {
			t.Errorf("%s set again makes %+v of %+v", f.Create, again, spec)
		}
	}
}

func TestTagsOfAnyTextAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune(` ab=,\é:/` + "\t")))
		var tags []model.Tag
		for range rapid.IntRange(0, 4).Draw(t, "tags") {
			tags = append(tags, model.Tag{Key: text.Draw(t, "key"), Value: text.Draw(t, "value")})
		}
		sortTags(tags)
		if got, ok := readTags(writeTags(tags)); !ok || !slices.Equal(got, tags) {
			t.Fatalf("%q are written as %q and read as %q, %v", tags, writeTags(tags), got, ok)
		}
	})
}

func TestSetTellsWhatAWSWouldRefuse(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 64)
	cases := map[string]struct{ field, value, says string }{
		"no name":                             {FieldName, "", "needs a name"},
		"a name that is too long":             {FieldName, long, "64 characters; AWS takes 63"},
		"a name with an underscore":           {FieldName, "a_b", "letters, digits and hyphens"},
		"a name that ends in a hyphen":        {FieldName, "a-", "no hyphen"},
		"a name of other letters":             {FieldName, "größe", "letters, digits"},
		"a type without ml":                   {FieldType, "t3.medium", "ml.t3.medium"},
		"a type without a size":               {FieldType, "ml.t3", "ml.t3.medium"},
		"a type with a space":                 {FieldType, "ml.t3.me dium", "ml.t3.medium"},
		"a type that AL2023 has no image for": {FieldType, "ml.p3.2xlarge", "does not run on ml.p3"},
		"an old platform":                     {FieldPlatform, "notebook-al2-v3", "AWS creates notebook-al2023-v1 only"},
		"a volume that is too small":          {FieldVolume, "4", "from 5 to 16384"},
		"a volume that is too large":          {FieldVolume, "16385", "from 5 to 16384"},
		"a volume that is no number":          {FieldVolume, "5.5", "whole number"},
		"a role that is a user":               {FieldRole, "arn:aws:iam::111122223333:user/ana", "ARN of a role"},
		"a role of no account":                {FieldRole, "arn:aws:iam::1111:role/ana-and-more", "ARN of a role"},
		"a role by its name":                  {FieldRole, "DataScience", "ARN of a role"},
		"no role":                             {FieldRole, "", "ARN of a role"},
		"root access in small letters":        {FieldRoot, "enabled", "Enabled or Disabled"},
		"direct internet of another word":     {FieldDirect, "Maybe", "Enabled or Disabled"},
		"a key with a space":                  {FieldKey, "alias/my key", "KMS key"},
		"a subnet that is none":               {FieldSubnet, "vpc-1", "begins with subnet-"},
		"a subnet that is too long":           {FieldSubnet, "subnet-" + long, "begins with subnet-"},
		"six groups":                          {FieldGroups, "sg-1,sg-2,sg-3,sg-4,sg-5,sg-6", "6 security groups; AWS takes 5"},
		"a group that is none":                {FieldGroups, "sg-1 default", "default: AWS takes an id that begins with sg-"},
		"a group twice":                       {FieldGroups, "sg-1, sg-1", "named twice"},
		"another kind of addresses":           {FieldIPType, "ipv6", "ipv4 or dualstack"},
		"a lifecycle configuration's path":    {FieldLifecycle, "a/b", "letters, digits and hyphens"},
		"a repository over ssh":               {FieldRepository, "git@host:x.git", "https://"},
		"four more repositories":              {FieldMoreRepos, "a b c d", "4 repositories; AWS takes 3"},
		"a repository twice":                  {FieldMoreRepos, "a, a", "named twice"},
		"a bad repository among others":       {FieldMoreRepos, "a, b_c", "b_c: AWS takes"},
		"a tag without a value":               {FieldTags, "Team", "Key=Value"},
		"a tag without a key":                 {FieldTags, "=x", "needs a key"},
		"a tag that AWS reserves":             {FieldTags, "AWS:x=y", "reserves"},
		"a tag of the run":                    {FieldTags, TagRunID + "=y", "sets it itself"},
		"a tag twice":                         {FieldTags, "a=1, a=2", "there twice"},
		"a key that is too long":              {FieldTags, strings.Repeat("k", 129) + "=x", "129 characters"},
		"a value that is too long":            {FieldTags, "k=" + strings.Repeat("v", 257), "257 characters"},
		"a character that no tag may have":    {FieldTags, "k=a*b", "AWS takes letters"},
		"fifty tags of your own":              {FieldTags, strings.TrimSuffix(manyTags(50), ","), "50 tags"},
		"the first metadata service":          {FieldIMDS, "1", "first version"},
		"Elastic Inference":                   {FieldAccelerator, "ml.eia1.medium", "cannot be set"},
		"a member that there is not":          {"SecurityGroups", "sg-1", "cannot be set"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := planOf(churn()).Spec
			before := spec.Request()
			if err := spec.Set(c.field, c.value); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s=%q says %v, want %q", c.field, c.value, err, c.says)
			}
			if !bytes.Equal(spec.Request(), before) {
				t.Error("a value that was refused changed the spec")
			}
		})
	}
}

func manyTags(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("key" + strings.Repeat("x", i) + "=v,")
	}
	return b.String()
}

func TestSetTakesWhatAWSTakes(t *testing.T) {
	t.Parallel()
	for says, c := range map[string]struct{ field, value, want string }{
		"spaces around":                       {FieldName, "  churn-2 ", "churn-2"},
		"the longest name":                    {FieldName, strings.Repeat("n", 63), strings.Repeat("n", 63)},
		"groups between commas and spaces":    {FieldGroups, "sg-1,sg-2  sg-3", "sg-1, sg-2, sg-3"},
		"no groups":                           {FieldGroups, " , ", ""},
		"no lifecycle configuration":          {FieldLifecycle, "", ""},
		"no key":                              {FieldKey, "", ""},
		"a key's alias":                       {FieldKey, "alias/ml", "alias/ml"},
		"a role of China":                     {FieldRole, "arn:aws-cn:iam::111122223333:role/x", "arn:aws-cn:iam::111122223333:role/x"},
		"a repository's URL":                  {FieldRepository, "https://git.example/x.git", "https://git.example/x.git"},
		"tags in any order, with an = inside": {FieldTags, "b=c=d, a = 1 ,", "a=1, b=c=d"},
		"no tags":                             {FieldTags, "", ""},
		"a family that is almost retired":     {FieldType, "ml.p4d.24xlarge", "ml.p4d.24xlarge"},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			spec := planOf(churn()).Spec
			if err := spec.Set(c.field, c.value); err != nil {
				t.Fatal(err)
			}
			if got := spec.Value(c.field); got != c.want {
				t.Errorf("%s is %q, want %q", c.field, got, c.want)
			}
			if spec.Tags[0].Key != "Team" && !slices.ContainsFunc(spec.Tags, func(t model.Tag) bool { return t.Key == TagRunID }) {
				t.Error("the run's tag is gone")
			}
		})
	}
	var s Spec
	if got := s.Value("NotebookInstanceArn") + s.Value(FieldAccelerator) + s.Value("x"); got != "" {
		t.Errorf("what Create does not take has the value %q", got)
	}
}

func TestTagsAreAddedBesideThoseThatThereAre(t *testing.T) {
	t.Parallel()
	spec := planOf(churn()).Spec
	if err := spec.AddTags("Team=data, Owner=ana"); err != nil {
		t.Fatal(err)
	}
	if got := spec.Value(FieldTags); got != "Owner=ana, Team=data" {
		t.Errorf("the tags are %s", got)
	}
	if id, ok := tagOf(spec.Tags, TagRunID); !ok || id != testRun {
		t.Error("the run's tag is gone")
	}
	before := spec.Value(FieldTags)
	for _, bad := range []string{"Team", "aws:x=y", "a=*"} {
		if err := spec.AddTags(bad); err == nil || spec.Value(FieldTags) != before {
			t.Errorf("%s is taken: %v, %s", bad, err, spec.Value(FieldTags))
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		src    Snapshot
		change func(*Spec)
		field  string // "": nothing is refused
		says   string
	}{
		"what SpecFor makes is in order":        {churn(), nil, "", ""},
		"the same of an old source":             {churn(al2), nil, "", ""},
		"a source without a VPC needs a subnet": {churn(bare), nil, FieldSubnet, "has no VPC: choose the subnet"},
		"and then groups":                       {churn(bare), func(s *Spec) { s.SubnetID = "subnet-1" }, FieldGroups, "at least one"},
		"with both it is in order":              {churn(bare), func(s *Spec) { s.SubnetID, s.SecurityGroups = "subnet-1", []string{"sg-1"} }, "", ""},
		"a source in a subnet without groups":   {churn(func(s *Snapshot) { s.SecurityGroups = nil }), nil, "", ""},
		"groups without a subnet":               {churn(), func(s *Spec) { s.SubnetID = "" }, FieldGroups, "need a subnet"},
		"the source's name":                     {churn(), func(s *Spec) { s.Name = "CHURN" }, FieldName, "whatever its case"},
		"another account's role":                {churn(), func(s *Spec) { s.RoleARN = "arn:aws:iam::444455556666:role/x" }, FieldRole, "account 444455556666"},
		"a smaller volume":                      {churn(), func(s *Spec) { s.VolumeGB = 19 }, FieldVolume, "the source has 20 GB"},
		"a larger volume":                       {churn(), func(s *Spec) { s.VolumeGB = 21 }, "", ""},
		"dual stack without a subnet":           {churn(), func(s *Spec) { s.SubnetID, s.SecurityGroups, s.IPAddressType = "", nil, "dualstack" }, FieldIPType, "needs a subnet"},
		"no VPC before and after":               {churn(bare), func(s *Spec) { s.DirectInternet = model.Enabled }, FieldSubnet, "choose the subnet to go into"},
		"into a VPC without groups":             {churn(bare), func(s *Spec) { s.DirectInternet, s.SubnetID = model.Enabled, "subnet-1" }, FieldGroups, "at least one"},
		"into a VPC": {churn(bare), func(s *Spec) {
			s.DirectInternet, s.SubnetID, s.SecurityGroups = model.Enabled, "subnet-1", []string{"sg-1"}
		}, "", ""},
		"no volume at all":                            {churn(), func(s *Spec) { s.VolumeGB = 0 }, FieldVolume, "from 5"},
		"no value of the switch":                      {churn(), func(s *Spec) { s.DirectInternet = "" }, FieldDirect, "Enabled or Disabled"},
		"the first metadata service":                  {churn(), func(s *Spec) { s.IMDSVersion = "1" }, FieldIMDS, "first version"},
		"an old platform":                             {churn(), func(s *Spec) { s.Platform = "notebook-al2-v1" }, FieldPlatform, "since 2026-07-01"},
		"a type that the source may have but not we":  {churn(func(s *Snapshot) { s.InstanceType = "ml.g3.4xlarge" }), nil, FieldType, "does not run"},
		"a tag of the source that AWS would not take": {churn(func(s *Snapshot) { s.Tags[0].Value = "a*b" }), nil, FieldTags, "AWS takes letters"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := planOf(c.src, func(s *Spec) {
				if c.change != nil {
					c.change(s)
				}
			}).Spec
			got := spec.Validate(&c.src)
			switch {
			case c.field == "" && len(got) > 0:
				t.Errorf("refused: %v", got)
			case c.field != "" && (len(got) != 1 || !strings.Contains(got[c.field], c.says)):
				t.Errorf("refused: %v, want %s: %s", got, c.field, c.says)
			}
		})
	}
}
