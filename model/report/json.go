package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"nbscope/model"
	"nbscope/model/policy"
)

// schema is the version of the JSON. It grows when a member changes its meaning
// or goes; new members do not change it.
const schema = 1

// jsonHead is all of a view but its notebooks.
type jsonHead struct {
	Schema      int            `json:"schema"`
	GeneratedAt string         `json:"generatedAt"`
	Policy      string         `json:"policy"`
	Filter      string         `json:"filter"`
	Identities  []jsonIdentity `json:"identities"`
	Coverage    jsonCoverage   `json:"coverage"`
}

type jsonIdentity struct {
	Account  string   `json:"account"`
	Alias    string   `json:"alias,omitempty"`
	ARN      string   `json:"arn"`
	Profile  string   `json:"profile,omitempty"`
	Profiles []string `json:"profiles,omitempty"` // all of them, where there are several
}

type jsonCoverage struct {
	Targets  int          `json:"targets"`
	Answered int          `json:"answered"`
	Pending  int          `json:"pending"`
	Believed int          `json:"believed"`
	Unseen   int          `json:"unseen"`
	Complete bool         `json:"complete"`
	Failed   []jsonFailed `json:"failed"`
	SignIns  []jsonSignIn `json:"signIns"`
	Index    *jsonIndex   `json:"index,omitempty"`
}

// jsonIndex is what an index of AWS's has said.
type jsonIndex struct {
	Region   string `json:"region,omitempty"`
	Asked    string `json:"asked"`
	Named    int    `json:"named"`
	Missed   int    `json:"missed"`
	Gone     int    `json:"gone"`
	Reported string `json:"reported,omitempty"`
	Says     string `json:"says"`
}

type jsonFailed struct {
	Account string `json:"account"`
	Region  string `json:"region"`
	State   string `json:"state"`
	Kind    string `json:"kind,omitempty"`
	Message string `json:"message,omitempty"`
	Hint    string `json:"hint,omitempty"`
}

type jsonSignIn struct {
	Profile string `json:"profile,omitempty"`
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// jsonNotebook is an object whose members stand in their order: those that AWS tells,
// then those that are judged.
type jsonNotebook struct {
	members []jsonMember
	unknown map[string]string
}

type jsonMember struct {
	name  string
	value any
}

// add adds a member that is there.
func (n *jsonNotebook) add(name string, value any) {
	n.members = append(n.members, jsonMember{name, value})
}

// MarshalJSON writes the members one after another.
func (n *jsonNotebook) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	for i, m := range n.members {
		fmt.Fprintf(&out, "%c%q:", "{,"[min(i, 1)], m.name)
		if err := enc.Encode(m.value); err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// writeJSON writes one object, its notebooks one after another: a large inventory is
// never in memory as text.
func writeJSON(w io.Writer, v View) error {
	var out bytes.Buffer
	if err := encode(&out, headOf(v)); err != nil {
		return err
	}
	out.Truncate(out.Len() - len("\n}\n")) // the object goes on
	out.WriteString(",\n" + indent + `"notebooks": [`)
	for i, n := range v.Notebooks {
		fmt.Fprintf(&out, "%s\n%s", [...]string{"", ","}[min(i, 1)], indent+indent)
		if err := encodeIndented(&out, notebookOf(n, v.Policy), indent+indent, indent); err != nil {
			return err
		}
		out.Truncate(out.Len() - 1) // the end of the line, before which there may be a comma
		if _, err := out.WriteTo(w); err != nil {
			return fmt.Errorf("write json: %w", err)
		}
	}
	if len(v.Notebooks) > 0 {
		out.WriteString("\n" + indent)
	}
	out.WriteString("]\n}\n")
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

func headOf(v View) *jsonHead {
	out := &jsonHead{
		Schema:      schema,
		GeneratedAt: model.Stamp(v.GeneratedAt),
		Policy:      string(defaultPolicy(v.Policy)),
		Filter:      v.Filter,
		Identities:  make([]jsonIdentity, 0, len(v.Identities)),
		Coverage:    coverageOf(v),
	}
	for _, id := range v.Identities {
		out.Identities = append(out.Identities, identityOf(id))
	}
	return out
}

func identityOf(id model.Identity) jsonIdentity {
	out := jsonIdentity{Account: id.Account, Alias: id.Alias, ARN: id.ARN}
	if len(id.Profiles) > 0 {
		out.Profile = id.Profiles[0]
	}
	if len(id.Profiles) > 1 {
		out.Profiles = id.Profiles
	}
	return out
}

func coverageOf(v View) jsonCoverage {
	c := v.Coverage
	out := jsonCoverage{
		Targets: c.Targets, Answered: c.Answered, Pending: c.Pending, Believed: c.Believed, Unseen: c.Unseen, Complete: c.Complete(),
		Failed:  make([]jsonFailed, 0, len(v.Failed)),
		SignIns: make([]jsonSignIn, 0, len(v.Problems)),
	}
	if x := v.Index; x != nil {
		out.Index = &jsonIndex{x.Region, model.Stamp(x.Asked), x.Named, x.Missed, x.Gone, model.Stamp(x.Reported), x.Says()}
	}
	for _, t := range v.Failed {
		f := jsonFailed{Account: t.Target.Account, Region: t.Target.Region, State: string(t.State)}
		if p := t.Problem; p != nil {
			f.Kind, f.Message, f.Hint = string(p.Kind), p.Message, p.Hint
		}
		out.Failed = append(out.Failed, f)
	}
	for _, p := range v.Problems {
		out.SignIns = append(out.SignIns, jsonSignIn{p.Profile, string(p.Kind), p.Message, p.Hint})
	}
	return out
}

func notebookOf(n *model.Notebook, p policy.Table) *jsonNotebook {
	out := &jsonNotebook{unknown: n.Unknown()}
	for _, m := range model.Members() {
		if v := m.Value(n); m.Always || !empty(v) {
			out.add(m.Name, v)
		}
	}
	out.judge(n, p)
	if len(out.unknown) > 0 {
		out.add("unknown", out.unknown)
	}
	return out
}

// empty reports whether a member has no value.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case int:
		return v == 0
	case bool:
		return !v
	case []string:
		return len(v) == 0
	}
	return false
}

// indent is by how much JSON is indented that people may read.
const indent = "  "

// encode is encodeIndented as people read it.
func encode(w *bytes.Buffer, v any) error { return encodeIndented(w, v, "", indent) }

// encodeIndented writes JSON in which nothing can command a terminal: what JSON
// itself leaves as it is, such as C1 controls and bidirectional marks, is written
// as an escape that any parser reads back. Without an indent it is one line; every line but
// the first begins with the prefix.
func encodeIndented(w *bytes.Buffer, v any, prefix, indent string) error {
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, indent)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("encode JSON: %w", err)
	}
	for b := plain.Bytes(); len(b) > 0; {
		r, size := utf8.DecodeRune(b)
		if r != '\n' && hostile(r) {
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(w, `\u%04x`, unit)
			}
		} else {
			w.Write(b[:size])
		}
		b = b[size:]
	}
	return nil
}
