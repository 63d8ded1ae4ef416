package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/ui/theme"
)

// document makes the text of the section shown.
func (d *detail) document() document {
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

func (d *detail) overview(n *model.Notebook) document {
	var doc document
	d.answer(&doc, n)
	d.whatToDo(&doc, n)
	d.sayReaches(&doc, n)
	if len(doc) > 0 {
		doc.say(theme.Normal, "")
	}
	sign, tone := statusSign(d.theme, n.Status)
	doc.toned("Status", tone, sign+" "+string(n.Status))
	if n.FailureReason != "" {
		doc.toned("Reason", theme.Bad, n.FailureReason)
	}
	if words, tone := d.world.runWords(n); words != "" {
		doc.toned("Run", tone, d.theme.Glyphs.Diamond+" "+words)
	}
	if d.world.faded(n) {
		doc.toned("Seen", theme.Warn, d.time(n.SeenAt)+", not confirmed since")
	}
	doc.heading("Network")
	d.known(&doc, n, model.FieldNet, "Direct internet", directLong(n))
	d.known(&doc, n, model.FieldVPC, "VPC", nameFirst(n.VPCID, n.VPCName))
	d.known(&doc, n, model.FieldSubnet, "Subnet", nameFirst(n.SubnetID, n.SubnetName))
	d.known(&doc, n, model.FieldSG, "Security groups", strings.Join(n.SecurityGroups, "\n"))
	d.known(&doc, n, model.FieldNet, "Interface", n.NetworkID)
	doc.heading("Place")
	doc.value("Account", accountLong(n.Account, d.world.lens.Aliases))
	doc.value("Region", n.Region)
	doc.value("Created", d.time(n.Created))
	doc.value("Modified", d.time(n.Modified))
	doc.heading("Addresses")
	doc.value("ARN", n.ARN)
	if n.URL != "" {
		doc.value("Jupyter", "https://"+n.URL)
	}
	if url := d.world.consoleURL(n); url != "" {
		doc = append(doc, entry{label: "Console", tone: theme.Normal, text: url, link: url})
	}
	return doc
}

func (d *detail) configuration(n *model.Notebook) document {
	var doc document
	doc.value("Instance type", n.InstanceType)
	d.known(&doc, n, model.FieldPlatform, "Platform", n.Platform)
	d.known(&doc, n, model.FieldVolume, "Volume", d.world.lens.Text(n, model.FieldVolume))
	d.known(&doc, n, model.FieldKMS, "Encryption key", n.KMSKeyID)
	doc.heading("Access")
	d.known(&doc, n, model.FieldRole, "Execution role", n.RoleARN)
	d.known(&doc, n, model.FieldRoot, "Root access", n.RootAccess)
	d.known(&doc, n, model.FieldIMDS, "Metadata service", imdsLong(n.IMDSVersion))
	d.known(&doc, n, model.FieldNet, "IP addresses", n.IPAddressType)
	doc.heading("Start")
	doc.value("Lifecycle", n.LifecycleName)
	d.repositories(&doc, n)
	return doc
}

func (d *detail) tags(n *model.Notebook) document {
	var doc document
	switch {
	case !n.Tagged.Known():
		doc.toned("Tags", theme.Unknown, d.unknown(n, model.FieldTags))
	case len(n.Tags) == 0:
		doc.say(theme.Dim, "No tags.")
	}
	for _, t := range n.Tags {
		doc.value(t.Key, t.Value)
	}
	return doc
}

func (d *detail) lifecycle(n *model.Notebook) document {
	var doc document
	if n.LifecycleName == "" {
		doc.say(theme.Dim, "No lifecycle configuration is attached: nothing runs when this notebook is created or starts.")
		return doc
	}
	doc.value("Configuration", n.LifecycleName)
	p := d.parts[sectionLifecycle]
	if !d.arrived(&doc, p, "the lifecycle configuration") {
		return doc
	}
	lc := p.found.lifecycle
	doc.value("Modified", d.time(lc.Modified))
	masked := d.script(&doc, "When created", lc.OnCreate) + d.script(&doc, "At every start", lc.OnStart)
	if masked > 0 {
		doc.heading("")
		doc.say(theme.Warn, fmt.Sprintf("%s that may be secret masked; %s shows them.", count(masked, "value"), d.keys.Detail.Reveal.Help().Key))
	}
	return doc
}

// script adds a hook's script and returns how many values were masked in it.
func (d *detail) script(doc *document, title, code string) int {
	doc.heading(title)
	if code == "" {
		doc.say(theme.Dim, "No script.")
		return 0
	}
	masked := 0
	if !d.reveal {
		code, masked = model.MaskSecrets(code)
	}
	doc.code(code)
	return masked
}

func (d *detail) raw() document {
	var doc document
	p := d.parts[sectionRaw]
	if !d.arrived(&doc, p, "the answer of DescribeNotebookInstance") {
		return doc
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, p.found.raw, "", "  ") != nil {
		pretty.Reset()
		pretty.Write(p.found.raw)
	}
	doc.code(pretty.String())
	return doc
}

// arrived reports whether a fetched part is there, and says why not if it is not.
func (d *detail) arrived(doc *document, p *part, what string) bool {
	switch {
	case p == nil:
		return false
	case !p.done:
		doc.say(theme.Dim, fmt.Sprintf("Fetching %s, since %s.", what, p.since.Format("15:04:05")))
		return false
	case p.problem != nil:
		sayProblem(doc, d.theme, *p.problem)
		doc.say(theme.Dim, "Turn to this section again to ask once more.")
		return false
	}
	return true
}

// known adds a value of a part that may be on its way or refused.
func (d *detail) known(doc *document, n *model.Notebook, f model.FieldID, label, value string) {
	if n.Reason(f) != "" || !n.Knows(f) {
		doc.toned(label, theme.Unknown, d.unknown(n, f))
		return
	}
	doc.value(label, value)
}

func (d *detail) unknown(n *model.Notebook, f model.FieldID) string {
	if d.world.lens.Cell(n, f).State == model.CellPending {
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
	return t.UTC().Format(stamp) + " (" + model.Age(d.world.now.Sub(t)) + " ago)"
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
