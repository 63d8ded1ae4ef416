package sim

import (
	"encoding/json"
	"net"
	"net/http"
)

// controlRoutes are the paths beside AWS: for tests, and for whoever wants to
// see what the world holds.
func (s *Server) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /_sim/calls", local(func(w http.ResponseWriter, _ *http.Request) { answerControl(w, s.Calls()) }))
	mux.HandleFunc("POST /_sim/reset-calls", local(func(w http.ResponseWriter, _ *http.Request) {
		s.ResetCalls()
		w.WriteHeader(http.StatusNoContent)
	}))
}

// local refuses a request that names another host: a page in a browser can be
// led here by a name that resolves to loopback.
func local(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !isLoopback(host) {
			http.Error(w, "only on loopback", http.StatusForbidden)
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
	_, _ = w.Write(append(raw, '\n'))
}
