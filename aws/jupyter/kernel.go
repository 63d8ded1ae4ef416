package jupyter

import (
	"context"
	"crypto/rand"
	_ "embed" // the kernel's side
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/coder/websocket"
)

//go:embed kernel.py
var kernelSide string

const (
	// frameSize is the payload of one frame: servers refuse frames over 10 MiB.
	frameSize = 8 << 20
	// window is how many frames are sent before the first is acknowledged.
	window = 4
)

// KernelIn is the fast way: raw bytes over the websocket of a python kernel, which it
// starts, in a session that Jupyter lists under the folder's name. So Clear finds it
// also when this process was killed. ErrNotFound: there is no python kernel. The
// folder must exist: else the kernel stands in one above it, and is let go.
func (c *Client) KernelIn(ctx context.Context, dir string) (WayIn, error) {
	const op = "start a kernel"
	if err := checkWork(op, dir); err != nil {
		return nil, err
	}
	spec, err := pythonKernel(ctx, c.wire)
	if err != nil {
		return nil, err
	}
	var made struct {
		ID     string
		Kernel struct{ ID string }
	}
	name := "nbscope-" + strings.ToLower(rand.Text()[:8]) + ".ipynb"
	k := call{op: op, method: http.MethodPost, at: "/api/sessions"}.withJSON(map[string]any{
		"path": dir + "/" + name, "name": name, "type": "notebook", "kernel": map[string]string{"name": spec},
	})
	if err := c.wire.json(ctx, k, &made); err != nil {
		return nil, err
	}
	in := &kernelIn{
		wire: c.wire, dir: dir, session: made.ID, kernel: made.Kernel.ID,
		room: make(chan struct{}, window), opening: make(lock, 1),
	}
	if err := in.open(ctx); err != nil {
		return nil, errors.Join(err, in.Close(context.WithoutCancel(ctx)))
	}
	return in, nil
}

// pythonKernel is the name of a kernel that speaks python: the default one, or the
// first by name.
func pythonKernel(ctx context.Context, w *wire) (string, error) {
	var specs struct {
		Default     string
		Kernelspecs map[string]struct{ Spec struct{ Language string } }
	}
	k := call{op: "look for a python kernel", method: http.MethodGet, at: "/api/kernelspecs", repeat: true}
	if err := w.json(ctx, k, &specs); err != nil {
		return "", err
	}
	for _, name := range append([]string{specs.Default}, slices.Sorted(maps.Keys(specs.Kernelspecs))...) {
		if strings.EqualFold(specs.Kernelspecs[name].Spec.Language, "python") {
			return name, nil
		}
	}
	return "", &Error{Op: k.op, Kind: ErrNotFound}
}

// kernelIn sends files as messages with buffers to a target in the kernel.
type kernelIn struct {
	wire            *wire
	dir             string
	session, kernel string
	room            chan struct{} // one element for each frame in flight
	opening         lock

	mu      sync.Mutex
	socket  *socket
	key     string // of this connection, by which Jupyter knows it
	comm    string
	waiting map[string]chan error // by the id of a frame
	ready   chan error            // of the request that makes the target
}

// Name is for the screen.
func (*kernelIn) Name() string { return "kernel" }

// message is one of Jupyter's, of the first version of the protocol.
func message(session, id, kind string, content any) []byte {
	data, err := json.Marshal(map[string]any{
		"header": map[string]string{
			"msg_id": id, "username": "nbscope", "session": session, "msg_type": kind, "version": "5.3", "date": "2026-01-01T00:00:00Z",
		},
		"parent_header": struct{}{}, "metadata": struct{}{}, "channel": "shell", "content": content,
	})
	if err != nil { // maps of strings and numbers
		panic("jupyter: " + err.Error())
	}
	return data
}

