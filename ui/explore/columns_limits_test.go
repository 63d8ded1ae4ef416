package explore

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/query"
	"nbscope/ui/kit"
	"nbscope/ui/match"
	"nbscope/ui/uitest"
)

// TestColumnsHaveTheirLimitsByTheWidth looks right below and at each width from which on
// there is more room.
func TestColumnsHaveTheirLimitsByTheWidth(t *testing.T) {
	for _, c := range []struct {
		width, vpc, name int
		sign             model.FieldID
	}{
		{45, 8, 17, model.FieldStatus}, {46, 8, 19, model.FieldStatus}, {75, 8, 19, model.FieldStatus}, {76, 8, 19, model.FieldFinding}, {91, 8, 19, model.FieldFinding}, {92, 10, 22, ""},
		{99, 10, 22, ""}, {100, 10, 24, ""}, {109, 10, 24, ""}, {110, 14, 24, ""}, {149, 14, 24, ""}, {150, 24, 40, ""},
	} {
		if vpc, name, sign := vpcRoom(c.width), nameRoom(c.width), signOnly(c.width); vpc != c.vpc || name != c.name || sign != c.sign {
			t.Errorf("in %d cells: VPC %d, name %d, only the sign of %q; want %+v", c.width, vpc, name, sign, c)
		}
	}
	field := func(id model.FieldID) model.Field { f, _ := model.FieldOf(id); return f }
	for _, c := range []struct {
		id              model.FieldID
		accounts, width int
		group           model.FieldID
		least, priority int
	}{
		{model.FieldVPC, 2, 92, "", 10, field(model.FieldVPC).Priority},
		{model.FieldVPC, 2, 92, model.FieldVPC, field(model.FieldVPC).Least, 20},
		{model.FieldAccount, 1, 200, "", field(model.FieldAccount).Least, 19}, {model.FieldAccount, 2, 200, "", field(model.FieldAccount).Least, field(model.FieldAccount).Priority},
		{model.FieldEgress, 2, 59, "", 9, field(model.FieldEgress).Priority}, {model.FieldEgress, 2, 60, "", field(model.FieldEgress).Least, field(model.FieldEgress).Priority},
		{model.FieldEgress, 2, 75, "", field(model.FieldEgress).Least, field(model.FieldEgress).Priority}, {model.FieldEgress, 2, 76, "", 11, field(model.FieldEgress).Priority},
		{model.FieldEgress, 2, 91, "", 11, field(model.FieldEgress).Priority}, {model.FieldEgress, 2, 92, "", field(model.FieldEgress).Least, field(model.FieldEgress).Priority},
		{model.FieldFinding, 2, 75, "", 9, field(model.FieldFinding).Priority}, {model.FieldFinding, 2, 76, "", field(model.FieldFinding).Least, field(model.FieldFinding).Priority},
	} {
		if got := limited(field(c.id), c.accounts, c.width, c.group); got.Least != c.least || got.Priority != c.priority {
			t.Errorf("%s with %d accounts in %d cells: %d at least, priority %d; want %+v", c.id, c.accounts, c.width, got.Least, got.Priority, c)
		}
	}
}

