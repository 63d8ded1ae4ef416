package jupyter

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// maxFrame bounds a frame from the server. Terminals send some kilobytes at a time,
// kernels their acknowledgements.
const maxFrame = 4 << 20

// socket is an open websocket with one reader and one pinger, which end with it.
type socket struct {
	ws   *websocket.Conn
	end  context.CancelFunc
	done chan struct{} // closed when nothing more will come
}

// dial opens a websocket at a path. Frames are handed to each, by one goroutine.
func (w *wire) dial(ctx context.Context, op, at string, each func(frame []byte)) (*socket, error) {
	for renewals := 0; ; renewals++ {
		s, err := w.session(ctx)
		if err != nil {
			return nil, err
		}
		ws, err := w.upgrade(ctx, s, op, at)
		if err == nil {
			return w.run(ws, each), nil //nolint:contextcheck // a websocket lives as long as the client
		}
		if !errors.Is(err, ErrNotSignedIn) || renewals >= maxRenewals {
			return nil, err
		}
		w.forget(s)
	}
}

// upgrade asks for a websocket once. A front that knows nobody answers it with a page
// and 200, not with a refusal.
func (w *wire) upgrade(ctx context.Context, s *session, op, at string) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, w.opts.Timeout)
	defer cancel()
	header := http.Header{"Origin": {s.base.String()}}
	s.dress(header)
	url := "ws" + strings.TrimPrefix(s.base.String(), "http") + at
	ws, answer, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPClient: s.http, HTTPHeader: header})
	if err == nil {
		ws.SetReadLimit(maxFrame)
		return ws, nil
	}
	if answer == nil || answer.StatusCode == http.StatusSwitchingProtocols {
		return nil, w.secrets.fail(op, "", ErrTemporary, err)
	}
	defer drain(answer)
	if answer.StatusCode == http.StatusNotFound && mediaType(answer) == "text/html" {
		// Tornado's own pages are all it has for a websocket: the caller asks the API.
		return nil, &Error{Op: op, Kind: ErrNotFound, Status: answer.StatusCode}
	}
	if err := s.judge(ctx, call{op: op}, answer); err != nil {
		return nil, err
	}
	return nil, &Error{Op: op, Kind: ErrFailed, Status: answer.StatusCode, Detail: "no websocket was opened"}
}

// run reads and pings until the connection or the client ends.
func (w *wire) run(ws *websocket.Conn, each func([]byte)) *socket {
	ctx, cancel := context.WithCancel(w.closing)
	k := &socket{ws: ws, end: cancel, done: make(chan struct{})}
	var both sync.WaitGroup
	both.Go(func() {
		defer cancel()
		for {
			_, frame, err := ws.Read(ctx)
			if err != nil {
				return
			}
			each(frame)
		}
	})
	both.Go(func() {
		defer cancel()
		for pause(ctx, w.opts.Ping) == nil {
			if k.ping(ctx, w.opts.Timeout) != nil {
				return
			}
		}
	})
	w.sockets.Go(func() {
		both.Wait()
		_ = ws.CloseNow() // it is over either way
		close(k.done)
	})
	return k
}

func (k *socket) ping(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return k.ws.Ping(ctx)
}

// close ends the connection and waits for its goroutines.
func (k *socket) close() {
	k.end()
	<-k.done
}
