package probe

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

//go:embed probe.py
var script string

// Script is the text of what runs in the notebook.
func Script() string { return script }

// The names of the files in the notebook. The folder begins so: the script removes it.
const (
	FolderPrefix   = "nbscope-probe-"
	ScriptFile     = "probe.py"
	ParametersFile = "probe.json"
)

// Command starts the script of a folder in a shell of the notebook.
func Command(dir string) string {
	words := []string{"python3", "-I", "-S", dir + "/" + ScriptFile, dir + "/" + ParametersFile}
	for i, w := range words {
		words[i] = model.ShellQuote(w)
	}
	return strings.Join(words, " ")
}

// ErrNoAnswer is output in which the script has not said its line.
var ErrNoAnswer = errors.New("the script in the notebook has not answered")

// said is what the script says of one try.
type said struct {
	Host       string `json:"host"`
	Family     string `json:"family"`
	State      string `json:"state"`
	Why        string `json:"why"`
	Name       int64  `json:"name"` // milliseconds each
	Connection int64  `json:"connection"`
	TLS        int64  `json:"tls"`
	Address    string `json:"address"`
	From       string `json:"from"`
}

// untrusted is the script's word for a certificate that the notebook does not trust.
const untrusted = "untrusted"

// Read takes the output of the script. Only an answer to all that was asked counts:
// what is not there was not tried, which says nothing about the network.
func Read(output string, places []Place) (model.Probe, error) {
	const mark = "nbscope-probe {"
	at := strings.LastIndex(output, mark)
	if at < 0 {
		return model.Probe{}, fmt.Errorf("%w: %s", ErrNoAnswer, tail(output))
	}
	var answer struct {
		V     int    `json:"v"`
		Proxy string `json:"proxy"`
		Tries []said `json:"tries"`
	}
	if err := json.NewDecoder(strings.NewReader(output[at+len(mark)-1:])).Decode(&answer); err != nil {
		return model.Probe{}, fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	if answer.V != version {
		return model.Probe{}, fmt.Errorf("%w: it is of version %d", ErrNoAnswer, answer.V)
	}
	out := model.Probe{Proxy: answer.Proxy}
	for i := range places {
		results, err := places[i].results(answer.Tries)
		if err != nil {
			return model.Probe{}, err
		}
		out.Results = append(out.Results, results...)
	}
	return out, nil
}

func tail(s string) string {
	s = strings.TrimSpace(s)
	return s[max(0, len(s)-300):]
}

// results are what came of a place, one for each version of IP.
func (p *Place) results(all []said) ([]model.Tried, error) {
	if p.Skip != "" {
		return []model.Tried{{Destination: p.Destination, State: model.TryNot, Detail: p.Skip}}, nil
	}
	var out []model.Tried
	for _, family := range []string{model.FamilyIPv4, model.FamilyIPv6} {
		t := model.Tried{Destination: p.Destination, State: model.TryReached, Family: family}
		tried := 0
		for _, h := range p.Hosts {
			if !fits(h, family) {
				continue
			}
			i := slices.IndexFunc(all, func(s said) bool { return s.Host == h && s.Family == family })
			if i < 0 || !isState(all[i].State) {
				return nil, fmt.Errorf("%w for %s over %s", ErrNoAnswer, h, family)
			}
			tried++
			p.add(&t, &all[i])
		}
		if tried > 0 {
			out = append(out, t)
		}
	}
	return out, nil
}

func isState(s string) bool {
	switch model.TryState(s) {
	case model.TryReached, model.TryRefused, model.TryTimeout, model.TryNoName, model.TryNoRoute, model.TryNoTLS:
		return true
	case model.TryNot:
	}
	return s == untrusted
}

// add takes what came of one host into that of its place: the first that was not
// reached decides.
func (p *Place) add(t *model.Tried, s *said) {
	state, detail := model.TryState(s.State), s.says()
	switch {
	case s.State == untrusted && p.Own:
		state, detail = model.TryReached, detail+"; the notebook does not trust its certificate: "+s.Why
	case s.State == untrusted:
		state, detail = model.TryNoTLS, "somebody else answers in its place, with a certificate that the notebook does not trust: "+s.Why
	}
	if len(p.Hosts) > 1 {
		detail = s.Host + ": " + detail
	}
	if t.Detail != "" {
		detail = t.Detail + "; " + detail
	}
	t.Detail = detail
	if s.From != "" && !slices.Contains(t.From, s.From) {
		t.From = append(t.From, s.From)
	}
	switch {
	case !t.State.Reached():
	case !state.Reached():
		t.State, t.MS = state, 0
	default:
		t.MS = max(t.MS, s.Name+s.Connection+s.TLS)
	}
}

// says is what came of one host: its times, and why it went no further.
func (s *said) says() string {
	var out []string
	for _, step := range []struct {
		what string
		ms   int64
	}{{"name", s.Name}, {"connection", s.Connection}, {"TLS", s.TLS}} {
		if step.ms > 0 {
			out = append(out, fmt.Sprintf("%s %d ms", step.what, step.ms))
		}
	}
	times := strings.Join(out, ", ")
	if s.Address != "" {
		times += " to " + s.Address
	}
	if s.State == string(model.TryReached) || s.State == untrusted || s.Why == "" {
		return times
	}
	if times == "" {
		return s.Why
	}
	return s.Why + " (" + times + ")"
}
