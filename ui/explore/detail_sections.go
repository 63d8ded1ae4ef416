package explore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// document makes the text of the section shown.
func (d *detail) document() kit.Document {
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

func (d *detail) overview(n *model.Notebook) kit.Document {
	var doc kit.Document
	d.answer(&doc, n)
	d.whatToDo(&doc, n)
	d.sayReaches(&doc, n)
	if len(doc) > 0 {
		doc.Say(theme.Normal, "")
	}
	sign, tone := kit.StatusSign(d.theme, n.Status)
	doc.Toned("Status", tone, sign+" "+string(n.Status))
	if n.FailureReason != "" {
		doc.Toned("Reason", theme.Bad, n.FailureReason)
	}
	if words, tone := d.world.RunWords(n); words != "" {
		doc.Toned("Run", tone, d.theme.Glyphs.Diamond+" "+words)
	}
	if d.world.Faded(n) {
		doc.Toned("Seen", theme.Warn, d.time(n.SeenAt)+", not confirmed since")
	}
	doc.Heading("Network")
	d.known(&doc, n, model.FieldNet, "Direct internet", directLong(n))
	d.known(&doc, n, model.FieldVPC, "VPC", nameFirst(n.VPCID, n.VPCName))
	d.known(&doc, n, model.FieldSubnet, "Subnet", nameFirst(n.SubnetID, n.SubnetName))
	d.known(&doc, n, model.FieldSG, "Security groups", strings.Join(n.SecurityGroups, "\n"))
	d.known(&doc, n, model.FieldNet, "Interface", n.NetworkID)
	doc.Heading("Place")
	doc.Value("Account", kit.AccountLong(n.Account, d.world.Lens.Aliases))
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

func (d *detail) configuration(n *model.Notebook) kit.Document {
	var doc kit.Document
	doc.Value("Instance type", n.InstanceType)
	d.known(&doc, n, model.FieldPlatform, "Platform", n.Platform)
	d.known(&doc, n, model.FieldVolume, "Volume", d.world.Lens.Text(n, model.FieldVolume))
	d.known(&doc, n, model.FieldKMS, "Encryption key", n.KMSKeyID)
	doc.Heading("Access")
	d.known(&doc, n, model.FieldRole, "Execution role", n.RoleARN)
	d.known(&doc, n, model.FieldRoot, "Root access", n.RootAccess)
	d.known(&doc, n, model.FieldIMDS, "Metadata service", imdsLong(n.IMDSVersion))
	d.known(&doc, n, model.FieldNet, "IP addresses", n.IPAddressType)
	doc.Heading("Start")
	doc.Value("Lifecycle", n.LifecycleName)
	d.repositories(&doc, n)
	return doc
}

func (d *detail) tags(n *model.Notebook) kit.Document {
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

func (d *detail) lifecycle(n *model.Notebook) kit.Document {
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
func (d *detail) script(doc *kit.Document, title, code string) int {
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

func (d *detail) raw() kit.Document {
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
func (d *detail) arrived(doc *kit.Document, p *part, what string) bool {
	switch {
	case p == nil:
		return false
	case !p.done:
		doc.Say(theme.Dim, fmt.Sprintf("Fetching %s, since %s.", what, p.since.Format("15:04:05")))
		return false
	case p.problem != nil:
		kit.SayProblem(doc, d.theme, *p.problem)
		doc.Say(theme.Dim, "Turn to this section again to ask once more.")
		return false
	}
	return true
}

// known adds a value of a part that may be on its way or refused.
func (d *detail) known(doc *kit.Document, n *model.Notebook, f model.FieldID, label, value string) {
	if n.Reason(f) != "" || !n.Knows(f) {
		doc.Toned(label, theme.Unknown, d.unknown(n, f))
		return
	}
	doc.Value(label, value)
}

func (d *detail) unknown(n *model.Notebook, f model.FieldID) string {
	if d.world.Lens.Cell(n, f).State == model.CellPending {
		return d.theme.Glyphs.Ellipsis + " on its way"
	}
	if n.Skips(f) {
		return n.Reason(f)
	}
	return d.theme.Glyphs.Unknown + " unknown: " + n.Reason(f)
}

func (d *detail) time(t time.Time) string {
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
