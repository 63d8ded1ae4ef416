package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"nbscope/model"
	"nbscope/model/policy"
)

// schema is the version of the JSON. It grows when a member changes its meaning
// or goes; new members do not change it.
const schema = 1

type jsonView struct {
	Schema      int            `json:"schema"`
	GeneratedAt string         `json:"generatedAt"`
	Policy      string         `json:"policy"`
	Filter      string         `json:"filter"`
	Identities  []jsonIdentity `json:"identities"`
	Coverage    jsonCoverage   `json:"coverage"`
	Notebooks   []jsonNotebook `json:"notebooks"`
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
	Unseen   int          `json:"unseen"`
	Complete bool         `json:"complete"`
	Failed   []jsonFailed `json:"failed"`
	SignIns  []jsonSignIn `json:"signIns"`
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

type jsonNotebook struct {
	ARN             string            `json:"arn"`
	Name            string            `json:"name"`
	Account         string            `json:"account"`
	Region          string            `json:"region"`
	Status          string            `json:"status"`
	InstanceType    string            `json:"instanceType,omitempty"`
	NetworkMode     string            `json:"networkMode,omitempty"`
	DirectInternet  string            `json:"directInternetAccess,omitempty"`
	VPCID           string            `json:"vpcId,omitempty"`
	SubnetID        string            `json:"subnetId,omitempty"`
	SecurityGroups  []string          `json:"securityGroups,omitempty"`
	RoleARN         string            `json:"roleArn,omitempty"`
	KMSKeyID        string            `json:"kmsKeyId,omitempty"`
	LifecycleConfig string            `json:"lifecycleConfig,omitempty"`
	Platform        string            `json:"platform,omitempty"`
	RootAccess      string            `json:"rootAccess,omitempty"`
	IMDSVersion     string            `json:"imdsVersion,omitempty"`
	IPAddressType   string            `json:"ipAddressType,omitempty"`
	VolumeGB        int               `json:"volumeGB,omitempty"`
	Repositories    []string          `json:"codeRepositories,omitempty"`
	URL             string            `json:"url,omitempty"`
	Created         string            `json:"created,omitempty"`
	Modified        string            `json:"modified,omitempty"`
	FailureReason   string            `json:"failureReason,omitempty"`
	Tags            map[string]string `json:"tags,omitzero"` // {} where it is known that there are none
	Stale           bool              `json:"stale,omitempty"`
	Policy          string            `json:"policy,omitempty"`
	Egress          *jsonEgress       `json:"egress,omitempty"`
	Reach           []jsonReach       `json:"reach,omitempty"`
	Probe           *jsonProbe        `json:"probe,omitempty"`
	Findings        []jsonFinding     `json:"findings,omitzero"` // [] where it is known that there are none
	Remedies        []jsonRemedy      `json:"remedies,omitzero"` // as findings
	Unknown         map[string]string `json:"unknown,omitempty"`
}

func writeJSON(w *bytes.Buffer, v View) error {
	out := jsonView{
		Schema:      schema,
		GeneratedAt: timestamp(v.GeneratedAt),
		Policy:      string(defaultPolicy(v.Policy)),
		Filter:      v.Filter,
		Identities:  make([]jsonIdentity, 0, len(v.Identities)),
		Coverage:    coverageOf(v),
		Notebooks:   make([]jsonNotebook, 0, len(v.Notebooks)),
	}
	for _, id := range v.Identities {
		out.Identities = append(out.Identities, identityOf(id))
	}
	for _, n := range v.Notebooks {
		out.Notebooks = append(out.Notebooks, notebookOf(n, v.Policy))
	}
	return encode(w, out)
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
		Targets: c.Targets, Answered: c.Answered, Pending: c.Pending, Unseen: c.Unseen, Complete: c.Complete(),
		Failed:  make([]jsonFailed, 0, len(v.Failed)),
		SignIns: make([]jsonSignIn, 0, len(v.Problems)),
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

func notebookOf(n *model.Notebook, p policy.Table) jsonNotebook {
	out := jsonNotebook{
		ARN: n.ARN, Name: n.Name, Account: n.Account, Region: n.Region, Status: string(n.Status),
		InstanceType: n.InstanceType, NetworkMode: string(n.NetworkMode()), DirectInternet: n.DirectInternet,
		VPCID: n.VPCID, SubnetID: n.SubnetID, SecurityGroups: n.SecurityGroups, RoleARN: n.RoleARN,
		KMSKeyID: n.KMSKeyID, LifecycleConfig: n.LifecycleName, Platform: n.Platform, RootAccess: n.RootAccess,
		IMDSVersion: n.IMDSVersion, IPAddressType: n.IPAddressType, VolumeGB: n.VolumeGB,
		Repositories: model.MaskURLs(n.Repositories), URL: n.URL, Created: timestamp(n.Created), Modified: timestamp(n.Modified),
		FailureReason: n.FailureReason, Stale: n.Stale, Unknown: n.Unknown(),
	}
	if n.Tagged.Known() {
		out.Tags = make(map[string]string, len(n.Tags))
		for _, t := range n.Tags {
			out.Tags[t.Key] = t.Value
		}
	}
	out.judge(n, p)
	return out
}

// timestamp is RFC 3339 in UTC, "" for the zero time.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// encode writes indented JSON in which nothing can command a terminal: what JSON
// itself leaves as it is, such as C1 controls and bidirectional marks, is written
// as an escape that any parser reads back.
func encode(w *bytes.Buffer, v any) error {
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
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
