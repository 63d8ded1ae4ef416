package aws

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
)

// classify turns any error into a Problem by its type and by AWS's code. Text is
// looked at only where AWS has no code for the difference; each such place says so.
// It is pure: what depends on the moment, such as whether the credentials were
// proven before, is added by whoever knows it.
func classify(err error) model.Problem {
	if done, ok := errors.AsType[model.Problem](err); ok {
		return done
	}
	p := model.Problem{Kind: model.KindUnknown, Operation: operationOf(err), RequestID: requestIDOf(err)}
	for _, try := range []func(error, *model.Problem) bool{
		classifyContext, classifyOwn, classifyFlood, classifySignIn, classifyAPI, classifyProtocol, classifyProxy, classifyNetwork,
	} {
		if try(err, &p) {
			p.Message = sentence(p.Message)
			return p
		}
	}
	p.Message = sentence(innermost(err).Error())
	return p
}

// operationOf names the API call that failed as IAM policies spell it.
func operationOf(err error) string {
	var op *smithy.OperationError
	if !errors.As(err, &op) {
		return ""
	}
	return iamPrefix(op.Service()) + ":" + op.Operation()
}

// iamPrefix is the service's name in IAM actions.
func iamPrefix(serviceID string) string {
	switch serviceID {
	case "Resource Groups Tagging API":
		return "tag"
	case explorerID:
		return explorerSigning
	case "Service Quotas":
		return "servicequotas"
	case "SSO OIDC":
		return "sso-oauth"
	}
	return strings.ToLower(strings.ReplaceAll(serviceID, " ", "-"))
}

func requestIDOf(err error) string {
	var with interface{ ServiceRequestID() string }
	if errors.As(err, &with) {
		return with.ServiceRequestID()
	}
	return ""
}

// httpStatusOf is the status of the answer that the error came with, 0 for none.
func httpStatusOf(err error) int {
	if own, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return own.HTTPStatusCode()
	}
	if re, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		return re.HTTPStatusCode()
	}
	return 0
}

func classifyContext(err error, p *model.Problem) bool {
	switch {
	case errors.Is(err, errTargetTimeout):
		p.Kind, p.Message = model.KindTimeout, "no answer in time"
		p.Hint = "retry this target, or scan fewer at once with --concurrency"
	case errors.Is(err, context.Canceled):
		p.Kind, p.Message = model.KindCanceled, "canceled"
	case isMetadataService(err):
		return false // it has a deadline of its own; that it does not answer is no timeout of AWS's
	case errors.Is(err, context.DeadlineExceeded):
		p.Kind, p.Message = model.KindTimeout, "no answer in time"
		p.Hint = "check the network, then retry"
	default:
		return false
	}
	return true
}

// classifyOwn knows the errors that this package makes.
func classifyOwn(err error, p *model.Problem) bool {
	if plain, ok := errors.AsType[*plainHTTPError](err); ok {
		*p = model.Problem{Kind: model.KindConfig, Operation: p.Operation, Message: plain.Error(), Hint: hintPlainHTTP}
		return true
	}
	if foreign, ok := errors.AsType[*foreignError](err); ok {
		p.Kind, p.Message, p.Hint = model.KindProtocol, foreign.Error(), hintNotAWS
		return true
	}
	if wrong, ok := errors.AsType[*answerError](err); ok {
		p.Kind, p.Message, p.Hint = model.KindProtocol, wrong.Error(), hintNotAWS
		return true
	}
	// The SDK has no type for settings of endpoints that exclude each other.
	if _, why, ok := strings.Cut(err.Error(), "Invalid Configuration: "); ok {
		*p = model.Problem{Kind: model.KindConfig, Operation: p.Operation, Message: why, Hint: "leave one of the two settings out"}
		return true
	}
	if crashed, ok := errors.AsType[*panicError](err); ok {
		p.Message, p.Hint = crashed.Error(), "this is a fault of nbscope; the log has the details"
		return true
	}
	return false
}

func classifyAPI(err error, p *model.Problem) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	if isCodeless(api) {
		classifyStatus(err, p)
		return true
	}
	p.Code, p.Message = api.ErrorCode(), api.ErrorMessage()
	p.Kind = kindOfCode(p.Code, p.Message)
	if p.Kind == model.KindUnknown {
		p.Kind = kindOfStatus(httpStatusOf(err), api.ErrorFault())
	}
	if p.Message == "" {
		p.Message = "AWS answered with " + orWord(p.Code, "an error without a code")
	}
	if i := strings.Index(p.Message, "Encoded authorization failure message:"); i > 0 {
		p.Message = p.Message[:i] // pages of base64 that only sts:DecodeAuthorizationMessage reads
	}
	p.Hint = hintFor(p)
	if isDateRefusal(p.Code, p.Message, err) {
		sayClock(err, p)
	}
	return true
}

// isCodeless reports whether an answer names no error at all, for which the SDK has a
// word of its own.
func isCodeless(err smithy.APIError) bool {
	const placeholder = "UnknownError"
	return err.ErrorCode() == placeholder && (err.ErrorMessage() == "" || err.ErrorMessage() == placeholder)
}

