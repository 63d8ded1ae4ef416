package jupytersim

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// maxServerBody is what a Jupyter server takes in one request, in bytes.
const maxServerBody = 512 << 20

// Server is Jupyter itself, without AWS's front.
type Server struct {
	opts    Options
	mux     *http.ServeMux
	trash   string // where deleted files go, as into the home's trash: outside of the root
	started time.Time
	mark    string // in the environment of every process, by which they are found

	mu        sync.Mutex
	terminals map[string]*term
	sessions  map[string]*kernelSession
}

// newServer makes a server; its root must exist. The mark is in the environment of
// what runs in it.
func newServer(o Options, mark string) (*Server, error) {
	root, err := filepath.EvalSymlinks(o.Root)
	if err != nil {
		return nil, err
	}
	o.Root = root
	trash, err := os.MkdirTemp(o.Temp, "nbscope-sim-trash-")
	if err != nil {
		return nil, err
	}
	s := &Server{
		opts: o, trash: trash, started: o.Now().UTC(), mark: mark,
		terminals: map[string]*term{}, sessions: map[string]*kernelSession{},
	}
	s.mux = s.routes()
	return s, nil
}

// ServeHTTP answers as Jupyter does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength > maxServerBody {
		w.WriteHeader(http.StatusBadRequest) // bare, from the layer below
		return
	}
	if !s.authorized(r) {
		s.turnAway(w, r)
		return
	}
	if !s.checkForgery(w, r) {
		return
	}
	// The mux decodes and cleans paths, and answers a redirect where that changes
	// one; names here may hold anything, so that the escaped path chooses.
	clone := r.Clone(r.Context())
	clone.URL.Path = r.URL.EscapedPath()
	clone.URL.RawPath = ""
	s.mux.ServeHTTP(w, clone)
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.page)
	mux.HandleFunc("GET /api/status", s.status)
	mux.HandleFunc("/api/contents", s.contents)
	mux.HandleFunc("/api/contents/", s.contents)
	mux.HandleFunc("/files/", s.files)
	s.terminalRoutes(mux)
	s.kernelRoutes(mux)
	return mux
}

// nameOf takes the path behind a prefix apart again.
func nameOf(r *http.Request, prefix string) (string, bool) {
	name, err := url.PathUnescape(strings.Trim(strings.TrimPrefix(r.URL.Path, prefix), "/"))
	return name, err == nil
}

// cookieName is how Jupyter names the session of a host.
func cookieName(r *http.Request) string {
	return "username-" + strings.NewReplacer(".", "-", ":", "-").Replace(r.Host)
}

// byToken is true of a request that needs no token against forgery.
func (s *Server) byToken(r *http.Request) bool {
	return s.opts.Token != "" && r.Header.Get("Authorization") == "token "+s.opts.Token
}

func (s *Server) authorized(r *http.Request) bool {
	if s.opts.Token == "" || s.byToken(r) || r.URL.Query().Get("token") == s.opts.Token {
		return true
	}
	k, err := r.Cookie(cookieName(r))
	return err == nil && k.Value == s.session()
}

// session is what the cookie of who is signed in holds.
func (s *Server) session() string { return "session-of-" + s.opts.Token }

// turnAway answers who is not signed in: data with a refusal, pages with the way to
// the login.
func (s *Server) turnAway(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/"), isUpgrade(r):
		sendError(w, http.StatusForbidden, "Forbidden")
	case r.URL.Path == "/login":
		sendPage(w, http.StatusOK, "Password or token:")
	default:
		http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.Path), http.StatusFound)
	}
}

func isUpgrade(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// checkForgery refuses what another site could make a browser send. It also holds
// where no token is asked for.
func (s *Server) checkForgery(w http.ResponseWriter, r *http.Request) bool {
	if s.byToken(r) {
		return true
	}
	origin := r.Header.Get("Origin")
	if u, err := url.Parse(origin); origin != "" && (err != nil || u.Host != r.Host) {
		status := http.StatusNotFound
		if isUpgrade(r) {
			status = http.StatusForbidden
		}
		sendError(w, status, "Not Found")
		return false
	}
	given := r.Header.Get("X-XSRFToken")
	if given == "" {
		given = r.URL.Query().Get("_xsrf")
	}
	cookie, err := r.Cookie("_xsrf")
	proven := err == nil && given == cookie.Value
	referer, _ := url.Parse(r.Header.Get("Referer"))
	switch {
	case proven, isUpgrade(r):
	case strings.HasPrefix(r.URL.Path, "/files/"):
		if referer == nil || referer.Host != r.Host {
			sendPage(w, http.StatusForbidden, "Blocking request from unknown origin")
			return false
		}
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		message := "'_xsrf' argument missing from " + r.Method
		if given != "" {
			message = "XSRF cookie does not match " + r.Method + " argument"
		}
		sendError(w, http.StatusForbidden, message)
		return false
	}
	return true
}

// page serves the pages that hand out cookies. The classic server's first page only
// leads on, and sets none.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	if s.opts.Token != "" {
		http.SetCookie(w, &http.Cookie{Name: cookieName(r), Value: s.session(), Path: "/", HttpOnly: true}) //nolint:gosec // as Jupyter's; loopback has no TLS
	}
	home := "/lab"
	if s.opts.Classic {
		home = "/tree"
	}
	if r.URL.Path == "/" && s.opts.Classic {
		http.Redirect(w, r, home, http.StatusFound)
		return
	}
	if _, err := r.Cookie("_xsrf"); err != nil {
		http.SetCookie(w, &http.Cookie{Name: "_xsrf", Value: "2|" + strings.ToLower(rand.Text()), Path: "/"}) //nolint:gosec // as Jupyter's, whose page reads it
	}
	if r.URL.Path == "/" || r.URL.Path == home {
		sendPage(w, http.StatusOK, "Jupyter")
		return
	}
	sendPage(w, http.StatusNotFound, "404 : Not Found") // a page too: it sets the cookie
}

func (s *Server) status(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	kernels := len(s.sessions)
	s.mu.Unlock()
	sendJSON(w, http.StatusOK, map[string]any{
		"connections": 0, "kernels": kernels, "started": s.started.Format(time.RFC3339Nano), "last_activity": s.started.Format(time.RFC3339Nano),
	})
}

func sendJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) //nolint:errchkjson // values of this package; the client is gone, or it is not
}

func sendError(w http.ResponseWriter, status int, message string) {
	sendJSON(w, status, map[string]any{"message": message, "reason": nil})
}

func sendPage(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte("<!DOCTYPE html><html><body>" + text + "</body></html>")) // the client is gone, or it is not
}

// close ends the server and its terminals. What left a terminal's session lives on.
func (s *Server) close() {
	s.mu.Lock()
	terminals := s.terminals
	s.terminals, s.sessions = map[string]*term{}, map[string]*kernelSession{}
	s.mu.Unlock()
	for _, t := range terminals {
		t.end()
	}
	_ = os.RemoveAll(s.trash) // in the folder for what is temporary
}
