package aws

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
)

func TestACodeOfAWSHasOneKind(t *testing.T) {
	t.Parallel()
	const scp = "is not authorized to perform: x:Y with an explicit deny in a service control policy: arn:z"
	for _, c := range []struct {
		code, message string
		want          model.ProblemKind
	}{
		{"AccessDenied", "no", model.KindDenied},
		{"AccessDenied", scp, model.KindSCP},
		{"AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.", model.KindMFA},
		{"Client.UnauthorizedOperation", "no", model.KindDenied},
		{"RequestExpired", "", model.KindExpired},
		{"NotSignedUp", "", model.KindBadCredentials},
		{"SignatureDoesNotMatch", "", model.KindSignature},
		{"SignatureDoesNotMatch", "Credential should be scoped to a valid region.", model.KindWrongRegion},
		{"SignatureDoesNotMatch", "Credential should be scoped to a valid Region.", model.KindWrongRegion},
		{"MissingAuthenticationToken", "", model.KindUnsigned},
		{"AuthorizationHeaderMalformed", "the region 'eu-west-1' is wrong", model.KindWrongRegion},
		{"RegionDisabledException", "", model.KindNotEnabled},
		{"UnknownOperation", "", model.KindNotOffered},
		{"TooManyTagsException", "", model.KindLimit},
		{"OperationAborted", "", model.KindConflict},
		{"Client.IncorrectState", "", model.KindConflict},
		{"RequestTimeout", "", model.KindTimeout},
		{"SlowDown", "", model.KindThrottled},
		{"ValidationException", "RecordNotFound", model.KindNotFound},
		{"ValidationException", "Could not be not found here", model.KindNotFound},
		{"ValidationError", "the VPC does not exist", model.KindNotFound},
		{"ValidationException", "Status (Pending) not in ([InService]).", model.KindConflict},
		{"ValidationException", "Cannot create a duplicate Notebook Instance", model.KindConflict},
		{"ValidationException", "notebooks that already exist", model.KindConflict},
		{"ValidationException", "no RecordNotFound, no Status (x), nothing", model.KindInvalid},
		{"DryRunOperation", "", model.KindInvalid},
		{"ServiceUnavailable", "", model.KindService},
		{"InvalidSubnetID.NotFound", "", model.KindNotFound},
		{"UnknownResourceNotFoundException", "", model.KindNotFound},
		{"NoSuchBucket", "", model.KindNotFound},
		{"BucketNoSuch", "", model.KindUnknown},
		{"InvalidVpcID.Malformed", "", model.KindInvalid},
		{"MalformedNothing", "", model.KindUnknown},
		{"", "", model.KindUnknown},
	} {
		if got := kindOfCode(c.code, c.message); got != c.want {
			t.Errorf("%q, %q: %q, want %q", c.code, c.message, got, c.want)
		}
	}
}

func TestWhatMendsAProblemFollowsFromItsKind(t *testing.T) {
	t.Parallel()
	const proxy = "something on the way changes the Authorization header: look for a proxy"
	for _, c := range []struct {
		p    model.Problem
		want string
	}{
		{model.Problem{Kind: model.KindDenied}, "ask for read access in this account"},
		{model.Problem{Kind: model.KindDenied, Operation: "ec2:DescribeVpcs"}, "ask for ec2:DescribeVpcs in this account"},
		{model.Problem{Kind: model.KindDenied, Message: "no, with an explicit deny"}, "a policy denies this explicitly, and AWS does not say which; no other policy can allow it"},
		{model.Problem{Kind: model.KindExpired}, "renew the credentials, then retry"},
		{model.Problem{Kind: model.KindBadCredentials}, "check the access key, or sign in again"},
		{model.Problem{Kind: model.KindSignature}, "check the secret access key; a proxy that changes requests does this too"},
		{model.Problem{Kind: model.KindSignature, Code: "IncompleteSignature"}, proxy},
		{model.Problem{Kind: model.KindUnsigned}, "something on the way removes the Authorization header: look for a proxy, and check the endpoint URL"},
		{model.Problem{Kind: model.KindWrongRegion, Code: "IncompleteSignature"}, "the endpoint serves one region only: check --endpoint-url, AWS_ENDPOINT_URL and endpoint_url, or name its region with --region"},
		{model.Problem{Kind: model.KindThrottled}, "retry, with a smaller --concurrency if it goes on"},
		{model.Problem{Kind: model.KindNotEnabled}, "enable the region for the account, or leave it out with --region"},
		{model.Problem{Kind: model.KindService}, "AWS has a problem; retry later"},
		{model.Problem{Kind: model.KindProtocol}, hintNotAWS},
		{model.Problem{Kind: model.KindMFA}, "wait for a new code, then retry"},
		{model.Problem{Kind: model.KindInvalid}, ""},
		{model.Problem{Kind: model.KindInvalid, Code: "AWSOrganizationsNotInUseException"}, "the account is in no organization: use --role-arn or --profile instead of --org-role"},
		{model.Problem{Kind: model.KindTimeout}, ""},
		{model.Problem{Kind: "a kind of tomorrow"}, ""},
	} {
		if got := hintFor(&c.p); got != c.want {
			t.Errorf("%+v: %q, want %q", c.p, got, c.want)
		}
	}
}

