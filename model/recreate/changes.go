package recreate

import (
	"cmp"
	"slices"
	"strings"

	"nbscope/model"
)

// The actions of a change.
const (
	Carry   = "carry"  // the replacement has the source's value
	Altered = "change" // it has another one, or one that the source has not
	Drop    = "drop"   // it has none
)

// Change says what becomes of one member of the API, or of one tag.
type Change struct {
	Field  string `json:"field"` // as the API names it in Create, or in Describe where Create has it not; "Tags.Team" for a tag
	Title  string `json:"-"`
	Before string `json:"before"`
	After  string `json:"after"` // "" also for what only AWS knows once it is there
	Action string `json:"action"`
	Why    string `json:"why"`              // "" for what is carried as it is
	Theirs bool   `json:"theirs,omitempty"` // somebody else changed it of the source since the plan before
	Aim    bool   `json:"-"`                // it is what the run is for
}

// Changes says what becomes of every member of DescribeNotebookInstance and
// CreateNotebookInstance, in the order of Fields, and of every tag.
func (p *Plan) Changes() []Change {
	c, fields := comparison{p}, Fields()
	out := make([]Change, 0, len(fields)+len(p.Spec.Tags))
	for _, f := range fields {
		switch {
		case f.Create == FieldTags:
			out = append(out, c.tags()...)
		case f.want == nil:
			out = append(out, c.given(f))
		default:
			out = append(out, c.asked(f))
		}
	}
	return c.sayTheirs(out)
}

// comparison holds the source against the spec of its replacement, member by member.
type comparison struct{ *Plan }

