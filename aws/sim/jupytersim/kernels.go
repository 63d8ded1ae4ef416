package jupytersim

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/coder/websocket"
)

// maxKernelFrame is what a server takes in one frame; a longer one ends the
// connection.
const maxKernelFrame = 10 << 20

// kernelSession is a kernel that belongs to a path. It runs no python: it knows the
// one target that nbscope makes, and does with files what that does.
type kernelSession struct {
	id, kernel, path string
	dir              string // it stands in
	mu               sync.Mutex
	parts            map[string]string // name to its temporary file
}

func (k *kernelSession) model() map[string]any {
	return map[string]any{
		"id": k.id, "path": k.path, "name": path.Base(k.path), "type": "notebook",
		"kernel": map[string]any{"id": k.kernel, "name": "python3", "execution_state": "idle"},
	}
}

func (s *Server) kernelRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/kernelspecs", func(w http.ResponseWriter, _ *http.Request) {
		name, language := "conda_python3", "python"
		if s.opts.NoPython {
			name, language = "ir", "R"
		}
		sendJSON(w, http.StatusOK, map[string]any{"default": name, "kernelspecs": map[string]any{
			name: map[string]any{"name": name, "spec": map[string]any{"language": language, "display_name": name}},
		}})
	})
	mux.HandleFunc("GET /api/sessions", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		list := make([]any, 0, len(s.sessions))
		for _, k := range s.sessions {
			list = append(list, k.model())
		}
		sendJSON(w, http.StatusOK, list)
	})
	mux.HandleFunc("POST /api/sessions", s.startKernel)
	mux.HandleFunc("DELETE /api/sessions/{id}", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.sessions[r.PathValue("id")] == nil {
			sendError(w, http.StatusNotFound, "Session not found: session_id="+r.PathValue("id"))
			return
		}
		delete(s.sessions, r.PathValue("id"))
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /api/kernels/{id}/channels", func(w http.ResponseWriter, r *http.Request) {
		k := s.kernel(r.PathValue("id"))
		if k == nil {
			sendError(w, http.StatusNotFound, "Kernel does not exist: "+r.PathValue("id"))
			return
		}
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = ws.CloseNow() }() // it is over either way
		ws.SetReadLimit(maxKernelFrame)
		for s.takeMessage(r.Context(), ws, k) {
		}
	})
}

func (s *Server) startKernel(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Path, Type string
		Kernel     struct{ Name string }
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil || in.Path == "" || in.Type == "" {
		sendError(w, http.StatusBadRequest, "Missing field in JSON data: path")
		return
	}
	if s.opts.NoPython || in.Kernel.Name != "conda_python3" {
		sendError(w, http.StatusNotImplemented, "The '"+in.Kernel.Name+"' kernel is not available")
		return
	}
	k := &kernelSession{id: rand.Text(), kernel: rand.Text(), path: in.Path, dir: path.Dir(in.Path), parts: map[string]string{}}
	for k.dir != "." { // as Jupyter does: the nearest folder that there is
		if info, err := os.Stat(s.local(k.dir)); err == nil && info.IsDir() {
			break
		}
		k.dir = path.Dir(k.dir)
	}
	s.mu.Lock()
	s.sessions[k.id] = k
	s.mu.Unlock()
	sendJSON(w, http.StatusCreated, k.model())
}

func (s *Server) kernel(id string) *kernelSession {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.sessions {
		if k.kernel == id {
			return k
		}
	}
	return nil
}

// message is what the kernel reads of one of Jupyter's.
type message struct {
	Header  json.RawMessage `json:"header"`
	Content struct {
		Code   string `json:"code"`
		CommID string `json:"comm_id"`
		Target string `json:"target_name"`
		Data   struct {
			Name string `json:"name"`
			At   int64  `json:"at"`
			Try  string `json:"try"`
			ID   string `json:"id"`
			Last bool   `json:"last"`
		} `json:"data"`
	} `json:"content"`
}

