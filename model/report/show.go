package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"nbscope/model"
	"nbscope/model/policy"
)

// Show prints one notebook: as text in sections, or as the JSON object that a
// list has for it. Table is taken for Text. An unknown format is a *FormatError.
//
// The policy table judges, in place of what the lens judges by.
func Show(w io.Writer, n *model.Notebook, lens model.Lens, p policy.Table, f Format) error {
	lens.Findings = p.Findings
	text := plain(func(b *bytes.Buffer) { showText(b, n, lens, p) })
	return writers{
		JSON: func(b *bytes.Buffer) error { return encode(b, notebookOf(n, p)) },
		Text: text, Table: text,
	}.write(w, "notebook", f, ShowFormats())
}

// line is one labelled value of a section.
type line struct{ label, value string }

func showText(w *bytes.Buffer, n *model.Notebook, l model.Lens, p policy.Table) {
	section(w, "Overview", overview(n, l))
	section(w, "Network", network(n))
	section(w, "Egress", egressLines(n))
	section(w, "Reach, on tcp/443", reachLines(n))
	section(w, "Findings", findingLines(n, l, p))
	if all := remedyLines(n, l, p); len(all) > 0 {
		section(w, "Remedies", all)
	}
	section(w, "Configuration", configuration(n))
	section(w, "Tags", tags(n))
	if why := n.Reasons(); len(why) > 0 {
		fmt.Fprintf(w, "\nNot known\n")
		for _, reason := range why {
			fmt.Fprintf(w, "  %s\n", safe(reason))
		}
	}
}

func section(w *bytes.Buffer, title string, lines []line) {
	if w.Len() > 0 {
		w.WriteByte('\n')
	}
	widest := 0
	for _, l := range lines {
		widest = max(widest, width(safe(l.label)))
	}
	fmt.Fprintln(w, title)
	for _, l := range lines {
		label := safe(l.label)
		fmt.Fprintf(w, "  %s%s  %s\n", label, strings.Repeat(" ", widest-width(label)), safe(l.value))
	}
}

func overview(n *model.Notebook, l model.Lens) []line {
	account := n.Account
	if alias := l.Aliases[n.Account]; alias != "" {
		account += " " + alias
	}
	out := []line{
		{"name", n.Name},
		{"arn", n.ARN},
		{"account", account},
		{"region", n.Region},
		{"status", string(n.Status)},
	}
	if n.FailureReason != "" {
		out = append(out, line{"failure", n.FailureReason})
	}
	out = append(out,
		line{"type", orDash(n.InstanceType)},
		line{"created", when(model.Stamp(n.Created), l.Text(n, model.FieldAge))},
		line{"modified", orDash(model.Stamp(n.Modified))},
		line{"url", orDash(n.URL)},
	)
	if n.Stale || n.Indexed {
		out = append(out, line{"observed", orDash(model.Stamp(n.SeenAt)) + ", not confirmed since"})
	}
	return out
}

func network(n *model.Notebook) []line {
	out := make([]line, 0, 7)
	out = append(out,
		line{"mode", n.NetworkMode().Phrase()},
		line{"direct internet", told(n, model.FieldNet, n.DirectInternet)},
	)
	if n.Described.Known() && n.SubnetID == "" {
		return out
	}
	return append(out,
		line{"vpc", told(n, model.FieldVPC, strings.TrimSpace(n.VPCID+" "+n.VPCName))},
		line{"subnet", told(n, model.FieldSubnet, strings.TrimSpace(n.SubnetID+" "+n.SubnetName))},
		line{"security groups", told(n, model.FieldSG, strings.Join(n.SecurityGroups, " "))},
		line{"interface", told(n, model.FieldSubnet, n.NetworkID)},
		line{"addresses", told(n, model.FieldSubnet, n.IPAddressType)},
	)
}

func configuration(n *model.Notebook) []line {
	var out, start []line
	for _, f := range model.Fields() {
		switch f.Page {
		case model.PageMachine, model.PageAccess:
			out = append(out, line{f.Label, told(n, f.ID, f.Full(n))})
		case model.PageStart:
			start = append(start, line{f.Label, told(n, f.ID, f.Full(n))})
		case model.PageNone:
		}
	}
	return append(append(out, start...), line{"repositories", orDash(strings.Join(model.MaskURLs(n.Repositories), " "))})
}

func tags(n *model.Notebook) []line {
	if !n.Tagged.Known() {
		return []line{{textUnknown, n.Reason(model.FieldTags)}}
	}
	if len(n.Tags) == 0 {
		return []line{{model.TextAbsent, "none"}}
	}
	out := make([]line, 0, len(n.Tags))
	for _, t := range n.Tags {
		out = append(out, line{t.Key, t.Value})
	}
	return out
}

// told is the value, that it is not known, or that there is none.
func told(n *model.Notebook, f model.FieldID, value string) string {
	if !n.Knows(f) {
		return textUnknown
	}
	return orDash(value)
}

func orDash(s string) string {
	if s == "" {
		return model.TextAbsent
	}
	return s
}

func when(at, age string) string {
	if at == "" {
		return model.TextAbsent
	}
	return at + " (" + age + " ago)"
}
