package probe

import (
	"fmt"
	"slices"

	"nbscope/model"
)

// Disagreement is a place of which the judgement of the network says one thing, and
// who tried it from inside another. Both stand: neither is the mean of the two.
type Disagreement struct {
	model.Reach // as judged

	Tried model.Tried
}

// Compare lists where a probe and a judgement disagree. What was judged to depend, or
// not known, is told by the probe, and no disagreement; nor is what was not tried.
func Compare(e *model.Egress, p *model.Probe) []Disagreement {
	if e == nil || p == nil {
		return nil
	}
	var out []Disagreement
	for _, d := range p.Destinations() {
		t, _ := p.Of(d)
		r, judged := e.Reaching(d)
		if !judged {
			r = byVerdict(e, d)
		}
		if t.State != model.TryNot && (r.State == model.Reached && !t.State.Reached() || r.State == model.ReachBlocked && t.State.Reached()) {
			out = append(out, Disagreement{r, t})
		}
	}
	return out
}

// byVerdict stands in for the judgement of a place where only the internet as a whole
// was judged.
func byVerdict(e *model.Egress, destination string) model.Reach {
	r := model.Reach{Destination: destination, State: model.ReachUnknown, Why: e.Reason}
	switch {
	case model.Hosts(destination) == nil:
	case e.Verdict.Internet():
		r.State = model.Reached
	case e.Verdict.Closed():
		r.State = model.ReachBlocked
	}
	return r
}

// Says is the disagreement in a sentence without its end.
func (d *Disagreement) Says() string {
	judged := string(d.State)
	if how := d.Reach.Says(); how != "" {
		judged += " " + how
	}
	if d.Tried.State.Reached() {
		says := fmt.Sprintf("%s: judged %s; tried, it is reached (%s)", d.Destination, judged, d.Tried.Detail)
		if isService(d.Destination) {
			says += ". A try ends with TLS, and a policy refuses after that"
		}
		return says
	}
	return fmt.Sprintf("%s: judged %s; tried, it is not: %s, %s", d.Destination, judged, d.Tried.State.Words(), d.Tried.Detail)
}

// isService reports whether a place is a service of AWS, whose endpoints have policies.
func isService(destination string) bool {
	return model.Hosts(destination) == nil && slices.Contains(model.Destinations(), destination)
}