// open connects to the kernel and makes the target. The kernel may be new, or
// restarted, so the target is made each time.
func (w *kernelIn) open(ctx context.Context) error {
	const op = "reach the kernel"
	ready := make(chan error, 1)
	w.mu.Lock()
	// A server keeps what was for a session that broke and hands it to the next of its
	// name: each connection is one of its own.
	w.key, w.comm, w.waiting, w.ready = rand.Text(), rand.Text(), map[string]chan error{}, ready
	key, comm := w.key, w.comm
	w.mu.Unlock()
	at := "/api/kernels/" + url.PathEscape(w.kernel) + "/channels?session_id=" + key
	socket, err := w.wire.dial(ctx, op, at, w.hear)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, w.wire.opts.Timeout)
	defer cancel()
	err = socket.ws.Write(ctx, websocket.MessageText, message(key, key, "execute_request", map[string]any{
		"code": "_nbscope_dir = " + strconv.QuoteToASCII(w.dir) + "\n" + kernelSide, "silent": false, "store_history": false, "allow_stdin": false, "user_expressions": struct{}{}, "stop_on_error": true,
	}))
	if err == nil {
		select {
		case err = <-ready:
		case <-socket.done:
			err = errors.New("the connection ended")
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	if err == nil {
		err = socket.ws.Write(ctx, websocket.MessageText, message(key, rand.Text(), "comm_open", map[string]any{
			"comm_id": comm, "target_name": "nbscope", "data": struct{}{},
		}))
	}
	if err != nil {
		socket.close()
		if own, ok := errors.AsType[*Error](err); ok {
			return own
		}
		return w.wire.secrets.fail(op, "", ErrTemporary, err)
	}
	w.mu.Lock()
	w.socket = socket
	w.mu.Unlock()
	return nil
}

// hear takes a message of the kernel. Only one with data acknowledges a frame: the
// kernel also tells of being busy and idle for each.
func (w *kernelIn) hear(frame []byte) {
	var m struct {
		Header struct {
			Kind string `json:"msg_type"`
		} `json:"header"`
		Parent struct {
			ID string `json:"msg_id"`
		} `json:"parent_header"`
		Content struct {
			CommID string `json:"comm_id"`
			Status string `json:"status"`
			Ename  string `json:"ename"`
			Evalue string `json:"evalue"`
			Data   struct {
				ID    string `json:"id"`
				N     *int   `json:"n"`
				Error string `json:"error"`
			} `json:"data"`
		} `json:"content"`
	}
	if json.Unmarshal(frame, &m) != nil {
		return
	}
	hide := w.wire.secrets.hide
	w.mu.Lock()
	defer w.mu.Unlock()
	switch data := m.Content.Data; {
	case m.Header.Kind == "execute_reply" && m.Parent.ID == w.key && w.ready != nil:
		if m.Content.Status == "ok" {
			w.ready <- nil
		} else {
			w.ready <- tell("reach the kernel", "", ErrFailed, "%s", hide(m.Content.Ename+": "+m.Content.Evalue))
		}
		w.ready = nil
	case m.Header.Kind == "comm_close" && m.Content.CommID == w.comm:
		for id, heard := range w.waiting {
			heard <- tell("write", "", ErrFailed, "the kernel closed the way in")
			delete(w.waiting, id)
		}
	case m.Header.Kind == "comm_msg" && w.waiting[data.ID] != nil:
		heard := w.waiting[data.ID]
		delete(w.waiting, data.ID)
		if data.N == nil {
			heard <- tell("write", "", ErrFailed, "%s", hide(data.Error))
		} else {
			heard <- nil
		}
	}
}

// Send sends a file in frames. When the connection ends, all of it is sent again: the
// kernel knows the tries apart.
func (w *kernelIn) Send(ctx context.Context, name string, data []byte) error {
	path := w.dir + "/" + name
	if why := checkPath(name); why != "" || strings.Contains(name, "/") {
		return tell("write", path, ErrName, "%s", why)
	}
	if len(data) > MaxPut {
		return tell("write", path, ErrTooLarge, "%d bytes are more than %d", len(data), MaxPut)
	}
	for try := 1; ; try++ {
		err := w.try(ctx, name, data)
		if own, ok := errors.AsType[*Error](err); ok && own.Path == "" {
			own.Path = path
		}
		if !w.wire.opts.again(ctx, try, err) {
			return err
		}
	}
}

// try sends a file once, over one connection.
func (w *kernelIn) try(ctx context.Context, name string, data []byte) error {
	socket, err := w.connected(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx) // the first failure ends the others
	defer cancel()
	id := rand.Text()
	frames := max(1, (len(data)+frameSize-1)/frameSize)
	results := make(chan error, frames)
	for i := range frames {
		part := data[i*frameSize : min(len(data), (i+1)*frameSize)]
		heard, err := w.sendFrame(ctx, socket, map[string]any{"name": name, "at": i * frameSize, "try": id, "last": i == frames-1}, part)
		if err != nil {
			return err
		}
		go func() { results <- w.acknowledged(ctx, socket, heard) }()
	}
	var first error
	for range frames {
		if err := <-results; err != nil && first == nil {
			first = err
			cancel()
		}
	}
	return first
}

// connected returns the open connection, or a new one.
func (w *kernelIn) connected(ctx context.Context) (*socket, error) {
	if err := w.opening.take(ctx); err != nil {
		return nil, w.wire.secrets.fail("write", "", ErrTemporary, err)
	}
	defer w.opening.give()
	w.mu.Lock()
	k := w.socket
	w.mu.Unlock()
	if k != nil {
		select {
		case <-k.done:
		default:
			return k, nil
		}
	}
	if err := w.open(ctx); err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.socket, nil
}

// sendFrame sends one part when there is room for it and returns where its
// acknowledgement is heard.
func (w *kernelIn) sendFrame(ctx context.Context, k *socket, data map[string]any, part []byte) (<-chan error, error) {
	select {
	case w.room <- struct{}{}:
	case <-k.done:
		return nil, tell("write", "", ErrTemporary, "the connection ended")
	case <-ctx.Done():
		return nil, w.wire.secrets.fail("write", "", ErrTemporary, ctx.Err())
	}
	id, heard := rand.Text(), make(chan error, 1)
	data["id"] = id
	w.mu.Lock()
	w.waiting[id] = heard
	comm, key := w.comm, w.key
	w.mu.Unlock()
	text := message(key, rand.Text(), "comm_msg", map[string]any{"comm_id": comm, "data": data})
	// Number of parts, the offset of each, the parts: the message, then the buffer.
	const head = 12
	frame := make([]byte, head, head+len(text)+len(part))
	binary.BigEndian.PutUint32(frame[0:], 2)
	binary.BigEndian.PutUint32(frame[4:], head)
	binary.BigEndian.PutUint32(frame[8:], uint32(head+len(text)))
	frame = append(append(frame, text...), part...)
	ctx, watch := newWatch(ctx, w.wire.opts.Timeout, int64(len(frame)))
	defer watch.stop()
	if err := k.ws.Write(ctx, websocket.MessageBinary, frame); err != nil {
		<-w.room
		return nil, watch.blame(w.wire.secrets.fail("write", "", ErrTemporary, err))
	}
	return heard, nil
}

// acknowledged waits for the kernel's word and makes room.
func (w *kernelIn) acknowledged(ctx context.Context, k *socket, heard <-chan error) error {
	defer func() { <-w.room }()
	ctx, watch := newWatch(ctx, w.wire.opts.Timeout, frameSize)
	defer watch.stop()
	select {
	case err := <-heard:
		return err
	case <-k.done:
		return tell("write", "", ErrTemporary, "the connection ended")
	case <-ctx.Done():
		return watch.blame(w.wire.secrets.fail("write", "", ErrTemporary, ctx.Err()))
	}
}

// Close ends the kernel.
func (w *kernelIn) Close(ctx context.Context) error {
	w.mu.Lock()
	k := w.socket
	w.mu.Unlock()
	if k != nil {
		k.close()
	}
	return w.wire.delete(ctx, "end the kernel", "", "/api/sessions/"+url.PathEscape(w.session))
}

// EndKernels ends every kernel session of a folder of nbscope's, whoever started it:
// a client that was killed leaves its own behind.
func (c *Client) EndKernels(ctx context.Context, dir string) error {
	if err := checkWork("end the kernels", dir); err != nil {
		return err
	}
	var all []struct{ ID, Path string }
	if err := c.wire.json(ctx, call{op: "list the kernels", method: http.MethodGet, at: "/api/sessions", repeat: true}, &all); err != nil {
		return err
	}
	var errs []error
	for _, s := range all {
		if strings.HasPrefix(strings.TrimPrefix(s.Path, "/"), dir+"/") {
			errs = append(errs, c.wire.delete(ctx, "end the kernel", "", "/api/sessions/"+url.PathEscape(s.ID)))
		}
	}
	return errors.Join(errs...)
}
