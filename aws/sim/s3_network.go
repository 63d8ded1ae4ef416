package sim

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
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
		n := s.sender(from)
		switch {
		case n == nil:
			http.Error(w, "no notebook is named", http.StatusProxyAuthRequired)
		case r.URL.Host != s.labs.at():
			http.Error(w, "the simulation has nothing there", http.StatusBadGateway)
		case !s.reachesS3(n):
			cut(w, true)
		default:
			r.Header.Del("Proxy-Authorization")
			next.ServeHTTP(w, r)
		}
	})
}

// sender is the notebook that a request comes from, nil for none that exists.
func (s *Server) sender(authorization string) *notebook {
	plain, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(authorization, "Basic "))
	name, _, _ := strings.Cut(string(plain), ":")
	arn, err2 := hex.DecodeString(name)
	parts := strings.Split(string(arn), ":")
	if err != nil || err2 != nil || len(parts) != 6 || s.world.byID[parts[4]] == nil {
		return nil
	}
	return s.world.place(s.world.byID[parts[4]], parts[3]).get(strings.TrimPrefix(parts[5], "notebook-instance/"), s.opts.Now())
}

// reachesS3 says whether a notebook gets to S3: over SageMaker's own network, by an
// endpoint of its route table, or by a way to the internet.
func (s *Server) reachesS3(n *notebook) bool {
	if n.subnet == nil || n.direct == on {
		return true
	}
	p := n.place
	p.mu.RLock()
	defer p.mu.RUnlock()
	table := n.subnet.table
	if table == nil {
		table = n.subnet.vpc.main
	}
	lists := n.place.net.s3Prefix()
	if !p.net.letsOut(n, lists) {
		return false
	}
	for _, r := range table.routes {
		if r.to == lists && r.state == "active" && p.net.endpointServes(r.target) {
			return true
		}
	}
	for _, r := range table.routes {
		if r.to == anyone && r.state == "active" {
			return p.net.leadsOut(r)
		}
	}
	return false
}

// letsOut says whether groups and network ACL let HTTPS to S3 out.
func (n *network) letsOut(nb *notebook, s3 string) bool {
	out := false
	for _, g := range nb.subnet.vpc.groups {
		for _, id := range nb.groups {
			if g.id != id {
				continue
			}
			for _, rule := range g.egress {
				https := rule.proto == "-1" || rule.proto == "tcp" && rule.from <= 443 && 443 <= rule.to
				out = out || https && (rule.cidr == anyone || rule.prefix == s3)
			}
		}
	}
	for _, a := range n.acls {
		if a.vpc == nb.subnet.vpc && a.deny443 && len(a.subnets) == 0 {
			return false
		}
	}
	return out
}

func (n *network) endpointServes(id string) bool {
	for _, e := range n.endpoints {
		if e.id == id {
			return e.status() == "available" && e.policy == ""
		}
	}
	return false
}

// leadsOut says whether a default route leads to the internet: a NAT gateway that works,
// or an appliance that inspects. Behind a transit gateway there is nothing here.
func (n *network) leadsOut(r route) bool {
	for _, g := range n.nats {
		if g.id == r.target {
			return g.state == "available" && g.connectivity == "public"
		}
	}
	return strings.HasPrefix(r.target, "vpce-")
}
