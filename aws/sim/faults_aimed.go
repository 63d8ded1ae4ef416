package sim

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// harm is what an aimed fault does to an action.
type harm int

const (
	losesAction   harm = iota // it is carried out, and the answer is lost
	resetsAction              // the connection is reset before it is handled
	failsAction               // it is refused
	emptiesAction             // it is answered with an empty body
	lacksMember               // a member is missing from its answer
)

// aim is a fault of one action, for a number of times or for ever.
type aim struct {
	harm   harm
	action string
	region string // "" for every region
	word   string // the code of a refusal, the member that is missing
	always bool
	left   atomic.Int64
}

// strikes returns the fault that hits an action now, and counts it.
func (f *Faults) strikes(h harm, action, region string) *aim {
	for _, a := range f.Aimed {
		if a.harm == h && strings.EqualFold(a.action, action) && (a.region == "" || a.region == region) && (a.always || a.left.Add(-1) >= 0) {
			return a
		}
	}
	return nil
}

// writeFaultWords are the words for what goes wrong with changes.
func writeFaultWords() []faultWord {
	const op = "sagemaker:CreateNotebookInstance"
	return []faultWord{
		{"lostop", "lostop=" + op + " or lostop=" + op + ":1", func(f *Faults, v string) error { return addAim(f, losesAction, v) }},
		{"resetop", "resetop=" + op + " or resetop=" + op + ":1", func(f *Faults, v string) error { return addAim(f, resetsAction, v) }},
		{
			"failop", "failop=" + op + ":ThrottlingException or failop=" + op + ":ThrottlingException:1",
			func(f *Faults, v string) error { return addAim(f, failsAction, v) },
		},
		{"capacity", "capacity or capacity=REGION", addNoCapacity},
		{"lcfail", "lcfail", func(f *Faults, v string) error { return setFlag(&f.LifecycleFails, v) }},
		{"enifail", "enifail", func(f *Faults, v string) error { return setFlag(&f.NoInterface, v) }},
		{"scpdirect", "scpdirect=enabled or scpdirect=disabled", setSCPDirect},
	}
}

// addAim reads SERVICE:ACTION or SERVICE:ACTION@REGION, the code of a refusal or the
// member that is missing, and how many times.
func addAim(f *Faults, h harm, value string) error {
	parts := strings.Split(value, ":")
	if len(parts) < 2 || parts[0] == "" || parts[1] == "" {
		return fmt.Errorf("%q is not an operation", value)
	}
	action, region, aimed := strings.Cut(parts[1], "@")
	if aimed {
		if err := checkRegion(region); err != nil {
			return err
		}
	}
	a := &aim{harm: h, action: parts[0] + ":" + action, region: region, always: true}
	rest := parts[2:]
	if what := map[harm]string{failsAction: "error code", lacksMember: "member"}[h]; what != "" {
		if len(rest) == 0 || rest[0] == "" {
			return fmt.Errorf("%q has no %s", value, what)
		}
		a.word, rest = rest[0], rest[1:]
	}
	if len(rest) > 1 {
		return fmt.Errorf("%q is more than it takes", value)
	}
	if len(rest) == 1 {
		n, err := strconv.ParseInt(rest[0], 10, 32)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is not a number of times", rest[0])
		}
		a.always = false
		a.left.Store(n)
	}
	f.Aimed = append(f.Aimed, a)
	return nil
}

func addNoCapacity(f *Faults, value string) error {
	if value == "" {
		f.NoCapacity = append(f.NoCapacity, "*")
		return nil
	}
	return addRegion(&f.NoCapacity, value)
}

func setSCPDirect(f *Faults, value string) error {
	switch strings.ToLower(value) {
	case "enabled":
		f.SCPDirect = on
	case "disabled":
		f.SCPDirect = off
	default:
		return fmt.Errorf("%q is neither enabled nor disabled", value)
	}
	return nil
}

func (f *Faults) noCapacityIn(region string) bool {
	return slices.Contains(f.NoCapacity, "*") || slices.Contains(f.NoCapacity, region)
}

// refusedWith is a refusal by the fault failop, with the text that AWS has for
// the code where the simulator knows one.
func refusedWith(code string, r *request) *apiError {
	if e := refusedSignature(code); e != nil {
		return e
	}
	switch code {
	case "UnknownOperationException":
		return notOffered()
	case "ExpiredTokenException", "ExpiredToken":
		return expiredKey(r.service.proto)
	case "ThrottlingException", "Throttling", "RequestLimitExceeded", "TooManyRequestsException":
		e := throttled(r.service)
		e.code = code
		return e
	case "AccessDeniedException", "AccessDenied", "UnauthorizedOperation":
		return denied(r, resourceOf(r), noPolicyAllows)
	case "InternalFailure", "InternalError", "InternalServerError":
		return &apiError{
			code: code, status: http.StatusInternalServerError,
			message: "The request processing has failed because of an unknown error, exception or failure.",
		}
	case "ServiceUnavailable", "Unavailable":
		return &apiError{code: code, message: "Service is unavailable.", status: http.StatusServiceUnavailable}
	}
	return badRequest(code, "The simulation refuses %s with %s.", r.action(), code)
}
