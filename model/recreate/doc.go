// Package recreate is the plan and the state machine of a run: a notebook
// instance is made anew with the other setting of direct internet access, its
// data is moved, and the old one is retired, step by step and with no way to lose
// data.
//
// Everything here is a value or a pure function. A Snapshot is a notebook as it
// was observed; a Spec is what the new one shall be; a Plan holds both and says
// what would happen. A Run is one execution of a plan: Run.Apply takes an Event,
// which is what happened, and returns the run after it with the Effects to be
// carried out next. Package journal keeps both; package aws carries out the
// effects; package ui asks the user where a step has a gate.
//
// A Run has the facts about it. What is more than a fact is a type around it: a machine
// moves it, a Guard says what stops it, Words tell of it, and what is weighed says what a
// decision puts at stake. Around a Plan it is the same: its comparison with the source,
// its script, its risks, the copy by hand.
//
// Unknown stays unknown here too: a Fact that could not be had makes a Check
// unknown, never passed.
package recreate
