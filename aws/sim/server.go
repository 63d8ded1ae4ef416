package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
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
	if s.opts.Labs {
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

// serveAWS answers everything that is not the control endpoint.
func (s *Server) serveAWS(w http.ResponseWriter, hr *http.Request) {
	now := s.opts.Now()
	most := int64(maxBody)
	if sc, _ := readScope(hr.Header, hr.URL.Query()); sc.service == "s3" {
		most = maxObject
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, hr.Body, most))
	if err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			s.refuse(w, jsonProtocol, &apiError{code: "RequestEntityTooLargeException", status: http.StatusRequestEntityTooLarge})
		}
		return
	}
	r := s.decode(hr, body)
	r.now, r.faults, r.id = now, s.faults.Load(), s.requestID()
	if r.faults.Clock != 0 {
		w.Header().Set("Date", now.Add(r.faults.Clock).UTC().Format(http.TimeFormat))
	}
	op, known := s.ops[r.service.name+"."+r.op]
	name := op.name
	if !known {
		name = "Unknown"
	}
	s.calls.add(name, 1, 0)
	if !s.delay(hr.Context(), r.faults, r.region) {
		return
	}
	mishap := s.throw(r)
	if mishap.before(w) {
		return
	}
	answer, fail := s.perform(r, op, known, hr, mishap)
	if op.writes {
		s.writes.add(r, fail, mishap.lost)
	}
	s.log(r, fail)
	if mishap.after(w) {
		return
	}
	if fail != nil {
		if fail.throttled {
			s.calls.add(name, 0, 1)
		}
		writeError(w, r, fail)
		return
	}
	switch {
	case mishap.empty:
		send(w, r, http.StatusOK, nil)
	case mishap.lacks != "":
		writeAnswer(w, r, without(answer, mishap.lacks))
	default:
		writeAnswer(w, r, answer)
	}
}

// log tells what was asked and how it was answered, without the request's body.
func (s *Server) log(r *request, fail *apiError) {
	if s.opts.Log == nil {
		return
	}
	outcome := "ok"
	if fail != nil {
		outcome = fail.code
	}
	account := "unknown"
	if r.account != nil {
		account = r.account.id
	}
	s.opts.Log.Info(r.service.name+"."+r.op, "account", account, "region", r.region, "answer", outcome, "request", r.id)
}

// decode takes the protocol off a request, as far as it can be told.
func (s *Server) decode(hr *http.Request, body []byte) *request {
	r := &request{body: body, form: url.Values{}}
	query := hr.URL.Query()
	sc, signed := readScope(hr.Header, query)
	if signed {
		r.region = sc.region
	}
	if target := hr.Header.Get("X-Amz-Target"); target != "" {
		prefix, op, _ := strings.Cut(target, ".")
		r.service = s.findService(func(v service) bool { return v.proto == jsonProtocol && v.target == prefix })
		r.op = op
		return r
	}
	if !signed {
		return s.decodeUnsigned(hr, r, query)
	}
	r.service = s.findService(func(v service) bool { return v.scope == sc.service })
	switch r.service.proto {
	case restProtocol:
		r.op = restOperation(hr.Method, hr.URL.Path)
		return r
	case s3Protocol:
		r.op, r.http = s3Operation(hr), hr
		return r
	case jsonProtocol:
		return r
	case queryProtocol, ec2Protocol:
	}
	r.readForm(query)
	r.op = r.form.Get("Action")
	return r
}

// decodeUnsigned takes the protocol off a request that no key signed.
func (s *Server) decodeUnsigned(hr *http.Request, r *request, query url.Values) *request {
	r.readForm(query)
	name, op := unsignedOperation(hr, r.form)
	r.service, r.op = s.findService(func(v service) bool { return v.name == name }), op
	r.bearer = hr.Header.Get("X-Amz-Sso_bearer_token")
	return r
}

