package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"nbscope/model"
	"nbscope/ui/text"
)

// Exit codes of the program, part of its contract.
const (
	ExitOK      = 0
	ExitFailed  = 1
	ExitUsage   = 2
	ExitPartial = 3
	ExitFinding = 4
	ExitDecides = 3 // of a run that is carried: a decision is due
	ExitDrift   = 5 // of a run that is carried: the world is not as it was approved, or the source has another open run
	ExitBroke   = 6 // of a run that is carried: a step failed, or a check did
)

// InterruptedError is the cause of a context that a signal has ended.
type InterruptedError struct{ Signal syscall.Signal }

func (e InterruptedError) Error() string { return "ended by a signal: " + e.Signal.String() }

// code is what a shell gives a command that such a signal ends.
func (e InterruptedError) code() int { return 128 + int(e.Signal) }

// codeError ends the program with a code of its own. What there was to say may be
// said already: then it has no words.
type codeError struct {
	code int
	err  error
}

func (e codeError) Error() string { return e.err.Error() }
func (e codeError) Unwrap() error { return e.err }

// usageError is a mistake on the command line or in the configuration.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// errPartial says that a command printed what it could see and that something
// could not be seen. The command has already told what, so nothing more is
// printed.
var errPartial = errors.New("not everything was answered")

// errFinding says that there is a finding that the caller asked to fail on. It
// outranks errPartial: what was seen is certain, whatever was not.
var errFinding = errors.New("there are findings")

// ExitCode is the program's exit code for what a command returned.
func ExitCode(err error) int {
	var usage usageError
	var problem model.Problem
	var own codeError
	var interrupted InterruptedError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &own):
		return own.code
	case errors.As(err, &interrupted):
		return interrupted.code()
	case errors.Is(err, errFinding):
		return ExitFinding
	case errors.Is(err, errPartial):
		return ExitPartial
	case errors.As(err, &usage):
		return ExitUsage
	case errors.As(err, &problem) && problem.Kind == model.KindConfig:
		return ExitUsage
	}
	return ExitFailed
}

// printError writes an error for a person: what went wrong, then what to do.
func printError(w io.Writer, err error) {
	if errors.Is(err, errPartial) || errors.Is(err, errFinding) {
		return
	}
	var problem model.Problem
	if !errors.As(err, &problem) {
		fmt.Fprintf(w, "nbscope: %s\n", text.Clean(err.Error()))
		return
	}
	fmt.Fprintf(w, "nbscope: %s\n", text.Clean(describe(problem)))
	if problem.Hint != "" {
		fmt.Fprintf(w, "  %s\n", text.Clean(problem.Hint))
	}
}

// describe puts a problem into one line, without its hint: where, doing what,
// what happened.
func describe(p model.Problem) string {
	var parts []string
	if p.Profile != "" {
		parts = append(parts, p.Profile)
	}
	if p.Target.Region != "" {
		parts = append(parts, p.Target.String())
	}
	if p.Operation != "" {
		parts = append(parts, p.Operation)
	}
	return strings.Join(append(parts, p.Message), ": ")
}
