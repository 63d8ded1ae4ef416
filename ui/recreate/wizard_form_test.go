package recreate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/uitest"
)

// overlays are what was shown by an intent, with the jobs that fill it done.
func overlayOf(t *testing.T, do kit.Intent) kit.Overlay {
	t.Helper()
	h := &showing{}
	kit.Perform(h, do)
	if h.shown == nil {
		t.Fatalf("%#v shows nothing", do)
	}
	return h.shown
}

func TestAFieldOfTheFormSaysWhatItWasAndWhyItIsRefused(t *testing.T) {
	d, w, _ := checkedDraft(func(s *recreate.Snapshot) { s.LifecycleName = "" })
	field := func(create string) recreate.FieldDef {
		for _, f := range formFields() {
			if f.Create == create {
				return f
			}
		}
		t.Fatalf("there is no field %s", create)
		return recreate.FieldDef{}
	}
	lines := func(create string, at bool, width int) []string {
		return drawn(w.form.fieldLines(field(create), at, width))
	}
	for _, c := range []struct {
		change func()
		create string
		at     bool
		want   []string
	}{
		{nil, recreate.FieldName, false, []string{"  Name                       churn-net   was churn"}},
		{nil, recreate.FieldName, true, []string{"▌ Name                       churn-net   was churn"}},
		{nil, recreate.FieldType, false, []string{"  Instance type              ml.t3.medium"}},
		{nil, recreate.FieldLifecycle, false, []string{"  Lifecycle configuration    none"}},
		{func() { d.spec.LifecycleName = "proxy" }, recreate.FieldLifecycle, false, []string{"  Lifecycle configuration    proxy   was none"}},
		{func() { d.spec.InstanceType = "x"; d.invalid = map[string]string{recreate.FieldType: "no type"} }, recreate.FieldType, false, []string{
			"  Instance type              x   was ml.t3.medium", "                             ✗ no type",
		}},
		{nil, fieldVPC, false, []string{"  VPC                        vpc-0a12"}},
		{func() { d.checked = false }, fieldVPC, false, []string{"  VPC                        that of the subnet"}},
		{func() { d.notebook = &model.Notebook{SubnetID: "subnet-0a1", VPCID: "vpc-09"} }, fieldVPC, false, []string{"  VPC                        vpc-09"}},
		{func() { d.notebook.SubnetID = "subnet-0b2" }, fieldVPC, false, []string{"  VPC                        that of the subnet"}},
		{func() { d.spec.SubnetID = "" }, fieldVPC, false, []string{"  VPC                        none"}},
		{nil, fieldData, false, []string{"  Data                       by hand"}},
		{nil, fieldPromises, false, []string{"  Has to reach               pypi, conda, s3, sagemaker.api"}},
	} {
		if c.change != nil {
			c.change()
		}
		if d := uitest.Differ(lines(c.create, c.at, 100), c.want); d != "" {
			t.Errorf("%s: %s", c.create, d)
		}
	}
	for width, want := range map[int]int{0: 14, 49: 14, 52: 14, 53: 15, 90: 25, 91: 26, 200: 26} {
		if got := formLabelWidth(width); got != want {
			t.Errorf("in %d cells a label has %d, want %d", width, got, want)
		}
	}
	for create, want := range map[string]int{recreate.FieldGroups: 5, recreate.FieldMoreRepos: 3, recreate.FieldType: 1} {
		if got := mostOf(create); got != want {
			t.Errorf("%s has %d, want %d", create, got, want)
		}
	}
}

func TestTheFormSaysWhereItStands(t *testing.T) {
	d, w, _ := checkedDraft(nil)
	pg, n := w.form, len(formFields())
	last := func(height int) string {
		all := drawn(strings.Split(pg.view(100, height), "\n"))
		if len(all) != height {
			t.Errorf("%d lines in %d", len(all), height)
		}
		return all[len(all)-1]
	}
	row := func() string {
		r := pg.steps()[0]
		return strings.Join([]string{uitest.ToneName(r.tone), r.sign, r.note}, "|")
	}
	const checked = " preflight has checked these values"
	if got := last(n + 4); got != checked || row() != "good|✓|" {
		t.Errorf("checked: %q, %q", got, row())
	}
	// of a rule, two lines of help and this line, four are no fields
	for missing, want := range map[int]string{1: "1 field below", 2: "2 fields below"} {
		if got := last(n + 4 - missing); !strings.HasPrefix(got, checked) || !strings.HasSuffix(got, want) {
			t.Errorf("with %d lines too few: %q, want %q at its end", missing, got, want)
		}
	}
	pg.move(99)
	if got := last(n + 1); pg.field != n-1 || strings.Contains(got, "below") || pg.top == 0 {
		t.Errorf("at its end: %q at field %d, from line %d", got, pg.field, pg.top)
	}
	pg.scroll(-99)
	if pg.field != 0 {
		t.Errorf("at its begin: field %d", pg.field)
	}
	if got := last(lowPage - 1); strings.Contains(got, checked) {
		t.Errorf("a low page says %q", got)
	}
	d.checked = false
	if got := last(n + 4); got != " ▲ preflight runs again when you leave the form" || row() != "good|✓|" {
		t.Errorf("changed: %q, %q", got, row())
	}
	d.invalid = map[string]string{"x": "y"}
	if got := last(n + 4); got != " ✗ 1 field would be refused" || row() != "bad|✗|1 invalid" {
		t.Errorf("refused: %q, %q", got, row())
	}
	d.source = nil
	if row() != "dim|○|" || pg.edit() != nil {
		t.Errorf("not seen: %q", row())
	}
}

