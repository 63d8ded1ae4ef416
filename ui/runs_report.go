package ui

import (
	"bytes"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nbscope/model/report"
	"nbscope/ui/theme"
)

// report writes the report of a run into a file: the plan, who did what and when,
// the calls, the outcome. There is no secret in it.
func (a *App) report(do intentReport) tea.Cmd {
	format, extension := report.Markdown, "md"
	if do.json {
		format, extension = report.JSON, "json"
	}
	var out bytes.Buffer
	if err := report.Run(&out, &do.run.Run, format); err != nil {
		return a.say(theme.Bad, "no report: "+err.Error())
	}
	return a.saveText(intentSave{name: reportName(do.run.ID, extension), data: out.String()})
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
