package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func testNow() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// known is a notebook of which everything was fetched.
func known() *Notebook {
	done := Part{State: LoadDone}
	return &Notebook{
		ARN: "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn", Name: "churn", Account: "111122223333",
		Region: "eu-west-1", Status: StatusInService, InstanceType: "ml.t3.medium", Created: testNow().Add(-3 * 24 * time.Hour),
		Described: done, Located: done, Tagged: done, SubnetID: "subnet-1", SubnetName: "private", VPCID: "vpc-1", VPCName: "prod",
		SecurityGroups: []string{"sg-1", "sg-2"}, DirectInternet: Disabled, RootAccess: Enabled, RoleARN: "arn:aws:iam::1:role/x/Data",
		KMSKeyID: "arn:aws:kms:eu:1:key/ab", Platform: "notebook-al2023-v1", IMDSVersion: "2", VolumeGB: 5, LifecycleName: "auto",
		Tags:      []Tag{{"Owner", "Ana"}, {"Team", "ml"}},
		Networked: done, Egress: &Egress{Verdict: VerdictEndpoints, Reason: "No route leads out."},
	}
}

// testLens finds the lack of direct internet, by the number of letters of the
// notebook's name, and what could not be described.
func testLens() Lens {
	return Lens{Now: testNow(), Aliases: map[string]string{"111122223333": "prod-ml"}, Findings: func(n *Notebook) []Finding {
		switch {
		case n.Described.State == LoadFailed:
			return []Finding{{Code: "not-seen", Severity: SeverityUnknown}}
		case n.NetworkMode() == NetworkVPCOnly:
			return []Finding{{Code: "off", Severity: Severities()[len(n.Name)%2], Mitigated: len(n.Name)%3 == 0}}
		}
		return nil
	}}
}

func TestCellOfAKnownNotebook(t *testing.T) {
	want := map[FieldID]string{
		FieldName: "churn", FieldAccount: "prod-ml", FieldRegion: "eu-west-1", FieldStatus: "InService", FieldVPC: "vpc-1 prod",
		FieldSubnet: "subnet-1 private", FieldNet: "off", FieldType: "ml.t3.medium", FieldPlatform: "al2023-v1", FieldAge: "3d",
		FieldSG: "sg-1 sg-2", FieldRole: "Data", FieldLifecycle: "auto", FieldRoot: "on", FieldIMDS: "2", FieldVolume: "5 GB",
		FieldKMS: "ab", FieldTags: "Owner=Ana Team=ml", FieldEgress: "endpoints only", FieldFinding: "medium",
	}
	for _, f := range Fields() {
		if got := testLens().Cell(known(), f.ID); got != (Cell{want[f.ID], CellKnown}) {
			t.Errorf("%s is %+v, want %q", f.ID, got, want[f.ID])
		}
		if f.Title == "" || f.Long == "" {
			t.Errorf("%s has no title or no description", f.ID)
		}
	}
	if got := testLens().Text(known(), "nothing"); got != "" {
		t.Errorf("a field that does not exist reads %q", got)
	}
}

// listed is what the list page tells; every other field waits for its part.
func listed() []FieldID {
	return []FieldID{FieldName, FieldAccount, FieldRegion, FieldStatus, FieldType, FieldAge, FieldLifecycle}
}

func TestCellOfWhatIsNotKnownNeverReadsAsAbsent(t *testing.T) {
	refused := Part{State: LoadFailed, Reason: "AccessDenied"}
	for _, c := range []struct {
		says   string
		part   Part
		want   Cell
		reason string
	}{
		{"pending", Part{}, Cell{TextPending, CellPending}, "on its way"},
		{"refused", refused, Cell{TextUnknown, CellUnknown}, "AccessDenied"},
		{"refused in silence", Part{State: LoadFailed}, Cell{TextUnknown, CellUnknown}, "refused without a reason"},
	} {
		t.Run(c.says, func(t *testing.T) {
			all := known()
			n := &Notebook{
				Name: all.Name, Account: all.Account, Region: all.Region, Status: all.Status, InstanceType: all.InstanceType,
				Created: all.Created, LifecycleName: all.LifecycleName, Described: c.part, Located: c.part, Tagged: c.part,
			}
			for _, f := range Fields() {
				got, want, reason := testLens().Cell(n, f.ID), c.want, c.reason
				if f.ID == FieldFinding {
					want, reason = findingOf(c.part)
				} else if slices.Contains(listed(), f.ID) {
					want, reason = testLens().Cell(all, f.ID), ""
				} else if text := testLens().Text(n, f.ID); text != "" {
					t.Errorf("%s reads %q although it is not known", f.ID, text)
				}
				if got != want || n.Reason(f.ID) != reason || n.Knows(f.ID) != (reason == "") {
					t.Errorf("%s is %+v because %q, want %+v because %q", f.ID, got, n.Reason(f.ID), want, reason)
				}
			}
		})
	}
}

