package query

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// fieldReach is a field of the language alone: what is reached, place by place, has no
// column.
const fieldReach model.FieldID = "reach"

// asked is what a value of the field asks for.
type asked struct {
	place string // in lower case; "" for every place
	state model.ReachState
}

// of are the states of the places that are meant, and why one it may be another: it depends, or is not
// known. A place that a notebook was not judged for is one that is not known.
func (a asked) of(n *model.Notebook) (states []model.ReachState, why string) {
	if n.Egress == nil || len(n.Egress.Reach) == 0 {
		return []model.ReachState{model.ReachUnknown}, n.Reason(model.FieldEgress)
	}
	for i := range n.Egress.Reach {
		r := &n.Egress.Reach[i]
		if !a.names(r.Destination) {
			continue
		}
		states = append(states, r.State)
		switch {
		case why != "" || r.State == model.Reached || r.State == model.ReachBlocked:
		case r.State == model.ReachDepends:
			why = "it depends " + r.Says()
		default:
			why = brief(r.Says())
		}
	}
	if len(states) == 0 {
		return []model.ReachState{model.ReachUnknown}, fmt.Sprintf("%q is not a place that is judged; the setting reach adds places", a.place)
	}
	return states, why
}

// names reports whether a value means a place: one of the table by its whole name
// where there is one, else whatever begins so.
func (a asked) names(place string) bool {
	if slices.Contains(model.Destinations(), a.place) {
		return a.place == place
	}
	return hasPrefixFold(place, a.place)
}

func (a asked) holds(n *model.Notebook, _ *model.Lens) bool {
	states, _ := a.of(n)
	return slices.Contains(states, a.state)
}

// doubts reports whether it cannot be told of a notebook that it does not have what is
// asked for, and why.
func (a asked) doubts(n *model.Notebook) (open bool, why string) {
	states, why := a.of(n)
	open = slices.Contains(states, model.ReachUnknown) || a.state != model.ReachDepends && slices.Contains(states, model.ReachDepends)
	return open && a.state != model.ReachUnknown, why
}

// parseReach reads "s3", "s3=blocked", "unknown" or a place of the user's own, which
// has a dot or is a range of addresses.
func parseReach(text string, _ time.Time) (holds, *fault) {
	a, flt := readReach(text)
	if flt != nil {
		return nil, flt
	}
	return a.holds, nil
}

func readReach(text string) (asked, *fault) {
	if text == wordUnknown {
		return asked{state: model.ReachUnknown}, nil
	}
	place, word, stated := strings.Cut(text, "=")
	a := asked{place, model.Reached}
	if stated {
		states := make([]string, 0, len(model.ReachStates()))
		for _, s := range model.ReachStates() {
			states = append(states, string(s))
		}
		i := slices.IndexFunc(states, func(s string) bool { return word != "" && strings.HasPrefix(s, word) })
		if i < 0 {
			return a, &fault{message: fmt.Sprintf("a place is never %q: use %s", word, strings.Join(states, ", ")), suggest: nearReach(place+"=", word, states), partial: word == ""}
		}
		a.state = model.ReachStates()[i]
	}
	known := slices.ContainsFunc(model.Destinations(), func(d string) bool { return strings.HasPrefix(d, place) })
	if place == "" || !known && !strings.ContainsAny(place, ".:/") {
		return a, &fault{message: fmt.Sprintf("reach has no place %q", place), suggest: nearReach("", place, model.Destinations()), partial: true}
	}
	return a, nil
}

func nearReach(head, word string, all []string) string {
	if near := model.Nearest(word, all); near != "" {
		return string(fieldReach) + ":" + head + near
	}
	return ""
}

// askedBy are the values of a term on the field, those that were read.
func (t *term) askedBy() []asked {
	var out []asked
	for i := range t.values {
		if a, flt := readReach(t.values[i].folded); flt == nil {
			out = append(out, a)
		}
	}
	return out
}

// reachUnknown is unknownIn for the field.
func (t *term) reachUnknown(n *model.Notebook) (unknown bool, reason string) {
	for _, a := range t.askedBy() {
		if open, why := a.doubts(n); open {
			return true, why
		}
	}
	return false, ""
}

// reachAdmitting writes a term on the field so that it also lets through what is not
// known and what depends.
func (t *term) reachAdmitting() string {
	out := t.String()
	for i := range t.values {
		v := &t.values[i]
		place, _, _ := strings.Cut(v.text, "=")
		for _, s := range []model.ReachState{model.ReachUnknown, model.ReachDepends} {
			more := value{text: place + "=" + string(s), quoted: v.quoted}
			if v.folded != wordUnknown && !strings.Contains(out, more.String()) {
				out += "|" + more.String()
			}
		}
	}
	return out
}

// reachMeaning says a term on the field in plain words. What is not known to be so
// stays in where it is negated, as for every field.
func (t *term) reachMeaning() string {
	says := make([]string, 0, len(t.values))
	for i, a := range t.askedBy() {
		place := t.values[i].String()
		if a.place == "" {
			place = "some place"
		}
		place, _, _ = strings.Cut(place, "=")
		verb := " is "
		switch {
		case t.negated:
			verb = " is not known to be "
		case a.state == model.ReachDepends:
			says = append(says, place+" depends")
			continue
		}
		says = append(says, place+verb+string(a.state))
	}
	return strings.Join(says, " or ")
}

// reachOffers are the user's own places, which every notebook that was judged has.
func reachOffers(rows []*model.Notebook) []string {
	for _, n := range rows {
		if n.Egress == nil || len(n.Egress.Reach) <= len(model.Destinations()) {
			continue
		}
		own := n.Egress.Reach[len(model.Destinations()):]
		out := make([]string, 0, len(own))
		for _, r := range own {
			out = append(out, r.Destination)
		}
		return out
	}
	return nil
}
