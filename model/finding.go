package model

// Policy says which setting of direct internet access is right.
type Policy string

// The policies.
const (
	PolicyConnect  Policy = "connect"  // a notebook in a VPC must have direct internet access
	PolicyRestrict Policy = "restrict" // a notebook must not have direct internet access
	PolicyReport   Policy = "report"   // facts, no findings
)

// Policies lists every policy, the default first.
func Policies() []Policy { return []Policy{PolicyConnect, PolicyRestrict, PolicyReport} }

// Severity is how much a finding weighs.
type Severity string

// The severities. SeverityUnknown marks what could not be judged, which is not
// the same as being in order.
const (
	SeverityHigh    Severity = "high"
	SeverityMedium  Severity = "medium"
	SeverityLow     Severity = "low"
	SeverityUnknown Severity = "unknown"
)

// Severities lists every severity, the heaviest first.
func Severities() []Severity {
	return []Severity{SeverityHigh, SeverityMedium, SeverityLow, SeverityUnknown}
}

// Behind is the severity in brackets behind a word, "" for none.
func (s Severity) Behind() string {
	if s == "" {
		return ""
	}
	return " (" + string(s) + ")"
}

// Rank orders severities: the heavier, the greater. It is 0 for no severity.
func (s Severity) Rank() int {
	switch s {
	case SeverityHigh:
		return 4
	case SeverityMedium:
		return 3
	case SeverityLow:
		return 2
	case SeverityUnknown:
		return 1
	}
	return 0
}

// Control is a published check that a finding agrees with or that a remedy
// would fail.
type Control struct {
	ID       string // as its publisher writes it
	Title    string
	URL      string
	Severity Severity // the publisher's, "" where none is published
}

// Finding is a judged remark about a notebook under a policy.
type Finding struct {
	Code      string
	Severity  Severity
	Mitigated bool   // the deviation stands, but its harm is proven to be averted
	Phrase    string // a few words for a list
	Follows   []Control
	Breaks    []Control // what recreating the notebook as the policy wants would fail
}

// Unjudged reports whether it marks what could not be judged.
func (f Finding) Unjudged() bool { return f.Severity == SeverityUnknown }
