package aws

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"nbscope/aws/sim"
)

// directURL is where a simulated AWS is that is reached without a network. What takes
// time is then only what somebody waits for: in a bubble of synctest, none at all.
const directURL = "http://127.0.0.1:1"

// directWorld is world for tests in a bubble, where nothing may wait for a network.
func directWorld(t testing.TB, change func(*sim.Options)) (*sim.Server, string) {
	t.Helper()
	o := sim.Defaults()
	o.TimeScale, o.Faults = 0, ""
	if change != nil {
		change(&o)
	}
	s, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s, directURL
}

// direct hands requests to a handler.
type direct struct{ handler http.Handler }

// RoundTrip is for the client.
func (d direct) RoundTrip(req *http.Request) (*http.Response, error) {
	answer := &connection{ResponseRecorder: httptest.NewRecorder()}
	d.handler.ServeHTTP(answer, req)
	switch err := req.Context().Err(); {
	case err != nil:
		return nil, err
	case answer.cut:
		return nil, io.EOF
	}
	return answer.Result(), nil
}

// connection can be cut off like one to a server.
type connection struct {
	*httptest.ResponseRecorder
	cut bool
}

// Hijack is for the simulated AWS, which ends the connection without an answer.
func (c *connection) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c.cut = true
	here, there := net.Pipe()
	return here, nil, there.Close()
}
