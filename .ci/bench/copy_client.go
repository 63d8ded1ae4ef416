//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/aws/mover"
	"nbscope/model/transfer"
)

// clientEnv tells this program that it is to be the client of a copy, a process of its
// own, so that what it takes can be measured.
const clientEnv = "NBSCOPE_BENCH_CLIENT"

// errand is what the client is told.
type errand struct {
	Folder string    // of the copy on this machine
	Hosts  [2]string // of the source's Jupyter and of the replacement's
	Store  string    // the base of the store; "" for relay
}

// told is what the client says, a line for each change and one for the end.
type told struct {
	Phase   mover.Phase         `json:"phase,omitempty"`
	At      time.Time           `json:"at"`
	Bounds  map[mover.Bound]int `json:"bounds,omitempty"` // how often each was said
	Way     string              `json:"way,omitempty"`
	Traffic int64               `json:"traffic,omitempty"` // bytes that this process sent and got
	Proven  string              `json:"proven,omitempty"`
}

// client copies, proves, and says when it does what.
func client(raw string) error {
	var e errand
	if err := json.Unmarshal([]byte(raw), &e); err != nil {
		return fmt.Errorf("read the errand: %w", err)
	}
	ctx := context.Background()
	var traffic atomic.Int64
	transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return counting{c, &traffic}, err
	}}
	j := mover.Job{Run: "bench", Folder: e.Folder, Transport: mover.Relay, Prefix: "bench", Now: time.Now}
	if e.Store != "" {
		j.Transport, j.Bucket = mover.S3, "bench"
		j.Stores = func(string) mover.Store { return remote{e.Store, &http.Client{Transport: transport}} }
	}
	var leave [2]func()
	for i, s := range []*mover.Side{&j.Source, &j.Replacement} {
		host := e.Hosts[i]
		c, err := jupyter.New(ctx, jupyter.Options{
			Host: host, Transport: transport,
			Presign: func(context.Context) (string, error) { return "http://" + host + "/?token=" + benchToken, nil },
		})
		if err != nil {
			return fmt.Errorf("sign in: %w", err)
		}
		leave[i] = func() { _ = c.Close(ctx) }
		s.Session, s.Name = c, []string{"source", "replacement"}[i]
	}
	err := errors.Join(carry(ctx, &j, &traffic), j.Clean(ctx))
	leave[0]()
	leave[1]()
	return err
}

// carry copies and proves.
func carry(ctx context.Context, j *mover.Job, traffic *atomic.Int64) error {
	out := json.NewEncoder(os.Stdout)
	last := told{Bounds: map[mover.Bound]int{}}
	var said error
	tell := func(p mover.Progress) {
		if p.Phase == mover.Streaming && p.Bound != "" {
			last.Bounds[p.Bound]++
			last.Way = p.Way
		}
		if p.Phase != last.Phase {
			last.Phase = p.Phase
			said = errors.Join(said, out.Encode(told{Phase: p.Phase, At: time.Now()}))
		}
	}
	if err := j.Copy(ctx, tell); err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	last.Traffic = traffic.Load()
	r, err := j.Prove(ctx, nil, tell)
	if err != nil {
		return fmt.Errorf("prove: %w", err)
	}
	if r.Proven() {
		last.Proven = fmt.Sprintf("%d files, %d bytes", r.Comparison.Source.Files, r.Comparison.Source.Bytes)
	}
	last.Phase, last.At = "", time.Now()
	return errors.Join(said, out.Encode(last))
}

// counting is a connection that counts what goes through it.
type counting struct {
	net.Conn
	n *atomic.Int64
}

func (c counting) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.n.Add(int64(n))
	return n, err
}

func (c counting) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.n.Add(int64(n))
	return n, err
}

// remote is a store as the mover has it. Its URLs lead to a store of this program, and
// need no signature.
type remote struct {
	base   string
	client *http.Client
}

func (r remote) Ready(context.Context) error { return nil }

func (r remote) Put(_ context.Context, key string, size int64, sum string) (transfer.Order, error) {
	return transfer.Order{Method: http.MethodPut, URL: r.base + "/" + key, Size: size, SHA256: sum}, nil
}

func (r remote) Get(_ context.Context, key, _ string) (transfer.Order, error) {
	return transfer.Order{Method: http.MethodGet, URL: r.base + "/" + key}, nil
}

func (r remote) Delete(ctx context.Context, o mover.Object) error {
	_, err := r.do(ctx, http.MethodDelete, "/"+o.Key)
	return err
}

func (r remote) List(ctx context.Context, prefix string, _ bool) ([]mover.Object, error) {
	text, err := r.do(ctx, http.MethodGet, "/?"+prefix)
	var out []mover.Object
	for key := range strings.FieldsSeq(text) {
		out = append(out, mover.Object{Key: key})
	}
	return out, err
}

func (r remote) do(ctx context.Context, method, at string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, r.base+at, http.NoBody)
	if err != nil {
		return "", err
	}
	answer, err := r.client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	var text bytes.Buffer
	_, err = io.Copy(&text, answer.Body)
	return text.String(), err
}