// findingOf is what is found about a notebook of which no part is known: that it
// was refused is a finding.
func findingOf(p Part) (cell Cell, reason string) {
	if p.State == LoadPending {
		return Cell{TextPending, CellPending}, "on its way"
	}
	return Cell{"unknown", CellUnknown}, ""
}

func TestCellOfTheVPCWaitsForTheSubnetToBeResolved(t *testing.T) {
	n := known()
	n.VPCID, n.VPCName, n.Located = "", "", Part{}
	if got := testLens().Cell(n, FieldVPC); got.State != CellPending {
		t.Errorf("with a subnet that is not resolved yet: %+v", got)
	}
	n.Located = Part{State: LoadFailed, Reason: "no ec2:DescribeSubnets"}
	if got := testLens().Cell(n, FieldVPC); got.State != CellUnknown || n.Reason(FieldVPC) != "no ec2:DescribeSubnets" {
		t.Errorf("with a subnet that may not be resolved: %+v because %q", got, n.Reason(FieldVPC))
	}
	n.SubnetID = ""
	if got := testLens().Cell(n, FieldVPC); got.State != CellAbsent {
		t.Errorf("without a subnet there is nothing to resolve: %+v", got)
	}
}

func TestCellOfWhatIsAbsent(t *testing.T) {
	done := Part{State: LoadDone}
	n := &Notebook{Name: "x", Described: done, Located: done, Tagged: done}
	for _, f := range []FieldID{FieldVPC, FieldSubnet, FieldSG, FieldLifecycle, FieldKMS, FieldTags, FieldAge} {
		if got := testLens().Cell(n, f); got != (Cell{TextAbsent, CellAbsent}) {
			t.Errorf("%s is %+v", f, got)
		}
	}
	for _, f := range []FieldID{FieldNet, FieldRoot, FieldPlatform, FieldIMDS, FieldVolume} {
		if got := testLens().Cell(n, f); got != (Cell{TextUnknown, CellUnknown}) || n.Knows(f) || !strings.HasPrefix(n.Reason(f), "AWS gave no value for ") {
			t.Errorf("%s, which every notebook has, is %+v because %q", f, got, n.Reason(f))
		}
	}
	if got := testLens().Cell(&Notebook{DirectInternet: Enabled, Described: done}, FieldNet).Text; got != "on (no VPC)" {
		t.Errorf("direct internet without a VPC reads %q", got)
	}
	if got := testLens().Cell(&Notebook{DirectInternet: "Filtered", SubnetID: "s", Described: done}, FieldNet).Text; got != "Filtered" {
		t.Errorf("a value of tomorrow reads %q", got)
	}
}

