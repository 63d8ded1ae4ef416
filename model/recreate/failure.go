package recreate

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"nbscope/model"
)

// FailureKind is why a notebook could not be created or started.
type FailureKind string

// The kinds of failures.
const (
	FailureCapacity  FailureKind = "capacity"  // AWS has no machine of the type there
	FailureLifecycle FailureKind = "lifecycle" // a script of the lifecycle configuration failed, or took too long
	FailureInterface FailureKind = "eni-permission"
	FailureAddresses FailureKind = "addresses" // the subnet or the account has no room for one more interface
	FailureKey       FailureKind = "kms"
	FailureLimit     FailureKind = "limit" // a quota of the account
	FailureOther     FailureKind = "other"
)

// Words is the kind as a person calls it.
func (k FailureKind) Words() string {
	switch k {
	case FailureCapacity:
		return "no machine is free"
	case FailureLifecycle:
		return "a lifecycle script"
	case FailureInterface:
		return "permission for the network interface"
	case FailureAddresses:
		return "no room for the network interface"
	case FailureKey:
		return "the encryption key"
	case FailureLimit:
		return "a quota"
	case FailureOther:
	}
	return "not one that nbscope knows"
}

// Remedy is one way on from a failed creation.
type Remedy string

// The remedies. Each but the last is another plan for the same run.
const (
	RemedyRetry       Remedy = "retry"             // the same once more
	RemedyType        Remedy = "other type"        // of instance
	RemedySubnet      Remedy = "other subnet"      // in another zone, or with free addresses
	RemedyNoLifecycle Remedy = "without lifecycle" // attach the configuration after the copy
	RemedyKey         Remedy = "other key"
	RemedyRemove      Remedy = "remove" // the failed notebook, and end
)

// Failure is a FailureReason as it was understood.
type Failure struct {
	Kind      FailureKind
	Says      string // AWS's reason, without what no person can read
	LogGroup  string // of CloudWatch Logs, "" where no log tells more
	LogStream string
	LogRead   string // the AWS CLI command that prints the end of it
	Hint      string
	Choices   []Remedy // the likeliest first
}

// logGroup is where SageMaker writes what lifecycle scripts print.
const logGroup = "/aws/sagemaker/NotebookInstances"

// ReadFailure understands why the notebook with this name failed.
func ReadFailure(name, reason string) Failure {
	f := Failure{Kind: FailureOther, Says: readable(reason), Choices: []Remedy{RemedyRetry, RemedyRemove}}
	said := strings.ToLower(reason)
	for _, sign := range failureSigns() {
		if sign.is.MatchString(said) {
			f.Kind, f.Hint, f.Choices = sign.kind, sign.hint, sign.choices
			break
		}
	}
	switch {
	case f.Says == "":
		f.Says = "AWS gives no reason"
	case f.Kind == FailureLifecycle:
		f.LogGroup, f.LogStream = logGroup, name+"/LifecycleConfigOnCreate"
		if strings.Contains(said, "onstart") {
			f.LogStream = name + "/LifecycleConfigOnStart"
		}
	}
	return f
}

// failureSign is what the reason of one kind of failure looks like, in lower case.
type failureSign struct {
	kind    FailureKind
	is      *regexp.Regexp
	hint    string
	choices []Remedy
}

// failureSigns go from the most to the least certain: the text about a missing
// permission names the interface too.
func failureSigns() []failureSign {
	return []failureSign{
		{
			FailureCapacity, regexp.MustCompile(`insufficient .*capacity|insufficientinstancecapacity|no capacity`),
			"AWS has no such machine free in the subnet's zone now: retry later, or take another type, or a subnet in another zone",
			[]Remedy{RemedyRetry, RemedyType, RemedySubnet, RemedyRemove},
		},
		{
			FailureLimit, regexp.MustCompile(`service limit '|resourcelimitexceeded`),
			"a quota of the account is used up: have it raised, delete a notebook that nobody needs, or take another type where the quota is that of a type",
			[]Remedy{RemedyType, RemedyRetry, RemedyRemove},
		},
		{
			FailureLifecycle, regexp.MustCompile(`lifecycle config`),
			"a script that ends with an error is reported as one that took too long; it may miss a command of the new platform, " +
				"or the internet: read its log, or create without it and attach it after the copy",
			[]Remedy{RemedyNoLifecycle, RemedyRetry, RemedyRemove},
		},
		{
			FailureKey, regexp.MustCompile(`\bkms|\bencryption key|creategrant`),
			"the key must be enabled, and its policy must let you use it and make grants",
			[]Remedy{RemedyKey, RemedyRetry, RemedyRemove},
		},
		{
			FailureAddresses, regexp.MustCompile(`free addresses|insufficient.*(ip|address)|networkinterfacelimit|(interface|eni)s?\b.*\b(limit|quota)|(limit|quota).*\binterface`),
			"the subnet has no free address, or the region no room for another network interface",
			[]Remedy{RemedySubnet, RemedyRetry, RemedyRemove},
		},
		{
			FailureInterface, regexp.MustCompile(`createnetworkinterface|network ?interface.*permission|permission.*network ?interface`),
			"you need ec2:CreateNetworkInterface, DescribeSubnets, DescribeSecurityGroups and DescribeVpcs yourself: AWS uses your permissions and not those of the role",
			[]Remedy{RemedyRetry, RemedyRemove},
		},
	}
}