// answered is an error that came with an answer of a status, which leads somewhere.
func answered(status int, to, id string, err error) error {
	header := http.Header{}
	if to != "" {
		header.Set("Location", to)
	}
	return &withID{id, &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status, Header: header}}, Err: err,
	}}
}

// withID is an error with a request id, which only AWS gives.
type withID struct {
	id string
	error
}

func (e *withID) Unwrap() error            { return e.error }
func (e *withID) ServiceRequestID() string { return e.id }

func TestAProblemIsToldWhole(t *testing.T) {
	t.Parallel()
	nothing := &smithy.GenericAPIError{Code: "UnknownError", Message: "UnknownError"}
	const network = "check the network, a VPN or proxy, and the endpoint URL"
	for name, c := range map[string]struct {
		err  error
		want model.Problem
	}{
		"a target that took too long": {fmt.Errorf("x: %w", errTargetTimeout), model.Problem{Kind: model.KindTimeout, Message: "no answer in time", Hint: "retry this target, or scan fewer at once with --concurrency"}},
		"a call that took too long":   {context.DeadlineExceeded, model.Problem{Kind: model.KindTimeout, Message: "no answer in time", Hint: "check the network, then retry"}},
		"a read that took too long":   {&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, model.Problem{Kind: model.KindTimeout, Message: "no answer in time", Hint: "check the network, then retry"}},
		"no such host":                {&net.DNSError{IsNotFound: true}, model.Problem{Kind: model.KindNetwork, Message: "no address is known for the endpoint", Hint: network}},
		"no answer to who":            {&net.DNSError{Name: "x.example", Err: "server misbehaving"}, model.Problem{Kind: model.KindNetwork, Message: "the address of x.example cannot be looked up: server misbehaving", Hint: network}},
		"nobody listens":              {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, model.Problem{Kind: model.KindNetwork, Message: "the endpoint refuses the connection", Hint: network}},
		"a pipe that broke":           {fmt.Errorf("write: %w", syscall.EPIPE), model.Problem{Kind: model.KindNetwork, Message: "the connection broke before the answer was complete", Hint: network}},
		"an early end":                {fmt.Errorf("read: %w", io.EOF), model.Problem{Kind: model.KindNetwork, Message: "the connection broke before the answer was complete", Hint: network}},
		"no way to send":              {&smithyhttp.RequestSendError{Err: errors.New("no route")}, model.Problem{Kind: model.KindNetwork, Message: "the endpoint cannot be reached: no route", Hint: network}},
		"no way to dial":              {&net.OpError{Op: "dial", Err: errors.New("no route")}, model.Problem{Kind: model.KindNetwork, Message: "the endpoint cannot be reached: no route", Hint: network}},
		"a certificate of another": {x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"a.example"}}, Host: "b.example"}, model.Problem{
			Kind: model.KindNetwork, Message: "the endpoint's certificate is not trusted: x509: certificate is valid for a.example, not b.example",
			Hint: "if a proxy opens TLS, set AWS_CA_BUNDLE to its certificate",
		}},
		"a request that cannot be": {&smithy.SerializationError{Err: errors.New("no region")}, model.Problem{Kind: model.KindInvalid, Message: "the request cannot be written: no region"}},
		"something new":            {errors.New("what"), model.Problem{Kind: model.KindUnknown, Message: "what"}},
		"a new code":               {answered(400, "", "", &smithy.GenericAPIError{Code: "New"}), model.Problem{Kind: model.KindInvalid, Code: "New", Message: "AWS answered with New"}},
		"a new code of a server":   {answered(500, "", "r", &smithy.GenericAPIError{Code: "New", Message: "x"}), model.Problem{Kind: model.KindService, Code: "New", Message: "x", RequestID: "r", Hint: "AWS has a problem; retry later"}},
		"a message without a code": {answered(499, "", "", &smithy.GenericAPIError{Message: "x"}), model.Problem{Kind: model.KindInvalid, Message: "x"}},
		"no code, no message":      {answered(400, "", "", &smithy.GenericAPIError{}), model.Problem{Kind: model.KindInvalid, Message: "AWS answered with an error without a code"}},
		"a refusal with its cipher": {answered(403, "", "", &smithy.GenericAPIError{Code: "UnauthorizedOperation", Message: "You may not. Encoded authorization failure message: AAAA"}), model.Problem{
			Kind: model.KindDenied, Code: "UnauthorizedOperation", Message: "You may not", Hint: "ask for read access in this account",
		}},
		"a cipher alone": {answered(403, "", "", &smithy.GenericAPIError{Code: "UnauthorizedOperation", Message: "Encoded authorization failure message: AAAA"}), model.Problem{
			Kind: model.KindDenied, Code: "UnauthorizedOperation", Message: "Encoded authorization failure message: AAAA", Hint: "ask for read access in this account",
		}},
		"no word, status 299":     {answered(299, "", "", nothing), model.Problem{Kind: model.KindProtocol, Message: "the answer is not one that AWS gives", Hint: hintNotAWS}},
		"no word, status 300":     {answered(300, "", "", nothing), model.Problem{Kind: model.KindProtocol, Message: "the answer leads elsewhere (HTTP 300)", Hint: hintNotAWS}},
		"no word, leads away":     {answered(399, "https://a.example/x?y=z", "r", nothing), model.Problem{Kind: model.KindProtocol, Message: "the answer leads elsewhere, to a.example (HTTP 399)", RequestID: "r", Hint: hintNotAWS}},
		"no word, leads nowhere":  {answered(302, "/login", "", nothing), model.Problem{Kind: model.KindProtocol, Message: "the answer leads elsewhere (HTTP 302)", Hint: hintNotAWS}},
		"no word, status 400":     {answered(400, "", "", nothing), model.Problem{Kind: model.KindProtocol, Message: "the answer is not one that AWS gives (HTTP 400)", Hint: hintNotAWS}},
		"no word, of AWS itself":  {answered(400, "", "r", nothing), model.Problem{Kind: model.KindInvalid, Message: "AWS refuses without a reason that can be read (HTTP 400)", RequestID: "r"}},
		"no word, of AWS, forbid": {answered(403, "", "r", nothing), model.Problem{Kind: model.KindDenied, Message: "AWS refuses without a reason that can be read (HTTP 403)", RequestID: "r", Hint: "ask for read access in this account"}},
		"no answer that reads":    {answered(200, "", "r", &smithy.DeserializationError{Err: errors.New("x")}), model.Problem{Kind: model.KindProtocol, Message: "the answer is not one that AWS gives", RequestID: "r", Hint: hintNotAWS}},
		"no word but a message":   {answered(400, "", "", &smithy.GenericAPIError{Code: "UnknownError", Message: "why"}), model.Problem{Kind: model.KindInvalid, Code: "UnknownError", Message: "why"}},
	} {
		if got := classify(c.err); got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
}

