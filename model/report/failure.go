package report

import (
	"bytes"
	"fmt"
	"strings"

	"nbscope/model/recreate"
)

// jsonFailure is why a replacement could not be made.
type jsonFailure struct {
	Kind      string   `json:"kind"` // capacity, lifecycle, eni-permission, addresses, kms, limit, other
	Reason    string   `json:"reason"`
	Hint      string   `json:"hint,omitempty"`
	LogGroup  string   `json:"logGroup,omitempty"`
	LogStream string   `json:"logStream,omitempty"`
	Commands  []string `json:"commands,omitempty"` // that read the log
	Choices   []string `json:"choices"`            // the likeliest first
}

func failureOf(r *recreate.Run) *jsonFailure {
	f, ok := r.Failure()
	if !ok {
		return nil
	}
	out := &jsonFailure{
		Kind: string(f.Kind), Reason: masked(f.Says), Hint: masked(f.Hint), LogGroup: f.LogGroup, LogStream: f.LogStream, Choices: remedies(r, &f),
	}
	if f.LogRead != "" {
		out.Commands = []string{f.LogRead}
	}
	return out
}

func remedies(r *recreate.Run, f *recreate.Failure) []string {
	out := make([]string, len(f.Choices))
	for i, m := range f.Choices {
		out[i] = m.Words(r)
	}
	return out
}

func runFailure(w *bytes.Buffer, r *recreate.Run) {
	f, ok := r.Failure()
	if !ok {
		return
	}
	item := func(label, value string) { fmt.Fprintf(w, "- %s: %s\n", label, escape(safe(value))) }
	fmt.Fprintf(w, "\n## Why it was not created\n\n")
	item("cause", f.Kind.Words())
	item("reason", masked(f.Says))
	if f.Hint != "" {
		item("what to do", masked(f.Hint))
	}
	item("ways on", orDash(strings.Join(remedies(r, &f), "; ")))
	if f.LogRead != "" {
		item("log", f.LogGroup+", "+f.LogStream)
		fmt.Fprintf(w, "\n    %s\n", safe(f.LogRead))
	}
}