// TestAClickOnTheFormEditsTheFieldThatItIsAt clicks fields, and what stands below them.
func TestAClickOnTheFormEditsTheFieldThatItIsAt(t *testing.T) {
	_, w, _ := checkedDraft(nil)
	pg := w.form
	pg.view(100, 40)
	if pg.click(0, 2) != nil || pg.field != 2 {
		t.Errorf("a click goes to field %d", pg.field)
	}
	if pg.click(0, 2) == nil {
		t.Error("a click on the field under the cursor does not edit it")
	}
	if pg.click(0, len(formFields())) != nil || pg.field != 2 {
		t.Errorf("a click below the fields goes to %d", pg.field)
	}
	pg.view(100, 14)
	if pg.click(0, pg.room) != nil || pg.field != 2 {
		t.Errorf("a click on the help goes to %d", pg.field)
	}
	pg.click(0, pg.room-1)
	if pg.field != pg.room-1 {
		t.Errorf("a click on the last line goes to %d", pg.field)
	}
}

// TestEachFieldIsEditedItsOwnWay opens what edits a field, and takes a value.
func TestEachFieldIsEditedItsOwnWay(t *testing.T) {
	d, w, _ := checkedDraft(nil)
	pg := w.form
	edit := func(create string) kit.Intent { pg.goTo(create); return pg.edit() }
	if edit(recreate.FieldDirect) != nil || d.direction != recreate.Disable {
		t.Errorf("the direction is %s", d.direction)
	}
	pg.goTo("nothing of that name")
	name := overlayOf(t, edit(recreate.FieldName)).(*kit.Prompt)
	if name.Value() != d.spec.Name || name.Refuses("bad name") == "" || name.Refuses("good") != "" {
		t.Errorf("the name is %q, %q", name.Value(), name.Refuses("bad name"))
	}
	kit.Perform(&uitest.Host{}, name.Do("other"))
	if d.spec.Name != "other" {
		t.Errorf("the name is %q", d.spec.Name)
	}
	h := &uitest.Host{}
	kit.Perform(h, pg.setField(recreate.FieldVolume, "many"))
	if len(h.Asked) != 1 || !strings.HasPrefix(h.Asked[0], "say ") {
		t.Errorf("a volume of many: %q", h.Asked)
	}
	groups := overlayOf(t, edit(recreate.FieldGroups)).(*chooser)
	if !slices.Equal(groups.chosen, []string{"sg-01"}) || groups.most != 5 || len(groups.choices) != 3 || groups.typed == nil {
		t.Errorf("the groups are %+v", groups)
	}
	kit.Perform(h, groups.do([]string{"sg-01", "sg-02"}))
	if d.spec.Value(recreate.FieldGroups) != "sg-01, sg-02" {
		t.Errorf("the groups are %q", d.spec.Value(recreate.FieldGroups))
	}
	vpc := overlayOf(t, edit(fieldVPC)).(*chooser)
	if !slices.Equal(vpc.chosen, []string{pg.vpc()}) || len(vpc.choices) != 2 {
		t.Errorf("the VPCs are %+v", vpc)
	}
	subnet := overlayOf(t, vpc.do([]string{"vpc-0b34"})).(*chooser)
	if subnet.Value() != "vpc-0b34" || len(subnet.Found) != 1 || subnet.choices[subnet.Found[0].Index].Value != "subnet-0b2" {
		t.Errorf("the subnets of it are %+v", subnet.Found)
	}
	if prompt, ok := overlayOf(t, vpc.typed()).(*kit.Prompt); !ok || prompt.Title != subnet.Title {
		t.Errorf("a VPC is typed as %+v", prompt)
	}
	if typed := overlayOf(t, subnet.typed()).(*kit.Prompt); typed.Value() != "subnet-0a1" {
		t.Errorf("the subnet is typed from %q", typed.Value())
	}
	if kind := overlayOf(t, edit(recreate.FieldType)).(*chooser); kind.none || kind.most != 1 || kind.Value() != "" {
		t.Errorf("the type is %+v", kind)
	}
	if script := overlayOf(t, edit(recreate.FieldLifecycle)).(*chooser); !script.none || len(script.chosen) != 0 {
		t.Errorf("the scripts are %+v", script)
	}
}