// classifyStatus is for an answer that names no error of AWS's. One that has a request
// id comes from AWS all the same; any other is the word of somebody on the way, and no
// permission mends it.
func classifyStatus(err error, p *model.Problem) {
	status := httpStatusOf(err)
	switch {
	case status >= 300 && status < 400:
		p.Kind, p.Message = model.KindProtocol, "the answer leads elsewhere"+locationOf(err)
	case p.RequestID != "" && status >= 400:
		p.Kind, p.Message = kindOfStatus(status, smithy.FaultUnknown), "AWS refuses without a reason that can be read"
	default:
		p.Kind, p.Message = model.KindProtocol, "the answer is not one that AWS gives"
	}
	if status >= 300 {
		p.Message += fmt.Sprintf(" (HTTP %d)", status)
	}
	p.Hint = hintFor(p)
}

// locationOf is the host that an answer leads to; the rest of the address may hold
// what is nobody's business.
func locationOf(err error) string {
	re, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || re.Response == nil {
		return ""
	}
	to, err := re.Response.Location()
	if err != nil || to.Host == "" {
		return ""
	}
	return ", to " + to.Host
}

// kindOfStatus falls back to HTTP for codes that this program does not know.
func kindOfStatus(status int, fault smithy.ErrorFault) model.ProblemKind {
	switch {
	case status == http.StatusTooManyRequests:
		return model.KindThrottled
	case status == http.StatusForbidden, status == http.StatusUnauthorized:
		return model.KindDenied
	case status == http.StatusNotFound:
		return model.KindProtocol // whoever answers may not know the service at all: nothing is proven absent
	case status >= 500, fault == smithy.FaultServer:
		return model.KindService
	case status >= 400:
		return model.KindInvalid
	}
	return model.KindUnknown
}

// classifyProtocol knows answers that are not what the API speaks, such as a web
// page from a proxy.
func classifyProtocol(err error, p *model.Problem) bool {
	var de *smithy.DeserializationError
	var broken *smithy.SerializationError
	switch {
	case errors.As(err, &de):
		if cutShort(err) {
			return false
		}
		classifyStatus(err, p)
	case errors.As(err, &broken):
		p.Kind, p.Message = model.KindInvalid, "the request cannot be written: "+innermost(err).Error()
	default:
		return false
	}
	return true
}

// cutShort reports an answer that ended before its end.
func cutShort(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

// brokeOff reports a connection that ended before the answer did.
func brokeOff(err error) bool {
	return cutShort(err) || errors.Is(err, io.EOF) || errors.Is(err, syscall.EPIPE)
}

func classifyNetwork(err error, p *model.Problem) bool {
	p.Hint = "check the network, a VPN or proxy, and the endpoint URL"
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		p.Kind, p.Message = model.KindNetwork, "no address is known for "+orWord(dns.Name, "the endpoint")
		switch {
		case dns.IsTimeout:
			p.Message = "the name server does not answer"
		case !dns.IsNotFound:
			p.Message = "the address of " + orWord(dns.Name, "the endpoint") + " cannot be looked up: " + dns.Err
		case isFIPS(dns.Name):
			classifyFIPS(err, dns.Name, p)
		}
	case isTLS(err):
		p.Kind, p.Message = model.KindNetwork, "the endpoint's certificate is not trusted: "+innermost(err).Error()
		p.Hint = "if a proxy opens TLS, set AWS_CA_BUNDLE to its certificate"
	case errors.As(err, &timeout) && timeout.Timeout():
		p.Kind, p.Message = model.KindTimeout, "no answer in time"
		p.Hint = "check the network, then retry"
	case errors.Is(err, syscall.ECONNREFUSED):
		p.Kind, p.Message = model.KindNetwork, "the endpoint refuses the connection"
	case brokeOff(err):
		p.Kind, p.Message = model.KindNetwork, "the connection broke before the answer was complete"
	case isSend(err):
		p.Kind, p.Message = model.KindNetwork, "the endpoint cannot be reached: "+innermost(err).Error()
	default:
		p.Hint = ""
		return false
	}
	return true
}

// hintNotAWS is for answers that AWS does not give.
const hintNotAWS = "look for a proxy or a wrong endpoint URL on the way"

func isTLS(err error) bool {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verify *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	return errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &invalid) ||
		errors.As(err, &verify) || errors.As(err, &record)
}

func isSend(err error) bool {
	var send *smithyhttp.RequestSendError
	var op *net.OpError
	return errors.As(err, &send) || errors.As(err, &op)
}

// innermost follows the chain of single causes to its end: the SDK wraps an
// error up to six times and each layer repeats the operation.
func innermost(err error) error {
	for range 100 {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
	return err
}

// sentence makes a message one clean line without a full stop at its end, so
// that it can be followed by a hint. What looks like a secret in it is masked: AWS
// repeats the values that it refuses.
func sentence(s string) string { return model.Masked(clause(s)) }

// clause is sentence for words of our own, which hold no value that is secret and may
// name a setting that is.
func clause(s string) string {
	return strings.TrimRight(strings.Join(strings.Fields(strings.ToValidUTF8(s, "�")), " "), ".")
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}
