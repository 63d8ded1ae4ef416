package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Faults of answers that look like answers: a body that is empty or lacks a member,
// an endpoint that is that of another region, a clock that is off.

// answerFaultWords are the words for them.
func answerFaultWords() []faultWord {
	const op = "sagemaker:ListNotebookInstances"
	return []faultWord{
		{"emptyop", "emptyop=" + op + " or emptyop=" + op + "@REGION:1", func(f *Faults, v string) error { return addAim(f, emptiesAction, v) }},
		{
			"lackop", "lackop=" + op + ":NotebookInstances or lackop=" + op + "@REGION:NotebookInstances.NotebookInstanceArn:1",
			func(f *Faults, v string) error { return addAim(f, lacksMember, v) },
		},
		{"serves", "serves=REGION", setServes},
		{"clock", "clock=17m or clock=-17m", setClock},
		{"partition", "partition=aws-iso-e", setPartition},
		{"mixup", "mixup", func(f *Faults, v string) error { return setFlag(&f.MixUp, v) }},
	}
}

func setServes(f *Faults, value string) error {
	f.Serves = value
	return checkRegion(value)
}

func setClock(f *Faults, value string) error {
	d, err := time.ParseDuration(value)
	if err != nil {
		return fmt.Errorf("%q is not a duration", value)
	}
	f.Clock = d
	return nil
}

func setPartition(f *Faults, value string) error {
	if !strings.HasPrefix(value, "aws-") {
		return fmt.Errorf("%q is not a partition", value)
	}
	f.Partition = value
	return nil
}

// dateTolerance is how far a request may be dated from AWS's clock.
const dateTolerance = 5 * time.Minute

// misdated refuses a request that was signed too long before or after what AWS
// takes for now.
func misdated(r *request, h http.Header) *apiError {
	if r.faults.Clock == 0 {
		return nil
	}
	const form = "20060102T150405Z"
	signed, err := time.Parse(form, h.Get("X-Amz-Date"))
	now := r.now.Add(r.faults.Clock).UTC()
	if err != nil || now.Sub(signed).Abs() <= dateTolerance {
		return nil
	}
	text := fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 5 min.)",
		signed.Format(form), now.Add(-dateTolerance).Format(form), now.Format(form))
	if signed.After(now) {
		text = fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 5 min.)",
			signed.Format(form), now.Add(dateTolerance).Format(form), now.Format(form))
	}
	switch r.service.proto {
	case ec2Protocol:
		return badRequest("RequestExpired", "Request has expired.")
	case s3Protocol:
		return refusedSignature("RequestTimeTooSkewed")
	case queryProtocol:
		return &apiError{code: "SignatureDoesNotMatch", message: text, status: http.StatusForbidden}
	case jsonProtocol, restProtocol:
	}
	return &apiError{code: "InvalidSignatureException", message: text, status: http.StatusForbidden}
}

// elsewhere refuses a request to SageMaker's endpoint that is signed for another
// region than it serves.
func elsewhere(r *request) *apiError {
	if r.faults.Serves == "" || r.service.scope != "sagemaker" || r.region == r.faults.Serves {
		return nil
	}
	return &apiError{
		code: "InvalidSignatureException", status: http.StatusForbidden,
		message: "Credential should be scoped to a valid region, not '" + r.region + "'. ",
	}
}

// refusedSignature is a refusal with a code for what is wrong with a signature, nil
// for any other code.
func refusedSignature(code string) *apiError {
	text, ok := map[string]string{
		"InvalidSignatureException":           "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
		"SignatureDoesNotMatch":               "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
		"IncompleteSignature":                 "Authorization header requires 'Signature' parameter.",
		"MissingAuthenticationTokenException": "Missing Authentication Token",
		"UnrecognizedClientException":         badTokenText,
		"RequestTimeTooSkewed":                "The difference between the request time and the current time is too large.",
		"OptInRequired":                       "The AWS Access Key Id needs a subscription for the service",
	}[code]
	if !ok {
		return nil
	}
	return &apiError{code: code, message: text, status: http.StatusForbidden}
}

// without returns an answer without the member of that name. A dot leads into the
// member's own, in each item of a list.
func without(answer any, path string) any {
	names := strings.Split(path, ".")
	if body, ok := answer.(element); ok {
		return body.without(names)
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return answer
	}
	var members any
	if err := json.Unmarshal(raw, &members); err != nil {
		return answer
	}
	drop(members, names)
	return members
}

func drop(value any, names []string) {
	switch v := value.(type) {
	case map[string]any:
		if len(names) == 1 {
			delete(v, names[0])
			return
		}
		drop(v[names[0]], names[1:])
	case []any:
		for _, item := range v {
			drop(item, names)
		}
	}
}

func (e element) without(names []string) element {
	out := e
	out.kids = slices.Clone(e.kids)
	if len(names) == 1 {
		out.kids = slices.DeleteFunc(out.kids, func(k element) bool { return k.name == names[0] })
	}
	for i, k := range out.kids {
		switch {
		case k.name == "item" || k.name == "member":
			out.kids[i] = k.without(names)
		case len(names) > 1 && k.name == names[0]:
			out.kids[i] = k.without(names[1:])
		}
	}
	return out
}
