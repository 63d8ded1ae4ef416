package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"nbscope/model/recreate"
)

const (
	lockSuffix = ".lock"
	maxWord    = 4 << 10               // bytes in a lock
	lookers    = 5                     // how often a lock that is held is tried again
	patience   = 20                    // how many times as long for a lock that nobody holds for long
	lookTime   = 20 * time.Millisecond // how long a look at a lock takes at most
)

// lock takes the lock of a journal and leaves word of who has it. The lock is the
// system's: it ends with the process, however that ends. What stands in its place
// and is no lock of ours is left as it is.
func lock(id, path string, now time.Time) (*flock.Flock, error) {
	path += lockSuffix
	if err := ours(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("lock run %s: %w; move it away, and the run can be gone on with", id, err)
	}
	l := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR|noFollow), flock.SetPermissions(fileMode))
	ok, err := l.TryLock()
	for try := 0; err == nil && !ok && try < lookers; try++ {
		<-time.After(lookTime) // somebody may only be looking whether it is held
		ok, err = l.TryLock()
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("lock run %s: %w", id, err)
	case !ok:
		return nil, &recreate.HeldError{ID: id, By: word(path)}
	}
	if err := sign(path, describe(now)+"\n"); err != nil {
		return nil, errors.Join(fmt.Errorf("lock run %s: %w", id, err), l.Unlock())
	}
	return l, nil
}

// lockPatiently waits for a lock that is held for a moment only.
func lockPatiently(id, path string, now time.Time) (l *flock.Flock, err error) {
	for range patience {
		l, err = lock(id, path, now)
		if _, held := errors.AsType[*recreate.HeldError](err); !held {
			return l, err
		}
	}
	return l, err
}

// wordBegins is how the line begins that a holder leaves in its lock.
const wordBegins = "process "

// ours says why a file is no lock of a run's: it is not empty, and no word of ours
// as far as a crash has let it be written.
func ours(path string) error {
	raw, err := read(path, maxWord)
	if err != nil {
		return err
	}
	line := strings.TrimRight(string(raw), "\n\x00")
	if strings.Contains(line, "\n") || !strings.HasPrefix(line, wordBegins) && !strings.HasPrefix(wordBegins, line) {
		return fmt.Errorf("%s is not a lock of nbscope, and is left as it is", path)
	}
	return nil
}

// sign leaves a word in a lock that is held.
func sign(path, word string) (err error) {
	if err := ours(path); err != nil { // it may be another file since it was locked
		return err
	}
	f, err := openRegular(path, os.O_WRONLY)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteString(word)
	return err
}

// describe says who this program is.
func describe(now time.Time) string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "this host"
	}
	return fmt.Sprintf("process %d on %s since %s", os.Getpid(), host, now.UTC().Format(time.RFC3339))
}

// word is what the holder of a lock has left of itself. It does so just after it took
// the lock, and a look may fall in between.
func word(path string) string {
	for try := 0; ; try++ {
		raw, err := read(path, maxWord)
		switch by := string(raw); {
		case err == nil && strings.HasPrefix(by, wordBegins) && strings.HasSuffix(by, "\n"):
			return strings.TrimSpace(by)
		case err != nil || try == lookers:
			return "another program"
		}
		<-time.After(lookTime)
	}
}

// holderOf says who holds a journal, "" when nobody does.
func holderOf(path string) string {
	path += lockSuffix
	if _, err := regular(path); err != nil {
		return ""
	}
	l := flock.New(path, flock.SetFlag(os.O_RDWR|noFollow))
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