// unpack takes a binary frame apart: the number of parts, the offset of each, then the
// message and its buffers.
func unpack(frame []byte) (text []byte, buffers [][]byte, err error) {
	bad := errors.New("the frame is not one of Jupyter's")
	if len(frame) < 4 {
		return nil, nil, bad
	}
	n := int(binary.BigEndian.Uint32(frame))
	if n < 1 || n > 64 || len(frame) < 4+4*n {
		return nil, nil, bad
	}
	parts := make([][]byte, n)
	end := len(frame)
	for i := n - 1; i >= 0; i-- {
		begin := int(binary.BigEndian.Uint32(frame[4+4*i:]))
		if begin < 4+4*n || begin > end {
			return nil, nil, bad
		}
		parts[i], end = frame[begin:end], begin
	}
	return parts[0], parts[1:], nil
}

// takeMessage answers one message as a kernel does: busy, the answer, idle.
func (s *Server) takeMessage(ctx context.Context, ws *websocket.Conn, k *kernelSession) bool {
	kind, frame, err := ws.Read(ctx)
	if err != nil {
		return false
	}
	var buffers [][]byte
	if kind == websocket.MessageBinary {
		if frame, buffers, err = unpack(frame); err != nil {
			return false
		}
	}
	var m message
	var head struct {
		Kind string `json:"msg_type"`
	}
	if json.Unmarshal(frame, &m) != nil || json.Unmarshal(m.Header, &head) != nil {
		return false
	}
	say := func(kind string, content any) bool {
		out, err := json.Marshal(map[string]any{
			"header": map[string]any{"msg_type": kind, "msg_id": rand.Text(), "version": "5.3"}, "parent_header": m.Header,
			"metadata": struct{}{}, "content": content, "buffers": []any{}, "channel": "iopub",
		})
		return err == nil && ws.Write(ctx, websocket.MessageText, out) == nil
	}
	say("status", map[string]any{"execution_state": "busy"})
	switch head.Kind {
	case "execute_request":
		reply := map[string]any{"status": "ok", "execution_count": 1}
		head, _, _ := strings.Cut(m.Content.Code, "\n")
		dir, ok := strings.CutPrefix(head, "_nbscope_dir = ")
		switch {
		case !ok || !strings.Contains(m.Content.Code, `register_target("nbscope"`):
			reply = map[string]any{"status": "error", "ename": "SimulatedKernel", "evalue": "it knows one program only"}
		case dir != strconv.Quote(k.dir):
			reply = map[string]any{"status": "error", "ename": "NotADirectoryError", "evalue": dir}
		}
		say("execute_reply", reply)
	case "comm_msg":
		data := map[string]any{"id": m.Content.Data.ID}
		if n, err := s.write(k, m, buffers); err != nil {
			data["error"] = err.Error()
		} else {
			data["n"] = n
		}
		say("comm_msg", map[string]any{"comm_id": m.Content.CommID, "data": data})
	}
	return say("status", map[string]any{"execution_state": "idle"})
}

// write does what the target in a real kernel does with a frame.
func (s *Server) write(k *kernelSession, m message, buffers [][]byte) (n int, err error) {
	data := m.Content.Data
	if data.Name != path.Base(data.Name) {
		return 0, fmt.Errorf("ValueError: %q", data.Name)
	}
	to := s.local(path.Join(k.dir, data.Name))
	temporary := to + "." + data.Try + ".tmp"
	k.mu.Lock()
	defer k.mu.Unlock()
	flags := os.O_WRONLY
	if data.At == 0 {
		if old := k.parts[data.Name]; old != "" {
			_ = os.Remove(old) // it may be gone
		}
		k.parts[data.Name] = temporary
		flags |= os.O_CREATE | os.O_EXCL
	}
	if k.parts[data.Name] != temporary {
		return 0, errors.New("ValueError: a frame of an earlier try")
	}
	f, err := os.OpenFile(temporary, flags, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }() // what was written is looked at below
	for _, b := range buffers {
		if _, err := f.WriteAt(b, data.At+int64(n)); err != nil {
			return n, err
		}
		n += len(b)
	}
	if info, err := f.Stat(); err != nil || info.Size() != data.At+int64(n) {
		return n, errors.New("ValueError: a frame is missing")
	}
	if data.Last {
		delete(k.parts, data.Name)
		err = os.Rename(temporary, to)
	}
	return n, err
}
