package terminal

import (
	"bytes"
	"os"
	"time"
)

const (
	// Hold is how long a sequence that came in part waits for its rest. The library
	// that reads keys waits as long again before it takes an escape for a key.
	Hold = 50 * time.Millisecond

	esc      = 0x1b
	maxParts = 8 // of a sequence that are waited for
)

// Slow reads from a terminal over a slow line, where the bytes of one key may come
// apart: an arrow is not taken for an escape and two letters.
type Slow struct {
	*os.File
	ready func(f *os.File, within time.Duration) bool // there is more to read
}

// NewSlow reads from a terminal.
func NewSlow(f *os.File) *Slow { return &Slow{File: f, ready: readable} }

// Read reads what is there. A sequence at the end that is not whole is waited for.
func (s *Slow) Read(p []byte) (int, error) {
	n, err := s.File.Read(p)
	for range maxParts {
		if err != nil || n == len(p) || !unfinished(p[:n]) || !s.ready(s.File, Hold) {
			break
		}
		var more int
		more, err = s.File.Read(p[n:])
		n += more
	}
	if n > 0 {
		return n, nil // an error comes again
	}
	return n, err //nolint:wrapcheck // it stands for the file
}

// unfinished reports whether keys end in the middle of a sequence: an escape alone,
// or one that introduces what has no end yet.
func unfinished(keys []byte) bool {
	at := bytes.LastIndexByte(keys, esc)
	if at < 0 {
		return false
	}
	rest := keys[at+1:]
	switch {
	case len(rest) == 0:
		return true
	case rest[0] == 'O':
		return len(rest) == 1
	case rest[0] != '[':
		return false
	}
	return !bytes.ContainsFunc(rest[1:], func(r rune) bool { return r >= '@' && r <= '~' })
}
