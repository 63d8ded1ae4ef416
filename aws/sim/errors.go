package sim

import (
	"fmt"
	"net/http"
)

// apiError is an error as AWS answers it.
type apiError struct {
	code      string
	message   string
	status    int
	throttled bool
	header    map[string]string // beside the usual; nil for none
}

func invalid(format string, args ...any) *apiError {
	return &apiError{code: "ValidationException", message: fmt.Sprintf(format, args...), status: http.StatusBadRequest}
}

func badRequest(code, format string, args ...any) *apiError {
	return &apiError{code: code, message: fmt.Sprintf(format, args...), status: http.StatusBadRequest}
}

// recordNotFound is all that SageMaker says of a notebook that does not exist.
func recordNotFound() *apiError { return invalid("RecordNotFound") }

const badTokenText = "The security token included in the request is invalid."

// unsigned, unknownKey and expired are what is wrong with credentials; each
// protocol has its own code for the same thing.
func unsigned(p protocol) *apiError {
	switch p {
	case jsonProtocol, restProtocol:
		return badRequest("MissingAuthenticationTokenException", "Missing Authentication Token")
	case s3Protocol:
		return &apiError{code: "AccessDenied", message: "Access Denied", status: http.StatusForbidden}
	case queryProtocol, ec2Protocol:
	}
	return &apiError{code: "MissingAuthenticationToken", message: "Request is missing Authentication Token", status: http.StatusForbidden}
}

func unknownKey(p protocol) *apiError {
	switch p {
	case jsonProtocol:
		return badRequest("UnrecognizedClientException", badTokenText)
	case restProtocol:
		return &apiError{code: "UnrecognizedClientException", message: badTokenText, status: http.StatusForbidden}
	case ec2Protocol:
		return &apiError{code: "AuthFailure", message: "AWS was not able to validate the provided access credentials", status: http.StatusUnauthorized}
	case s3Protocol:
		return &apiError{code: "InvalidAccessKeyId", message: "The AWS Access Key Id you provided does not exist in our records.", status: http.StatusForbidden}
	case queryProtocol:
	}
	return &apiError{code: "InvalidClientTokenId", message: badTokenText, status: http.StatusForbidden}
}

func expiredKey(p protocol) *apiError {
	const text = "The security token included in the request is expired"
	switch p {
	case jsonProtocol:
		return badRequest("ExpiredTokenException", text)
	case restProtocol:
		return &apiError{code: "ExpiredTokenException", message: text, status: http.StatusForbidden}
	case ec2Protocol:
		return badRequest("RequestExpired", "Request has expired.")
	case s3Protocol:
		return badRequest("ExpiredToken", "The provided token has expired.")
	case queryProtocol:
	}
	return &apiError{code: "ExpiredToken", message: text, status: http.StatusForbidden}
}

func unknownOperation(p protocol, op string) *apiError {
	switch p {
	case jsonProtocol, restProtocol:
		return badRequest("UnknownOperationException", "")
	case ec2Protocol:
		return badRequest("InvalidAction", "The action %s is not valid for this web service.", op)
	case s3Protocol:
		return &apiError{code: "NotImplemented", message: "A header or query you provided implies functionality that is not implemented.", status: http.StatusNotImplemented}
	case queryProtocol:
	}
	return badRequest("InvalidAction", "Could not find operation %s for version 2011-06-15", op)
}

// notOffered is the answer of a region whose SageMaker has no notebooks.
func notOffered() *apiError {
	return badRequest("UnknownOperationException", "The requested operation is not supported in the called region.")
}

func throttled(s service) *apiError {
	e := &apiError{code: "ThrottlingException", message: "Rate exceeded", status: http.StatusBadRequest, throttled: true}
	switch s.scope {
	case "ec2":
		e.code, e.message, e.status = "RequestLimitExceeded", "Request limit exceeded.", http.StatusServiceUnavailable
	case "s3":
		e.code, e.message, e.status = "SlowDown", "Please reduce your request rate.", http.StatusServiceUnavailable
	case "sts", "iam":
		e.code = "Throttling"
	case "organizations":
		e.code, e.message = "TooManyRequestsException", "You have exceeded the quota for this operation. Try again later."
	case "resource-explorer-2":
		e.status = http.StatusTooManyRequests
	case "account":
		e.code, e.status = "TooManyRequestsException", http.StatusTooManyRequests
	}
	return e
}

// refusal says why a policy refuses.
type refusal int

const (
	noPolicyAllows refusal = iota
	controlPolicyDenies
	directPolicyDenies
)

// directPolicy is the service control policy that the fault scpdirect stands for.
func (w *world) directPolicy() string {
	return "arn:aws:organizations::" + w.accounts[0].id + ":policy/o-simulated1/service_control_policy/p-direct01"
}

// denied is a refusal by policy. AWS has one code for both reasons; only the text
// tells them apart.
func denied(r *request, resource string, why refusal) *apiError {
	return deniedFor(r, r.action(), resource, why)
}

// deniedFor is a refusal for the sake of another action that the one asked for
// needs.
func deniedFor(r *request, action, resource string, why refusal) *apiError {
	reason := fmt.Sprintf("because no identity-based policy allows the %s action", action)
	switch why {
	case controlPolicyDenies:
		reason = "with an explicit deny in a service control policy"
	case directPolicyDenies:
		reason = "with an explicit deny in a service control policy: " + r.account.world.directPolicy()
	case noPolicyAllows:
	}
	text := fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s", r.caller.arn, action, resource, reason)
	switch r.service.proto {
	case jsonProtocol:
		return badRequest("AccessDeniedException", "%s", text)
	case restProtocol:
		return &apiError{code: "AccessDeniedException", message: text, status: http.StatusForbidden}
	case ec2Protocol:
		return &apiError{
			code: "UnauthorizedOperation", status: http.StatusForbidden,
			message: "You are not authorized to perform this operation. " + text,
		}
	case queryProtocol, s3Protocol:
	}
	return &apiError{code: "AccessDenied", message: text, status: http.StatusForbidden}
}
