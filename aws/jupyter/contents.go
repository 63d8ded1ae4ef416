package jupyter

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"time"
)

// MaxPut is the most that Put takes, in bytes. A server holds some ten times of what
// one request brings, so that larger files are for many requests or another way.
const MaxPut = 16 << 20

// files are those of a notebook, as Jupyter serves them.
type files struct{ wire *wire }

// Entry is a file or folder as Jupyter lists it. Links are followed: a link to a
// folder is a folder, and the size of one to a file may be the link's.
type Entry struct {
	Name, Path string
	Dir        bool
	Size       int64 // -1 where Jupyter does not say
	Modified   time.Time
	Writable   bool
}

// entry is the server's model of one.
type entry struct {
	Name         string    `json:"name"`
	Path         string    `json:"path"`
	Type         string    `json:"type"`
	Size         *int64    `json:"size"`
	LastModified time.Time `json:"last_modified"`
	Writable     bool      `json:"writable"`
}

func (e entry) value() Entry {
	out := Entry{Name: e.Name, Path: strings.Trim(e.Path, "/"), Dir: e.Type == "directory", Size: -1, Modified: e.LastModified, Writable: e.Writable}
	if e.Size != nil {
		out.Size = *e.Size
	}
	return out
}

// Stat looks at a file or folder. ErrNotFound is Jupyter's own word; of hidden names
// it never has one, so that those are refused.
func (f *files) Stat(ctx context.Context, path string) (Entry, error) {
	const op = "look at"
	at, err := endpoint(op, "/api/contents", path)
	if err != nil {
		return Entry{}, err
	}
	var e entry
	if err := f.wire.json(ctx, call{op: op, path: path, method: http.MethodGet, at: at + "?content=0", repeat: true}, &e); err != nil {
		return Entry{}, err
	}
	return e.value(), nil
}

// List lists a folder; "" is the one that Jupyter serves. Hidden names, FIFOs and
// sockets are not in it.
func (f *files) List(ctx context.Context, path string) ([]Entry, error) {
	const op = "list"
	at, err := endpoint(op, "/api/contents", path)
	if err != nil {
		return nil, err
	}
	var folder struct {
		Type    string  `json:"type"`
		Content []entry `json:"content"`
	}
	k := call{op: op, path: path, method: http.MethodGet, at: at + "?type=directory&content=1", repeat: true}
	if err := f.wire.json(ctx, k, &folder); err != nil {
		return nil, err
	}
	if folder.Type != "directory" {
		return nil, tell(op, path, ErrFailed, "it is not a folder")
	}
	out := make([]Entry, len(folder.Content))
	for i, e := range folder.Content {
		out[i] = e.value()
	}
	return out, nil
}

// Mkdir makes a folder and those above it; one that is there is no error.
func (f *files) Mkdir(ctx context.Context, path string) error {
	const op = "make the folder"
	if _, err := endpoint(op, "", path); err != nil || path == "" {
		return err
	}
	for i := range len(path) + 1 {
		if i < len(path) && path[i] != '/' {
			continue
		}
		at, err := endpoint(op, "/api/contents", path[:i])
		if err != nil {
			return err
		}
		k := call{op: op, path: path[:i], method: http.MethodPut, at: at, repeat: true}.withJSON(map[string]string{"type": "directory"})
		if err := f.wire.json(ctx, k, nil); err != nil {
			return err
		}
	}
	return nil
}

// Put writes a file of up to MaxPut bytes; its folder must exist. The server writes in
// place: who reads at the same time sees a part of it. ErrNotFound may come after the
// file was written, when somebody took it away at once.
func (f *files) Put(ctx context.Context, path string, data []byte) error {
	const op = "write"
	if len(data) > MaxPut {
		return tell(op, path, ErrTooLarge, "%d bytes are more than %d", len(data), MaxPut)
	}
	at, err := endpoint(op, "/api/contents", path)
	if err != nil {
		return err
	}
	const before, after = `{"type":"file","format":"base64","content":"`, `"}`
	k := call{op: op, path: path, method: http.MethodPut, at: at, repeat: true}
	k.size = int64(len(before) + base64.StdEncoding.EncodedLen(len(data)) + len(after))
	k.body = func() io.Reader {
		return io.MultiReader(strings.NewReader(before), &encoder{data: data}, strings.NewReader(after))
	}
	return f.wire.json(ctx, k, nil)
}

// encoder is base64 of data as it is read: a body of 16 MiB would be held a second
// time otherwise, for each request in flight.
type encoder struct {
	data []byte
	rest []byte // encoded, and not read yet
	unit [4]byte
}

func (e *encoder) Read(p []byte) (int, error) {
	if len(e.rest) == 0 && len(e.data) == 0 {
		return 0, io.EOF
	}
	if len(e.rest) == 0 && len(p) >= len(e.unit) {
		n := min(len(e.data), len(p)/4*3)
		base64.StdEncoding.Encode(p, e.data[:n])
		e.data = e.data[n:]
		return base64.StdEncoding.EncodedLen(n), nil
	}
	if len(e.rest) == 0 {
		n := min(len(e.data), 3)
		base64.StdEncoding.Encode(e.unit[:], e.data[:n])
		e.data, e.rest = e.data[n:], e.unit[:]
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// Delete removes a file; one that is not there is no error. Jupyter moves it into its
// trash, which keeps the space: data is to be deleted by a script.
func (f *files) Delete(ctx context.Context, path string) error {
	const op = "delete"
	at, err := endpoint(op, "/api/contents", path)
	if err != nil {
		return err
	}
	if path == "" {
		return tell(op, path, ErrName, "it is the folder that Jupyter serves")
	}
	return f.wire.delete(ctx, op, path, at)
}
