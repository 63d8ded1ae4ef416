package model

import (
	"cmp"
	"time"
)

// Load says how far a part of a notebook has been fetched.
type Load uint8

// The states of a part: not asked yet or on its way, there, refused, or not asked
// for because the user does not want it.
const (
	LoadPending Load = iota
	LoadDone
	LoadFailed
	LoadSkipped
)

// Part is the state of one separately fetched part of a notebook, with the
// reason when it could not be had or is not wanted; else Reason is empty.
type Part struct {
	State  Load
	Reason string
}

// Known reports whether the part was fetched.
func (p Part) Known() bool { return p.State == LoadDone }

// Notebook is one notebook instance as observed. It is immutable once it has
// left the scanner: a newer observation is a new value with the same ARN.
//
// The first group of fields comes with the list page; the second with the
// describe and is meaningful only if Described.Known(); VPCID and the names of
// VPC and subnet come from EC2 and are meaningful only if Located.Known(); Tags
// only if Tagged.Known(). Egress says by itself what it does not know: it stands
// although a fact behind it was refused.
type Notebook struct {
	ARN           string
	Name          string
	Account       string
	Region        string
	Status        Status
	InstanceType  string
	URL           string // host and path, as AWS gives it, without a scheme
	Created       time.Time
	Modified      time.Time
	LifecycleName string   // "" when none is attached
	Repositories  []string // default repository first, then the additional ones

	Described      Part
	SubnetID       string // "" means no VPC
	SecurityGroups []string
	NetworkID      string // the network interface in the customer's VPC
	DirectInternet string // Enabled, Disabled, or a future value as it came
	RootAccess     string
	RoleARN        string
	KMSKeyID       string
	Platform       string
	IMDSVersion    string
	IPAddressType  string
	VolumeGB       int
	FailureReason  string
	HasDefaultRepo bool // the first of Repositories is the default one

	Located    Part
	VPCID      string
	VPCName    string // the Name tag, "" when it has none
	SubnetName string

	Tagged Part
	Tags   []Tag // sorted by key

	Networked   Part      // the facts behind Egress; failed when one was refused, or is not understood and Egress hangs on it
	NetworkedAt time.Time // when they were read; zero where none are needed
	Egress      *Egress   // nil until judged; never changed
	Probe       *Probe    // what was tried from inside; nil where nobody has. In no scan, and in no cache

	SeenAt time.Time // when the newest part was observed
	Stale  bool      // from the cache, not confirmed by this scan yet
}

// Unseen reports whether a part of the notebook could not be seen. What is on its
// way is not unseen yet, and what was skipped is not missed.
func (n *Notebook) Unseen() bool {
	return n.Stale || n.Described.State == LoadFailed || n.Located.State == LoadFailed ||
		n.Tagged.State == LoadFailed || n.Networked.State == LoadFailed || n.untold() != nil
}

// untoldValue begins the reason for a value that AWS gives for every notebook, and
// did not give for this one.
const untoldValue = "AWS gave no value for "

// untold lists the fields that every notebook has a value for and that the describe
// did not give one for. An address type is not among them: AWS told none before
// there was more than IPv4.
func (n *Notebook) untold() (fields []FieldID) {
	if !n.Described.Known() {
		return nil
	}
	for _, f := range [...]FieldID{FieldNet, FieldRoot, FieldPlatform, FieldIMDS, FieldVolume} {
		if !n.told(f).Known() {
			fields = append(fields, f)
		}
	}
	return fields
}

// told is the part that a field of the describe is in: failed where every notebook
// has a value and AWS gave none.
func (n *Notebook) told(f FieldID) Part {
	missing := f == FieldNet && n.DirectInternet == "" || f == FieldRoot && n.RootAccess == "" ||
		f == FieldPlatform && n.Platform == "" || f == FieldIMDS && n.IMDSVersion == "" || f == FieldVolume && n.VolumeGB == 0
	if missing && n.Described.Known() {
		_, words := memberOf(f)
		return Part{State: LoadFailed, Reason: untoldValue + words}
	}
	return n.Described
}

