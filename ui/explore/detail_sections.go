package explore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// detailPages lay out what the detail shows, a document for each section.
type detailPages struct{ *detail }

// document makes the text of the section shown.
func (d detailPages) document() kit.Document {
	n := d.notebook
	if n == nil {
		return nil
	}
	switch d.section {
	case sectionNetwork:
		return d.network(n)
	case sectionFindings:
		return d.findings(n)
	case sectionConfig:
		return d.configuration(n)
	case sectionLifecycle:
		return d.lifecycle(n)
	case sectionTags:
		return d.tags(n)
	case sectionRaw:
		return d.raw()
	case sectionOverview:
	}
	return d.overview(n)
}

func (d detailPages) overview(n *model.Notebook) kit.Document {
	var doc kit.Document
	d.answer(&doc, n)
	d.whatToDo(&doc, n)
	d.sayReaches(&doc, n)
	doc.Say(theme.Normal, "")
	sign, tone := kit.StatusSign(d.theme, n.Status)
	doc.Toned("Status", tone, sign+" "+string(n.Status))
	if n.FailureReason != "" {
		doc.Toned("Reason", theme.Bad, n.FailureReason)
	}
	if words, tone := d.world.RunWords(n); words != "" {
		doc.Toned("Run", tone, d.theme.Glyphs.Run+" "+words)
	}
	switch {
	case n.Indexed:
		doc.Toned("Seen", theme.Warn, d.world.SeenWords(n))
	case d.world.Faded(n):
		doc.Toned("Seen", theme.Warn, d.time(n.SeenAt)+", not confirmed since")
	}
	doc.Heading("Network")
	d.known(&doc, n, model.FieldNet, "Direct internet", directLong(n))
	d.known(&doc, n, model.FieldVPC, "VPC", nameFirst(n.VPCID, n.VPCName))
	d.known(&doc, n, model.FieldSubnet, "Subnet", nameFirst(n.SubnetID, n.SubnetName))
	d.known(&doc, n, model.FieldSG, "Security groups", strings.Join(n.SecurityGroups, "\n"))
	d.known(&doc, n, model.FieldNet, "Interface", n.NetworkID)
	doc.Heading("Place")
	account, tone := d.world.AccountWords(n.Account, theme.Normal)
	doc.Toned("Account", tone, account)
	doc.Value("Region", n.Region)
	doc.Value("Created", d.time(n.Created))
	doc.Value("Modified", d.time(n.Modified))
	doc.Heading("Addresses")
	doc.Value("ARN", n.ARN)
	if n.URL != "" {
		doc.Value("Jupyter", "https://"+n.URL)
	}
	if url := d.world.ConsoleURL(n); url != "" {
		doc = append(doc, kit.Entry{Label: "Console", Tone: theme.Normal, Text: url, Link: url})
	}
	return doc
}

func (d detailPages) configuration(n *model.Notebook) kit.Document {
	var doc kit.Document
	doc.Value("Instance type", n.InstanceType)
	d.fields(&doc, n, model.PageMachine)
	doc.Heading("Access")
	d.fields(&doc, n, model.PageAccess)
	d.known(&doc, n, model.FieldNet, "IP addresses", n.IPAddressType)
	doc.Heading("Start")
	d.fields(&doc, n, model.PageStart)
	d.repositories(&doc, n)
	return doc
}

// fields are the lines of a group of fields.
func (d detailPages) fields(doc *kit.Document, n *model.Notebook, page model.Page) {
	for _, f := range model.Fields() {
		value := f.Full(n)
		if f.ID == model.FieldIMDS {
			value = imdsLong(value)
		}
		if f.Page == page {
			d.known(doc, n, f.ID, kit.UpperFirst(f.Label), value)
		}
	}
}

func (d detailPages) tags(n *model.Notebook) kit.Document {
	var doc kit.Document
	switch {
	case !n.Tagged.Known():
		doc.Toned("Tags", theme.Unknown, d.unknown(n, model.FieldTags))
	case len(n.Tags) == 0:
		doc.Say(theme.Dim, "No tags.")
	}
	for _, t := range n.Tags {
		doc.Value(t.Key, t.Value)
	}
	return doc
}

func (d detailPages) lifecycle(n *model.Notebook) kit.Document {
	var doc kit.Document
	if n.LifecycleName == "" {
		doc.Say(theme.Dim, "No lifecycle configuration is attached: nothing runs when this notebook is created or starts.")
		return doc
	}
	doc.Value("Configuration", n.LifecycleName)
	p := d.parts[sectionLifecycle]
	if !d.arrived(&doc, p, "the lifecycle configuration") {
		return doc
	}
	lc := p.found.lifecycle
	doc.Value("Modified", d.time(lc.Modified))
	masked := d.script(&doc, "When created", lc.OnCreate) + d.script(&doc, "At every start", lc.OnStart)
	if masked > 0 {
		doc.Heading("")
		doc.Say(theme.Warn, fmt.Sprintf("%s that may be secret masked; %s shows them.", kit.Count(masked, "value"), d.keys.Detail.Reveal.Help().Key))
	}
	return doc
}

