package ui

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/report"
	"nbscope/ui/kit"
)

// exportFormat is a format of the export and the end of its file's name.
type exportFormat struct {
	format    report.Format
	extension string
	words     string
}

func exportFormats() []exportFormat {
	return []exportFormat{
		{report.CSV, "csv", "CSV, for spreadsheets"},
		{report.JSON, "json", "JSON, for programs"},
		{report.Markdown, "md", "Markdown, for people"},
	}
}

// exportName is the file of an export made at a time.
func exportName(dir string, at time.Time, f exportFormat) string {
	return filepath.Join(dir, "nbscope-"+at.UTC().Format("20060102T150405Z")+"."+f.extension)
}

// askExport lets the user choose the format.
func (a *App) askExport() kit.Intent {
	items := make([]kit.Choice, 0, len(exportFormats()))
	for _, f := range exportFormats() {
		items = append(items, kit.Choice{
			Name: f.words, Note: filepath.Base(exportName("", a.cfg.Now(), f)),
			Run: own(func() tea.Cmd { return a.export(f) }),
		})
	}
	return kit.Show{Overlay: kit.NewPicker("Export "+kit.Count(a.notebooks.Len(), "notebook")+" as", a.keys.Typing, items)}
}

// export writes the view into a file outside of the loop.
func (a *App) export(f exportFormat) tea.Cmd {
	v, path, write := a.notebooks.View(a.cfg.Now()), exportName(a.cfg.ExportDir, a.cfg.Now(), f), a.cfg.WriteFile
	return a.pump.job("export", func(context.Context) ownMsg {
		return writtenMsg{what: kit.Count(len(v.Notebooks), "notebook"), path: path, err: writeReport(path, f.format, v, write)}
	})
}

func writeReport(path string, f report.Format, v report.View, write func(string, []byte) error) error {
	var out bytes.Buffer
	if err := report.Write(&out, f, v, 0); err != nil {
		return fmt.Errorf("make the export: %w", err)
	}
	if write == nil {
		return model.Problem{Kind: model.KindConfig, Message: "writing files is not possible here"}
	}
	if err := write(path, out.Bytes()); err != nil {
		return fmt.Errorf("no export: %w", err) // which names the path
	}
	return nil
}
