package report

import (
	"bytes"
	"encoding/json"
	"io"

	"nbscope/model"
	"nbscope/model/recreate"
)

// Shell is a script for a POSIX shell, for plans only.
const Shell Format = "sh"

// PlanFormats lists the formats that a plan can be written in.
func PlanFormats() []Format { return []Format{Text, JSON, Shell} }

// Plan prints the plan of a recreate: as text for a terminal, as the JSON of the
// contract, or as a script. Others are the remedies that need no recreate. An
// unknown format is a *FormatError.
func Plan(w io.Writer, p *recreate.Plan, others []model.Remedy, f Format) error {
	text := plain(func(b *bytes.Buffer) { planText(b, p, others) })
	return writers{
		JSON: func(b *bytes.Buffer) error { return encode(b, planOf(p)) },
		Text: text, Table: text,
		Shell: func(b *bytes.Buffer) error {
			script, err := p.Script()
			b.WriteString(script)
			return err
		},
	}.write(w, "plan", f, PlanFormats())
}

type jsonPlan struct {
	Schema      int               `json:"schema"`
	Fingerprint string            `json:"fingerprint"`
	RunID       string            `json:"runId"`
	Made        string            `json:"made"`
	Identity    jsonIdentity      `json:"identity"`
	Source      jsonPlanSource    `json:"source"`
	Direction   string            `json:"direction"`
	Create      json.RawMessage   `json:"create"`
	Masked      []jsonMasked      `json:"masked,omitempty"` // members of create that are not shown as they are
	Changes     []recreate.Change `json:"changes"`
	Blocked     bool              `json:"blocked"`
	Preflight   []recreate.Check  `json:"preflight"`
	Transport   string            `json:"transport"`
	Bucket      string            `json:"bucket,omitempty"`
	Auto        bool              `json:"auto,omitempty"` // the transport was chosen, and another one is taken where it is no way
	Promises    []string          `json:"promises"`
	Keep        string            `json:"keep"` // how long the stopped source is kept, as Go writes durations: 24h0m0s
	Steps       []jsonPlanStep    `json:"steps"`
	Commands    []string          `json:"commands"`
	Controls    jsonControls      `json:"controls"`
	Risks       []jsonRisk        `json:"risks"`
	Cost        recreate.Cost     `json:"cost"`
}

type jsonMasked struct {
	Member string `json:"member"`
	Why    string `json:"why"`
}

// whyMasked says how a plan whose input is not shown whole is carried out.
const whyMasked = "its address signs in, so it is masked here; what carries the plan out takes the source's own"

type jsonPlanSource struct {
	ARN     string `json:"arn"`
	Name    string `json:"name"`
	Account string `json:"account"`
	Region  string `json:"region"`
	Status  string `json:"status"`
}

type jsonPlanStep struct {
	Kind        string   `json:"kind"`
	Title       string   `json:"title"`
	About       string   `json:"about"`
	Gate        string   `json:"gate"`
	Destructive bool     `json:"destructive"`
	Calls       []string `json:"calls"`
	Permissions []string `json:"permissions"`
}

type jsonControls struct {
	Before []string `json:"before"`
	After  []string `json:"after"`
}

type jsonRisk struct {
	Severity string `json:"severity"`
	Title    string `json:"title"`
	Why      string `json:"why"`
}

func planOf(p *recreate.Plan) jsonPlan {
	before, after := p.Controls()
	out := jsonPlan{
		Schema: schema, Fingerprint: p.Fingerprint(), RunID: p.RunID, Made: model.Stamp(p.Made), Identity: identityOf(p.Identity),
		Source: jsonPlanSource{
			ARN: p.Source.ARN, Name: p.Source.Name, Account: p.Source.Account, Region: p.Source.Region, Status: string(p.Source.Status),
		},
		Direction: string(p.Direction), Create: p.Spec.Request(), Changes: p.Changes(),
		Blocked: recreate.Blocked(p.Checks, false), Transport: string(p.Transport), Bucket: p.Bucket, Auto: p.Auto, Promises: orEmpty(p.Promises),
		Keep: p.KeepTime().String(), Preflight: orEmpty(p.Checks), Steps: []jsonPlanStep{}, Commands: orEmpty(p.Commands()),
		Controls: jsonControls{controlIDs(before), controlIDs(after)}, Risks: []jsonRisk{}, Cost: p.Cost,
	}
	for _, member := range p.Spec.Masked() {
		out.Masked = append(out.Masked, jsonMasked{member, whyMasked})
	}
	if out.Cost.Currency == "" {
		out.Cost.Currency = "USD"
	}
	for _, s := range p.Steps() {
		out.Steps = append(out.Steps, jsonPlanStep{
			string(s.Kind), s.Title, s.About, string(s.Gate), s.Destructive, orEmpty(s.Calls), orEmpty(s.Permissions),
		})
	}
	for _, r := range p.Risks() {
		out.Risks = append(out.Risks, jsonRisk{string(r.Severity), r.Title, r.Why})
	}
	return out
}

// orEmpty makes JSON say [] and not null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
