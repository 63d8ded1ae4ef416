package sim

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// maxBody bounds what is read of a request, but for S3's; the largest that AWS accepts
// of the operations here is far smaller.
const maxBody = 1 << 20

// Handler is the server's HTTP side.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.controlRoutes(mux)
	mux.HandleFunc("/", s.serveAWS)
	return s.throughNetwork(mux)
}

// Listen serves on a loopback address such as 127.0.0.1:0 until ctx ends; any
// other address is refused. It returns the URL to use as endpoint once the
// port is open.
func (s *Server) Listen(ctx context.Context, addr string) (endpoint string, err error) {
	if err := checkLoopback(addr); err != nil {
		return "", err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return "", fmt.Errorf("listen on %s: %w", addr, err)
	}
	endpoint = "http://" + l.Addr().String()
	if s.labs.on {
		s.labs.listen(ctx, endpoint)
		context.AfterFunc(ctx, s.labs.close)
	}
	server := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	go func() { _ = server.Serve(l) }() // ends when Close below closes the listener
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return endpoint, nil
}

// Close ends the notebooks' Jupyter servers and removes their files. The context of
// Listen does so too, but nobody can wait for it.
func (s *Server) Close() { s.labs.close() }

// checkLoopback refuses to serve to others: whoever reaches the control endpoint
// may change the world.
func checkLoopback(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("listen address %q: %w; write 127.0.0.1:PORT", addr, err)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("listen address %q: %q is not a port; write 127.0.0.1:PORT", addr, port)
	}
	if !isLoopback(host) {
		return fmt.Errorf("listen address %q is not a loopback address; write 127.0.0.1:PORT", addr)
	}
	return nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
