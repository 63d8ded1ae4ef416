package aws

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"nbscope/model"
	"nbscope/model/recreate"
)

func TestACallIsDatedByTheServicesClockWhereThisOneIsOff(t *testing.T) {
	t.Parallel()
	at := time.Unix(1.7e9, 0).UTC()
	for ahead, want := range map[time.Duration]time.Duration{
		0: 0, time.Minute: 0, -time.Minute: 0, time.Minute + 1: time.Minute + 1, -time.Minute - 1: -time.Minute - 1, 3 * time.Hour: 3 * time.Hour,
	} {
		s := spoken{clock: standing(at)}
		s.ahead.Store(int64(ahead))
		if got := s.now().Sub(at); got != want {
			t.Errorf("%s ahead: dated %s later", ahead, got)
		}
	}
}

// TestAnAnswerThatIsARefusalIsTakenByWhatItNames also has answers of those who stand before
// a service: they name no code, and go by their status.
func TestAnAnswerThatIsARefusalIsTakenByWhatItNames(t *testing.T) {
	t.Parallel()
	s3 := func(status int, raw string) error { return (&s3Call{}).read(status, nil, []byte(raw)) }
	index := func(kind string) func(int, string) error {
		return func(status int, raw string) error {
			h := http.Header{}
			if kind != "" {
				h.Set("X-Amzn-Errortype", kind)
			}
			return (&explorerCall{answer: &explorerState{}}).read(status, h, []byte(raw))
		}
	}
	refusal := func(code, message string, fault smithy.ErrorFault) error {
		return &smithy.GenericAPIError{Code: code, Message: message, Fault: fault}
	}
	for name, c := range map[string]struct {
		read   func(int, string) error
		status int
		raw    string
		want   error
	}{
		"S3, fine":                {s3, 200, "", nil},
		"S3, as fine as may be":   {s3, 299, "", nil},
		"S3, before it is fine":   {s3, 199, "", refusal("", "", smithy.FaultClient)},
		"S3, leads away":          {s3, 300, "", refusal("MultipleChoices", "", smithy.FaultClient)},
		"S3, a refusal":           {s3, 404, "<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>", refusal("NoSuchBucket", "no", smithy.FaultClient)},
		"S3, words of another":    {s3, 403, "<Error><Message>a proxy</Message></Error>", refusal("Forbidden", "", smithy.FaultClient)},
		"S3, half an answer":      {s3, 403, "<Error><Code>NoSuchBucket</Code><Mess", refusal("NoSuchBucket", "", smithy.FaultClient)},
		"S3, its own fault":       {s3, 500, "<Error><Code>InternalError</Code></Error>", refusal("InternalError", "", smithy.FaultServer)},
		"S3, almost its own":      {s3, 499, "<Error><Code>X</Code></Error>", refusal("X", "", smithy.FaultClient)},
		"an index, fine":          {index(""), 200, `{"Arn":"a"}`, nil},
		"an index, leads away":    {index(""), 300, `{}`, refusal("MultipleChoices", "", smithy.FaultClient)},
		"an index, too early":     {index(""), 199, `{}`, refusal("", "", smithy.FaultClient)},
		"an index, as fine":       {index(""), 299, `{}`, nil},
		"an index, by its header": {index("AccessDeniedException:http://internal.example/"), 403, `{"Message":"no"}`, refusal("AccessDeniedException", "no", smithy.FaultClient)},
		"an index, by its body":   {index(""), 400, `{"__type":"com.example#ValidationException","message":"odd"}`, refusal("ValidationException", "odd", smithy.FaultClient)},
		"an index, by both":       {index("A"), 400, `{"__type":"B"}`, refusal("A", "", smithy.FaultClient)},
		"an index, no JSON":       {index(""), 502, `<html>`, refusal("BadGateway", "", smithy.FaultServer)},
	} {
		got := c.read(c.status, c.raw)
		if fmt.Sprint(got) != fmt.Sprint(c.want) || faultOf(got) != faultOf(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func faultOf(err error) smithy.ErrorFault {
	if said, ok := errors.AsType[*smithy.GenericAPIError](err); ok {
		return said.Fault
	}
	return smithy.FaultUnknown
}

// TestAnAnswerThatCannotBeReadIsKeptInPart for the log, by as much as is of use there.
func TestAnAnswerThatCannotBeReadIsKeptInPart(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 0, 1023: 1023, 1024: 1024, 1025: 1024} {
		err := (&explorerCall{answer: &explorerState{}}).read(200, nil, []byte(strings.Repeat("x", n)))
		odd, ok := errors.AsType[*smithy.DeserializationError](err)
		if !ok || len(odd.Snapshot) != want {
			t.Errorf("%d: %v", n, err)
		}
	}
}

func TestTheQuotaOfATypeThatIsNotListedIsNotNone(t *testing.T) {
	t.Parallel()
	target := model.Target{Account: homeAccount, Region: "eu-west-1"}
	for name, c := range map[string]struct {
		listed map[string]float64
		want   recreate.Quotas
	}{
		"both":       {map[string]float64{quotaTotal: 8, "ml.t3.medium": 2, "ml.m5.large": 3}, recreate.Quotas{Total: 8, OfType: 2}},
		"none of it": {map[string]float64{quotaTotal: 8, "ml.t3.medium": 0}, recreate.Quotas{Total: 8, OfType: 0}},
		"no type":    {map[string]float64{quotaTotal: 8, "ml.m5.large": 3}, recreate.Quotas{Total: 8, OfType: -1}},
		"no total":   {map[string]float64{"ml.t3.medium": 2}, recreate.Quotas{Total: -1, OfType: 2}},
		"neither":    {map[string]float64{}, recreate.Quotas{Total: -1, OfType: -1}},
	} {
		client := newClientOf(t)
		if _, err := client.quotas.get(t.Context(), target, func() (map[string]float64, error) { return maps.Clone(c.listed), nil }); err != nil {
			t.Fatal(err)
		}
		q := &inquiry{session: &session{client: client, account: homeAccount}, source: &recreate.Snapshot{Region: target.Region}, spec: &recreate.Spec{InstanceType: "ml.t3.medium"}}
		if got, err := q.quotas(t.Context()); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