// Tag is one key and value of an AWS resource.
type Tag struct {
	Key   string
	Value string
}

// Target is where the notebook lives.
func (n *Notebook) Target() Target { return Target{Account: n.Account, Region: n.Region} }

// NetworkMode derives the plain name of the notebook's network from its subnet
// and its direct internet field; NetworkUnknown until the describe has answered
// and for a value of the field that is not known.
func (n *Notebook) NetworkMode() NetworkMode {
	switch {
	case !n.Described.Known():
		return NetworkUnknown
	case n.SubnetID == "":
		return NetworkNoVPC
	case n.DirectInternet == Enabled:
		return NetworkDirect
	case n.DirectInternet == Disabled:
		return NetworkVPCOnly
	}
	return NetworkUnknown
}

// Tag returns the value of the tag with this key.
func (n *Notebook) Tag(key string) (string, bool) {
	for _, t := range n.Tags {
		if t.Key == key {
			return t.Value, true
		}
	}
	return "", false
}

// DefaultRepository returns the default code repository, "" when there is none.
func (n *Notebook) DefaultRepository() string {
	if n.HasDefaultRepo && len(n.Repositories) > 0 {
		return n.Repositories[0]
	}
	return ""
}

// Unknown names every field of the JSON contract that this notebook has no
// value for because it was not fetched or was refused, or because the value is
// one that this program does not know how to read, each with the reason. A
// notebook that is fully known gives nil.
func (n *Notebook) Unknown() map[string]string {
	out := map[string]string{}
	add := func(p Part, pending string, fields ...string) {
		for _, f := range fields {
			out[f] = p.why(pending)
		}
	}
	switch {
	case !n.Described.Known():
		// Whether there is a VPC to resolve is not known either.
		add(n.Described, "not described yet", describedFields()...)
		add(n.Described, "not described yet", "vpcId")
	case n.SubnetID != "" && !n.Located.Known():
		add(n.Located, "subnet not resolved yet", "vpcId")
	}
	if !n.Tagged.Known() {
		add(n.Tagged, "tags not fetched yet", "tags")
	}
	for _, f := range n.untold() {
		name, _ := memberOf(f)
		add(n.told(f), "", name)
	}
	n.unknownMode(out)
	if n.Egress == nil || n.Egress.Verdict == VerdictUnknown && n.Networked.State == LoadFailed {
		add(n.Networked, "network not judged yet", "egress")
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// memberOf is how the JSON contract and a sentence name a field of untold.
func memberOf(f FieldID) (name, words string) {
	both := map[FieldID][2]string{
		FieldNet: {"directInternetAccess", "direct internet access"}, FieldRoot: {"rootAccess", "root access"}, FieldPlatform: {"platform", "the platform"},
		FieldIMDS: {"imdsVersion", "the metadata service"}, FieldVolume: {"volumeGB", "the volume's size"},
	}[f]
	return both[0], both[1]
}

// unknownMode says why there is no network mode although the notebook is described.
func (n *Notebook) unknownMode(out map[string]string) {
	switch {
	case !n.Described.Known() || n.NetworkMode() != NetworkUnknown:
	case n.DirectInternet == "":
		_, words := memberOf(FieldNet)
		out["networkMode"] = untoldValue + words
	default:
		out["networkMode"] = "direct internet access has a value that nbscope does not know: " + n.DirectInternet
	}
}

// why is the reason for a part that is not known.
func (p Part) why(pending string) string {
	if p.State == LoadPending {
		return pending
	}
	return cmp.Or(p.Reason, "refused without a reason")
}

// describedFields are the fields of the JSON contract that only the describe
// answers.
func describedFields() []string {
	return []string{
		"networkMode", "directInternetAccess", "subnetId", "securityGroups", "roleArn",
		"kmsKeyId", "platform", "rootAccess", "imdsVersion", "ipAddressType", "volumeGB", "failureReason",
	}
}
