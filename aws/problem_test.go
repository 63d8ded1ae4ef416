package aws

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
	"nbscope/model/profile"
)

// api is an error as the SDK hands it out: wrapped by operation and retries.
func api(service, operation, code, message string) error {
	return &smithy.OperationError{
		ServiceID: service, OperationName: operation,
		Err: fmt.Errorf("https response error StatusCode: 400, RequestID: x, %w", &smithy.GenericAPIError{Code: code, Message: message}),
	}
}

// dated17 is an answer by whose Date header this machine's clock is 17 minutes behind.
func dated17(err error) error { return &datedError{17 * time.Minute, err} }

func sagemakerError(code, message string) error {
	return api("SageMaker", "ListNotebookInstances", code, message)
}

func TestEveryPublicErrorTextHasItsKind(t *testing.T) {
	t.Parallel()
	notebook := func(message string) error {
		return api("SageMaker", "DescribeNotebookInstance", "ValidationException", message)
	}
	corp := &profile.Source{Kind: profile.SSO, Profile: "dev", SSOSession: "corp", SSOAccount: "111122223333", SSORole: "Reader"}
	for name, c := range map[string]struct {
		err  error
		kind model.ProblemKind
		says string
	}{
		"a notebook that does not exist":        {notebook("RecordNotFound"), model.KindNotFound, "RecordNotFound"},
		"stop while pending":                    {notebook("Status (Pending) not in ([InService]). Unable to transition to (Stopping) for Notebook Instance (arn:aws:x)."), model.KindConflict, "Status (Pending)"},
		"start while stopping":                  {notebook("Status (Stopping) not in ([Stopped, Failed]). Unable to transition to (Pending) for Notebook Instance (arn)"), model.KindConflict, ""},
		"stop a failed one":                     {notebook("Status (Failed) not in ([InService]). Unable to transition to (Stopping) for Notebook Instance (arn)"), model.KindConflict, ""},
		"delete a running one":                  {notebook("Status (InService) not in ([Stopped, Failed]). Unable to transition to (Deleting) for Notebook Instance (arn)"), model.KindConflict, ""},
		"a retired platform":                    {notebook("Platform identifier (notebook-al2-v1) is not supported for this service."), model.KindInvalid, "notebook-al2-v1"},
		"a taken name":                          {notebook("Cannot create a duplicate Notebook Instance (arn)"), model.KindConflict, ""},
		"a bad instance type":                   {notebook("Value 'x' at 'instanceType' failed to satisfy constraint: Member must satisfy enum value set: [a]"), model.KindInvalid, ""},
		"the total quota":                       {sagemakerError("ResourceLimitExceeded", "The account- service limit 'Total number of notebook instances' is 8 NotebookInstances, with current utilization of 16 NotebookInstances and a request delta of 1 NotebookInstances. Please contact AWS support to request an increase for this limit."), model.KindLimit, "is 8 NotebookInstances"},
		"the quota of a type":                   {sagemakerError("ResourceLimitExceeded", "The account-level service limit 'ml.p3.8xlarge for notebook instance usage' is 2 Instances"), model.KindLimit, ""},
		"throttled":                             {sagemakerError("ThrottlingException", "Rate exceeded"), model.KindThrottled, "Rate exceeded"},
		"throttled by EC2":                      {api("EC2", "DescribeSubnets", "RequestLimitExceeded", "Request limit exceeded."), model.KindThrottled, ""},
		"throttled by STS":                      {api("STS", "GetCallerIdentity", "Throttling", "Rate exceeded"), model.KindThrottled, ""},
		"denied by IAM":                         {sagemakerError("AccessDeniedException", "User: arn:aws:iam::1:user/a is not authorized to perform: sagemaker:ListNotebookInstances because no identity-based policy allows the sagemaker:ListNotebookInstances action"), model.KindDenied, "is not authorized"},
		"denied by an SCP":                      {sagemakerError("AccessDeniedException", "User: arn:aws:iam::1:user/a is not authorized to perform: sagemaker:ListNotebookInstances on resource: arn:x with an explicit deny in a service control policy: arn:y"), model.KindSCP, ""},
		"denied by EC2":                         {api("EC2", "DescribeSubnets", "UnauthorizedOperation", "You are not authorized to perform this operation. Encoded authorization failure message: AAAA"), model.KindDenied, "You are not authorized to perform this operation"},
		"denied by an emulator's EC2":           {api("EC2", "DescribeSubnets", "AccessDenied", "no"), model.KindDenied, ""},
		"a region that is off, JSON":            {sagemakerError("UnrecognizedClientException", "The security token included in the request is invalid."), model.KindBadCredentials, ""},
		"a region that is off, Query":           {api("STS", "GetCallerIdentity", "InvalidClientTokenId", "The security token included in the request is invalid"), model.KindBadCredentials, ""},
		"a region that is off, EC2":             {api("EC2", "DescribeVpcs", "AuthFailure", "AWS was not able to validate the provided access credentials"), model.KindBadCredentials, ""},
		"a region to opt in to":                 {sagemakerError("OptInRequired", "The AWS Access Key Id needs a subscription for the service"), model.KindNotEnabled, ""},
		"an operation that is not there":        {sagemakerError("UnknownOperationException", ""), model.KindNotOffered, "UnknownOperationException"},
		"an expired token":                      {api("STS", "GetCallerIdentity", "ExpiredToken", "The security token included in the request is expired"), model.KindExpired, ""},
		"an expired token, JSON":                {sagemakerError("ExpiredTokenException", "The security token included in the request is expired"), model.KindExpired, ""},
		"a wrong secret":                        {api("STS", "GetCallerIdentity", "SignatureDoesNotMatch", "The request signature we calculated does not match"), model.KindSignature, ""},
		"a wrong secret, JSON":                  {sagemakerError("InvalidSignatureException", "The request signature we calculated does not match"), model.KindSignature, ""},
		"a changed header":                      {api("STS", "GetCallerIdentity", "IncompleteSignature", "Authorization header requires 'Signature' parameter"), model.KindSignature, ""},
		"no signature":                          {sagemakerError("MissingAuthenticationTokenException", "Missing Authentication Token"), model.KindUnsigned, ""},
		"no signature, Query":                   {api("STS", "GetCallerIdentity", "MissingAuthenticationToken", "Request is missing Authentication Token"), model.KindUnsigned, ""},
		"an endpoint of another region":         {sagemakerError("InvalidSignatureException", "Credential should be scoped to a valid region. "), model.KindWrongRegion, ""},
		"an endpoint of another region, Query":  {api("STS", "GetCallerIdentity", "SignatureDoesNotMatch", "Credential should be scoped to a valid region, not 'us-west-1'. "), model.KindWrongRegion, ""},
		"a clock that is behind":                {sagemakerError("InvalidSignatureException", "Signature expired: 20261128T120000Z is now earlier than 20261128T121200Z (20261128T121700Z - 5 min.)"), model.KindClock, "Signature expired"},
		"a clock that is ahead":                 {sagemakerError("InvalidSignatureException", "Signature not yet current: 20261128T120000Z is still later than 20261128T114500Z (20261128T114000Z + 5 min.)"), model.KindClock, ""},
		"a clock that is off, S3":               {api("S3", "ListBuckets", "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."), model.KindClock, ""},
		"a bad signature with the clocks apart": {dated17(sagemakerError("InvalidSignatureException", "The request signature we calculated does not match")), model.KindClock, "17 minutes behind AWS's"},
		"an old request of EC2":                 {dated17(api("EC2", "DescribeVpcs", "RequestExpired", "Request has expired.")), model.KindClock, ""},
		"an expired token of EC2":               {api("EC2", "DescribeVpcs", "RequestExpired", "Request has expired."), model.KindExpired, ""},
		"a thing of tomorrow that is not there": {api("IAM", "GetRole", "NoSuchThing", "x"), model.KindNotFound, ""},
		"an answer without its list":            {fmt.Errorf("x: %w", hollow("NotebookInstances")), model.KindProtocol, "NotebookInstances"},
		"settings that exclude each other":      {errors.New("endpoint rule error, Invalid Configuration: FIPS and custom endpoint are not supported"), model.KindConfig, "FIPS and custom endpoint"},
		"no FIPS endpoint":                      {&fipsError{&net.DNSError{Name: "api-fips.sagemaker.eu-west-1.amazonaws.com", IsNotFound: true}}, model.KindNetwork, "there is no FIPS endpoint here: api-fips.sagemaker.eu-west-1.amazonaws.com has no address, and api.sagemaker.eu-west-1.amazonaws.com has one"},
		"no address, of FIPS or without":        {&net.DNSError{Name: "api-fips.sagemaker.eu-west-1.amazonaws.com", IsNotFound: true}, model.KindNetwork, "there is no FIPS endpoint of SageMaker in eu-west-1: api-fips.sagemaker.eu-west-1.amazonaws.com has no address"},
		"a FIPS name that nobody looks up":      {&net.DNSError{Name: "api-fips.sagemaker.us-east-1.amazonaws.com", Err: "server misbehaving", IsTemporary: true}, model.KindNetwork, "the address of api-fips.sagemaker.us-east-1.amazonaws.com cannot be looked up: server misbehaving"},
		"a name server that is mute":            {&net.DNSError{Name: "api.sagemaker.us-east-1.amazonaws.com", IsTimeout: true}, model.KindNetwork, "the name server does not answer"},
		"a refused MFA code":                    {api("STS", "AssumeRole", "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. "), model.KindMFA, ""},
		"a subnet that does not exist":          {api("EC2", "DescribeSubnets", "InvalidSubnetID.NotFound", "The subnet ID 'subnet-1' does not exist"), model.KindNotFound, ""},
		"a role that does not exist":            {api("IAM", "GetRole", "NoSuchEntity", "The role with name x cannot be found."), model.KindNotFound, ""},
		"a page token refused":                  {sagemakerError("InvalidToken", "token"), model.KindInvalid, ""},
		"a page token refused by validation":    {sagemakerError("ValidationException", "Invalid NextToken"), model.KindInvalid, ""},
		"no organization":                       {api("Organizations", "ListAccounts", "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."), model.KindInvalid, ""},
		"a fault of AWS":                        {sagemakerError("InternalFailure", ""), model.KindService, "InternalFailure"},
		"AWS not available":                     {sagemakerError("ServiceUnavailable", "x"), model.KindService, ""},
		"an SSO token that AWS refuses":         {&ssoError{corp, api("SSO", "GetRoleCredentials", "UnauthorizedException", "Session token not found or invalid")}, model.KindSSOExpired, "corp"},
		"an SSO token that cannot be refreshed": {&ssoError{corp, api("SSO OIDC", "CreateToken", "InvalidGrantException", "")}, model.KindSSOExpired, "corp"},
		"an SSO role that is not assigned":      {&ssoError{corp, api("SSO", "GetRoleCredentials", "ForbiddenException", "No access")}, model.KindDenied, "no role Reader in account 111122223333"},
		"a request for another host":            {fmt.Errorf("x: %w", &elsewhereError{"sts.amazonaws.com", profile.Endpoint{URL: "http://127.0.0.1:1", From: "AWS_ENDPOINT_URL"}}), model.KindConfig, "AWS_ENDPOINT_URL"},
		"no metadata service":                   {fmt.Errorf("no EC2 IMDS role found, %w", &smithy.OperationError{ServiceID: "ec2imds", OperationName: "GetMetadata", Err: context.DeadlineExceeded}), model.KindNoCredentials, ""},
		"no credentials anywhere":               {fmt.Errorf("no EC2 IMDS role found, %w", &smithy.OperationError{ServiceID: "ec2imds", OperationName: "GetMetadata", Err: errors.New("refused")}), model.KindNoCredentials, "no credentials"},
		"canceled":                              {fmt.Errorf("x: %w", context.Canceled), model.KindCanceled, ""},
		"too late":                              {fmt.Errorf("x: %w", context.DeadlineExceeded), model.KindTimeout, ""},
		"no such host":                          {&net.DNSError{Name: "api.sagemaker.xx-1.amazonaws.com", IsNotFound: true}, model.KindNetwork, "api.sagemaker.xx-1"},
		"nobody listens":                        {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, model.KindNetwork, "refuses"},
		"a connection that broke":               {&smithyhttp.RequestSendError{Err: syscall.ECONNRESET}, model.KindNetwork, "broke"},
		"an answer that ended early":            {&smithy.DeserializationError{Err: io.ErrUnexpectedEOF}, model.KindNetwork, "broke"},
		"a web page for an answer":              {&smithy.DeserializationError{Err: errors.New("invalid character '<'")}, model.KindProtocol, "not one that AWS gives"},
		"a certificate of nobody":               {&smithyhttp.RequestSendError{Err: x509.UnknownAuthorityError{}}, model.KindNetwork, "certificate"},
		"plain HTTP":                            {fmt.Errorf("x: %w", &plainHTTPError{"example.com"}), model.KindConfig, "example.com"},
		"a panic":                               {&panicError{value: "boom"}, model.KindUnknown, "boom"},
		"something new":                         {fmt.Errorf("what. is  %s", "this\n"), model.KindUnknown, "what. is this"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := classify(c.err)
			if p.Kind != c.kind {
				t.Errorf("kind %q, want %q (%+v)", p.Kind, c.kind, p.Message)
			}
			if !strings.Contains(p.Message, c.says) {
				t.Errorf("message %q does not say %q", p.Message, c.says)
			}
			for _, noise := range []string{"operation error", "StatusCode", "RequestID", "api error", "\n", "Encoded", "secret stuff"} {
				if strings.Contains(p.Message, noise) {
					t.Errorf("message %q holds %q", p.Message, noise)
				}
			}
			if p.Message == "" || strings.HasSuffix(p.Message, ".") {
				t.Errorf("message %q is not a clause", p.Message)
			}
		})
	}
}

