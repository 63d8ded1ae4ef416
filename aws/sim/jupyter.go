package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"nbscope/aws/sim/jupytersim"
)

// labs are the Jupyter servers of the notebooks. One begins to listen when the first
// URL is made for it.
type labs struct {
	on    bool            // wanted at all
	ctx   context.Context //nolint:containedctx // of Listen: a server outlives the request that starts it
	url   string          // of the simulated AWS
	now   func() time.Time
	scale float64
	temp  string

	furnished bool
	behind    map[string]*url.URL // real servers by the folded name of the notebook, which may not exist yet
	mu        sync.Mutex
	open      map[string]*jupytersim.Notebook // by the notebook's ARN
	net       *inside                         // nil before the first opens, and without python3
}

// parseJupyter reads NAME=URL. The URL holds an = of its own.
func parseJupyter(pairs []string) (map[string]*url.URL, error) {
	out := make(map[string]*url.URL, len(pairs))
	for _, pair := range pairs {
		name, at, ok := strings.Cut(pair, "=")
		if !ok || !namePattern.MatchString(name) {
			return nil, fmt.Errorf("jupyter: %q does not begin with the name of a notebook and =", name)
		}
		u, err := url.Parse(at)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return nil, fmt.Errorf("jupyter: what is behind %s is not a URL such as http://127.0.0.1:8888/?token=T", name)
		}
		folded := strings.ToLower(name)
		if out[folded] != nil {
			return nil, fmt.Errorf("jupyter: %s is named twice", name)
		}
		out[folded] = u
	}
	return out, nil
}

// listen lets servers begin, until ctx ends.
func (l *labs) listen(ctx context.Context, url string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ctx, l.url = ctx, url
}

// presign makes a URL that signs in to a notebook's Jupyter; "" where it has none, as
// before Listen.
func (l *labs) presign(n *notebook) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx == nil {
		return "", nil
	}
	lab := l.open[n.arn()]
	if lab == nil {
		var err error
		if lab, err = l.serve(n); err != nil {
			return "", err
		}
		l.open[n.arn()] = lab
	}
	if err := lab.Start(); err != nil {
		return "", err
	}
	return lab.Presign(), nil
}

// serve begins a notebook's server.
func (l *labs) serve(n *notebook) (*jupytersim.Notebook, error) {
	o := jupytersim.Options{Behind: l.behind[n.folded], Now: l.now, Temp: l.temp}
	if l.furnished {
		o.Fill = func(root string) error { return n.home(l.ctx, root) }
	}
	if o.Behind == nil {
		var err error
		if l.net == nil {
			if l.net, err = newInside(l.ctx, l.temp); err != nil {
				return nil, err
			}
		}
		o.Env = append(l.net.environment(l.url, n, l.scale), proxyEnv(l.host(), n)...)
	}
	return jupytersim.Serve(l.ctx, o)
}

// at is where the simulated AWS listens, host and port, "" as long as it does not.
func (l *labs) at() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.host()
}

func (l *labs) host() string { return strings.TrimPrefix(l.url, "http://") }

// stop ends what runs in a notebook; its files stay.
func (l *labs) stop(n *notebook) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if lab := l.open[n.arn()]; lab != nil {
		lab.Stop()
	}
}

// remove ends a notebook's Jupyter, and its files with it.
func (l *labs) remove(n *notebook) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if lab := l.open[n.arn()]; lab != nil {
		lab.Close()
		delete(l.open, n.arn())
	}
}

// close ends every notebook's Jupyter, with its files.
func (l *labs) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for arn, lab := range l.open {
		lab.Close()
		delete(l.open, arn)
	}
	l.net.close()
	l.ctx, l.net = nil, nil
}

// Lab is the Jupyter server of a notebook, as GET /_sim/jupyter tells it.
type Lab struct {
	ARN       string         `json:"arn"`
	URL       string         `json:"url"`
	Root      string         `json:"root,omitempty"` // the folder that it serves; "" where a real server stands behind
	Terminals int            `json:"terminals"`
	Kernels   int            `json:"kernels"`
	Calls     map[string]int `json:"calls"`
}

// tell lists the servers that listen.
func (l *labs) tell() []Lab {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Lab, 0, len(l.open))
	for arn, n := range l.open {
		out = append(out, Lab{ARN: arn, URL: n.Base(), Root: n.Root(), Terminals: n.Terminals(), Kernels: n.Kernels(), Calls: n.Calls()})
	}
	return out
}

// LabTrouble is what POST /_sim/jupyter takes: what goes wrong with a notebook's
// Jupyter from now on, and what goes wrong once, now.
type LabTrouble struct {
	ARN            string
	Faults         jupytersim.Faults
	ExpireSessions bool
	DropSockets    bool
}

func (l *labs) serveTrouble(w http.ResponseWriter, r *http.Request) {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	dec.DisallowUnknownFields()
	var t LabTrouble
	if err := dec.Decode(&t); err != nil {
		http.Error(w, "read the trouble: "+err.Error(), http.StatusBadRequest)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	lab := l.open[t.ARN]
	if lab == nil {
		http.Error(w, "no Jupyter listens for that ARN; one begins with its first presigned URL", http.StatusNotFound)
		return
	}
	lab.SetFaults(t.Faults)
	if t.ExpireSessions {
		lab.ExpireSessions()
	}
	if t.DropSockets {
		lab.DropSockets()
	}
	w.WriteHeader(http.StatusNoContent)
}