// readForm reads the parameters of the body, then of the query.
func (r *request) readForm(query url.Values) {
	if form, err := url.ParseQuery(string(r.body)); err == nil {
		r.form = form
	}
	for k, v := range query {
		if !r.form.Has(k) {
			r.form[k] = v
		}
	}
}

func (s *Server) findService(is func(service) bool) service {
	for _, v := range s.services {
		if is(v) {
			return v
		}
	}
	return service{}
}

// perform finds out who asks, whether it may be answered, and answers.
func (s *Server) perform(r *request, op operation, known bool, hr *http.Request, m mishap) (any, *apiError) {
	if op.unsigned {
		return s.performUnsigned(r, op, m)
	}
	sc, signed := readScope(hr.Header, hr.URL.Query())
	if !signed {
		return nil, unsigned(r.service.proto)
	}
	if m.fail != nil {
		return nil, m.fail
	}
	for _, refusal := range []*apiError{misdated(r, hr.Header), elsewhere(r)} {
		if refusal != nil {
			return nil, refusal
		}
	}
	var fail *apiError
	r.account, r.caller, fail = s.world.whoSigned(sc, r.service.proto, r.now)
	if fail == nil && r.service.proto == s3Protocol {
		fail = s.checkSigned(r, sc)
	}
	if fail != nil {
		return nil, fail
	}
	if fail := s.admit(r, op, known); fail != nil {
		return nil, fail
	}
	if m.refuse != "" {
		return nil, refusedWith(m.refuse, r)
	}
	return op.handle(s, r)
}

// performUnsigned answers a request that a token in it says the sender of.
func (s *Server) performUnsigned(r *request, op operation, m mishap) (any, *apiError) {
	switch {
	case m.fail != nil:
		return nil, m.fail
	case !s.limits.take(bucketKey{service: r.service.name}, r.now):
		return nil, throttled(r.service)
	case m.refuse != "":
		return nil, refusedWith(m.refuse, r)
	}
	return op.handle(s, r)
}

// admit goes through what stands between a known caller and the operation.
func (s *Server) admit(r *request, op operation, known bool) *apiError {
	switch {
	case r.faults.expiredFor(r.account.id):
		return expiredKey(r.service.proto)
	case !r.service.global && !s.world.enabled(r.region, r.faults):
		return unknownKey(r.service.proto)
	case !known:
		return unknownOperation(r.service.proto, r.op)
	case !s.limits.take(bucketKey{r.account.id, r.region, r.service.name}, r.now):
		return throttled(r.service)
	case r.service.scope == "resource-explorer-2" && !s.searches.take(bucketKey{r.account.id, r.region, r.op}, r.now):
		return throttled(r.service)
	case op.open:
		return nil
	case op.notebook && slices.Contains(r.faults.Missing, r.region):
		return notOffered()
	case !r.service.global && slices.Contains(r.faults.SCP, r.region):
		return denied(r, resourceOf(r), controlPolicyDenies)
	case !r.service.global && slices.Contains(r.faults.Deny, r.region), r.faults.deniesOp(r.action(), r.region):
		return denied(r, resourceOf(r), noPolicyAllows)
	}
	return nil
}

// resourceOf is the resource that a refusal names.
func resourceOf(r *request) string {
	if r.service.scope == "sagemaker" && strings.Contains(r.op, "NotebookInstance") {
		kind, name := "notebook-instance", "*"
		if w := r.write(); w.Name != "" {
			name = strings.ToLower(w.Name)
		}
		if strings.HasSuffix(r.op, "LifecycleConfig") {
			kind += "-lifecycle-config"
		}
		return fmt.Sprintf("arn:aws:sagemaker:%s:%s:%s/%s", r.region, r.account.id, kind, name)
	}
	return "*"
}

// requestID is unique for the life of the server.
func (s *Server) requestID() string {
	h := newRNG(s.opts.Seed+s.dice.Add(1), "request").hex(32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

// refuse answers what could not even be read.
func (s *Server) refuse(w http.ResponseWriter, p protocol, e *apiError) {
	writeError(w, &request{service: service{proto: p}, id: s.requestID()}, e)
}