// TestWhatAReplacementHasToReachIsChosen takes places out of what a plan promises.
func TestWhatAReplacementHasToReachIsChosen(t *testing.T) {
	d, w, _ := checkedDraft(nil)
	w.ports.own = []model.Destination{{Name: "git.example.com"}}
	w.form.goTo(fieldPromises)
	c := overlayOf(t, w.form.edit()).(*chooser)
	notes := map[string]string{}
	for _, f := range c.choices {
		notes[f.Value] = f.Note
	}
	all := recreate.Promises(w.ports.own)
	if c.most != len(all) || len(c.choices) != len(all) || !slices.Equal(c.chosen, d.promises()) {
		t.Errorf("%d of %d are offered, %q are chosen", len(c.choices), c.most, c.chosen)
	}
	if notes[model.DestinationPyPI] != strings.Join(model.Hosts(model.DestinationPyPI), ", ") || notes[recreate.PromiseClosed] != "nothing on the internet answers but through the VPC" {
		t.Errorf("the notes are %q", notes)
	}
	kit.Perform(&uitest.Host{}, c.do([]string{recreate.PromiseClosed, model.DestinationS3}))
	if want := []string{model.DestinationS3, recreate.PromiseClosed}; !slices.Equal(d.promises(), want) || !slices.Equal(d.plan.Promises, want) {
		t.Errorf("promised is %q, and %q in the plan", d.promises(), d.plan.Promises)
	}
	d.plan = nil
	d.promise(nil)
	if len(d.promises()) != 0 {
		t.Errorf("promised is %q", d.promises())
	}
}

// TestTheDataOfADraftGoesAsIsChosen chooses a way, a bucket, one that is typed, and one
// that cannot be.
func TestTheDataOfADraftGoesAsIsChosen(t *testing.T) {
	d, w, aws := checkedDraft(nil)
	open := func() *chooser { w.form.goTo(fieldData); return overlayOf(t, w.form.edit()).(*chooser) }
	w.ports.can = nil
	says := &uitest.Host{}
	for _, c := range open().choices {
		if bad := map[string]string{string(recreate.TransportManual): ""}; c.Bad != "not available in this session" && bad[c.Value] != c.Bad || c.Value == string(recreate.TransportManual) && c.Bad != "" {
			t.Errorf("%s is refused: %q", c.Value, c.Bad)
		}
	}
	kit.Perform(says, open().do([]string{string(recreate.TransportS3)}))
	kit.Perform(says, open().do([]string{string(recreate.TransportRelay)}))
	if fmt.Sprint(says.Asked) != "[say not available in this session say not available in this session]" || d.route.by != "" {
		t.Errorf("told %q, and it goes %+v", says.Asked, d.route)
	}
	w.ports.can = []recreate.Transport{recreate.TransportRelay, recreate.TransportS3}
	d.ports.can = w.ports.can
	c := open()
	if c.choices[0].Bad+c.choices[1].Bad+c.choices[2].Bad != "" || !slices.Equal(c.chosen, []string{string(recreate.TransportRelay)}) {
		t.Errorf("the ways are %+v, chosen %q", c.choices, c.chosen)
	}
	kit.Perform(says, c.do([]string{string(recreate.TransportManual)}))
	if d.route != (route{by: recreate.TransportManual}) {
		t.Errorf("it goes %+v", d.route)
	}
	buckets := overlayOf(t, open().do([]string{string(recreate.TransportS3)})).(*chooser)
	if len(buckets.choices) != 3 || !slices.Contains(aws.Calls, "choices "+recreate.FieldBucket) {
		t.Errorf("the buckets are %+v", buckets.choices)
	}
	says.Asked = nil
	kit.Perform(says, buckets.do([]string{"Old_Data"}))
	if fmt.Sprint(says.Asked) != "[say "+recreate.BadBucket("Old_Data")+"]" || d.route.by != recreate.TransportManual {
		t.Errorf("told %q, and it goes %+v", says.Asked, d.route)
	}
	kit.Perform(says, buckets.do([]string{buckets.choices[2].Value}))
	if d.route != (route{recreate.TransportS3, "nbscope-" + uitest.Prod + "-eu-west-1", true}) {
		t.Errorf("it goes %+v", d.route)
	}
	prompt := overlayOf(t, buckets.typed()).(*kit.Prompt)
	if prompt.Refuses(" X ") == "" || prompt.Refuses(" my-data ") != "" {
		t.Errorf("typed: %q, %q", prompt.Refuses("X"), prompt.Refuses(" my-data "))
	}
	kit.Perform(says, prompt.Do(" my-data "))
	if d.route != (route{by: recreate.TransportS3, bucket: "my-data"}) {
		t.Errorf("it goes %+v", d.route)
	}
}