// TestAColumnIsAsWideAsWhatStandsInIt lays columns out that were measured, sorted and not.
func TestAColumnIsAsWideAsWhatStandsInIt(t *testing.T) {
	name, _ := model.FieldOf(model.FieldName)
	status, _ := model.FieldOf(model.FieldStatus)
	kind, _ := model.FieldOf(model.FieldType)
	c := newColumns([]model.Field{name, status, kind})
	c.measure([]*model.Notebook{uitest.Notebook(0, strings.Repeat("n", 50), uitest.Prod, "eu-west-1", nil), uitest.Notebook(2, "b", uitest.Prod, "eu-west-1", nil)}, model.Lens{})
	c.measure([]*model.Notebook{uitest.Notebook(0, "short", uitest.Prod, "eu-west-1", nil)}, model.Lens{}) // it only grows
	lay := func(width int, o order) string {
		var out []string
		for _, col := range c.table(1, width, o) {
			out = append(out, fmt.Sprint(col.Title, " ", col.Min, " ", col.Want, " ", col.Max, " ", col.Priority))
		}
		return strings.Join(out, ", ")
	}
	wide := fmt.Sprint(name.Title, " ", min(24, name.Least), " 24 ", name.Most, " ", name.Priority)
	for _, c := range []struct {
		width int
		order order
		want  string
	}{
		{100, order{}, wide + ", STATUS 11 11 20 4, TYPE 13 13 16 8"},
		{100, order{field: model.FieldType}, wide + ", STATUS 11 11 20 4, TYPE 13 13 16 1"},
		{100, order{field: model.FieldType, ranked: true}, wide + ", STATUS 11 11 20 4, TYPE 13 13 16 8"},
		{60, order{}, fmt.Sprint(name.Title, " ", min(19, name.Least), " 19 ", name.Most, " ", name.Priority) + ",  1 1 1 1, TYPE 13 13 16 8"},
	} {
		if got := lay(c.width, c.order); got != c.want {
			t.Errorf("in %d cells by %+v: %q, want %q", c.width, c.order, got, c.want)
		}
	}
	c = newColumns([]model.Field{status}) // nothing is measured yet: the title, and the arrow where it is sorted by
	if got := lay(100, order{}) + ", " + lay(100, order{field: model.FieldStatus}); got != "STATUS 6 6 20 4, STATUS 8 8 20 1" {
		t.Errorf("without rows: %q", got)
	}
	c = newColumns([]model.Field{name, status, kind})
	if c.index(model.FieldType) != 2 || c.index(model.FieldVPC) != -1 {
		t.Errorf("the type is column %d, the VPC %d", c.index(model.FieldType), c.index(model.FieldVPC))
	}
}

func TestIdsAreCutToTheirFirstLettersWhereANameSaysMore(t *testing.T) {
	for _, c := range [][3]string{
		{"vpc-0a12bc", "", "vpc-0a12bc"}, {"vpc-0a12bc", "prod", "vpc-0a12 prod"}, {"vpc-0a12", "prod", "vpc-0a12 prod"}, {"vpc-0a123", "prod", "vpc-0a12 prod"}, {"odd", "prod", "odd prod"}, {"-abcde", "x", "-abcd x"},
	} {
		if got := shortID(c[0], c[1]); got != c[2] {
			t.Errorf("%s %s is %q, want %q", c[0], c[1], got, c[2])
		}
	}
	bare := uitest.Notebook(5, "a", uitest.Prod, "eu-west-1", uitest.Oddities(5))
	for f, want := range map[model.FieldID]string{model.FieldVPC: "none", model.FieldSubnet: "none", model.FieldLifecycle: model.TextAbsent} {
		if got := shown(bare, f, model.Lens{}).Text; got != want {
			t.Errorf("without a %s it is %q, want %q", f, got, want)
		}
	}
	if got := shifted([]int{0, 3, 5}, -3); !slices.Equal(got, []int{0, 2}) {
		t.Errorf("moved they are at %v", got)
	}
	if got := shifted([]int{0, 1}, 4); !slices.Equal(got, []int{4, 5}) {
		t.Errorf("moved they are at %v", got)
	}
}