// Failure is why AWS did not make a run's replacement, with the ways on that the run
// offers now; false where that is not what it stands at.
func (r *Run) Failure() (Failure, bool) {
	var f Failure
	switch p, kind := r.Problem, r.def().Kind; {
	case r.Phase != PhaseFailed:
		return f, false
	case kind == StepWait && r.Replacement.status() == model.StatusFailed:
		f = ReadFailure(r.Plan.Spec.Name, r.Replacement.FailureReason)
	case kind == StepCreate && p != nil && p.Code != "": // AWS's own answer
		f = ReadFailure(r.Plan.Spec.Name, p.Code+" "+p.Message)
		f.Says, f.Hint = cmp.Or(readable(p.Message), p.Code), cmp.Or(f.Hint, p.Hint)
		f.LogGroup, f.LogStream = "", "" // no script has run
	default:
		return f, false
	}
	if f.LogStream != "" {
		f.LogRead = command("aws", "logs", "get-log-events", "--region", r.Plan.Source.Region, "--log-group-name", f.LogGroup,
			"--log-stream-name", f.LogStream, "--limit", "100", "--query", "events[].message", "--output", "text")
	}
	offered := r.Choices()
	f.Choices = slices.DeleteFunc(slices.Clone(f.Choices), func(m Remedy) bool {
		if m == RemedyRemove && !r.Removable() {
			return true // there is nothing to remove
		}
		return !slices.Contains(offered, m.Event()) || m.Field() != "" && r.Plan.Spec.Value(m.Field()) == ""
	})
	return f, true
}

// Words is what the remedy does for a run. Where something was made, it is removed
// before another is; of a creation in doubt it is not known whether there will be.
func (m Remedy) Words(r *Run) string {
	failed := r.Replacement.status() == model.StatusFailed
	switch m {
	case RemedyRetry:
		if failed {
			return "remove the failed one, try the same again"
		}
		return "try the same again"
	case RemedyType:
		return "take another instance type"
	case RemedySubnet:
		return "take another subnet"
	case RemedyNoLifecycle:
		return "create without the lifecycle configuration"
	case RemedyKey:
		return "take another encryption key"
	case RemedyRemove:
		if failed {
			return "remove the failed one, and end"
		}
		return "end, and remove what may have been made"
	}
	return string(m)
}

// Event is the decision that a remedy begins with.
func (m Remedy) Event() EventKind {
	switch m {
	case RemedyRetry:
		return EventRetry
	case RemedyRemove:
		return EventRollback
	case RemedyType, RemedySubnet, RemedyNoLifecycle, RemedyKey:
	}
	return EventAmended
}

// Field is the field of the plan that a remedy changes, as Create names it; "" where
// it changes none.
func (m Remedy) Field() string {
	switch m {
	case RemedyType:
		return FieldType
	case RemedySubnet:
		return FieldSubnet
	case RemedyNoLifecycle:
		return FieldLifecycle
	case RemedyKey:
		return FieldKey
	case RemedyRetry, RemedyRemove:
	}
	return ""
}

// encodedMessage begins pages of base64 that only sts:DecodeAuthorizationMessage
// reads.
const encodedMessage = "Encoded authorization failure message:"

// longName is an ARN of SageMaker's; what a person knows it by stands at its end.
var longName = regexp.MustCompile(`arn:[a-z-]+:sagemaker:[a-z0-9-]*:\d*:[a-z-]+/([A-Za-z0-9-]+)`)

func readable(reason string) string {
	if i := strings.Index(reason, encodedMessage); i >= 0 {
		reason = reason[:i]
	}
	return strings.Join(strings.Fields(longName.ReplaceAllString(reason, "$1")), " ")
}
