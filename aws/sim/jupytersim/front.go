package jupytersim

import (
	"bufio"
	"crypto/rand"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	frontCookie = "nbscope-front" // AWS's name for it is not public
	urlLife     = 5 * time.Minute // of a presigned URL
	sessionLife = 12 * time.Hour
)

// Faults are what goes wrong at the front. Zero is nothing.
type Faults struct {
	Pages   int           // so many requests of a good session are answered with a page and 200, as if there were none
	Errors  int           // so many requests are answered with Status, and a page
	Status  int           // of Errors; 502 for 0
	Loading bool          // every request is answered with the page that loads itself again, as right after a start
	MaxBody int64         // a request over so many bytes is refused with 413; 0 for no limit
	Cuts    int           // so many answers are cut off after CutAt bytes
	CutAt   int64         // see Cuts
	Latency time.Duration // before each request is handled
	Rate    int64         // bytes a second of each answer; 0 for no limit
	Refused string        // a request whose path begins so is refused with 403, as a policy of IAM does; "" for none
}

// front stands before a Jupyter as AWS's does: it signs in with presigned URLs, holds
// the session in a cookie of its own, and answers who has none with a page.
type front struct {
	behind http.Handler
	now    func() time.Time
	calls  counter

	mu       sync.Mutex
	faults   Faults
	urls     map[string]time.Time // by token, until when
	sessions map[string]time.Time // by cookie, until when
	stopped  bool
	conns    map[net.Conn]bool // those that became websockets
}

func newFront(behind http.Handler, now func() time.Time) *front {
	return &front{
		behind: behind, now: now, calls: counter{m: map[string]int{}},
		urls: map[string]time.Time{}, sessions: map[string]time.Time{}, conns: map[net.Conn]bool{},
	}
}

// counter counts requests by method and first parts of the path.
type counter struct {
	mu sync.Mutex
	m  map[string]int
}

func (c *counter) add(r *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 3)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[r.Method+" /"+strings.Join(parts[:min(2, len(parts))], "/")]++
}

// presign makes a URL that can be used for five minutes.
func (f *front) presign(base string) string {
	token := rand.Text() + rand.Text()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.urls[token] = f.now().Add(urlLife)
	return base + "/?authToken=" + token
}

// fate is what the faults make of a request: each one is used up by it.
type fate struct {
	page, overload, loading, tooLarge, refused bool
	status                                     int
	behind                                     http.Handler
	latency                                    time.Duration
	rate, cut                                  int64 // cut: -1 for not
}

func (f *front) decide(r *http.Request) fate {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := &f.faults
	d := fate{latency: k.Latency, rate: k.Rate, cut: -1, status: k.Status, behind: f.behind, loading: k.Loading || f.stopped}
	d.tooLarge = k.MaxBody > 0 && r.ContentLength > k.MaxBody
	d.refused = k.Refused != "" && strings.HasPrefix(r.URL.Path, k.Refused)
	use := func(n *int) bool {
		if *n > 0 {
			*n--
			return true
		}
		return false
	}
	d.overload = use(&k.Errors)
	if r.URL.Path != "/api/status" { // the page that is meant is one in place of an answer
		d.page = use(&k.Pages)
	}
	if k.Cuts > 0 && r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/files/") {
		k.Cuts--
		d.cut = k.CutAt
	}
	if f.stopped {
		d.overload, d.status = true, http.StatusServiceUnavailable
	}
	if d.status == 0 {
		d.status = http.StatusBadGateway
	}
	return d
}

// ServeHTTP lets in who has a session.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.calls.add(r)
	d := f.decide(r)
	wait(r, d.latency)
	switch {
	case d.overload:
		sendPage(w, d.status, "upstream")
		return
	case d.loading:
		sendPage(w, http.StatusOK, `<meta http-equiv="refresh" content="5">Your notebook is starting`)
		return
	case r.URL.Query().Has("authToken"):
		f.signIn(w, r)
		return
	case d.page || !f.signedIn(r):
		sendPage(w, http.StatusOK, "Sign in to your account")
		return
	case d.refused:
		sendError(w, http.StatusForbidden, "not authorized to perform: sagemaker:CreatePresignedNotebookInstanceUrl")
		return
	case d.tooLarge:
		sendPage(w, http.StatusRequestEntityTooLarge, "413")
		return
	}
	d.behind.ServeHTTP(&thrifty{ResponseWriter: w, front: f, fate: d, request: r}, r)
}

func wait(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	}
}

// signIn takes a token of a URL for a session. One that is too old gets the page.
func (f *front) signIn(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	until, known := f.urls[r.URL.Query().Get("authToken")]
	cookie := rand.Text()
	good := known && f.now().Before(until)
	if good {
		f.sessions[cookie] = f.now().Add(sessionLife)
	}
	f.mu.Unlock()
	if !good {
		sendPage(w, http.StatusOK, "Sign in to your account")
		return
	}
	http.SetCookie(w, &http.Cookie{Name: frontCookie, Value: cookie, Path: "/", HttpOnly: true}) //nolint:gosec // loopback has no TLS
	http.Redirect(w, r, "/", http.StatusFound)
}

func (f *front) signedIn(r *http.Request) bool {
	k, err := r.Cookie(frontCookie)
	if err != nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now().Before(f.sessions[k.Value])
}

// dropSockets cuts every websocket.
func (f *front) dropSockets() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.conns {
		_ = c.Close() // it is cut either way
	}
	f.conns = map[net.Conn]bool{}
}

// thrifty is an answer on its way through the front: slowed down, or cut off. It keeps
// the connections that become websockets.
type thrifty struct {
	http.ResponseWriter
	front   *front
	fate    fate
	request *http.Request
	sent    atomic.Int64
}

// Write passes bytes on at the front's rate.
func (t *thrifty) Write(p []byte) (int, error) {
	if cut := t.fate.cut; cut >= 0 && t.sent.Load()+int64(len(p)) > cut {
		_, _ = t.ResponseWriter.Write(p[:cut-t.sent.Load()])     // as far as it goes
		_ = http.NewResponseController(t.ResponseWriter).Flush() // so that these bytes arrive
		panic(http.ErrAbortHandler)
	}
	n, err := t.ResponseWriter.Write(p)
	t.sent.Add(int64(n))
	if t.fate.rate > 0 {
		wait(t.request, time.Duration(int64(n)*int64(time.Second)/t.fate.rate))
	}
	return n, err
}

// ReadFrom keeps io.Copy from going around Write.
func (t *thrifty) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{t}, r)
}

// Unwrap is for http.ResponseController.
func (t *thrifty) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// Hijack hands out the connection and remembers it.
func (t *thrifty) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(t.ResponseWriter).Hijack()
	if err == nil {
		t.front.mu.Lock()
		t.front.conns[c] = true
		t.front.mu.Unlock()
	}
	return c, rw, err
}

// proxy puts a real Jupyter server behind the front. The token of its URL signs in for
// everybody who came through; the host's name stays, as Jupyter compares it.
func proxy(to *url.URL) http.Handler {
	token := to.Query().Get("token")
	return &httputil.ReverseProxy{ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = to.Scheme, to.Host
		r.Out.Host = r.In.Host
		if token != "" {
			r.Out.Header.Set("Authorization", "token "+token)
		}
	}}
}
