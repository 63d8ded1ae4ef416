//go:build linux

package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// line is a way to a server that is far: it adds to the time that a round trip takes, half
// of it each way, and the whole of it before a connection carries anything, as the
// handshake does. A connection has no more on its way than its window.
type line struct {
	listener net.Listener
	host     string
	to       string
	rtt      time.Duration
}

// window is what one connection has on its way, each way: 4 MiB carry 100 MB/s at 80 ms
// and more, which no single connection of TCP gets everywhere.
const (
	chunk  = 64 << 10
	window = 4 << 20
)

func newLine(to string, rtt time.Duration) (*line, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	out := &line{listener: l, host: l.Addr().String(), to: to, rtt: rtt}
	go out.serve()
	return out, nil
}

func (l *line) serve() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		go func() {
			far, err := net.Dial("tcp", l.to)
			if err != nil {
				_ = near.Close()
				return
			}
			open := time.Now().Add(l.rtt)
			go l.carry(far, near, open)
			l.carry(near, far, open)
		}()
	}
}

// late is a piece on its way.
type late struct {
	data []byte
	due  time.Time
}

// carry takes one direction to its end.
func (l *line) carry(to, from net.Conn, open time.Time) {
	way := make(chan late, window/chunk)
	pool := sync.Pool{New: func() any { return make([]byte, chunk) }}
	go func() {
		defer close(way)
		for {
			buf, _ := pool.Get().([]byte)
			n, err := from.Read(buf[:chunk])
			if n > 0 {
				due := time.Now()
				if due.Before(open) {
					due = open
				}
				way <- late{buf[:n], due.Add(l.rtt / 2)}
			}
			if err != nil {
				return
			}
		}
	}()
	var err error
	for p := range way {
		time.Sleep(time.Until(p.due))
		if err == nil {
			if _, err = to.Write(p.data); err != nil {
				_ = from.Close()
			}
		}
		pool.Put(p.data[:chunk]) //nolint:staticcheck // a slice in an interface costs little beside 64 KiB
	}
	if t, ok := to.(*net.TCPConn); ok {
		_ = t.CloseWrite()
	}
}

// shelf is a store on the disk: what is put by a URL can be got by it. It looks at nothing.
func shelf(folder string) http.Handler {
	at := func(r *http.Request) string {
		return filepath.Join(folder, strings.ReplaceAll(strings.Trim(r.URL.Path, "/"), "/", "_"))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		switch {
		case r.Method == http.MethodPut:
			err = put(at(r), r.Body)
		case r.Method == http.MethodDelete:
			err = os.Remove(at(r))
		case r.URL.Path == "/":
			all, err2 := os.ReadDir(folder)
			err = err2
			for _, f := range all {
				_, _ = io.WriteString(w, f.Name()+"\n")
			}
		default:
			http.ServeFile(w, r, at(r))
			return
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	})
}

func put(at string, body io.Reader) error {
	f, err := os.Create(at)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	return errors.Join(err, f.Close())
}
