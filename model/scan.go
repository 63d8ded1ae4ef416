package model

import (
	"slices"
	"time"
)

// Mode says how much of what is known a scan may rely on.
type Mode uint8

// The modes of a scan.
const (
	// Incremental lists every target again and describes only what is new,
	// changed, in transition, or was never described. Network settings cannot
	// change in place, so a describe with the same LastModifiedTime still holds.
	Incremental Mode = iota
	// Full asks everything again.
	Full
	// Transition asks again only the targets named in ScanRequest.Only, and is
	// used for notebooks that AWS is changing right now.
	Transition
)

// ScanRequest asks for one pass over the targets.
type ScanRequest struct {
	Generation int // copied into every Batch of the scan
	Mode       Mode
	Only       []Target // empty: all targets
	Known      Snapshot // what may be relied on; nil for none
	// Kept says where an earlier scan saw notebooks of a target. Nothing is told of it:
	// it speaks against the word that there can be none, and it says which VPCs to ask
	// about before a describe does. nil: nothing is kept beside Known.
	Kept   func(Target) []Place
	Name   string // not empty: only the notebook of this name, in every target
	Listed bool   // nothing is asked but the lists

	Advise   bool   // reads the facts of every network and judges remedies by them
	AdviseOn string // not empty: remedies for the notebook of this ARN only
}

// Place is where a notebook was seen. VPCID is "" where the subnet's VPC was not told,
// and both are where the notebook is in no VPC.
type Place struct {
	Name            string
	Created         time.Time
	SubnetID, VPCID string
}

// Skip is what a scan does not ask for, because the user may not or will not. What
// is skipped costs no calls, is in no column, and is not missed.
type Skip struct {
	Tags   bool
	Egress bool // the verdict, and the calls for the facts behind it
}

// Skippable lists what can be skipped, as the user writes it.
func Skippable() []string { return []string{"tags", "egress"} }

// Why says why a field has no values, "" where it is not skipped.
func (s Skip) Why(f FieldID) string {
	switch _, tag := f.tag(); {
	case (f == FieldTags || tag) && s.Tags:
		return "skipped by --skip tags"
	case f == FieldEgress && s.Egress:
		return "skipped by --skip egress"
	}
	return ""
}

// Part is the state of the part that a field belongs to where it is skipped.
func (s Skip) Part(f FieldID) Part { return Part{State: LoadSkipped, Reason: s.Why(f)} }

// Fields lists the fields that have columns, in their order.
func (s Skip) Fields() []Field {
	return slices.DeleteFunc(Fields(), func(f Field) bool { return s.Why(f.ID) != "" })
}

// Snapshot is the inventory at a time, by target, safe to hand to another
// goroutine because neither the map nor the notebooks are changed afterwards.
type Snapshot map[Target][]*Notebook

// Batch is what a scan has found since its last batch. Notebooks replace what is
// known under their ARN. Every batch names the generation of its scan, so that
// late ones of an older scan are dropped.
type Batch struct {
	Generation int
	Identities []Identity
	Targets    []TargetStatus // newest status of each target that changed
	Notebooks  []*Notebook
	Gone       []string  // ARNs that a complete listing no longer has
	Problems   []Problem // sign-ins that failed; targets carry their own problem
	Index      *Index    // newest of what an index of AWS's says; nil: nothing new
	Asked      *Question // an MFA code is wanted; the scan waits for the answer
	Done       bool      // the scan is over; nothing follows
}

// Empty reports whether the batch says nothing.
func (b *Batch) Empty() bool {
	return len(b.Identities) == 0 && len(b.Targets) == 0 && len(b.Notebooks) == 0 && len(b.Gone) == 0 &&
		len(b.Problems) == 0 && b.Index == nil && b.Asked == nil && !b.Done
}

// Merge appends a later batch of the same scan.
func (b *Batch) Merge(later Batch) {
	b.Generation = later.Generation
	b.Identities = append(b.Identities, later.Identities...)
	b.Targets = append(b.Targets, later.Targets...)
	b.Notebooks = append(b.Notebooks, later.Notebooks...)
	b.Gone = append(b.Gone, later.Gone...)
	b.Problems = append(b.Problems, later.Problems...)
	if later.Index != nil {
		b.Index = later.Index
	}
	if later.Asked != nil {
		b.Asked = later.Asked
	}
	b.Done = b.Done || later.Done
}

// Question asks the user for something that a sign-in needs, such as an MFA
// code. Answer takes the reply once; Cancel makes the sign-in fail. Both are
// safe to call from any goroutine and more than once: only the first counts.
type Question struct {
	Profile string
	Prompt  string // "MFA code for arn:aws:iam::111122223333:mfa/ana"
	Answer  func(string)
	Cancel  func()
}

// LifecycleConfig is a notebook instance lifecycle configuration with its
// scripts decoded.
type LifecycleConfig struct {
	Name     string
	ARN      string
	OnCreate string // "" when there is no such hook
	OnStart  string
	Created  time.Time
	Modified time.Time
}

// CodeRepository is a Git repository registered with SageMaker.
type CodeRepository struct {
	Name   string
	URL    string
	Branch string
	Secret string // the secret's ARN, never its content
}
