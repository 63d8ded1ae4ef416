package jupyter

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTheFastestWayComesFirst, and one that failed last.
func TestTheFastestWayComesFirst(t *testing.T) {
	t.Parallel()
	odd := errors.New("odd")
	for name, c := range map[string]struct {
		contents, kernel Measured
		want             string
	}{
		"a kernel that is faster": {Measured{In: 1}, Measured{In: 2}, "kernel contents"},
		"one that is as fast":     {Measured{In: 2}, Measured{In: 2}, "contents kernel"},
		"one that is slower":      {Measured{In: 3}, Measured{In: 2}, "contents kernel"},
		"one that failed":         {Measured{In: 1}, Measured{In: 2, Err: odd}, "contents kernel"},
		"contents that failed":    {Measured{In: 3, Err: odd}, Measured{In: 2}, "kernel contents"},
		"neither is of use":       {Measured{Err: odd}, Measured{In: 2, Err: odd}, "contents kernel"},
	} {
		c.contents.Way, c.kernel.Way = "contents", "kernel"
		ways := inOrder(c.contents, c.kernel)
		if got := ways[0].Way + " " + ways[1].Way; got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// played is a way in that keeps what is sent.
type played struct {
	sent  map[string][]byte
	sends error
	ends  error
}

func (*played) Name() string { return "played" }

func (p *played) Send(_ context.Context, name string, data []byte) error {
	p.sent[name] = data
	return p.sends
}

func (p *played) Close(context.Context) error { return p.ends }

// TestAWayIsMeasuredByWhatIsReadAgain: what came is compared, and what failed is told in its
// own words.
func TestAWayIsMeasuredByWhatIsReadAgain(t *testing.T) {
	t.Parallel()
	odd := errors.New("odd")
	for name, c := range map[string]struct {
		sends, ends error
		status      int
		spoil       func([]byte) []byte
		asks        int
		fails       string
		back        bool // it is measured how fast it was read
	}{
		"well":                 {status: http.StatusOK, asks: 1, back: true},
		"another content":      {status: http.StatusOK, spoil: func(b []byte) []byte { b[0] ^= 1; return b }, asks: 1, back: true, fails: `Jupyter: measure "nbscope-x/measure-played-0": failed: what was read is not what was written`},
		"it cannot be read":    {status: http.StatusInternalServerError, asks: 1, back: true, fails: `Jupyter: read "nbscope-x/measure-played-0": failed (status 500)`},
		"it cannot be written": {sends: odd, fails: "odd"},
		"it cannot be ended":   {status: http.StatusOK, ends: odd, asks: 1, back: true, fails: "odd"},
		"neither nor":          {sends: odd, ends: errors.New("nor"), fails: "odd\nnor"},
	} {
		way := &played{sent: map[string][]byte{}, sends: c.sends, ends: c.ends}
		w, _, asked := wireOf(t, func(string) (int, string, string) {
			data := slices.Clone(way.sent["measure-played-0"])
			if c.spoil != nil {
				data = c.spoil(data)
			}
			return c.status, "Content-Type: application/octet-stream", string(data)
		})
		seconds := int64(0)
		now := func() time.Time { seconds += 2; return time.Unix(seconds, 0) }
		m := measure(t.Context(), &files{w}, way, "nbscope-x", 1000, 1, now)
		back := map[bool]float64{true: 500}[c.back]
		if m.Way != "played" || m.In != 500 || m.Out != back || len(*asked) != c.asks || (m.Err == nil) != (c.fails == "") || m.Err != nil && !strings.HasPrefix(m.Err.Error(), c.fails) {
			t.Errorf("%s: %+v, asked %q", name, m, *asked)
		}
	}
}