func TestAStatusIsTheLastThingToGoBy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		fault  smithy.ErrorFault
		want   model.ProblemKind
	}{
		{0, smithy.FaultUnknown, model.KindUnknown},
		{0, smithy.FaultServer, model.KindService},
		{399, smithy.FaultClient, model.KindUnknown},
		{400, smithy.FaultClient, model.KindInvalid},
		{401, smithy.FaultServer, model.KindDenied},
		{403, smithy.FaultServer, model.KindDenied},
		{404, smithy.FaultServer, model.KindProtocol},
		{429, smithy.FaultServer, model.KindThrottled},
		{499, smithy.FaultUnknown, model.KindInvalid},
		{500, smithy.FaultUnknown, model.KindService},
	} {
		if got := kindOfStatus(c.status, c.fault); got != c.want {
			t.Errorf("%d, %s: %q, want %q", c.status, c.fault, got, c.want)
		}
	}
}

func TestTheDateOfARequestIsBlamedWhereTheClocksAreApart(t *testing.T) {
	t.Parallel()
	const holds = "this machine's clock is right: something on the way holds requests back"
	for name, c := range map[string]struct {
		behind        time.Duration // 0: not known
		code, message string
		kind          model.ProblemKind
		says, hint    string
	}{
		"not known":           {0, "RequestTimeTooSkewed", "too late", model.KindClock, "too late", "set this machine's clock, then retry"},
		"in the future":       {0, "RequestInTheFuture", "too early", model.KindClock, "too early", "set this machine's clock, then retry"},
		"right":               {time.Second, "RequestTimeTooSkewed", "too late", model.KindClock, "too late", holds},
		"right, and ahead":    {-time.Second, "X", "Signature not yet current: x", model.KindClock, "Signature not yet current: x", holds},
		"below the tolerance": {5*time.Minute - 1, "X", "Signature expired: x", model.KindClock, "Signature expired: x", holds},
		"at the tolerance":    {5 * time.Minute, "X", "Signature expired: x", model.KindClock, "this machine's clock is 5 minutes behind AWS's: Signature expired: x", "set the clock, then retry"},
		"ahead":               {-10 * time.Minute, "AuthFailure", "no", model.KindClock, "this machine's clock is 10 minutes ahead of AWS's: no", "set the clock, then retry"},
		"a signature, as late as may be": {5 * time.Minute, "AuthFailure", "no", model.KindBadCredentials, "no",
			"check the access key, or sign in again"},
		"a signature, later": {5*time.Minute + 1, "SignatureDoesNotMatch", "no", model.KindClock, "this machine's clock is 5 minutes behind AWS's: no", "set the clock, then retry"},
		"another code":       {time.Hour, "AccessDenied", "no", model.KindDenied, "no", "ask for read access in this account"},
	} {
		var err error = &smithy.GenericAPIError{Code: c.code, Message: c.message}
		if c.behind != 0 {
			err = &datedError{c.behind, err}
		}
		if p := classify(err); p.Kind != c.kind || p.Message != c.says || p.Hint != c.hint {
			t.Errorf("%s: %+v", name, p)
		}
		misdated := c.kind == model.KindClock && c.behind.Abs() > 5*time.Minute
		if got := isMisdated(err); got != misdated {
			t.Errorf("%s: that the next attempt has the right date is %v", name, got)
		}
	}
}

