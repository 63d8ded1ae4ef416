package sim

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"nbscope/aws/sim/jupytersim"
)

// labs are the Jupyter servers of the notebooks. One begins to listen when the first
// URL is made for it.
type labs struct {
	ctx    context.Context //nolint:containedctx // of Listen: a server outlives the request that starts it
	now    func() time.Time
	behind map[string]*url.URL // real servers by the folded name of the notebook, which may not exist yet
	mu     sync.Mutex
	open   map[string]*jupytersim.Notebook // by the notebook's ARN
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
func (l *labs) listen(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ctx = ctx
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
		if lab, err = jupytersim.Serve(l.ctx, jupytersim.Options{Behind: l.behind[n.folded], Now: l.now}); err != nil {
			return "", err
		}
		l.open[n.arn()] = lab
	}
	if err := lab.Start(); err != nil {
		return "", err
	}
	return lab.Presign(), nil
}

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
