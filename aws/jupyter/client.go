package jupyter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Options say which notebook a client is for. Zero values of the times and counts
// take the defaults that are named.
type Options struct {
	// Presign asks AWS for a URL that signs in. It is called for every session, so
	// once in 12 hours at least, by one goroutine at a time.
	Presign func(ctx context.Context) (string, error)
	// Host is what Describe gave as the notebook's URL, such as
	// churn.notebook.eu-west-1.sagemaker.aws. A presigned URL must lead there.
	Host string
	// Endpoint is the configured endpoint of AWS, such as http://127.0.0.1:4566, ""
	// for AWS's own. A URL may lead to its host too, at any port.
	Endpoint string
	// Transport is cloned for TLS and proxy settings; nil for Go's own.
	Transport *http.Transport
	// Line is what the session shares with others; nil for no limit.
	Line *Line

	Timeout time.Duration // for the header of an answer and between two reads of it; 60 s
	Pause   time.Duration // before a failed request is sent again, doubled each time up to 16 times; 250 ms
	Tries   int           // how often a request that may be repeated is sent in all; 5
	Poll    time.Duration // the longest time between two looks at a job or at a server that starts; 2 s
	UpFor   time.Duration // how long Up waits; 10 min
	Ping    time.Duration // between two pings of a websocket; 20 s
	Linger  time.Duration // after which a terminal that nobody types into ends itself; 5 min
}

// withDefaults fills in what was left out.
func (o Options) withDefaults() Options {
	fill := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	fill(&o.Timeout, time.Minute)
	fill(&o.Pause, 250*time.Millisecond)
	fill(&o.Poll, 2*time.Second)
	fill(&o.UpFor, 10*time.Minute)
	fill(&o.Ping, 20*time.Second)
	fill(&o.Linger, 5*time.Minute)
	if o.Tries == 0 {
		o.Tries = 5
	}
	return o
}

// again waits before another try of what failed; false when there is none, or the
// context ends.
func (o *Options) again(ctx context.Context, try int, err error) bool {
	return errors.Is(err, ErrTemporary) && try < o.Tries && pause(ctx, o.Pause<<min(try, 4)) == nil
}

// Client is a session with one notebook's Jupyter. It is safe for concurrent use.
type Client struct {
	*files
	*console
	*jobs

	wire  *wire
	close context.CancelFunc
}

// lock is a mutex that a context ends waiting for.
type lock chan struct{}

func (l lock) take(ctx context.Context) error {
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l lock) give() { <-l }

// New makes a client. It sends nothing. The context bounds the client's life: when
// it ends, websockets do.
func New(ctx context.Context, o Options) (*Client, error) {
	if o.Presign == nil || (o.Host == "" && o.Endpoint == "") {
		return nil, tell("sign in", "", ErrHost, "neither a host nor a way to a URL is known")
	}
	o = o.withDefaults()
	ctx, end := context.WithCancel(ctx)
	w := &wire{login: login{opts: o, transport: newTransport(o), secrets: &secrets{}, closing: ctx, signing: make(lock, 1)}}
	c := &Client{files: &files{w}, console: &console{wire: w, typing: make(lock, 1)}, wire: w, close: end}
	c.jobs = &jobs{w, c.files, c.console}
	return c, nil
}

// newTransport keeps a pool of connections for this client only. Compression is off
// because ranges of compressed bytes are of no use, HTTP/2 because one connection
// for each part is faster than many parts in one.
func newTransport(o Options) *http.Transport {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment}
	if o.Transport != nil {
		t = o.Transport.Clone()
	}
	dial := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}
	if t.DialContext == nil {
		t.DialContext = dial.DialContext
	}
	t.DialContext = o.Line.dialed(t.DialContext)
	t.MaxIdleConnsPerHost, t.IdleConnTimeout = 32, 90*time.Second
	t.TLSHandshakeTimeout, t.ResponseHeaderTimeout = 10*time.Second, o.Timeout
	t.MaxResponseHeaderBytes = 256 << 10
	t.WriteBufferSize, t.ReadBufferSize = 256<<10, 256<<10
	t.DisableCompression, t.ForceAttemptHTTP2 = true, false
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	return t
}

// Status is what Jupyter says about itself.
type Status struct {
	Started     time.Time `json:"started"`
	Kernels     int       `json:"kernels"`
	Connections int       `json:"connections"`
}

// Status asks whether Jupyter serves this session.
func (c *Client) Status(ctx context.Context) (Status, error) {
	var st Status
	err := c.wire.json(ctx, call{op: "ask for the status", method: http.MethodGet, at: "/api/status", repeat: true}, &st)
	return st, err
}

// Up waits until Jupyter serves: right after a notebook has become InService there
// may be nobody, or a page that loads itself again, for minutes. It returns the last
// failure when Options.UpFor is over, and after a tenth of it where whoever answers calls
// each request a bad one: that is no server that starts.
func (c *Client) Up(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.wire.opts.UpFor)
	defer cancel()
	var bad time.Duration // waited for that
	for wait := c.wire.opts.Pause; ; wait = min(2*wait, c.wire.opts.Poll) {
		_, err := c.Status(ctx)
		if err == nil || !errors.Is(err, ErrNotSignedIn) && !errors.Is(err, ErrTemporary) {
			return err
		}
		switch e, ok := errors.AsType[*Error](err); {
		case !ok || e.Status != http.StatusBadRequest:
			bad = 0
		case bad >= c.wire.opts.UpFor/10:
			return err
		default:
			bad += wait
		}
		if pause(ctx, wait) != nil {
			return err
		}
	}
}

// Clear leaves nothing behind: it ends the kernel sessions of a folder of nbscope's,
// waits for what runs there, and deletes the folder. Jobs are to be ended by Halt
// before. ErrFailed while something of one still runs.
func (c *Client) Clear(ctx context.Context, dir string) error {
	const op = "clear away"
	if err := checkWork(op, dir); err != nil {
		return err
	}
	if err := c.EndKernels(ctx, dir); err != nil {
		return err
	}
	if _, err := c.Stat(ctx, dir); errors.Is(err, ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	const script = findRoot + `for f in "$1"/*.status; do test ! -f "$f" || flock -w 10 "$f" true || exit 70; done; rm -rf -- "$1"`
	_, code, err := c.Shell(ctx, script, dir)
	if err != nil {
		return err
	}
	if code == 70 {
		return tell(op, dir, ErrFailed, "something still runs in it")
	}
	return rootError(op, dir, code)
}

// Close ends the terminal that the client opened and every connection, and waits
// for its goroutines. The context bounds telling the server; what it cannot be told
// ends by itself, see Options.Linger.
func (c *Client) Close(ctx context.Context) error {
	err := c.console.close(ctx)
	c.close()
	c.wire.sockets.Wait()
	c.wire.transport.CloseIdleConnections()
	return err
}

// Format prints the host and nothing else, whatever the verb: the fields hold keys.
func (c *Client) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "jupyter("+c.wire.opts.Host+")") // nobody to tell
}

// LogValue is for a structured log, which does not use Format.
func (c *Client) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// pause waits; it returns the context's error when that ends first.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// isLoopback is true of the machine itself, the only one that may be spoken to
// without TLS.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && ip.IsLoopback())
}
