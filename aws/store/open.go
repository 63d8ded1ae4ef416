package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// notRegularError is something else than a file where a file of ours belongs: a pipe,
// a device, a folder. Reading it could wait for ever or never end.
type notRegularError struct{}

func (notRegularError) Error() string { return "it is not a regular file" }

// openRegular opens a regular file and waits for nobody: what is no regular file is
// closed again before anything is read from it.
func openRegular(path string, flag int, perm os.FileMode) (*os.File, error) {
	// Where the system cannot open a pipe without waiting, it is not opened at all.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, notRegularError{}
	}
	f, err := os.OpenFile(filepath.Clean(path), flag|openWithoutWaiting, perm)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = notRegularError{} // it was put there since
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// ReadFile reads a regular file of at most so many bytes. The error names the path.
func ReadFile(path string, most int64) (data []byte, err error) {
	f, err := openRegular(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, cause(err))
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err = io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", path, cause(err))
	case int64(len(data)) > most:
		return nil, fmt.Errorf("read %s: it has more than %d bytes", path, most)
	}
	return data, nil
}

// OpenLog opens a file to write a log at its end, and makes it, for its owner alone,
// where there is none. It is a regular file and no link: a link could lead to a file
// that others read, or that is not a log. The error names the path and what to do.
func OpenLog(path string) (io.WriteCloser, error) {
	info, err := os.Lstat(path)
	if err == nil && info.Mode()&os.ModeSymlink != 0 {
		return nil, fmt.Errorf("open the log %s: it is a link, and a log is written into a file of its own; choose another place", path)
	}
	f, err := openRegular(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND|noFollow, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log %s: %w; %s", path, cause(err), advice(err))
	}
	return f, nil
}