// DangerFirst orders changes for a screen: what the run is about, what is lost,
// what somebody else changed, what becomes different, what stays.
func DangerFirst(changes []Change) []Change {
	rank := func(c Change) int {
		switch {
		case c.Aim:
			return 0
		case c.Action == Drop:
			return 1
		case c.Theirs:
			return 2
		case c.Action == Altered && c.Before != "":
			return 3
		case c.Action == Altered:
			return 4
		}
		return 5
	}
	out := slices.Clone(changes)
	model.SortStable(out, func(a, b Change) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

// asked is what becomes of a member that is asked for.
func (p comparison) asked(f FieldDef) Change {
	c := Change{Field: f.Create, Title: f.Title, Before: f.before(&p.Source), After: f.after(&p.Spec), Action: Carry, Aim: f.Create == FieldDirect}
	switch {
	case c.Before == c.After:
		if c.Before == "" {
			c.Why = "the source has none"
		}
		return c
	case c.After == "":
		c.Action = Drop
	default:
		c.Action = Altered
	}
	c.Why = p.why(f.Create)
	c.Aim = c.Aim || p.Direction == IntoVPC && (f.Create == FieldSubnet || f.Create == FieldGroups)
	return c
}

// why says why a member of Create differs from the source.
func (p comparison) why(field string) string {
	src, spec := &p.Source, &p.Spec
	switch field {
	case FieldDirect:
		return "this is what the run is for; it can only be set at the creation, so it is always sent"
	case FieldName:
		return "a name cannot be changed, and the source keeps its own until it is deleted"
	case FieldPlatform:
		return platformWhy(src.Platform)
	case FieldIMDS:
		if src.IMDSVersion == "1" {
			return "AWS no longer creates notebooks with version 1: code that reads the metadata without a token stops working"
		}
		return "sent, since AWS's own texts differ on what is the default"
	case FieldLifecycle:
		if spec.LifecycleName == "" {
			return "created without it, so that its scripts cannot fail the creation or stop the copy; attach it afterwards"
		}
	case FieldVolume:
		return "chosen; a volume can grow and never shrink"
	case FieldRoot:
		if src.RootAccess == "" {
			return "AWS's default, sent so that it is seen"
		}
	case FieldSubnet, FieldGroups:
		return p.placeWhy()
	case FieldKey:
		if spec.KMSKeyID == "" {
			return "chosen: the volume is encrypted with AWS's key then"
		}
	}
	return "chosen"
}

// placeWhy says why the replacement stands elsewhere.
func (p comparison) placeWhy() string {
	switch {
	case p.Direction == IntoVPC:
		return "this is what the run is for; a notebook's VPC can only be set at the creation"
	case p.Source.SubnetID == "":
		return "direct internet access can be off in a VPC only"
	case p.Spec.SubnetID == "":
		return "chosen: without a VPC; it no longer reaches what it reached there by its own interface"
	}
	return "chosen"
}

func platformWhy(before string) string {
	switch {
	case isAL1(before):
		return "Amazon Linux 1 is over and has no update in place"
	case isAL2(before):
		return "Amazon Linux 2 cannot be created since 2026-07-01; packages, kernels and paths differ on Amazon Linux 2023"
	case before == "":
		return "AWS named none for the source; this is the only one that can be created"
	}
	return "the only platform that can be created since 2026-07-01"
}

// given is what becomes of a member that cannot be asked for.
func (p comparison) given(f FieldDef) Change {
	c := Change{Field: f.Name(), Title: f.Title, Before: f.before(&p.Source), Action: Altered}
	switch f.Name() {
	case FieldAccelerator:
		if c.Before == "" {
			return Change{Field: c.Field, Title: c.Title, Action: Carry, Why: "the source has none, and AWS has ended Elastic Inference"}
		}
		c.Action, c.Why = Drop, "AWS has ended Elastic Inference: no notebook can ask for it"
	case "NotebookInstanceArn":
		c.After, c.Why = p.ReplacementARN(), "a new name has a new ARN: policies, rules and grants that name the old one do not apply to it"
	case "NotebookInstanceStatus":
		c.After, c.Why = string(model.StatusInService), "the replacement runs; the source is stopped once the data is verified"
		if c.Before == c.After {
			c.Action = Carry
		}
	case "Url":
		c.After, c.Why = p.replacementURL(), "bookmarks of the old one do not lead to the new one"
	case "NetworkInterfaceId":
		switch {
		case c.Before == "" && p.Spec.SubnetID == "":
			return Change{Field: c.Field, Title: c.Title, Action: Carry, Why: "no VPC, so none in the account"}
		case p.Spec.SubnetID == "":
			c.Action, c.Why = Drop, "no VPC, so none in the account"
		case c.Before == "":
			c.Why = "AWS makes one in the subnet, with an address of the subnet"
		default:
			c.Why = "AWS makes a new one with another address: rules by address do not apply to it"
		}
	case "FailureReason":
		if c.Before == "" {
			return Change{Field: c.Field, Title: c.Title, Action: Carry, Why: "the source has not failed"}
		}
		c.Action, c.Why = Drop, "of the source only"
	default:
		c.Why = "AWS sets it"
	}
	return c
}

func (p comparison) tags() []Change {
	out := make([]Change, 0, len(p.Source.Tags)+len(p.Spec.Tags)+1)
	if p.Source.TagsUnknown != "" {
		out = append(out, Change{Field: FieldTags, Title: "Tags", Action: Drop, Why: "the source's tags could not be read: " + p.Source.TagsUnknown})
	}
	if len(p.Source.Tags)+len(p.Spec.Tags) == 0 && len(out) == 0 {
		out = append(out, Change{Field: FieldTags, Title: "Tags", Action: Carry, Why: "the source has none"})
	}
	for _, t := range p.Source.Tags {
		c := tagChange(t.Key, t.Value, "")
		after, kept := tagOf(p.Spec.Tags, t.Key)
		c.After = after
		switch {
		case kept && after == t.Value:
			c.Action = Carry
		case kept && runTag(t.Key):
			c.Action, c.Why = Altered, "of an earlier run; this one sets its own"
		case kept:
			c.Action, c.Why = Altered, "chosen"
		default:
			c.Action, c.Why = Drop, dropWhy(t.Key)
		}
		out = append(out, c)
	}
	for _, t := range p.Spec.Tags {
		if _, had := tagOf(p.Source.Tags, t.Key); !had {
			c := tagChange(t.Key, "", t.Value)
			c.Action, c.Why = Altered, addWhy(t.Key)
			out = append(out, c)
		}
	}
	return out
}

func tagChange(key, before, after string) Change {
	return Change{Field: FieldTags + "." + key, Title: "Tag " + key, Before: before, After: after}
}

func tagOf(tags []model.Tag, key string) (value string, ok bool) {
	for _, t := range tags {
		if t.Key == key {
			return t.Value, true
		}
	}
	return "", false
}

func dropWhy(key string) string {
	switch {
	case reservedTag(key):
		return "AWS reserves keys that begin with aws: and refuses them in a request"
	case runTag(key):
		return "of an earlier run; there is no room for this one's"
	}
	return "chosen"
}

func addWhy(key string) string {
	switch key {
	case TagRunID:
		return "marks the replacement as this run's: a create has no token to recognize it by"
	case TagSource:
		return "tells a colleague what it replaces"
	}
	return "chosen"
}

// replacementURL is the source's URL with the new name, "" where the source's is
// not of the usual form.
func (p comparison) replacementURL() string {
	_, rest, ok := strings.Cut(p.Source.URL, ".")
	if !ok {
		return ""
	}
	return strings.ToLower(p.Spec.Name) + "." + rest
}
