package recreate

import (
	"cmp"
	"time"
)

// Kept is a run as it stands in its journal.
type Kept struct {
	Run     Run
	Path    string // of the journal
	HeldBy  string // who holds it, "" when nobody does: "process 4711 on host since …"
	Mine    bool   // this process holds it
	Damaged string // why the journal cannot be read to its end, "" when it can; the run is then as far as it goes
	Newer   string // what in it only a newer nbscope understands, "" for nothing; the run is then as far as it goes
	Last    Record // the last record that could be read
	Doing   *Doing // how far the effect in flight is, as whoever carries it out has told last; nil where nobody has
}

// Doing is how far an effect is.
type Doing struct {
	Effect int       `json:"effect"` // its number within the run
	At     time.Time `json:"at"`
	Says   string    `json:"says"` // a clause
}

// Record is a record of a journal.
type Record struct {
	N    int       // from 1; 0 where there is none
	At   time.Time // when it was written
	Says string    // what it is about, in a few words
}

// Unreadable is how a run stands whose journal cannot be read to its end, in a few
// words; "" where it can. Nobody goes on with such a run.
func (k *Kept) Unreadable() string {
	switch {
	case k.Newer != "":
		return "made by a newer nbscope"
	case k.Damaged != "":
		return "journal damaged"
	}
	return ""
}

// WaitsForUser reports whether the run stands still until the user does something,
// as far as nobody goes on with it now. A source that is stopped and kept can wait for
// days, and of a journal that cannot be read nothing can be decided.
func (k *Kept) WaitsForUser() bool {
	return k.Run.Outcome == "" && k.HeldBy == "" && k.Unreadable() == "" && !k.Run.Kept()
}

// WhatNow is what to do about a run whose journal cannot be read to its end: a
// sentence, and AWS CLI commands that only look; nothing where it can.
func (k *Kept) WhatNow() (says string, commands []string) {
	switch {
	case k.Newer != "":
		return "Go on with the nbscope that wrote it, or a newer one. This one leaves the journal as it is.", nil
	case k.Damaged == "":
		return "", nil
	case k.Run.Plan.Source.Name == "":
		return "Nothing in it can be read, and it is left as it is. The replacement, if there is one, has the tag " +
			TagRunID + " = " + k.Run.ID() + ".", nil
	}
	p := &k.Run.Plan
	tag, _ := tagOf(p.Spec.Tags, TagRunID) // a journal under another name is another run's
	says = "It is left as it is, and nobody goes on with the run. Look at both notebooks and decide by what is there: " +
		p.Spec.Name + " is this run's if it has the tag " + TagRunID + " = " + cmp.Or(tag, k.Run.ID()) + ". Delete neither before you have found your data on the other."
	for _, name := range []string{p.Source.Name, p.Spec.Name} {
		commands = append(commands, onNotebook(p.Source.Region, name, "describe-notebook-instance"))
	}
	if r := k.Run.Replacement; r != nil {
		commands = append(commands, sagemakerCall("list-tags", "--region", p.Source.Region, "--resource-arn", r.ARN))
	}
	return says, commands
}
