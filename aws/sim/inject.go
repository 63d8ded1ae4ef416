package sim

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"
)

// delay makes an answer as slow as the options say. It is false when the client
// left meanwhile.
func (f *front) delay(ctx context.Context, of *Faults, region string) bool {
	wait := f.latency + of.Slow[region]
	if wait <= 0 {
		return true
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// mishap is what goes wrong with one request.
type mishap struct {
	reset   bool
	lost    bool
	garbage bool
	fail    *apiError
	refuse  string // code that a known caller is refused with
	empty   bool   // the answer has no body
	lacks   string // member that the answer does not have
}

// throw throws the dice for a request. The dice follow from the seed and the
// number of requests before, so that the same calls in the same order fail alike.
func (f *front) throw(r *request) mishap {
	dice := newRNG(f.cloud.world.seed^f.dice.Add(1), "dice")
	var m mishap
	of := r.faults
	action := r.action()
	switch {
	case of.strikes(resetsAction, action, r.region) != nil:
		m.reset = true
	case of.strikes(losesAction, action, r.region) != nil:
		m.lost = true
	case hit(dice, of.Reset):
		m.reset = true
	case hit(dice, of.Garbage):
		m.garbage = true
	case hit(dice, of.Lost):
		m.lost = true
	case hit(dice, of.throttleShare(r.region)):
		m.fail = throttled(r.service)
	case hit(dice, of.Errors):
		m.fail = ownFault(dice, r.service.proto)
	default:
		if a := of.strikes(failsAction, action, r.region); a != nil {
			m.refuse = a.word
		}
		m.empty = of.strikes(emptiesAction, action, r.region) != nil
		if a := of.strikes(lacksMember, action, r.region); a != nil {
			m.lacks = a.word
		}
	}
	return m
}

func hit(dice *rng, share float64) bool { return share > 0 && dice.unit() < share }

// ownFault is one of the faults that AWS has of its own now and then.
func ownFault(dice *rng, p protocol) *apiError {
	if p == ec2Protocol || p == queryProtocol || p == s3Protocol {
		if dice.chance(50) {
			return &apiError{code: "InternalError", message: "An internal error has occurred", status: http.StatusInternalServerError}
		}
		return &apiError{code: "Unavailable", message: "The service is unavailable. Please try again shortly.", status: http.StatusServiceUnavailable}
	}
	if dice.chance(50) {
		return &apiError{code: "InternalFailure", message: "The request processing has failed because of an unknown error, exception or failure.", status: http.StatusInternalServerError}
	}
	return &apiError{code: "ServiceUnavailable", message: "Service is unavailable.", status: http.StatusServiceUnavailable}
}

// before carries out what happens to a request that is never handled. It is true
// when there is nothing left to do.
func (m mishap) before(w http.ResponseWriter) bool {
	switch {
	case m.reset:
		cut(w, true)
		return true
	case m.garbage:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, "<html><head><title>500 Internal Server Error</title></head>\n<body><h1>Internal Server Error</h1></body></html>\n")
		return true
	}
	return false
}

// after loses the answer of a request that was handled.
func (m mishap) after(w http.ResponseWriter) bool {
	if m.lost {
		cut(w, false)
	}
	return m.lost
}

// cut ends the connection without an answer; hard resets it.
func cut(w http.ResponseWriter, hard bool) {
	h, ok := w.(http.Hijacker)
	if !ok {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	conn, _, err := h.Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok && hard {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
