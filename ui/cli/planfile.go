package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// planSchema is the newest form of a plan's JSON that this program reads.
const planSchema = 1

// maxPlan bounds a plan's file, in bytes: a larger one is none.
const maxPlan = 4 << 20

// planFile is what is read of the JSON of `nbscope plan -o json`.
type planFile struct {
	Schema      int    `json:"schema"`
	Fingerprint string `json:"fingerprint"`
	RunID       string `json:"runId"`
	Source      struct {
		ARN    string `json:"arn"`
		Name   string `json:"name"` // as it is written; in an ARN its letters are small
		Status string `json:"status"`
	} `json:"source"`
	Transport recreate.Transport `json:"transport"` // absent in plans of before: by hand
	Bucket    string             `json:"bucket"`
	Auto      bool               `json:"auto"`     // nobody insists on the transport
	Promises  []string           `json:"promises"` // absent in plans of before: none

	Keep    string            `json:"keep"` // absent in plans of before
	Create  json.RawMessage   `json:"create"`
	Changes []recreate.Change `json:"changes"`

	name   string
	target model.Target
	spec   recreate.Spec
	keep   time.Duration // 0 where the plan does not say
}

var notebookARN = regexp.MustCompile(`^arn:aws[a-z-]*:sagemaker:([a-z0-9-]+):(\d{12}):notebook-instance/([a-zA-Z0-9](?:-*[a-zA-Z0-9])*)$`)

// readPlan reads a plan from a regular file. Every error is a usage error that
// names the file.
func readPlan(env *Env, path string) (*planFile, error) {
	raw, err := env.ReadFile(path, maxPlan)
	if err != nil {
		return nil, usagef("the plan: %w", err)
	}
	p, err := parsePlan(raw)
	if err != nil {
		return nil, usagef("%s: %w", path, err)
	}
	return p, nil
}

func parsePlan(raw []byte) (*planFile, error) {
	const want = "not a plan of `nbscope plan -o json`"
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, errors.New("the file is empty; `nbscope plan NAME -o json` writes a plan")
	}
	var p planFile
	dec := json.NewDecoder(bytes.NewReader(raw))
	if err := dec.Decode(&p); err != nil {
		return nil, fmt.Errorf("%s: %s", want, strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: something follows it", want)
	}
	arn := notebookARN.FindStringSubmatch(p.Source.ARN)
	switch {
	case p.Schema > planSchema:
		return nil, fmt.Errorf("the plan is of schema %d, made by a newer nbscope; this one reads up to %d", p.Schema, planSchema)
	case p.Schema < 1, p.Fingerprint == "", len(p.Create) == 0:
		return nil, fmt.Errorf("%s: it has no schema, fingerprint or create", want)
	case p.RunID == "":
		return nil, fmt.Errorf("%s: it has no runId", want)
	case arn == nil:
		return nil, fmt.Errorf("%s: source.arn %q is not the ARN of a notebook instance", want, p.Source.ARN)
	}
	p.target, p.name = model.Target{Account: arn[2], Region: arn[1]}, arn[3]
	if p.Source.Name != "" {
		if !strings.EqualFold(p.Source.Name, p.name) {
			return nil, fmt.Errorf("source.name %q is not the name in source.arn %q", p.Source.Name, p.Source.ARN)
		}
		p.name = p.Source.Name
	}
	var err error
	if p.spec, err = recreate.ParseRequest(p.Create); err != nil {
		return nil, fmt.Errorf("create: %w", err)
	}
	if err := p.readKeep(); err != nil {
		return nil, err
	}
	if err := p.checkTransport(); err != nil {
		return nil, err
	}
	if tag := tagOf(p.spec.Tags, recreate.TagRunID); tag != p.RunID {
		return nil, fmt.Errorf("create carries the tag %s = %q, and runId is %q: they must be the same", recreate.TagRunID, tag, p.RunID)
	}
	return &p, nil
}

// checkTransport refuses a way of the data that this program does not know.
func (p *planFile) checkTransport() error {
	if p.Transport == "" {
		return nil
	}
	if t, err := recreate.ParseTransport(string(p.Transport)); err != nil || t == recreate.TransportAuto {
		return fmt.Errorf("transport %q is not one that this nbscope knows", p.Transport)
	}
	return nil
}

// checkPromises refuses a plan that promises what is not tried here.
func (p *planFile) checkPromises(own []model.Destination) error {
	for _, name := range p.Promises {
		if !slices.Contains(recreate.Promises(own), name) {
			return usagef("the plan promises %q, which is no place that is tried here: one of your own has to stand under reach in the configuration", name)
		}
	}
	return nil
}

func (p *planFile) readKeep() (err error) {
	if p.Keep == "" {
		return nil
	}
	if p.keep, err = time.ParseDuration(p.Keep); err != nil || p.keep <= 0 {
		return fmt.Errorf("keep %q is not a time such as 24h", p.Keep)
	}
	return nil
}

func tagOf(tags []model.Tag, key string) string {
	for _, t := range tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// differences is how a plan that was made anew differs from the file's, in words;
// empty where only what a plan does not spell out does.
func (p *planFile) differences(now *recreate.Plan) []string {
	var out []string
	quoted := recreate.Quoted
	if s := string(now.Source.Status); s != p.Source.Status {
		out = append(out, fmt.Sprintf("the source was %s, and is %s", p.Source.Status, s))
	}
	differ := func(was, is recreate.Change) {
		if is.Before != was.Before {
			out = append(out, fmt.Sprintf("%s of the source was %s, and is %s", is.Field, quoted(was.Before), quoted(is.Before)))
		}
		if is.After != was.After {
			out = append(out, fmt.Sprintf("%s of the replacement was planned as %s, and would be %s", is.Field, quoted(was.After), quoted(is.After)))
		}
	}
	fresh := map[string]recreate.Change{}
	for _, c := range now.Changes() {
		fresh[c.Field] = c
	}
	for _, was := range p.Changes {
		is := fresh[was.Field] // zero where nothing has it any more
		is.Field = was.Field
		differ(was, is)
		delete(fresh, was.Field)
	}
	for _, c := range now.Changes() {
		if _, extra := fresh[c.Field]; extra {
			differ(recreate.Change{}, c)
		}
	}
	return out
}
