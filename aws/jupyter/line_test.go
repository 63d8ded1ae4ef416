package jupyter

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestALineIsShared has connections of two clients take no more than one limit together,
// each way. A machine that is slow takes longer, and none is faster.
func TestALineIsShared(t *testing.T) {
	t.Parallel()
	const size, limit = 1_500_000, 4_000_000
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, strings.Repeat("x", size-int(n)))
	}))
	t.Cleanup(server.Close)
	for name, body := range map[string]int{"out": size, "in": 0} {
		t.Run(name, func(t *testing.T) {
			line := NewLine(limit)
			began := time.Now()
			err := together(2, func(int) error {
				client := &http.Client{Transport: newTransport(Options{Line: line})}
				answer, err := client.Post(server.URL, "text/plain", strings.NewReader(strings.Repeat("x", body)))
				if err != nil {
					return err
				}
				defer answer.Body.Close()
				n, err := io.Copy(io.Discard, answer.Body)
				if n != int64(size-body) {
					t.Errorf("%d bytes came", n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if took, least := time.Since(began), time.Second*(2*size-2*piece)/limit; took < least {
				t.Errorf("%d bytes took %v, which is less than %v", 2*size, took, least)
			}
		})
	}
}

// TestWhoWaitsForALineIsLetGo closes what waits, and ends the wait for a turn.
func TestWhoWaitsForALineIsLetGo(t *testing.T) {
	t.Parallel()
	line := NewLine(1)
	near, far := net.Pipe()
	go func() { _, _ = io.Copy(io.Discard, far) }()
	c, err := line.dialed(func(context.Context, string, string) (net.Conn, error) { return near, nil })(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	wrote := make(chan error, 1)
	go func() {
		_, err := c.Write(make([]byte, 10*piece))
		wrote <- err
	}()
	for !line.Full() {
		if err := pause(t.Context(), time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	_ = c.Close()
	if err := <-wrote; err == nil {
		t.Error("ten pieces went through a line that takes one a day")
	}
	for range cap(line.parts) {
		if _, err := line.Enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := line.Enter(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("it got in: %v", err)
	}
	var none *Line
	if leave, err := none.Enter(ctx); err != nil || none.Full() {
		t.Errorf("no limit is one: %v", err)
	} else {
		leave()
	}
}
