package journal

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockSuffix = ".lock"
	lookers    = 5                     // how often a lock that is held is tried again
	lookTime   = 20 * time.Millisecond // how long a look at a lock takes at most
)

// HeldError is a run that another program goes on with.
type HeldError struct {
	ID string
	By string // who: process, host, since when
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("run %s is held by %s; it can be looked at, and not gone on with", e.ID, e.By)
}

// lock takes the lock of a journal and leaves word of who has it. The lock is the
// system's: it ends with the process, however that ends.
func lock(id, path string, now time.Time) (*flock.Flock, error) {
	l := flock.New(path+lockSuffix, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(fileMode))
	ok, err := l.TryLock()
	for try := 0; err == nil && !ok && try < lookers; try++ {
		<-time.After(lookTime) // somebody may only be looking whether it is held
		ok, err = l.TryLock()
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("lock run %s: %w", id, err)
	case !ok:
		return nil, &HeldError{ID: id, By: word(path)}
	}
	if err := os.WriteFile(path+lockSuffix, []byte(describe(now)+"\n"), fileMode); err != nil {
		return nil, errors.Join(fmt.Errorf("lock run %s: %w", id, err), l.Unlock())
	}
	return l, nil
}

// describe says who this program is.
func describe(now time.Time) string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "this host"
	}
	return fmt.Sprintf("process %d on %s since %s", os.Getpid(), host, now.UTC().Format(time.RFC3339))
}

// word is what the holder of a lock has left of itself.
func word(path string) string {
	raw, err := os.ReadFile(path + lockSuffix)
	if by := strings.TrimSpace(string(raw)); err == nil && by != "" {
		return by
	}
	return "another program"
}

// holderOf says who holds a journal, "" when nobody does.
func holderOf(path string) string {
	if _, err := os.Stat(path + lockSuffix); err != nil {
		return ""
	}
	l := flock.New(path+lockSuffix, flock.SetFlag(os.O_RDWR))
	ok, err := l.TryRLock()
	if err != nil {
		return ""
	}
	if !ok {
		return word(path)
	}
	_ = l.Unlock() // the file is closed with it in any case
	return ""
}
