package sim

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
)

// What runs in a simulated notebook runs on this machine. Its way to S3 leads through a
// proxy, which is this server, so that the notebook's network in the world decides
// whether it gets there.

// proxyEnv is the environment of a notebook's terminals by which its requests come with
// its name to where this server listens.
func proxyEnv(at string, n *notebook) []string {
	return []string{"http_proxy=http://" + hex.EncodeToString([]byte(n.arn())) + ":-@" + at, "no_proxy=", "NO_PROXY="}
}

// throughNetwork hands on what comes from a notebook, or cuts it off where its network
// does not let it through. This server is all that its proxy leads to.
func (s *Server) throughNetwork(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := r.Header.Get("Proxy-Authorization")
		if from == "" {
			next.ServeHTTP(w, r)
			return
		}
		n := s.world.sender(from)
		switch {
		case n == nil:
			http.Error(w, "no notebook is named", http.StatusProxyAuthRequired)
		case r.URL.Host != s.labs.at():
			http.Error(w, "the simulation has nothing there", http.StatusBadGateway)
		case !n.reachesS3():
			cut(w, true)
		default:
			r.Header.Del("Proxy-Authorization")
			next.ServeHTTP(w, r)
		}
	})
}

// sender is the notebook that a request comes from, nil for none that exists.
func (w *world) sender(authorization string) *notebook {
	plain, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(authorization, "Basic "))
	name, _, _ := strings.Cut(string(plain), ":")
	arn, err2 := hex.DecodeString(name)
	parts := strings.Split(string(arn), ":")
	if err != nil || err2 != nil || len(parts) != 6 || w.byID[parts[4]] == nil {
		return nil
	}
	return w.place(w.byID[parts[4]], parts[3]).get(strings.TrimPrefix(parts[5], "notebook-instance/"), w.now())
}

// reachesS3 says whether a notebook gets to S3: a connection passes, and no policy of an
// endpoint on its way speaks against it.
func (n *notebook) reachesS3() bool {
	p := n.place
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.net.fate(n, "s3."+p.region.name+".amazonaws.com", "ipv4").State != endReached {
		return false
	}
	return n.subnet == nil || n.direct == on || !slices.ContainsFunc(p.net.endpoints, func(e *endpoint) bool {
		return e.vpc == n.subnet.vpc && strings.HasSuffix(e.service, ".s3") && e.policy != ""
	})
}
