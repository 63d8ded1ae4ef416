package aws

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

func TestRegionsComeFromTheAccountThenFromWhatIsKnown(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.hook = func(c call) (int, string, bool) {
		switch c.op {
		case "DescribeRegions":
			return refuseEC2("UnauthorizedOperation", "no")
		case "ListRegions":
			return 403, `{"__type":"AccessDeniedException","message":"no"}`, true
		}
		return 0, "", false
	}
	inv := once(t, s.client(t), nil, model.ScanRequest{})
	problems := inv.Problems()
	if len(inv.Targets()) != len(knownRegions("aws")) || len(problems) != 1 || problems[0].Kind != model.KindDenied {
		t.Fatalf("%d targets, %v", len(inv.Targets()), problems)
	}
	if inv.Coverage().Complete() {
		t.Error("the list is a guess, and yet nothing can be missing")
	}
	named := once(t, s.client(t, func(o *Options) { o.Regions = []string{"eu-west-1", "us-east-1"} }), nil, model.ScanRequest{})
	if !named.Coverage().Complete() || len(named.Problems()) != 0 {
		t.Errorf("who names every region needs no list: %+v %v", named.Coverage(), named.Problems())
	}
}

func TestARegionThatAnsweredIsAskedWhateverListsSay(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.fill(homeAccount, "eu-isoe-west-1", 2)
	s.hook = func(c call) (int, string, bool) {
		switch c.op {
		case "DescribeRegions":
			return refuseEC2("UnauthorizedOperation", "no")
		case "ListRegions":
			return 403, `{"__type":"AccessDeniedException","message":"no"}`, true
		}
		return 0, "", false
	}
	s.partition = "aws-iso-x"
	inv := once(t, s.client(t, func(o *Options) { o.Static.Region = "eu-isoe-west-1" }), nil, model.ScanRequest{})
	if c := inv.Coverage(); c.Targets != 1 || c.Answered != 1 || inv.Len() != 2 || c.Complete() {
		t.Errorf("%d notebooks, %+v", inv.Len(), c)
	}
}

func TestRegionsAreChosenByNameAndPattern(t *testing.T) {
	t.Parallel()
	list := regionList{ask: []string{"eu-west-1", "eu-west-2", "us-east-1"}, words: map[string]model.RegionWord{"ap-east-1": model.RegionNotEnabled}}
	for name, c := range map[string]struct {
		patterns, want []string
		unused         string // the problem of a pattern that chooses nothing
		strange        string // the remark on a region that is asked all the same
	}{
		"none means all":                 {nil, list.ask, "", ""},
		"a name":                         {[]string{"us-east-1"}, []string{"us-east-1"}, "", ""},
		"a pattern":                      {[]string{"eu-*"}, []string{"eu-west-1", "eu-west-2"}, "", ""},
		"both, without doubles":          {[]string{"eu-*", "eu-west-1"}, []string{"eu-west-1", "eu-west-2"}, "", ""},
		"a region that AWS calls off":    {[]string{"ap-east-1"}, []string{"ap-east-1"}, "", ""},
		"a typing mistake":               {[]string{"eu-wst-1"}, []string{"eu-wst-1"}, "", "did you mean eu-west-1?"},
		"an availability zone":           {[]string{"us-east-1a"}, []string{"us-east-1a"}, "", "its region is us-east-1"},
		"the name of a place":            {[]string{"ireland"}, []string{"ireland"}, "", "that is a place; its region is eu-west-1"},
		"a local zone":                   {[]string{"us-west-2-lax-1a"}, []string{"us-west-2-lax-1a"}, "", "its region is us-west-2"},
		"a region of tomorrow":           {[]string{"xx-east-7"}, []string{"xx-east-7"}, "", "no region is known by the name xx-east-7"},
		"a pattern that matches nothing": {[]string{"sa-*"}, nil, "leave --region out", ""},
		"a region of another partition":  {[]string{"cn-north-1"}, nil, "no sign-in is in the partition aws-cn", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newRegionFilter(c.patterns)
			got := f.choose(list.ask, "aws")
			if !slices.Equal(got, c.want) {
				t.Errorf("chose %v, want %v", got, c.want)
			}
			remarks := f.unused()
			for _, region := range got {
				if p := list.strange(region); p != nil {
					remarks = append(remarks, *p)
				}
			}
			says := c.unused + c.strange
			if (len(remarks) > 0) != (says != "") || len(remarks) > 0 && !strings.Contains(remarks[0].Error(), says) {
				t.Errorf("remarks %v, want %q", remarks, says)
			}
		})
	}
}

func TestEveryRegionIsInThePartitionThatItsNameSays(t *testing.T) {
	t.Parallel()
	for _, partition := range partitions() {
		if len(knownRegions(partition)) == 0 {
			t.Errorf("no region of %s is known", partition)
		}
		for _, r := range knownRegions(partition) {
			if partitionOf(r) != partition {
				t.Errorf("%s is said to be in %s, and is in %s", r, partitionOf(r), partition)
			}
		}
	}
	for _, c := range []struct {
		region, partition string
		may               bool
	}{
		{"us-east-1", "aws", true}, {"us-east-1", "aws-cn", false}, {"cn-north-9", "aws-cn", true}, {"cn-north-1", "aws", false},
		{"xx-north-1", "aws", true}, {"xx-north-1", "aws-xx", true}, {"us-iso-east-1", "aws-iso-b", false},
	} {
		if mayBeIn(c.region, c.partition) != c.may {
			t.Errorf("%s may be in %s: %v", c.region, c.partition, !c.may)
		}
	}
	for region, want := range map[string]bool{
		"us-east-1": true, "eusc-de-east-1": true, "us-isof-south-1": true, "ap-southeast-4": false, "us-gov-east-1": false, "xx-east-1": false,
	} {
		if offersNotebooks(region) != want {
			t.Errorf("%s is known to offer notebooks: %v", region, !want)
		}
	}
}