func TestACodeThatIsNotKnownFallsBackToTheStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]model.ProblemKind{
		403: model.KindDenied, 401: model.KindDenied, 404: model.KindProtocol, 429: model.KindThrottled,
		500: model.KindService, 503: model.KindService, 400: model.KindInvalid,
	} {
		err := &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
			Err:      &smithy.GenericAPIError{Code: "BrandNew", Message: "x"},
		}
		if got := classify(err).Kind; got != want {
			t.Errorf("status %d: %q, want %q", status, got, want)
		}
	}
}

func TestOperationsAreNamedAsInPolicies(t *testing.T) {
	t.Parallel()
	for service, want := range map[string]string{
		"SageMaker": "sagemaker:X", "EC2": "ec2:X", "STS": "sts:X", "Resource Groups Tagging API": "tag:X", "Organizations": "organizations:X",
	} {
		if got := classify(api(service, "X", "AccessDenied", "no")); got.Operation != want || !strings.Contains(got.Hint, want) {
			t.Errorf("operation %q, hint %q; want %q in both", got.Operation, got.Hint, want)
		}
	}
}

// The error values above are made by hand; these come over the wire. An answer with a
// request id is AWS's, one without it is that of somebody on the way.
func TestAnswersOverTheWireAreClassified(t *testing.T) {
	t.Parallel()
	const page, elsewhere = `<!doctype html><title>no</title>`, "http://wifi.example/login?token=t0ps3cret"
	for name, c := range map[string]struct {
		status int
		body   string
		id     string
		kind   model.ProblemKind
		says   string
	}{
		"JSON denial":                     {403, `{"__type":"AccessDeniedException","Message":"no"}`, "req-1", model.KindDenied, "no"},
		"XML denial of a JSON service":    {403, `<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>`, "req-1", model.KindDenied, "without a reason that can be read (HTTP 403)"},
		"AWS refuses and says nothing":    {403, "", "req-1", model.KindDenied, "without a reason that can be read (HTTP 403)"},
		"AWS has a fault, says nothing":   {500, "", "req-1", model.KindService, "HTTP 500"},
		"a web page that refuses":         {403, page, "", model.KindProtocol, "not an answer of AWS (text/html, HTTP 403): no"},
		"a web page that wants a sign-in": {401, page, "", model.KindProtocol, "HTTP 401"},
		"a web page with a fault":         {500, page, "", model.KindProtocol, "HTTP 500"},
		"a web page that looks like OK":   {200, page, "", model.KindProtocol, "not one that AWS gives"},
		"a refusal that says nothing":     {403, "", "", model.KindProtocol, "HTTP 403"},
		"nothing there":                   {404, "", "", model.KindProtocol, "HTTP 404"},
		"a bad request that says nothing": {400, "", "", model.KindProtocol, "HTTP 400"},
		"a way to somewhere else":         {302, "", "", model.KindProtocol, "leads elsewhere, to wifi.example (HTTP 302)"},
		"a way that keeps the body":       {307, "", "", model.KindProtocol, "leads elsewhere, to wifi.example (HTTP 307)"},
		"JSON of something else":          {200, `[1,2`, "req-1", model.KindProtocol, "not one that AWS gives"},
		"validation":                      {400, `{"__type":"ValidationException","message":"RecordNotFound"}`, "req-1", model.KindNotFound, "RecordNotFound"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := dial(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if c.id != "" {
					w.Header().Set("X-Amzn-Requestid", c.id)
				}
				if c.status >= 300 && c.status < 400 {
					w.Header().Set("Location", elsewhere)
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			_, err := client.Raw(t.Context(), model.Target{Account: stubAccount, Region: "eu-west-1"}, "x")
			p, ok := errors.AsType[model.Problem](err)
			if !ok || p.Kind != c.kind || !strings.Contains(p.Message, c.says) || strings.Contains(p.Message, "t0ps3cret") {
				t.Errorf("got %#v, want kind %q and %q", err, c.kind, c.says)
			}
			if (p.Kind == model.KindProtocol) != (p.Hint == hintNotAWS) {
				t.Errorf("hint %q", p.Hint)
			}
			if p.Operation != "sagemaker:DescribeNotebookInstance" {
				t.Errorf("operation %q", p.Operation)
			}
		})
	}
}

const stubAccount = "111122223333"

// dial makes a client that signs in at a stub and sends SageMaker's calls to h.
func dial(t testing.TB, h http.Handler) *Client {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") != "" {
			h.ServeHTTP(w, r)
			return
		}
		_, _ = io.WriteString(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::`+stubAccount+
			`:user/x</Arn><UserId>u</UserId><Account>`+stubAccount+`</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	}))
	t.Cleanup(srv.Close)
	c, err := New(Options{
		Concurrency: 4, EndpointURL: srv.URL, Now: time.Now, Regions: []string{"eu-west-1"},
		Static: &StaticKey{ID: "AKIDEXAMPLE", Secret: "s", Region: "eu-west-1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func FuzzClassify(f *testing.F) {
	f.Add("ValidationException", "RecordNotFound", 400)
	f.Add("", "", 0)
	f.Add("Client.AuthFailure", "x\x00\x1b[2Jy", 500)
	f.Fuzz(func(t *testing.T, code, message string, status int) {
		p := classify(&smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
			Err:      &smithy.GenericAPIError{Code: code, Message: message},
		})
		if p.Kind == "" {
			t.Error("no kind")
		}
		if strings.ContainsAny(p.Message, "\n\r\t") {
			t.Errorf("message of several lines: %q", p.Message)
		}
		if p.Kind.State() == "" {
			t.Error("no state")
		}
	})
}
