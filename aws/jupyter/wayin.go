package jupyter

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// WayIn writes files into one folder of nbscope's, many at a time.
type WayIn interface {
	// Name is what the way is called on screen: "contents" or "kernel".
	Name() string
	// Send writes a file of up to MaxPut bytes; name is one segment. When it returns
	// nil the notebook has written it all. After ErrTemporary it may be called again
	// with the same file: what is there is overwritten. A reader in the notebook may
	// see a part of the file before, so that it must know size and hash.
	Send(ctx context.Context, name string, data []byte) error
	// Close ends what the way needs in the notebook.
	Close(ctx context.Context) error
}

// ContentsIn is the way that every Jupyter has: one PUT of base64 for each file.
func (c *Client) ContentsIn(dir string) WayIn { return contentsIn{c.files, dir} }

type contentsIn struct {
	files *files
	dir   string
}

// Name is for the screen.
func (contentsIn) Name() string { return "contents" }

// Send writes in place.
func (w contentsIn) Send(ctx context.Context, name string, data []byte) error {
	return w.files.Put(ctx, w.dir+"/"+name, data)
}

// Close has nothing to end.
func (contentsIn) Close(context.Context) error { return nil }

// Measured is what a way in did with a file and back.
type Measured struct {
	Way     string
	In, Out float64 // bytes a second: written into the notebook, and read from it
	Err     error   // why the way cannot be taken, nil when it can
}

// Measure sends random bytes by each way into a folder of nbscope's, parallel files of
// size bytes at a time, reads them back and compares them. The fastest way comes first,
// one that failed last. The clock is the caller's.
func (c *Client) Measure(ctx context.Context, dir string, size, parallel int, now func() time.Time) []Measured {
	if err := checkWork("measure in", dir); err != nil {
		return []Measured{{Err: err}}
	}
	contents, kernel := measure(ctx, c.files, c.ContentsIn(dir), dir, size, parallel, now), Measured{Way: "kernel"}
	if in, err := c.KernelIn(ctx, dir); err != nil {
		kernel.Err = err
	} else {
		kernel = measure(ctx, c.files, in, dir, size, parallel, now)
	}
	return inOrder(contents, kernel)
}

// inOrder puts the fastest way first, and one that failed last.
func inOrder(contents, kernel Measured) []Measured {
	if kernel.Err == nil && (contents.Err != nil || kernel.In > contents.In) {
		return []Measured{kernel, contents}
	}
	return []Measured{contents, kernel}
}

func measure(ctx context.Context, f *files, w WayIn, dir string, size, parallel int, now func() time.Time) Measured {
	m := Measured{Way: w.Name()}
	data := make([]byte, size)
	_, _ = rand.Read(data) // never fails
	total := float64(size) * float64(parallel)
	name := func(i int) string { return fmt.Sprintf("measure-%s-%d", w.Name(), i) }
	began := now()
	m.Err = together(parallel, func(i int) error { return w.Send(ctx, name(i), data) })
	m.In = total / now().Sub(began).Seconds()
	if m.Err == nil {
		began = now()
		m.Err = together(parallel, func(i int) error { return f.sameAs(ctx, dir+"/"+name(i), data) })
		m.Out = total / now().Sub(began).Seconds()
	}
	m.Err = errors.Join(m.Err, w.Close(ctx))
	return m
}

// sameAs reads a file and compares it.
func (f *files) sameAs(ctx context.Context, path string, want []byte) error {
	var got bytes.Buffer
	if _, err := f.Download(ctx, path, 0, int64(len(want)), &got); err != nil {
		return err
	}
	if !bytes.Equal(got.Bytes(), want) {
		return tell("measure", path, ErrFailed, "what was read is not what was written")
	}
	return nil
}

// together does n things at a time and joins their errors.
func together(n int, do func(i int) error) error {
	errs := make(chan error, n)
	for i := range n {
		go func() { errs <- do(i) }()
	}
	all := make([]error, 0, n)
	for range n {
		all = append(all, <-errs)
	}
	return errors.Join(all...)
}
