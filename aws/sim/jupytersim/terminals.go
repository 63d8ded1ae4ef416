package jupytersim

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
	"github.com/creack/pty"
)

// maxReplay is how much of what a terminal printed a new connection gets, in bytes.
const maxReplay = 1 << 20

// term is a shell on a pty.
type term struct {
	name  string
	shell *exec.Cmd
	pty   *os.File
	ended chan struct{}

	mu       sync.Mutex
	printed  []byte
	watchers map[chan struct{}]bool
	from     int // how much of what was printed is no longer kept
}

func (s *Server) terminalRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/terminals", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		list := make([]any, 0, len(s.terminals))
		for name := range s.terminals {
			list = append(list, map[string]any{"name": name})
		}
		sendJSON(w, http.StatusOK, list)
	})
	mux.HandleFunc("POST /api/terminals", func(w http.ResponseWriter, _ *http.Request) {
		if s.opts.NoTerminals {
			sendError(w, http.StatusNotFound, "Not Found")
			return
		}
		t, err := s.newTerm()
		if err != nil {
			sendError(w, http.StatusInternalServerError, err.Error())
			return
		}
		sendJSON(w, http.StatusOK, map[string]any{"name": t.name, "last_activity": s.opts.Now().UTC().Format(time.RFC3339Nano)})
	})
	mux.HandleFunc("DELETE /api/terminals/{name}", func(w http.ResponseWriter, r *http.Request) {
		t := s.term(r.PathValue("name"))
		if t == nil {
			sendError(w, http.StatusNotFound, "Terminal not found: "+r.PathValue("name"))
			return
		}
		t.end()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /terminals/websocket/{name}", func(w http.ResponseWriter, r *http.Request) {
		t := s.term(r.PathValue("name"))
		if t == nil {
			sendPage(w, http.StatusNotFound, "404 : Not Found")
			return
		}
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		t.serve(r.Context(), ws)
	})
}

func (s *Server) term(name string) *term {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.terminals[name]
}

// newTerm starts a shell. It gets the lowest number that is free, so that a name says
// nothing about whose terminal it is.
func (s *Server) newTerm() (*term, error) {
	shell := exec.Command(s.opts.Shell) //nolint:noctx,gosec // lives as long as the server; whoever makes the notebook names its shell
	shell.Dir = s.opts.Home
	shell.Env = append(environ(), "HOME="+s.opts.Home, "TERM=xterm-color", "JUPYTER_SERVER_ROOT="+s.opts.Root, s.mark)
	shell.Env = append(shell.Env, s.opts.Env...)
	file, err := pty.StartWithSize(shell, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		return nil, err
	}
	t := &term{shell: shell, pty: file, ended: make(chan struct{}), watchers: map[chan struct{}]bool{}}
	s.mu.Lock()
	for i := 1; t.name == "" || s.terminals[t.name] != nil; i++ {
		t.name = strconv.Itoa(i)
	}
	s.terminals[t.name] = t
	s.mu.Unlock()
	go func() {
		t.read()
		_ = shell.Wait() // how it ended is of no interest
		s.mu.Lock()
		if s.terminals[t.name] == t {
			delete(s.terminals, t.name)
		}
		s.mu.Unlock()
		close(t.ended)
	}()
	return t, nil
}

// read keeps what the shell prints until it ends.
func (t *term) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := t.pty.Read(buf)
		t.mu.Lock()
		t.printed = append(t.printed, buf[:n]...)
		if over := len(t.printed) - maxReplay; over > 0 {
			t.printed, t.from = slices.Clone(t.printed[over:]), t.from+over
		}
		for w := range t.watchers {
			select {
			case w <- struct{}{}:
			default:
			}
		}
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// end hangs up, as closing a terminal does: what left the terminal's session lives on.
func (t *term) end() {
	hangUp(t.shell.Process)
	_ = t.pty.Close() // so that read ends
	<-t.ended
}

// after is what was printed from a place on, without a character that is not whole.
func (t *term) after(at int) (text string, next int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	rest := t.printed[max(0, at-t.from):]
	whole := len(rest)
	for back := 1; back <= min(3, whole); back++ {
		if b := rest[whole-back]; utf8.RuneStart(b) {
			if !utf8.FullRune(rest[whole-back:]) {
				whole -= back
			}
			break
		}
	}
	return strings.ToValidUTF8(string(rest[:whole]), "�"), max(at, t.from) + whole
}

// serve connects a websocket: frames are JSON arrays of a kind and its value.
func (t *term) serve(ctx context.Context, ws *websocket.Conn) {
	defer func() { _ = ws.CloseNow() }() // it is over either way
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ws.SetReadLimit(64 << 20)
	go func() {
		defer cancel()
		for t.take(ctx, ws) {
		}
	}()
	news := make(chan struct{}, 1)
	t.mu.Lock()
	t.watchers[news] = true
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		delete(t.watchers, news)
		t.mu.Unlock()
	}()
	say := func(parts ...any) bool {
		frame, err := json.Marshal(parts)
		return err == nil && ws.Write(ctx, websocket.MessageText, frame) == nil
	}
	say("setup", struct{}{})
	for at := 0; ; {
		text, next := t.after(at)
		if at = next; text != "" && !say("stdout", text) {
			return
		}
		select {
		case <-news:
		case <-t.ended:
			say("disconnect", 1)
			_ = ws.Close(websocket.StatusNormalClosure, "") // it is over
			return
		case <-ctx.Done():
			return
		}
	}
}

// take does what a frame says.
func (t *term) take(ctx context.Context, ws *websocket.Conn) bool {
	_, frame, err := ws.Read(ctx)
	if err != nil {
		return false
	}
	var parts []any
	if json.Unmarshal(frame, &parts) != nil || len(parts) < 2 {
		return true
	}
	switch parts[0] {
	case "stdin":
		text, _ := parts[1].(string)
		_, err = t.pty.WriteString(text)
	case "set_size":
		if rows, ok := parts[1].(float64); ok && len(parts) > 2 {
			cols, _ := parts[2].(float64)
			err = pty.Setsize(t.pty, &pty.Winsize{Rows: uint16(rows), Cols: uint16(cols)})
		}
	}
	return err == nil
}
