package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// notRegularError is something else than a file where a file of ours belongs: a
// link, a pipe, a folder. It is not touched: it may lead anywhere, or block for ever.
type notRegularError struct{ path string }

func (e *notRegularError) Error() string { return e.path + " is not a regular file" }

// openRegular opens a file that is there, without following a link in its place.
func openRegular(path string, flag int) (*os.File, error) {
	before, err := regular(path)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, flag|noFollow, 0)
	if err != nil {
		return nil, err
	}
	after, err := f.Stat()
	if err == nil && (!after.Mode().IsRegular() || !os.SameFile(before, after)) {
		err = &notRegularError{path} // it was put there since
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// regular looks at what is there, and does not open it.
func regular(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = &notRegularError{path}
	}
	return info, err
}

// read reads a file of ours that is there, up to a size.
func read(path string, most int64) (raw []byte, err error) {
	f, err := openRegular(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	raw, err = io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", path, err)
	case int64(len(raw)) > most:
		return nil, fmt.Errorf("%s is larger than any of ours", path)
	}
	return raw, nil
}

// makeDir makes a folder with those above it, and makes their names durable: sync
// is told each folder that holds a new one, the topmost first.
func makeDir(path string, sync func(string) error) error {
	made := []string{}
	for dir := filepath.Clean(path); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		made = append(made, dir)
	}
	if err := os.MkdirAll(path, dirMode); err != nil {
		return fmt.Errorf("make the folder of the runs: %w", err)
	}
	for _, dir := range slices.Backward(made) {
		if err := sync(filepath.Dir(dir)); err != nil {
			return err
		}
	}
	return nil
}

// syncDir makes the names in a folder durable where the system lets a folder be
// synced.
func syncDir(path string) error {
	d, err := os.Open(filepath.Clean(path))
	if err != nil {
		return fmt.Errorf("sync the folder %s: %w", path, err)
	}
	_ = d.Sync() // some systems cannot; the file itself is synced
	return d.Close()
}