func TestCompareOrdersByTheFieldWithEmptyLast(t *testing.T) {
	done := Part{State: LoadDone}
	at := func(d time.Duration) *Notebook { return &Notebook{Created: testNow().Add(-d), Described: done} }
	volume := func(gb int) *Notebook { return &Notebook{VolumeGB: gb, Described: done} }
	named := func(s string) *Notebook { return &Notebook{Name: s} }
	for _, c := range []struct {
		says  string
		field FieldID
		a, b  *Notebook
		want  int
	}{
		{"the younger first", FieldAge, at(time.Hour), at(2 * time.Hour), -1},
		{"no creation time last", FieldAge, &Notebook{}, at(time.Hour), 1},
		{"numbers as numbers", FieldVolume, volume(9), volume(10), -1},
		{"no volume last", FieldVolume, volume(0), volume(10), 1},
		{"names without case", FieldName, named("alpha"), named("Beta"), -1},
		{"case decides a tie", FieldName, named("B"), named("b"), -1},
		{"the shorter first", FieldName, named("ab"), named("abc"), -1},
		{"the same is the same", FieldName, named("a"), named("a"), 0},
		{"no text last", FieldLifecycle, &Notebook{}, &Notebook{LifecycleName: "z"}, 1},
		{"what is not known last", FieldNet, &Notebook{}, &Notebook{DirectInternet: "on", SubnetID: "s", Described: done}, 1},
		{"nothing equals nothing", FieldKMS, &Notebook{}, &Notebook{}, 0},
	} {
		if got := compareField(testLens(), c.a, c.b, c.field); got != c.want {
			t.Errorf("%s: %d, want %d", c.says, got, c.want)
		}
		if got := compareField(testLens(), c.b, c.a, c.field); got != -c.want {
			t.Errorf("%s, the other way round: %d, want %d", c.says, got, -c.want)
		}
	}
}

func TestAge(t *testing.T) {
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 0: "0s", 59 * time.Second: "59s", time.Minute: "1m", 59*time.Minute + 59*time.Second: "59m",
		time.Hour: "1h", day - 1: "23h", day: "1d", 729 * day: "729d", 730 * day: "2y", 3650 * day: "10y",
	} {
		if got := Age(d); got != want {
			t.Errorf("Age(%v) is %q, want %q", d, got, want)
		}
	}
}

func TestNetworkMode(t *testing.T) {
	done := Part{State: LoadDone}
	for _, c := range []struct {
		says string
		n    Notebook
		want NetworkMode
		text string
	}{
		{"not described yet", Notebook{SubnetID: "s", DirectInternet: Enabled}, NetworkUnknown, "unknown"},
		{"refused", Notebook{Described: Part{State: LoadFailed}}, NetworkUnknown, "unknown"},
		{"no subnet", Notebook{Described: done, DirectInternet: Enabled}, NetworkNoVPC, "no VPC"},
		{"a subnet and direct internet", Notebook{Described: done, SubnetID: "s", DirectInternet: Enabled}, NetworkDirect, "VPC + direct"},
		{"a subnet only", Notebook{Described: done, SubnetID: "s", DirectInternet: Disabled}, NetworkVPCOnly, "VPC only"},
		{"a value of tomorrow", Notebook{Described: done, SubnetID: "s", DirectInternet: "Filtered"}, NetworkUnknown, "unknown"},
		{"no value", Notebook{Described: done, SubnetID: "s"}, NetworkUnknown, "unknown"},
		{"root access is another field", Notebook{Described: done, SubnetID: "s", RootAccess: Enabled, DirectInternet: Disabled}, NetworkVPCOnly, "VPC only"},
	} {
		if got := c.n.NetworkMode(); got != c.want || got.Phrase() != c.text {
			t.Errorf("%s: %q, %q", c.says, got, got.Phrase())
		}
	}
	if got := NetworkMode("mode of tomorrow").Phrase(); got != "mode of tomorrow" {
		t.Errorf("a mode of tomorrow reads %q", got)
	}
}

