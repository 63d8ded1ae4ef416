package jupytersim

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"
)

// Options shape a notebook's Jupyter.
type Options struct {
	Root        string                  // the folder that it serves; "" for a new one, which goes with the notebook
	Temp        string                  // where new folders are made; "" for the system's folder for such
	Fill        func(root string) error // puts files into a new one; nil for none
	Home        string                  // where terminals begin; Root for ""
	Behind      *url.URL                // a real server in place of the simulated one, with ?token= where it asks for one
	Token       string                  // that the simulated server asks for, "" for none, as behind AWS's front
	NoFront     bool                    // Jupyter answers itself, without AWS's front
	Classic     bool                    // the manners of notebook 6 in place of jupyter_server's
	NoPython    bool                    // no kernel speaks python
	NoTerminals bool                    // terminals are switched off
	Shell       string                  // of terminals; /bin/sh for ""
	Env         []string                // of terminals, beside that of this process
	Now         func() time.Time        // the clock
}

// Notebook is a Jupyter that listens on loopback.
type Notebook struct {
	opts  Options
	mark  string // in the environment of what runs in it, by which that is found
	front *front
	http  *http.Server
	base  string
	own   bool // Root is ours to remove
	close sync.Once

	mu     sync.Mutex
	server *Server // nil where a real one stands behind
	open   map[net.Conn]bool
}

// Serve starts one on a free port until ctx ends or Close.
func Serve(ctx context.Context, o Options) (*Notebook, error) {
	n := &Notebook{opts: o, mark: "NBSCOPE_SIM=" + rand.Text(), open: map[net.Conn]bool{}}
	handler, err := n.jupyter()
	if err != nil {
		return nil, fmt.Errorf("simulated Jupyter: %w", err)
	}
	n.front = newFront(handler, n.opts.Now)
	if !o.NoFront {
		handler = n.front
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("simulated Jupyter: %w", err)
	}
	n.base = "http://" + l.Addr().String()
	n.http = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ConnState: n.track,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	go func() { _ = n.http.Serve(l) }() // ends with Close
	context.AfterFunc(ctx, n.Close)
	return n, nil
}

// jupyter is what answers behind the front.
func (n *Notebook) jupyter() (http.Handler, error) {
	o := &n.opts
	if o.Now == nil {
		return nil, errors.New("there is no clock")
	}
	if o.Behind != nil {
		return proxy(o.Behind), nil
	}
	if o.Root == "" {
		root, err := os.MkdirTemp(o.Temp, "nbscope-sim-home-")
		if err != nil {
			return nil, err
		}
		o.Root, n.own = root, true
		if o.Fill != nil {
			if err := o.Fill(root); err != nil {
				return nil, errors.Join(err, os.RemoveAll(root))
			}
		}
	}
	if o.Home == "" {
		o.Home = o.Root
	}
	if o.Shell == "" {
		o.Shell = "/bin/sh"
	}
	server, err := newServer(*o, n.mark)
	n.server = server
	return server, err
}

// track keeps the connections, so that stopping can cut them.
func (n *Notebook) track(c net.Conn, state http.ConnState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch state {
	case http.StateNew:
		n.open[c] = true
	case http.StateClosed, http.StateHijacked:
		delete(n.open, c)
	case http.StateActive, http.StateIdle:
	}
}

// Base is where it listens, such as http://127.0.0.1:41234.
func (n *Notebook) Base() string { return n.base }

// Root is the folder that the simulated server serves.
func (n *Notebook) Root() string { return n.opts.Root }

// Presign makes a URL that signs in, for five minutes.
func (n *Notebook) Presign() string {
	if n.opts.NoFront {
		return n.base + "/?token=" + n.opts.Token
	}
	return n.front.presign(n.base)
}

// SetFaults says what goes wrong from now on.
func (n *Notebook) SetFaults(f Faults) {
	n.front.mu.Lock()
	defer n.front.mu.Unlock()
	n.front.faults = f
}

// ExpireSessions ends every session and every URL: who comes back is not known.
func (n *Notebook) ExpireSessions() {
	n.front.mu.Lock()
	defer n.front.mu.Unlock()
	clear(n.front.sessions)
	clear(n.front.urls)
}

// DropSockets cuts every websocket, as the front does with idle ones.
func (n *Notebook) DropSockets() { n.front.dropSockets() }

// Stop ends everything that runs in the notebook and cuts every connection; the files
// stay. What is asked then is answered by nobody.
func (n *Notebook) Stop() {
	n.front.mu.Lock()
	n.front.stopped = true
	clear(n.front.sessions)
	n.front.mu.Unlock()
	n.cut()
	n.end()
}

// Start lets a stopped notebook serve again; one that runs is left alone.
func (n *Notebook) Start() error {
	n.front.mu.Lock()
	stopped := n.front.stopped
	n.front.mu.Unlock()
	if !stopped {
		return nil
	}
	if err := n.Restart(); err != nil {
		return err
	}
	n.front.mu.Lock()
	defer n.front.mu.Unlock()
	n.front.stopped = false
	return nil
}

// Restart ends the simulated server and starts another, as when Jupyter alone ends:
// sessions hold, terminals and kernels do not, and what left a terminal lives on.
func (n *Notebook) Restart() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.server == nil {
		return nil
	}
	server, err := newServer(n.opts, n.mark)
	if err != nil {
		return fmt.Errorf("simulated Jupyter: %w", err)
	}
	n.server.close()
	n.front.dropSockets()
	n.server = server
	n.front.mu.Lock()
	defer n.front.mu.Unlock()
	n.front.behind = server
	return nil
}

// end ends the server and everything that runs in the notebook.
func (n *Notebook) end() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.server != nil {
		n.server.close()
		killMarked(n.mark)
	}
}

func (n *Notebook) cut() {
	n.front.dropSockets()
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.open {
		_ = c.Close() // it is cut either way
	}
}

// Calls counts what was asked, such as "PUT /api/contents", since the start.
func (n *Notebook) Calls() map[string]int {
	n.front.calls.mu.Lock()
	defer n.front.calls.mu.Unlock()
	return maps.Clone(n.front.calls.m)
}

// Terminals and Kernels count what is open in the simulated server.
func (n *Notebook) Terminals() int { return n.count(func(s *Server) int { return len(s.terminals) }) }

// Kernels counts kernels; see Terminals.
func (n *Notebook) Kernels() int { return n.count(func(s *Server) int { return len(s.sessions) }) }

func (n *Notebook) count(of func(*Server) int) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.server == nil {
		return 0
	}
	n.server.mu.Lock()
	defer n.server.mu.Unlock()
	return of(n.server)
}

// Close ends everything.
func (n *Notebook) Close() {
	n.close.Do(func() {
		_ = n.http.Close() // nobody is left to tell
		n.cut()
		n.end()
		if n.own {
			_ = os.RemoveAll(n.opts.Root) // in the folder for what is temporary
		}
	})
}
