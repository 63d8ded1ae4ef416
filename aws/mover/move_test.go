package mover

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"nbscope/aws/jupyter"
	"nbscope/model/transfer"
)

// TestAPartIsMovedAndLookedAtInBetween, whatever its size, and its reader may have taken it
// away before the server looked.
func TestAPartIsMovedAndLookedAtInBetween(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		size  int
		way   string
		spoil bool // on the way out
		out   error
		in    error
		want  string
	}{
		"as large as it is cut":    {size: 300, way: contents},
		"larger":                   {size: 301, way: contents},
		"nothing":                  {way: contents},
		"by a kernel":              {size: 3, way: "kernel"},
		"damaged":                  {size: 3, way: contents, spoil: true, want: "source: a part was damaged on the way"},
		"it cannot be read":        {size: 3, way: contents, out: fault(jupyter.ErrTemporary), want: "source: Jupyter: try: no answer from Jupyter"},
		"it cannot be written":     {size: 3, way: contents, in: fault(jupyter.ErrFailed), want: "replacement: Jupyter: try: failed"},
		"it was taken away":        {size: 3, way: contents, in: fault(jupyter.ErrNotFound)},
		"a kernel does not say so": {size: 3, way: "kernel", in: fault(jupyter.ErrNotFound), want: "replacement: Jupyter: try: not found"},
	} {
		r, w, _ := relayOf(t, c.way)
		data := []byte(strings.Repeat("x", c.size))
		sum := sha256.Sum256(data)
		p := transfer.Part{N: 7, Size: int64(c.size), SHA256: hex.EncodeToString(sum[:])}
		if c.spoil {
			data[0] ^= 1
		}
		w.source.files["nbscope-7f3c/"+transfer.CutFile("1", 7)] = data
		w.source.fault = func(string, string) error { return c.out }
		w.replaced.files["nbscope-7f3c/1/parts/"] = nil
		w.replaced.fault = func(op, _ string) error { return refuse(op == "put", c.in) }
		m := r.move(t.Context(), p)
		if m.part != p || (m.err == nil) != (c.want == "") || m.err != nil && m.err.Error() != c.want {
			t.Errorf("%s: %v, want %q", name, m.err, c.want)
		}
		if got, ok := w.replaced.files["nbscope-7f3c/"+transfer.ComeFile("1", &p)]; ok != (c.want == "" && c.in == nil) || ok && !bytes.Equal(got, data) {
			t.Errorf("%s: %d bytes came", name, len(got))
		}
	}
	r, _, _ := relayOf(t, contents)
	of := &side{}
	m := r.move(t.Context(), transfer.Part{N: 1, Size: 1})
	if !errors.As(m.err, &of) || of.e != r.source || !errors.Is(m.err, jupyter.ErrNotFound) {
		t.Errorf("of no part: %v", m.err)
	}
}

// TestWhatTheLookAroundFound is in bytes; what is not known is -1.
func TestWhatTheLookAroundFound(t *testing.T) {
	t.Parallel()
	known := map[string]string{"uid": "1000", "size": "3", "free": "2", "inodes": "9", "python": "3.7", "curl": "yes"}
	root := map[string]string{"uid": "0"}
	for _, c := range []struct {
		tools map[string]string
		sudo  bool
		want  Sight
	}{
		{known, false, Sight{Root: "/r", UID: 1000, Size: 3072, Free: 2048, Inodes: 9, Python: "3.7", Curl: true}}, {known, true, Sight{Root: "/r", UID: 1000, Size: 3072, Free: 2048, Inodes: 9, Python: "3.7", Curl: true, Sudo: true}},
		{root, false, Sight{Root: "/r", Size: -1, Free: -1, Inodes: -1, Sudo: true}}, {nil, false, Sight{Root: "/r", UID: -1, Size: -1, Free: -1, Inodes: -1}},
	} {
		var got Sight
		got.read(&end{root: "/r", tools: c.tools, sudo: c.sudo})
		if got.Root != c.want.Root || got.UID != c.want.UID || got.Size != c.want.Size || got.Free != c.want.Free || got.Inodes != c.want.Inodes || got.Python != c.want.Python || got.Curl != c.want.Curl || got.Sudo != c.want.Sudo {
			t.Errorf("%+v, want %+v", got, c.want)
		}
	}
}
