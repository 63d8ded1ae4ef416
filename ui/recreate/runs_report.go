package recreate

import (
	"bytes"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model/recreate"
	"nbscope/model/report"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// intentReport writes the report of a run into a file: the plan, who did what and
// when, the calls, the outcome, and where its journal is damaged. There is no secret in it.
type intentReport struct {
	kept recreate.Kept
	json bool
}

// Do makes the report and saves it.
func (i intentReport) Do(h kit.Host) tea.Cmd {
	format, extension := report.Markdown, "md"
	if i.json {
		format, extension = report.JSON, "json"
	}
	var out bytes.Buffer
	if err := report.Run(&out, &i.kept, format); err != nil {
		return h.Say(theme.Bad, "no report: "+err.Error())
	}
	return h.Save(reportName(i.kept.Run.ID(), extension), out.String())
}

// reportName is the file of a run's report. An id of a damaged journal may be
// anything.
func reportName(id, extension string) string {
	safe := strings.Map(func(c rune) rune {
		if c == '/' || c == '\\' || c == ':' || c < ' ' {
			return '-'
		}
		return c
	}, id)
	return "nbscope-run-" + safe + "." + extension
}
