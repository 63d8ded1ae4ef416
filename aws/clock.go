package aws

import (
	"errors"
	"fmt"
	"strings"
	"time"

	awsmw "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"nbscope/model"
)

// clockTolerance is how far a request may be dated from AWS's clock before a
// signature is refused for it. AWS documents five minutes for most services.
const clockTolerance = 5 * time.Minute

// datedError is a refusal with what the Date header of the answer says of this
// machine's clock.
type datedError struct {
	behind time.Duration // how far the clock is behind AWS's; negative: ahead
	err    error
}

func (e *datedError) Error() string { return e.err.Error() }
func (e *datedError) Unwrap() error { return e.err }

// dated keeps how far the clocks are apart with an error that AWS answered. The
// SDK dates its requests by what it learns so and tries again, so that a clock
// that is off is no error as a rule.
func dated(err error, md middleware.Metadata) error {
	if behind, ok := awsmw.GetAttemptSkew(md); ok && err != nil {
		return &datedError{behind, err}
	}
	return err
}

// isDateRefusal reports whether AWS refuses a request for its date: by code, by the
// words for which the code is that of any bad signature, or because the clocks are
// so far apart that nothing else can be meant.
func isDateRefusal(code, message string, err error) bool {
	switch {
	case code == "RequestTimeTooSkewed", code == "RequestInTheFuture",
		strings.HasPrefix(message, "Signature expired"), strings.HasPrefix(message, "Signature not yet current"):
		return true
	}
	behind, known := behindAWS(err)
	switch code {
	case "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "RequestExpired":
		return known && behind.Abs() > clockTolerance
	}
	return false
}

// isMisdated reports a refusal for the date of a request of which AWS's own date is
// known, so that the next attempt has the right one. The SDK knows it by fewer codes.
func isMisdated(err error) bool {
	var api smithy.APIError
	behind, known := behindAWS(err)
	return known && behind.Abs() > clockTolerance && errors.As(err, &api) && isDateRefusal(api.ErrorCode(), api.ErrorMessage(), err)
}

func behindAWS(err error) (time.Duration, bool) {
	if d, ok := errors.AsType[*datedError](err); ok {
		return d.behind, true
	}
	return 0, false
}

// sayClock says what is wrong with the date of a request, and by how much.
func sayClock(err error, p *model.Problem) {
	p.Kind = model.KindClock
	behind, known := behindAWS(err)
	switch {
	case !known:
		p.Hint = "set this machine's clock, then retry"
	case behind.Abs() < clockTolerance:
		p.Hint = "this machine's clock is right: something on the way holds requests back"
	default:
		way := "behind"
		if behind < 0 {
			way = "ahead of"
		}
		p.Message = fmt.Sprintf("this machine's clock is %s %s AWS's: %s", roughly(behind.Abs()), way, p.Message)
		p.Hint = "set the clock, then retry"
	}
}

// roughly is a duration in the unit that says most.
func roughly(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{24 * time.Hour, "days"}, {time.Hour, "hours"}} {
		if d >= 2*u.unit {
			return fmt.Sprintf("%.0f %s", d.Round(u.unit).Hours()/u.unit.Hours(), u.name)
		}
	}
	return fmt.Sprintf("%.0f minutes", d.Minutes())
}
