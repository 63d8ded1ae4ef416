// Package ui is the terminal side: a Bubble Tea program that shows the
// inventory while it is being made. App owns the state and every effect;
// screens turn keys into intents; widgets draw.
package ui

import (
	"context"
	"time"

	"nbscope/model"
	"nbscope/model/policy"
	recreates "nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/explore"
	"nbscope/ui/kit"
	"nbscope/ui/recreate"
	"nbscope/ui/terminal"
)

// Scanner makes scans. Package aws implements it.
type Scanner interface {
	// Scan makes one pass and hands what it finds to emit, from one goroutine at a
	// time; the last batch has Done set. It returns when nothing of the scan runs any more.
	Scan(ctx context.Context, req model.ScanRequest, emit func(model.Batch))
}

// Inspector fetches what only a detail view needs.
type Inspector = explore.Inspector

// Look is how the user wants the list of notebooks.
type Look = explore.Look

// Groups are the words for what the list can be grouped by.
func Groups() []string { return explore.Groups() }

// OwnCommand is a command line of the user's.
type OwnCommand = kit.OwnCommand

// AccountLook is how the user tells accounts apart.
type AccountLook = kit.AccountLook

// AccountColours are the words for the colours of accounts.
func AccountColours() []string { return kit.AccountColours() }

// NewAccountLook is an account's look from the words of the configuration.
func NewAccountLook(match, colour, sign string) AccountLook {
	return AccountLook{Match: match, Tone: kit.AccountTone(colour), Sign: sign}
}

// ActionNames are the names of the actions that can be given other keys.
func ActionNames() []string { return kit.ActionNames() }

// CheckKey says what is wrong with the name of a key, "" for nothing.
func CheckKey(name string) string { return kit.CheckKey(name) }

// Clash says which key would mean two things, "" for none. To blame is an action by its
// name, or the command of that number.
func Clash(keys map[string][]string, own []OwnCommand) (says, action string, command int) {
	return kit.DefaultKeyMap().With(keys).Clash(own)
}

// Recreator is what a guided recreate needs to know of AWS.
type Recreator = recreate.Recreator

// Config is everything that the explorer needs from outside.
type Config struct {
	Scanner    Scanner
	Inspector  Inspector
	Identities []model.Identity                                                 // of the cache
	Cached     []*model.Notebook                                                // last inventory, shown stale in the first frame
	Notices    []string                                                         // told once at the start
	Save       func(context.Context, []model.Identity, []*model.Notebook) error // after a finished scan; nil: no cache
	WriteFile  func(path string, data []byte) error                             // whole or not at all; an error names the path
	ExportDir  string
	Look       Look          // of the list; what it leaves open is recalled, or as the program likes it
	Skip       model.Skip    // what the scanner does not ask for
	Policy     policy.Table  // which policy holds where; its default can be switched
	Refresh    time.Duration // 0: only what is in transition
	Leaving    func()        // told each time the user asks to leave, so that nothing can keep the program; nil: nobody to tell
	Demo       bool
	NoColor    bool
	ASCII      bool
	Ground     Ground // of the terminal
	NoMouse    bool   // the mouse is the terminal's own, until the user takes it
	Terminal   terminal.Kind
	Buffer     func(ctx context.Context, text string) error // loads tmux's buffer; nil: there is no tmux
	Browser    func(ctx context.Context, url string) error  // opens a page; nil: it is copied
	NoBrowser  string                                       // why, as "over SSH"
	Keys       map[string][]string                          // of the user's, by the names of actions
	Own        []OwnCommand                                 // commands of the user's
	Presets    []model.Preset                               // of the user's, in place of those on their keys
	Accounts   []AccountLook                                // how accounts are shown, the first that fits
	Lent       func(on bool)                                // told when a command gets the terminal and when it is back; nil: nobody to tell
	Version    string
	Now        func() time.Time

	Recreator  Recreator             // nil: notebooks cannot be recreated here
	Driver     *drive.Driver         // of runs; nil: nothing can be changed here
	NewRunID   func() string         // an id that no other run has
	Transports []recreates.Transport // those that data can be moved by
	Reach      []model.Destination   // places of the user's, beside those that everybody needs
	Keep       time.Duration         // how long new plans keep the stopped source; 0: recreate.DefaultKeep
	Resume     string                // the run to open at the start; "": none

	// Recall is how the user left the list when these accounts, in order, were looked at
	// last, and Remember keeps what has changed of it since, and reports whether it could.
	// nil: nothing is remembered.
	Recall   func(accounts []string) Look
	Remember func(accounts []string, was, now Look) (kept bool)

	// Saved are the filters that the user has saved by a name, and KeepFilter saves one
	// more, or forgets it where it is empty. nil: nothing is remembered.
	Saved      map[string]string
	KeepFilter func(name, filter string) error

	// Late waits for a last inventory that was too large to be there for the first
	// frame; nil when there is nothing to wait for.
	Late func() Late
}

// Ground is whether a terminal is dark or light.
type Ground string

// The grounds. The terminal is asked where none is given.
const (
	GroundAuto  Ground = "auto"
	GroundDark  Ground = "dark"
	GroundLight Ground = "light"
)

// Grounds are the words for them.
func Grounds() []Ground { return []Ground{GroundAuto, GroundDark, GroundLight} }

// Late is a last inventory that arrives after the first frame.
type Late struct {
	Identities []model.Identity
	Cached     []*model.Notebook
	Notices    []string
}