func TestADurationIsToldInTheUnitThatSaysMost(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 minutes", 90 * time.Second: "2 minutes", 2*time.Hour - 1: "120 minutes", 2 * time.Hour: "2 hours", 150 * time.Minute: "3 hours",
		48*time.Hour - 1: "48 hours", 48 * time.Hour: "2 days", 61 * time.Hour: "3 days",
	} {
		if got := roughly(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

func TestACodeThatLooksOddIsNotLogged(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"": "", "azAZ09-_.:=": "azAZ09-_.:=", strings.Repeat("a", 100): strings.Repeat("a", 100), strings.Repeat("a", 101): "odd",
		"a b": "odd", "`": "odd", "{": "odd", "@": "odd", "[": "odd", "/": "odd", ";": "odd", "é": "odd",
	} {
		if got := code(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// TestTheCauseOfALongChainIsFound also has a chain that leads to itself.
func TestTheCauseOfALongChainIsFound(t *testing.T) {
	t.Parallel()
	err := errors.New("the cause")
	for range 50 {
		err = fmt.Errorf("x: %w", err)
	}
	if got := innermost(err).Error(); got != "the cause" {
		t.Errorf("it is %q", got)
	}
	if got := innermost(&endlessError{}).Error(); got != "round" {
		t.Errorf("it is %v", got)
	}
}

type endlessError struct{}

func (e *endlessError) Error() string { return "round" }
func (e *endlessError) Unwrap() error { return e }
