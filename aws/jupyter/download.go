package jupyter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Get reads a small file whole. A file over limit bytes is ErrTooLarge.
func (f *files) Get(ctx context.Context, path string, limit int64) ([]byte, error) {
	var out bytes.Buffer
	k, err := fileCall(path)
	if err != nil {
		return nil, err
	}
	err = f.wire.perform(ctx, k, func(answer *http.Response) error {
		out.Reset()
		n, err := io.Copy(&out, io.LimitReader(answer.Body, limit+1))
		if err == nil && n > limit {
			err = tell(k.op, path, ErrTooLarge, "more than %d bytes", limit)
		}
		return err
	})
	return out.Bytes(), err
}

func fileCall(path string) (call, error) {
	const op = "read"
	at, err := endpoint(op, "/files", path)
	if err != nil {
		return call{}, err
	}
	if path == "" || looksLikePage(path) {
		return call{}, tell(op, path, ErrName, "its bytes cannot be told from a page to sign in")
	}
	return call{op: op, path: path, method: http.MethodGet, at: at, file: true, repeat: true}, nil
}

// Download writes the bytes [from, to) of a file to w and returns how many it wrote.
// A connection that breaks is taken up where it broke, as often as Options.Tries
// without a byte in between; what was written stays written, so that who gets an
// error may go on at from+n. ErrChanged: the file was replaced meanwhile.
func (f *files) Download(ctx context.Context, path string, from, to int64, w io.Writer) (n int64, err error) {
	k, err := fileCall(path)
	if err != nil {
		return 0, err
	}
	d := download{path: path, next: from, to: to, w: w}
	for idle := 1; d.next < to; {
		began := d.next
		k.header = http.Header{"Range": {fmt.Sprintf("bytes=%d-%d", d.next, to-1)}}
		k.repeat = false // its answer is written as it comes: only the rest may be asked for again
		err := f.wire.perform(ctx, k, d.take)
		if err == nil {
			continue
		}
		if d.next > began {
			idle = 0
		}
		if d.broken != nil || !f.wire.opts.again(ctx, idle, err) {
			return d.next - from, err
		}
		idle++
	}
	return d.next - from, nil
}

// download is how far one has come.
type download struct {
	path     string
	next, to int64
	w        io.Writer
	version  string // Last-Modified of the first answer
	broken   error  // of w, which no new connection mends
}

// take writes what an answer holds, after a look whether it is what was asked for.
func (d *download) take(answer *http.Response) error {
	begins, size, err := contentRange(answer)
	if err != nil || begins != d.next || size < d.to {
		return &Error{
			Op: "read", Path: d.path, Kind: ErrFailed, Status: answer.StatusCode,
			Detail: fmt.Sprintf("asked for the bytes %d to %d of it, the answer begins at %d of %d", d.next, d.to, begins, size),
		}
	}
	version := answer.Header.Get("Last-Modified")
	if d.version == "" {
		d.version = version
	}
	if version != d.version {
		return tell("read", d.path, ErrChanged, "it was written at %s, now at %s", d.version, version)
	}
	n, err := io.Copy(writer{d}, io.LimitReader(answer.Body, d.to-d.next))
	if err == nil && n == 0 {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// writer counts, and keeps the receiver's errors apart from the connection's.
type writer struct{ d *download }

func (w writer) Write(p []byte) (int, error) {
	n, err := w.d.w.Write(p)
	w.d.next += int64(n)
	if err != nil {
		w.d.broken = err
		return n, tell("read", w.d.path, ErrFailed, "what was read could not be kept: %v", err)
	}
	return n, nil
}

// contentRange is where an answer begins in the file, and the file's size. A range
// that is the whole file is answered like a question without one.
func contentRange(answer *http.Response) (begins, size int64, err error) {
	if answer.StatusCode == http.StatusOK {
		return 0, answer.ContentLength, nil
	}
	span, total, ok := strings.Cut(strings.TrimPrefix(answer.Header.Get("Content-Range"), "bytes "), "/")
	first, _, ok2 := strings.Cut(span, "-")
	begins, err1 := strconv.ParseInt(first, 10, 64)
	size, err2 := strconv.ParseInt(total, 10, 64)
	if !ok || !ok2 {
		err = errors.New("no range")
	}
	return begins, size, errors.Join(err, err1, err2)
}