func TestUnknownNamesTheFieldsOfTheContract(t *testing.T) {
	denied := Part{State: LoadFailed, Reason: "denied"}
	described := func(reason string) map[string]string {
		out := map[string]string{}
		for _, f := range []string{
			"networkMode", "directInternetAccess", "vpcId", "subnetId", "securityGroups", "roleArn", "kmsKeyId", "platform",
			"rootAccess", "imdsVersion", "ipAddressType", "volumeGB", "failureReason",
		} {
			out[f] = reason
		}
		return out
	}
	for _, c := range []struct {
		says   string
		change func(n *Notebook)
		want   map[string]string
	}{
		{"everything known", func(*Notebook) {}, nil},
		{"describe refused: the VPC is unknown for the same reason", func(n *Notebook) { n.Described, n.Located = denied, Part{} }, described("denied")},
		{"describe on its way", func(n *Notebook) { n.Described, n.Located = Part{}, Part{} }, described("not described yet")},
		{"subnet not resolved", func(n *Notebook) { n.Located = Part{} }, map[string]string{"vpcId": "subnet not resolved yet"}},
		{"subnet refused", func(n *Notebook) { n.Located = denied }, map[string]string{"vpcId": "denied"}},
		{"no subnet: nothing to resolve", func(n *Notebook) { n.SubnetID, n.Located = "", Part{} }, nil},
		{"tags refused", func(n *Notebook) { n.Tagged = denied }, map[string]string{"tags": "denied"}},
		{"tags on their way", func(n *Notebook) { n.Tagged = Part{} }, map[string]string{"tags": "tags not fetched yet"}},
		{"a reason is never empty", func(n *Notebook) { n.Tagged = Part{State: LoadFailed} }, map[string]string{"tags": "refused without a reason"}},
		{"a value of tomorrow", func(n *Notebook) { n.DirectInternet = "Filtered" }, map[string]string{
			"networkMode": "direct internet access has a value that nbscope does not know: Filtered",
		}},
		{"no value", func(n *Notebook) { n.DirectInternet = "" }, map[string]string{
			"networkMode": "AWS gave no value for direct internet access", "directInternetAccess": "AWS gave no value for direct internet access",
		}},
		{"no value of what every notebook has", func(n *Notebook) { n.RootAccess, n.Platform, n.IMDSVersion, n.VolumeGB = "", "", "", 0 }, map[string]string{
			"rootAccess": "AWS gave no value for root access", "platform": "AWS gave no value for the platform",
			"imdsVersion": "AWS gave no value for the metadata service", "volumeGB": "AWS gave no value for the volume's size",
		}},
		{"no value of what not every one has", func(n *Notebook) { n.KMSKeyID, n.FailureReason, n.LifecycleName, n.IPAddressType = "", "", "", "" }, nil},
	} {
		n := known()
		c.change(n)
		if got := n.Unknown(); !maps.Equal(got, c.want) || (got == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", c.says, got, c.want)
		}
		if missed := strings.Contains(fmt.Sprint(c.want), "AWS gave no value"); missed && !n.Unseen() {
			t.Errorf("%s: is not counted as unseen", c.says)
		}
	}
}

func TestSmallAccessors(t *testing.T) {
	n := known()
	if v, ok := n.Tag("Team"); v != "ml" || !ok {
		t.Errorf("the tag Team is %q, %v", v, ok)
	}
	if _, ok := n.Tag("team"); ok {
		t.Error("AWS tells tag keys apart by case")
	}
	n.Repositories = []string{"main", "more"}
	if got := n.DefaultRepository(); got != "" {
		t.Errorf("without a default repository: %q", got)
	}
	n.HasDefaultRepo = true
	if got := n.DefaultRepository(); got != "main" {
		t.Errorf("the default repository is %q", got)
	}
	if got := (&Notebook{HasDefaultRepo: true}).DefaultRepository(); got != "" {
		t.Errorf("without repositories: %q", got)
	}
	if got := n.Target().String(); got != "111122223333/eu-west-1" {
		t.Errorf("the target is %q", got)
	}
	if got := (Identity{Account: "1", Alias: "a"}).Label() + (Identity{Account: "1"}).Label(); got != "a1" {
		t.Errorf("labels are %q", got)
	}
}

func TestTheTableOfFieldsIsWhole(t *testing.T) {
	members := map[string]Member{}
	for _, m := range Members() {
		members[m.Name] = m
	}
	seen, printed := map[FieldID]bool{}, map[int]FieldID{}
	for _, f := range Fields() {
		if seen[f.ID] || f.Title == "" || f.Long == "" || f.text == nil {
			t.Errorf("%s is there twice, or not whole", f.ID)
		}
		seen[f.ID] = true
		if f.Least < 1 || f.Most < f.Least || len(f.Title) > f.Most {
			t.Errorf("a column of %s has from %d to %d cells for %q", f.ID, f.Least, f.Most, f.Title)
		}
		if (f.Label == "") != (f.Page == PageNone) {
			t.Errorf("%s has the label %q and the page %d", f.ID, f.Label, f.Page)
		}
		if other, taken := printed[f.Printed]; taken || (f.Printed == 0) != (f.ID == FieldName) {
			t.Errorf("%s leaves a printed list together with %s", f.ID, other)
		}
		printed[f.Printed] = f.ID
		if m := members[f.member]; f.needs != "" && m.part != f.part || (f.needs == "") != (f.member == "") {
			t.Errorf("%s is needed as the member %q, which comes with another part", f.ID, f.member)
		}
	}
}