// TestACellOfTheListSaysWhatIsKnown draws the cells of notebooks of every kind.
func TestACellOfTheListSaysWhatIsKnown(t *testing.T) {
	fields := []model.FieldID{model.FieldName, model.FieldStatus, model.FieldVPC, model.FieldSubnet, model.FieldAccount, model.FieldNet, model.FieldEgress, model.FieldFinding}
	defs := make([]model.Field, 0, len(fields))
	for _, id := range fields {
		f, _ := model.FieldOf(id)
		defs = append(defs, f)
	}
	high := []model.Finding{{Severity: model.SeverityHigh, Code: policy.CodeDirectOff}}
	finds := func(all []model.Finding) func(*model.Notebook) []model.Finding {
		return func(*model.Notebook) []model.Finding { return all }
	}
	isolated := uitest.Notebook(3, "a", uitest.Prod, "eu-west-1", func(n *model.Notebook) { n.VPCID, n.SubnetID, n.SubnetName = "vpc-0a12bc", "subnet-0a12bc", "" })
	pending := uitest.Notebook(2, "b", uitest.Prod, "eu-west-1", uitest.Oddities(2))
	outside := uitest.Notebook(5, "c", uitest.Prod, "eu-west-1", uitest.Oddities(5))
	unplaced := uitest.Notebook(6, "d", uitest.Prod, "eu-west-1", uitest.Oddities(6))
	for name, c := range map[string]struct {
		notebook *model.Notebook
		change   func(*rowSource)
		findings []model.Finding
		want     string
	}{
		"known":         {isolated, nil, high, "strong|a normal|● InService normal|vpc-0a12 analytics normal|subnet-0a12bc normal|111122223333 bad|off bad|✗ isolated bad|✗ high"},
		"dense":         {isolated, func(s *rowSource) { s.dense = true }, high, "strong|a normal|● InService normal|0a12 analytics normal|subnet-0a12bc normal|111122223333 bad|off bad|✗ isolated bad|✗ high"},
		"only the sign": {isolated, func(s *rowSource) { s.sign = model.FieldStatus }, high, "strong|a normal|● normal|vpc-0a12 analytics normal|subnet-0a12bc normal|111122223333 bad|off bad|✗ isolated bad|✗ high"},
		"only its sign": {isolated, func(s *rowSource) { s.sign = model.FieldFinding }, high, "strong|a normal|● InService normal|vpc-0a12 analytics normal|subnet-0a12bc normal|111122223333 bad|off bad|✗ isolated bad|✗"},
		"mitigated":     {isolated, nil, []model.Finding{{Severity: model.SeverityHigh, Code: policy.CodeDirectOff, Mitigated: true}}, "strong|a normal|● InService normal|vpc-0a12 analytics normal|subnet-0a12bc normal|111122223333 normal|off normal|✗ isolated dim|✗ high, mitigated"},
		"nothing found": {isolated, nil, nil, "strong|a normal|● InService normal|vpc-0a12 analytics normal|subnet-0a12bc normal|111122223333 normal|off normal|✗ isolated dim|-"},
		"faded":         {isolated, func(s *rowSource) { s.faded = func(*model.Notebook) bool { return true } }, high, "dim|a dim|● InService dim|vpc-0a12 analytics dim|subnet-0a12bc dim|111122223333 dim|off dim|✗ isolated dim|✗ high"},
		"in a run":      {isolated, func(s *rowSource) { s.running = func(*model.Notebook) bool { return true } }, high, "strong|a ◆ normal|● InService normal|vpc-0a12 analytics normal|subnet-0a12bc normal|111122223333 bad|off bad|✗ isolated bad|✗ high"},
		"told apart": {isolated, func(s *rowSource) {
			s.account = (&kit.World{Accounts: []kit.AccountLook{{Match: "*", Tone: kit.AccountTone("red")}}}).AccountLook
		}, high, "strong|a normal|● InService normal|vpc-0a12 analytics normal|subnet-0a12bc bad|111122223333 bad|off bad|✗ isolated bad|✗ high"},
		"on its way":    {pending, nil, nil, "strong|b busy|◐ Pending dim|… dim|… normal|111122223333 dim|… dim|… dim|…"},
		"outside a VPC": {outside, nil, nil, "strong|c normal|● InService dim|none dim|none normal|111122223333 normal|on normal|✓ direct dim|-"},
		"not known":     {unplaced, nil, nil, "strong|d normal|● InService unknown|? normal|subnet-074c1de2f3a normal|111122223333 normal|on normal|✓ direct dim|-"},
	} {
		s := &rowSource{
			arrangement: arrangement{rows: []*model.Notebook{c.notebook}, lens: model.Lens{Now: uitest.Noon(), Findings: finds(c.findings)}},
			fields:      defs, theme: plain(), faded: func(*model.Notebook) bool { return false }, engine: query.NewEngine(match.Fuzzy),
		}
		if c.change != nil {
			c.change(s)
		}
		var out []string
		for col := range defs {
			cell := s.Cell(0, col)
			out = append(out, uitest.ToneName(cell.Tone)+"|"+cell.Text+cell.Tail)
		}
		if got := strings.Join(out, " "); got != c.want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}
