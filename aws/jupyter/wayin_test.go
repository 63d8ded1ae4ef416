//go:build linux

package jupyter

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nbscope/aws/sim/jupytersim"
)

// waysIn runs a test with each way in.
func waysIn(t *testing.T, test func(t *testing.T, b *bench, w WayIn)) {
	t.Helper()
	for name, open := range map[string]func(b *bench) (WayIn, error){
		"contents": func(b *bench) (WayIn, error) { return b.c.ContentsIn(work), nil },
		"kernel":   func(b *bench) (WayIn, error) { return b.c.KernelIn(b.t.Context(), work) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, jupytersim.Options{})
			b.must(b.c.Mkdir(t.Context(), work))
			w, err := open(b)
			if err != nil {
				t.Fatal(err)
			}
			if w.Name() != name {
				t.Errorf("is called %q", w.Name())
			}
			test(t, b, w)
			b.must(w.Close(t.Context()))
			if b.nb.Kernels() != 0 {
				t.Error("a kernel is left")
			}
		})
	}
}

func random(n int) []byte {
	data := make([]byte, n)
	_, _ = rand.Read(data)
	return data
}

func TestEveryWayInWritesFilesByteForByte(t *testing.T) {
	t.Parallel()
	waysIn(t, func(t *testing.T, b *bench, w WayIn) {
		ctx := t.Context()
		for i, size := range []int{0, 1, 1000, frameSize - 1, frameSize, frameSize + 1, MaxPut} {
			name, data := fmt.Sprintf("part %d", i), random(size)
			b.must(w.Send(ctx, name, data))
			if b.read(work+"/"+name) != string(data) {
				t.Errorf("%d bytes differ", size)
			}
			b.must(w.Send(ctx, name, data[:size/2]))
			if b.read(work+"/"+name) != string(data[:size/2]) {
				t.Errorf("%d bytes, written over by fewer, differ", size)
			}
		}
		if err := w.Send(ctx, "x", make([]byte, MaxPut+1)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("too many bytes: %v", err)
		}
		for _, name := range []string{".hidden", "..", "", "a\xff"} {
			if err := w.Send(ctx, name, nil); !errors.Is(err, ErrName) {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
}

func TestEveryWayInTakesManyFilesOverConnectionsThatBreak(t *testing.T) {
	t.Parallel()
	waysIn(t, func(t *testing.T, b *bench, w WayIn) {
		const files = 6
		data := random(MaxPut)
		stop, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			for i := range 10 { // not for ever: a file needs a connection that holds for all of it
				select {
				case <-stop:
					return
				case <-time.After(60 * time.Millisecond):
				}
				b.nb.DropSockets()
				if i%5 == 0 {
					b.nb.ExpireSessions()
				}
				if i%3 == 0 {
					b.nb.SetFaults(jupytersim.Faults{Errors: 1})
				}
			}
		}()
		name := func(i int) string { return fmt.Sprintf("part-%d", i) }
		err := together(files, func(i int) error {
			for { // as a transport does: what did not arrive is sent again, also where a session ended while it began
				err := w.Send(t.Context(), name(i), data[i:])
				if err == nil || !errors.Is(err, ErrTemporary) && !errors.Is(err, ErrNotSignedIn) {
					return err
				}
			}
		})
		close(stop)
		<-stopped
		b.must(err)
		for i := range files {
			if b.read(work+"/"+name(i)) != string(data[i:]) {
				t.Errorf("file %d differs", i)
			}
		}
	})
}

func TestAFailureInTheNotebookIsTold(t *testing.T) {
	t.Parallel()
	waysIn(t, func(t *testing.T, b *bench, w WayIn) {
		b.must(os.RemoveAll(filepath.Join(b.nb.Root(), work)))
		if err := w.Send(t.Context(), "part", []byte("x")); !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), work+"/part") {
			t.Errorf("into a folder that is gone: %v", err)
		}
	})
}

// TestAKernelStandsWhereItsFilesBelong asks for one in a folder that is not there yet:
// Jupyter starts it in the one above.
func TestAKernelStandsWhereItsFilesBelong(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	if w, err := b.c.KernelIn(t.Context(), work+"/1/parts"); !errors.Is(err, ErrFailed) || w != nil {
		t.Errorf("in a folder that is not there: %v, %v", w, err)
	}
	if n := b.nb.Kernels(); n != 0 {
		t.Errorf("%d kernels are left", n)
	}
}

func TestWithoutPythonThereIsNoKernel(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{NoPython: true})
	b.must(b.c.Mkdir(t.Context(), work))
	if _, err := b.c.KernelIn(t.Context(), work); !errors.Is(err, ErrNotFound) {
		t.Errorf("says %v", err)
	}
	ways := b.c.Measure(t.Context(), work, 1<<20, 2, time.Now)
	if len(ways) != 2 || ways[0].Way != "contents" || ways[0].Err != nil || ways[0].In <= 0 || ways[0].Out <= 0 || !errors.Is(ways[1].Err, ErrNotFound) {
		t.Errorf("measured %+v", ways)
	}
}

func TestWaysInAreMeasuredByTheClock(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.must(b.c.Mkdir(t.Context(), work))
	var ticks int
	steps := []int64{0, 2, 2, 4, 4, 5, 5, 6} // contents takes two seconds for each way, the kernel one
	now := func() time.Time { ticks++; return time.Unix(steps[ticks-1], 0) }
	ways := b.c.Measure(t.Context(), work, 1000, 4, now)
	if len(ways) != 2 || ways[0] != (Measured{Way: "kernel", In: 4000, Out: 4000}) || ways[1] != (Measured{Way: "contents", In: 2000, Out: 2000}) {
		t.Errorf("measured %+v", ways)
	}
	if b.nb.Kernels() != 0 {
		t.Error("a kernel is left")
	}
}

func TestTheKernelOfAKilledClientIsFoundByItsFolder(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	b := newBench(t, jupytersim.Options{})
	b.must(b.c.Mkdir(ctx, work))
	b.must(b.c.Mkdir(ctx, work+"-other"))
	if _, err := b.c.KernelIn(ctx, work); err != nil {
		t.Fatal(err)
	}
	b.c.close() // as if it were killed
	c := b.client(nil)
	if _, err := c.KernelIn(ctx, work+"-other"); err != nil {
		t.Fatal(err)
	}
	b.must(c.Clear(ctx, work))
	if n := b.nb.Kernels(); n != 1 {
		t.Errorf("%d kernels are left, that of the other folder should be", n)
	}
	b.must(c.Clear(ctx, work+"-other"))
	if n := b.nb.Kernels(); n != 0 {
		t.Errorf("%d kernels are left", n)
	}
}

func TestAKernelThatDoesNotAnswerIsTemporary(t *testing.T) {
	t.Parallel()
	b := newBench(t, jupytersim.Options{})
	b.must(b.c.Mkdir(t.Context(), work))
	w, err := b.c.KernelIn(t.Context(), work)
	b.must(err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Send(ctx, "part", []byte("x")); !errors.Is(err, ErrTemporary) || !errors.Is(err, context.Canceled) {
		t.Errorf("says %v", err)
	}
	b.must(w.Close(t.Context()))
	if err := w.Send(t.Context(), "part", []byte("x")); err == nil {
		t.Error("a closed way in writes")
	}
}
