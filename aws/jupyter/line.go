package jupyter

import (
	"context"
	"net"

	"golang.org/x/time/rate"
)

// Line is this machine's line, as far as sessions take it: all that share it have one
// limit, each way. It is safe for concurrent use; nil has no limit.
type Line struct {
	in, out *rate.Limiter
	parts   chan struct{}
}

const (
	piece   = 64 << 10  // bytes that are waited for at a time
	perPart = 512 << 10 // bytes a second that a part has at least while it is on its way
)

// NewLine is a line of so many bytes a second, a million at least.
func NewLine(perSecond int) *Line {
	limit := rate.Limit(perSecond)
	return &Line{rate.NewLimiter(limit, piece), rate.NewLimiter(limit, piece), make(chan struct{}, max(2, perSecond/perPart))}
}

// Enter waits for its turn to have a part on its way, and returns what ends it: the fewer
// share a narrow line, the sooner each arrives. The error is the context's.
func (l *Line) Enter(ctx context.Context) (leave func(), err error) {
	if l == nil {
		return func() {}, nil
	}
	select {
	case l.parts <- struct{}{}:
		return func() { <-l.parts }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Full reports whether somebody waits for the limit.
func (l *Line) Full() bool {
	return l != nil && (l.in.Tokens() < 0 || l.out.Tokens() < 0 || len(l.parts) == cap(l.parts))
}

type dialing func(ctx context.Context, network, address string) (net.Conn, error)

// dialed are connections that share the line.
func (l *Line) dialed(dial dialing) dialing {
	if l == nil {
		return dial
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		waits, end := context.WithCancel(context.WithoutCancel(ctx)) // the connection outlives who dials
		return &limited{c, l, waits, end}, nil
	}
}

// limited is a connection that waits for the line.
type limited struct {
	net.Conn

	line  *Line
	waits context.Context //nolint:containedctx // ends with Close
	end   context.CancelFunc
}

func (c *limited) Close() error {
	c.end()
	return c.Conn.Close() //nolint:wrapcheck // it is the connection's
}

// Read pays for what has come: who sends is held back by what is not read.
func (c *limited) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p[:min(len(p), piece)])
	if n > 0 && c.line.in.WaitN(c.waits, n) != nil && err == nil {
		err = net.ErrClosed
	}
	return n, err //nolint:wrapcheck // it is the connection's
}

func (c *limited) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		some := p[n:min(len(p), n+piece)]
		if c.line.out.WaitN(c.waits, len(some)) != nil {
			return n, net.ErrClosed
		}
		var k int
		k, err = c.Conn.Write(some)
		n += k
	}
	return n, err //nolint:wrapcheck // it is the connection's
}
