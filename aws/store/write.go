package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// WriteFile writes a file whole or not at all: into a temporary file beside it,
// synced, then renamed. The error names the path and what to do.
func WriteFile(path string, data []byte, perm uint32) error {
	if err := replace(path, data, fs.FileMode(perm)&fs.ModePerm); err != nil {
		return fmt.Errorf("write %s: %w; %s", path, cause(err), advice(err))
	}
	return nil
}

// ChangeFile makes of a file of the user's alone what change makes of it, whole or not
// at all; no other program changes it meanwhile. It is in a folder that is made where
// there is none. Old is nil where the file is not there, has more than so many bytes, or
// cannot be read; where change fails, the file stays as it is. The error names the path.
func ChangeFile(path string, most int64, change func(old []byte) ([]byte, error)) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder %s: %w; %s", filepath.Dir(path), cause(err), advice(err))
	}
	unlock, err := hold(nil, path+".lock")
	if err != nil {
		return fmt.Errorf("lock %s: %w", path, cause(err))
	}
	defer func() { err = errors.Join(err, unlock()) }()
	old, err := ReadFile(path, most)
	if err != nil {
		old = nil
	}
	data, err := change(old)
	if err != nil {
		return err
	}
	return WriteFile(path, data, 0o600)
}

func replace(path string, data []byte, perm fs.FileMode) (err error) {
	// A link stays a link: what it points to is replaced.
	if target, linkErr := filepath.EvalSymlinks(path); linkErr == nil {
		path = target
	}
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(os.Remove(tmp.Name())))
		}
	}()
	if err := fill(tmp, data, perm); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

func fill(f *os.File, data []byte, perm fs.FileMode) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Chmod(perm)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncDir makes the rename durable where the system lets a directory be synced.
func syncDir(dir string) error {
	d, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return ignoreMissing(err)
	}
	return errors.Join(ignoreUnsynced(d.Sync()), d.Close())
}

// ignoreUnsynced lets the words go by which systems, and file systems, say that they sync
// no directory.
func ignoreUnsynced(err error) error {
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// cause is the system's word for what went wrong, without the temporary file's
// name, which means nothing to the user.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}

func advice(err error) string {
	switch {
	case errors.Is(err, notRegularError{}):
		return "take away what is there, or choose another place"
	case errors.Is(err, fs.ErrNotExist):
		return "make the folder first, or choose another place"
	case errors.Is(err, fs.ErrPermission):
		return "choose a place that you may write to"
	}
	return "choose another place, or make room"
}