// TestAFieldIsFoundByEveryNameThatItGoesBy holds that names are never ambiguous, and that
// every member of the JSON is one.
func TestAFieldIsFoundByEveryNameThatItGoesBy(t *testing.T) {
	all := slices.Concat(Fields(), MoreFields())
	seen := map[string]FieldID{}
	for _, f := range all {
		for _, name := range append([]string{string(f.ID)}, f.Also...) {
			if was, ok := seen[strings.ToLower(name)]; ok && was != f.ID {
				t.Errorf("%s is %s and %s", name, was, f.ID)
			}
			seen[strings.ToLower(name)] = f.ID
			if got, ok := FieldNamed(strings.ToUpper(name)); !ok || got.ID != f.ID {
				t.Errorf("%s is %q, want %q", name, got.ID, f.ID)
			}
		}
	}
	for _, m := range Members() {
		if f, ok := FieldNamed(m.Name); !ok || f.Title == "" || f.Long == "" {
			t.Errorf("the member %s of the JSON is no field", m.Name)
		}
	}
	for name, want := range map[string]FieldID{"volumeGB": FieldVolume, "volume_gb": FieldVolume, "created": FieldAge, "roleArn": FieldRole, "instanceType": FieldType, "tag:Team": "tag:Team", "Tags:Team": "tag:Team", "url": FieldURL} {
		if f, ok := FieldNamed(name); !ok || f.ID != want {
			t.Errorf("%s is %q, want %q", name, f.ID, want)
		}
	}
	for _, name := range []string{"", "nothing", "vpc:x", "tag:", ":"} {
		if f, ok := FieldNamed(name); ok {
			t.Errorf("%q is %s", name, f.ID)
		}
	}
}

func TestMoreFieldsReadAsTheJSONDoes(t *testing.T) {
	n := known()
	n.URL, n.Repositories, n.FailureReason, n.Stale, n.Modified = "churn.notebook", []string{"https://u:pw@git/x", "b"}, "no capacity", true, testNow()
	for name, want := range map[string]string{
		"arn": n.ARN, "url": "churn.notebook", "failureReason": "no capacity", "stale": "yes", "source": "cache", "modified": "2026-11-23T12:00:00Z", "why_unknown": "",
	} {
		if got := testLens().Text(n, FieldID(name)); got != want {
			t.Errorf("%s reads %q, want %q", name, got, want)
		}
	}
	if got := testLens().Text(n, "codeRepositories"); strings.Contains(got, "pw") || !strings.HasSuffix(got, " b") {
		t.Errorf("repositories read %q", got)
	}
	n.Described = Part{State: LoadFailed, Reason: "refused"}
	if got := testLens().Cell(n, "failureReason"); got.State != CellUnknown || !strings.Contains(testLens().Text(n, FieldWhy), "refused") {
		t.Errorf("of what was refused: %+v, because %q", got, testLens().Text(n, FieldWhy))
	}
}

func TestASortIsReadByAnyName(t *testing.T) {
	for word, want := range map[string]SortKey{
		"age": {FieldAge, false}, "-age": {FieldAge, true}, "created": {FieldAge, true}, "-created": {FieldAge, false}, "-volumeGB": {FieldVolume, true}, "arn": {FieldARN, false},
	} {
		if got, ok := SortNamed(word); !ok || got != want {
			t.Errorf("%s is %+v, want %+v", word, got, want)
		}
	}
	if _, ok := SortNamed("-nothing"); ok {
		t.Error("nothing is a field")
	}
}
