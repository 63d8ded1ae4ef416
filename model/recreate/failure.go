package recreate

import (
	"regexp"
	"strings"
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
	FailureOther     FailureKind = "other"
)

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

// encodedMessage begins pages of base64 that only sts:DecodeAuthorizationMessage
// reads.
const encodedMessage = "Encoded authorization failure message:"

func readable(reason string) string {
	if i := strings.Index(reason, encodedMessage); i >= 0 {
		reason = reason[:i]
	}
	return strings.Join(strings.Fields(reason), " ")
}
