package ui

import (
	"nbscope/model"
)

// Messages that the program's own work sends into the loop. Whatever was asked
// asynchronously says for what it was asked, so that an answer that nobody waits
// for any more is dropped.

// batchMsg is what the scans found in one window of time, in order.
type batchMsg struct{ batches []model.Batch }

// scanEndedMsg says that a scan's goroutine is gone; crash is set when it
// panicked.
type scanEndedMsg struct {
	generation int
	crash      string
}

// crashMsg says that work outside of the loop panicked.
type crashMsg struct{ what string }

// lateMsg brings the cache that was too large for the first frame.
type lateMsg struct{ late Late }

// arrangedMsg brings a filtered and sorted list that was made outside of the loop.
type arrangedMsg struct {
	seq    int
	result arrangement
}

// timer names the things that come due.
type timer uint8

const (
	timerToast      timer = iota // the toast has been seen
	timerSpin                    // the next frame of the progress glyph
	timerAge                     // ages in the list move on
	timerTransition              // notebooks in transition are looked at again
	timerRefresh                 // the interval that the user asked for
	timerWork                    // the clock of what is under way moves on
	timerCopy                    // the notebooks of a copy by hand are looked at again
	timers
)

// dueMsg says that a timer ran out. It counts only if its id is the newest of
// its timer.
type dueMsg struct {
	timer timer
	id    int
}

// inspectedMsg brings a part of the detail that is fetched on demand.
type inspectedMsg struct {
	arn     string
	section section
	id      int
	found   inspection
	problem *model.Problem
}

// exportedMsg says how an export went.
type exportedMsg struct {
	path string
	rows int
	err  error
}

// savedMsg says how keeping the inventory went.
type savedMsg struct{ err error }