// script adds a hook's script and returns how many values were masked in it.
func (d detailPages) script(doc *kit.Document, title, code string) int {
	doc.Heading(title)
	if code == "" {
		doc.Say(theme.Dim, "No script.")
		return 0
	}
	masked := 0
	if !d.reveal {
		code, masked = model.MaskSecrets(code)
	}
	doc.Code(code)
	return masked
}

func (d detailPages) raw() kit.Document {
	var doc kit.Document
	p := d.parts[sectionRaw]
	if !d.arrived(&doc, p, "the answer of DescribeNotebookInstance") {
		return doc
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, p.found.raw, "", "  ") != nil {
		pretty.Reset()
		pretty.Write(p.found.raw)
	}
	doc.Code(pretty.String())
	return doc
}

// arrived reports whether a fetched part is there, and says why not if it is not.
func (d detailPages) arrived(doc *kit.Document, p *part, what string) bool {
	switch {
	case p == nil:
		return false
	case !p.done:
		doc.Say(theme.Dim, fmt.Sprintf("Fetching %s, since %s.", what, p.since.UTC().Format(kit.ClockLayout)))
		return false
	case p.problem != nil:
		kit.SayProblem(doc, d.theme, *p.problem)
		doc.Say(theme.Dim, "Turn to this section again to ask once more.")
		return false
	}
	return true
}

// known adds a value of a part that may be on its way or refused.
func (d detailPages) known(doc *kit.Document, n *model.Notebook, f model.FieldID, label, value string) {
	if n.Reason(f) != "" || !n.Knows(f) {
		doc.Toned(label, theme.Unknown, d.unknown(n, f))
		return
	}
	doc.Value(label, value)
}

func (d detailPages) unknown(n *model.Notebook, f model.FieldID) string {
	if d.world.Lens.Cell(n, f).State == model.CellPending {
		return d.theme.Glyphs.Ellipsis + " on its way"
	}
	if n.Skips(f) {
		return n.Reason(f)
	}
	return d.theme.Glyphs.Unknown + " unknown: " + n.Reason(f)
}

func (d detailPages) time(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(kit.TimeLayout) + " (" + model.Age(d.world.Now.Sub(t)) + " ago)"
}

func directLong(n *model.Notebook) string {
	if n.DirectInternet == "" {
		return ""
	}
	return n.DirectInternet + " (" + n.NetworkMode().Phrase() + ")"
}

func nameFirst(id, name string) string {
	if name == "" {
		return id
	}
	return id + " " + name
}

func imdsLong(v string) string {
	switch v {
	case "":
		return ""
	case "1":
		return "version 1 is allowed"
	}
	return "version " + v + " at least"
}

// Code repositories: a notebook names them by their URL or by the name under which
// they are registered, and only a call tells the URL of that name.

// repositoryFound is what a call told about a registered repository.
type repositoryFound struct {
	name       string
	repository model.CodeRepository
	problem    *model.Problem
}

// registered are the repositories that are given by name.
func registered(n *model.Notebook) []string {
	var out []string
	for _, r := range n.Repositories {
		if !strings.Contains(r, "://") {
			out = append(out, r)
		}
	}
	return out
}

// inspectRepositories asks for each of them: one that is gone does not hide the
// others.
func inspectRepositories(ctx context.Context, in Inspector, n *model.Notebook) []repositoryFound {
	names := registered(n)
	out := make([]repositoryFound, 0, len(names))
	for _, name := range names {
		found := repositoryFound{name: name}
		var err error
		if found.repository, err = in.Repository(ctx, n.Target(), name); err != nil {
			found.problem = kit.ProblemOf(err)
		}
		out = append(out, found)
	}
	return out
}

// repositories writes each repository with where it leads.
func (d detailPages) repositories(doc *kit.Document, n *model.Notebook) {
	if len(n.Repositories) == 0 {
		doc.Value("Repositories", "")
		return
	}
	p := d.parts[sectionConfig]
	label := "Repositories"
	for _, name := range n.Repositories {
		doc.Value(label, model.MaskURL(name))
		label = " "
		if strings.Contains(name, "://") {
			continue
		}
		switch {
		case p == nil:
		case !p.done:
			doc.Toned(label, theme.Dim, "  asking for its URL since "+p.since.UTC().Format(kit.ClockLayout))
		case p.problem != nil:
			doc.Toned(label, theme.Unknown, "  "+d.theme.Glyphs.Unknown+" URL unknown: "+p.problem.Message)
		default:
			d.repository(doc, p.found.repositories, name)
		}
	}
}

func (d detailPages) repository(doc *kit.Document, found []repositoryFound, name string) {
	for _, f := range found {
		switch {
		case f.name != name:
			continue
		case f.problem != nil:
			doc.Toned(" ", theme.Unknown, "  "+d.theme.Glyphs.Unknown+" URL unknown: "+f.problem.Message)
		default:
			url := model.MaskURL(f.repository.URL)
			if f.repository.Branch != "" {
				url += ", branch " + f.repository.Branch
			}
			doc.Toned(" ", theme.Normal, "  "+url)
			if f.repository.Secret != "" {
				doc.Toned(" ", theme.Dim, "  credentials in "+f.repository.Secret)
			}
		}
		return
	}
}
