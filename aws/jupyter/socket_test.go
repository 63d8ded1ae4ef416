package jupyter

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// connected is a connection to a server that is played, which serve has for as long as it
// likes.
func connected(t *testing.T, w *wire, o *websocket.AcceptOptions, serve func(ctx context.Context, ws *websocket.Conn), hear func([]byte)) *socket {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(out, r, o)
		if err != nil {
			return
		}
		defer func() { _ = ws.CloseNow() }()
		ws.SetReadLimit(-1)
		serve(r.Context(), ws)
	}))
	t.Cleanup(srv.Close)
	ws, _, err := websocket.Dial(t.Context(), srv.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	k := w.run(ws, hear)
	t.Cleanup(k.close)
	return k
}

func wireFor(t *testing.T, change func(*Options)) *wire {
	t.Helper()
	o := Options{Host: "churn.example"}.withDefaults()
	change(&o)
	return &wire{login: login{opts: o, secrets: &secrets{}, closing: t.Context(), signing: make(lock, 1)}}
}

// TestAConnectionIsAskedAgainAndAgainWhetherItLives, and is over when nobody answers.
func TestAConnectionIsAskedAgainAndAgainWhetherItLives(t *testing.T) {
	t.Parallel()
	reading := func(ctx context.Context, ws *websocket.Conn) {
		_, _, _ = ws.Read(ctx) // nothing comes: until the end
	}
	asked := make(chan struct{}, 100)
	lives := connected(t, wireFor(t, func(o *Options) { o.Ping = time.Millisecond }), &websocket.AcceptOptions{OnPingReceived: func(context.Context, []byte) bool {
		select {
		case asked <- struct{}{}:
		default:
		}
		return true
	}}, reading, func([]byte) {})
	for range 3 {
		<-asked
	}
	select {
	case <-lives.done:
		t.Error("it is over, though it was answered")
	default:
	}
	silent := connected(t, wireFor(t, func(o *Options) { o.Ping, o.Timeout = time.Millisecond, time.Millisecond }), &websocket.AcceptOptions{
		OnPingReceived: func(context.Context, []byte) bool { return false },
	}, reading, func([]byte) {})
	<-silent.done
}

// frame is one as the kernel gets it.
type frame struct {
	at   int
	last bool
	size int
}

// kernelOf is a way in to a kernel that is played: it notes each frame, and says of it what
// it is told to.
func kernelOf(t *testing.T, says string) (in *kernelIn, got chan frame) {
	t.Helper()
	w := wireFor(t, func(*Options) {})
	in = &kernelIn{wire: w, dir: "nbscope-x", comm: "c", key: "k", room: make(chan struct{}, window), opening: make(lock, 1), waiting: map[string]chan error{}}
	got = make(chan frame, 8)
	in.socket = connected(t, w, nil, func(ctx context.Context, ws *websocket.Conn) {
		for {
			kind, raw, err := ws.Read(ctx)
			if err != nil || kind != websocket.MessageBinary {
				return
			}
			from := binary.BigEndian.Uint32(raw[8:])
			var m struct {
				Content struct {
					Data struct {
						Name, ID string
						At       int
						Last     bool
					}
				}
			}
			if json.Unmarshal(raw[binary.BigEndian.Uint32(raw[4:]):from], &m) != nil || binary.BigEndian.Uint32(raw) != 2 || m.Content.Data.Name != "p1" {
				return
			}
			got <- frame{m.Content.Data.At, m.Content.Data.Last, len(raw) - int(from)}
			if ws.Write(ctx, websocket.MessageText, fmt.Appendf(nil, `{"header":{"msg_type":"comm_msg"},"content":{"data":{"id":%q,%s}}}`, m.Content.Data.ID, says)) != nil {
				return
			}
		}
	}, in.hear)
	return in, got
}

func TestAFileGoesToTheKernelInAsFewFramesAsItTakes(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][]frame{
		0: {{0, true, 0}}, 1: {{0, true, 1}}, frameSize: {{0, true, frameSize}}, frameSize + 1: {{0, false, frameSize}, {frameSize, true, 1}},
	} {
		in, got := kernelOf(t, `"n":1`)
		if err := in.Send(t.Context(), "p1", make([]byte, n)); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		var frames []frame
		for len(got) > 0 {
			frames = append(frames, <-got)
		}
		if !slices.Equal(frames, want) {
			t.Errorf("%d bytes: %+v", n, frames)
		}
		if len(in.room) != 0 || len(in.waiting) != 0 {
			t.Errorf("%d bytes: %d frames are on their way at the end, %d wait", n, len(in.room), len(in.waiting))
		}
	}
	in, _ := kernelOf(t, `"error":"no space"`)
	if err := in.Send(t.Context(), "p1", make([]byte, 1)); fmt.Sprint(err) != `Jupyter: write "nbscope-x/p1": failed: no space` || len(in.room) != 0 {
		t.Errorf("%v, with %d on their way", err, len(in.room))
	}
}

// TestAFileThatCannotBeSentIsNamed by the client that is closed, so that nothing is sent.
func TestAFileThatCannotBeSentIsNamed(t *testing.T) {
	t.Parallel()
	over, end := context.WithCancel(t.Context())
	end()
	w := wireFor(t, func(*Options) {})
	w.closing = over
	in := &kernelIn{wire: w, dir: "nbscope-x", room: make(chan struct{}, window), opening: make(lock, 1)}
	for name, c := range map[string]struct {
		size int
		kind error
		says string
	}{
		"p1":    {MaxPut, ErrClosed, `"nbscope-x/p1"`},
		"p2":    {MaxPut + 1, ErrTooLarge, `"nbscope-x/p2": too large: 16777217 bytes are more than 16777216`},
		"a/b":   {1, ErrName, `"nbscope-x/a/b"`},
		"":      {1, ErrName, "a part of the path is empty"},
		".p":    {1, ErrName, "hidden"},
		"a\x00": {1, ErrName, "zero byte"},
	} {
		err := in.Send(t.Context(), name, make([]byte, c.size))
		if !errors.Is(err, c.kind) || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
