package sim

import (
	"encoding/json"
	"net"
	"net/http"
	"slices"
)

// controlRoutes are the paths beside AWS: for tests, and for whoever wants to
// see what the world holds.
func (s *Server) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /_sim/calls", local(func(w http.ResponseWriter, _ *http.Request) { answerControl(w, s.Calls()) }))
	mux.HandleFunc("GET /_sim/writes", local(func(w http.ResponseWriter, _ *http.Request) { answerControl(w, s.Writes()) }))
	mux.HandleFunc("POST /_sim/reset-calls", local(func(w http.ResponseWriter, _ *http.Request) {
		s.ResetCalls()
		w.WriteHeader(http.StatusNoContent)
	}))
	mux.HandleFunc("GET /_sim/world", local(func(w http.ResponseWriter, _ *http.Request) { answerControl(w, s.World()) }))
	mux.HandleFunc("GET /_sim/buckets", local(func(w http.ResponseWriter, _ *http.Request) { answerControl(w, s.Buckets()) }))
	mux.HandleFunc("POST /_sim/change", local(s.serveChange))
	mux.HandleFunc("GET /_sim/jupyter", local(func(w http.ResponseWriter, _ *http.Request) { answerControl(w, s.labs.tell()) }))
	mux.HandleFunc("POST /_sim/jupyter", local(s.labs.serveTrouble))
	mux.HandleFunc("GET /_sim/net", local(s.serveNet))
	mux.HandleFunc("/_sim/", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "there are GET /_sim/calls, GET /_sim/writes, POST /_sim/reset-calls, GET /_sim/world, GET /_sim/buckets, POST /_sim/change, GET and POST /_sim/jupyter, GET /_sim/net?arn=…&host=…&family=ipv4|ipv6", http.StatusNotFound)
	})
}

func (s *Server) serveChange(w http.ResponseWriter, r *http.Request) {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	dec.DisallowUnknownFields()
	var c Change
	if err := dec.Decode(&c); err != nil {
		http.Error(w, "read the change: "+err.Error(), http.StatusBadRequest)
		return
	}
	if err := s.Change(c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// local refuses a request that names another host: a page in a browser can be
// led here by a name that resolves to loopback.
func local(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !isLoopback(host) || r.Header.Get("Origin") != "" {
			http.Error(w, "only for programs on this machine", http.StatusForbidden)
			return
		}
		next(w, r)
	}
}

func answerControl(w http.ResponseWriter, v any) {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(raw, '\n')) // a client that left is no concern of ours
}

// Listing is what exists, as GET /_sim/world tells it.
type Listing struct {
	Seed      uint64           `json:"seed"`
	Accounts  []ListedAccount  `json:"accounts"`
	Regions   []ListedRegion   `json:"regions"`
	Notebooks []ListedNotebook `json:"notebooks"`
}

// ListedAccount is an account of the world with its credentials.
type ListedAccount struct {
	ID              string `json:"id"`
	Alias           string `json:"alias,omitempty"`
	Name            string `json:"name"`
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

// ListedRegion is a region of the world, and what is the matter with it.
type ListedRegion struct {
	Name    string   `json:"name"`
	Status  string   `json:"optInStatus"`
	Trouble []string `json:"trouble,omitempty"`
}

// ListedNotebook is a notebook with what is easily mistaken about it.
type ListedNotebook struct {
	ARN                  string            `json:"arn"`
	Name                 string            `json:"name"`
	Account              string            `json:"account"`
	Region               string            `json:"region"`
	Status               string            `json:"status"`
	InstanceType         string            `json:"instanceType"`
	Platform             string            `json:"platform"`
	DirectInternetAccess string            `json:"directInternetAccess"`
	RootAccess           string            `json:"rootAccess"`
	VPCID                string            `json:"vpcId,omitempty"`
	SubnetID             string            `json:"subnetId,omitempty"`
	IMDSVersion          string            `json:"imdsVersion"`
	IPAddressType        string            `json:"ipAddressType"`
	KMSKeyID             string            `json:"kmsKeyId,omitempty"`
	Lifecycle            string            `json:"lifecycleConfig,omitempty"`
	FailureReason        string            `json:"failureReason,omitempty"`
	ExpectedEgress       string            `json:"expectedEgress,omitempty"` // of a case of the gallery
	Tags                 map[string]string `json:"tags,omitempty"`
}

// World lists what exists now, whatever policies and faults hide.
func (s *Server) World() Listing {
	now, f := s.world.now(), s.faults.Load()
	out := Listing{Seed: s.world.seed, Notebooks: []ListedNotebook{}}
	for _, r := range s.world.regions {
		out.Regions = append(out.Regions, ListedRegion{r.name, s.world.optStatus(r, f), f.troubleIn(r.name)})
	}
	for _, a := range s.world.accounts {
		out.Accounts = append(out.Accounts, ListedAccount{a.id, a.alias, a.name, a.key, a.secret})
		for _, r := range s.world.regions {
			for _, n := range s.world.place(a, r.name).alive(now) {
				w := worldNotebook(n)
				w.Status, w.FailureReason = n.status(now), n.reason(now)
				out.Notebooks = append(out.Notebooks, w)
			}
		}
	}
	return out
}

func worldNotebook(n *notebook) ListedNotebook {
	w := ListedNotebook{
		ARN: n.arn(), Name: n.name, Account: n.place.account.id, Region: n.place.region.name,
		InstanceType: n.instanceType, Platform: n.platform, DirectInternetAccess: n.direct, RootAccess: n.root,
		IMDSVersion: n.imds, IPAddressType: n.ipType, KMSKeyID: n.kms, Lifecycle: n.lifecycle, FailureReason: n.failureReason,
	}
	if n.subnet != nil {
		w.VPCID, w.SubnetID = n.subnet.vpc.id, n.subnet.id
	}
	if len(n.tags) > 0 {
		w.Tags = make(map[string]string, len(n.tags))
		for _, t := range n.tags {
			w.Tags[t.Key] = t.Value
		}
		w.ExpectedEgress = w.Tags[expectTag]
	}
	return w
}

// troubleIn names the faults that belong to one region.
func (f *Faults) troubleIn(region string) []string {
	var out []string
	for _, t := range []struct {
		name    string
		regions []string
	}{{"deny", f.Deny}, {"scp", f.SCP}, {"notoffered", f.Missing}, {"optin", f.OptIn}} {
		if slices.Contains(t.regions, region) {
			out = append(out, t.name)
		}
	}
	if f.Slow[region] > 0 {
		out = append(out, "slow")
	}
	if f.Throttle[region] > 0 {
		out = append(out, "throttle")
	}
	return out
}
