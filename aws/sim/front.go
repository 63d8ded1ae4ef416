package sim

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// front is what a request meets before its operation: the protocol, whoever signed it,
// limits and faults. It counts.
type front struct {
	cloud    *cloud
	ops      map[string]operation
	services []service
	logger   *slog.Logger
	latency  time.Duration
	faults   atomic.Pointer[Faults]
	calls    counters
	writes   writeLog
	limits   buckets
	searches buckets       // of Resource Explorer, by operation
	dice     atomic.Uint64 // how many requests were thrown dice for
}

// serveAWS answers everything that is not the control endpoint.
func (f *front) serveAWS(w http.ResponseWriter, hr *http.Request) {
	now := f.cloud.world.now()
	most := int64(maxBody)
	if sc, _ := readScope(hr.Header, hr.URL.Query()); sc.service == "s3" {
		most = maxObject
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, hr.Body, most))
	if err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			f.refuse(w, jsonProtocol, &apiError{code: "RequestEntityTooLargeException", status: http.StatusRequestEntityTooLarge})
		}
		return
	}
	r := f.decode(hr, body)
	r.now, r.faults, r.id = now, f.faults.Load(), f.requestID()
	if r.faults.Clock != 0 {
		w.Header().Set("Date", now.Add(r.faults.Clock).UTC().Format(http.TimeFormat))
	}
	op, known := f.ops[r.service.name+"."+r.op]
	name := op.name
	if !known {
		name = "Unknown"
	}
	f.calls.add(name, 1, 0)
	if !f.delay(hr.Context(), r.faults, r.region) {
		return
	}
	mishap := f.throw(r)
	if mishap.before(w) {
		return
	}
	answer, fail := f.perform(r, op, known, hr, mishap)
	if op.writes {
		f.writes.add(r, fail, mishap.lost)
	}
	f.log(r, fail)
	if mishap.after(w) {
		return
	}
	if fail != nil {
		if fail.throttled {
			f.calls.add(name, 0, 1)
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
func (f *front) log(r *request, fail *apiError) {
	if f.logger == nil {
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
	f.logger.Info(r.service.name+"."+r.op, "account", account, "region", r.region, "answer", outcome, "request", r.id)
}

// decode takes the protocol off a request, as far as it can be told.
func (f *front) decode(hr *http.Request, body []byte) *request {
	r := &request{body: body, form: url.Values{}}
	query := hr.URL.Query()
	sc, signed := readScope(hr.Header, query)
	if signed {
		r.region = sc.region
	}
	if target := hr.Header.Get("X-Amz-Target"); target != "" {
		prefix, op, _ := strings.Cut(target, ".")
		r.service = f.findService(func(v service) bool { return v.proto == jsonProtocol && v.target == prefix })
		r.op = op
		return r
	}
	if !signed {
		return f.decodeUnsigned(hr, r, query)
	}
	r.service = f.findService(func(v service) bool { return v.scope == sc.service })
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
func (f *front) decodeUnsigned(hr *http.Request, r *request, query url.Values) *request {
	r.readForm(query)
	name, op := unsignedOperation(hr, r.form)
	r.service, r.op = f.findService(func(v service) bool { return v.name == name }), op
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

func (f *front) findService(is func(service) bool) service {
	for _, v := range f.services {
		if is(v) {
			return v
		}
	}
	return service{}
}

// perform finds out who asks, whether it may be answered, and answers.
func (f *front) perform(r *request, op operation, known bool, hr *http.Request, m mishap) (any, *apiError) {
	if op.unsigned {
		return f.performUnsigned(r, op, m)
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
	r.account, r.caller, fail = f.cloud.world.whoSigned(sc, r.service.proto, r.now)
	if fail == nil && r.service.proto == s3Protocol {
		fail = r.checkSigned(sc)
	}
	if fail != nil {
		return nil, fail
	}
	if fail := f.admit(r, op, known); fail != nil {
		return nil, fail
	}
	if m.refuse != "" {
		return nil, refusedWith(m.refuse, r)
	}
	return op.handle(f.cloud, r)
}

// performUnsigned answers a request that a token in it says the sender of.
func (f *front) performUnsigned(r *request, op operation, m mishap) (any, *apiError) {
	switch {
	case m.fail != nil:
		return nil, m.fail
	case !f.limits.take(bucketKey{service: r.service.name}, r.now):
		return nil, throttled(r.service)
	case m.refuse != "":
		return nil, refusedWith(m.refuse, r)
	}
	return op.handle(f.cloud, r)
}

// admit goes through what stands between a known caller and the operation.
func (f *front) admit(r *request, op operation, known bool) *apiError {
	switch {
	case r.faults.expiredFor(r.account.id):
		return expiredKey(r.service.proto)
	case !r.service.global && !f.cloud.world.enabled(r.region, r.faults):
		return unknownKey(r.service.proto)
	case !known:
		return unknownOperation(r.service.proto, r.op)
	case !f.limits.take(bucketKey{r.account.id, r.region, r.service.name}, r.now):
		return throttled(r.service)
	case r.service.scope == "resource-explorer-2" && !f.searches.take(bucketKey{r.account.id, r.region, r.op}, r.now):
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
func (f *front) requestID() string {
	h := newRNG(f.cloud.world.seed+f.dice.Add(1), "request").hex(32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

// refuse answers what could not even be read.
func (f *front) refuse(w http.ResponseWriter, p protocol, e *apiError) {
	writeError(w, &request{service: service{proto: p}, id: f.requestID()}, e)
}
