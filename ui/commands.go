package ui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/report"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// Everything that takes time or touches the world starts here.

// Scan starts a scan of everything, or of some targets, in place of the one under
// way.
func (a *App) Scan(m model.Mode, only []model.Target) tea.Cmd {
	a.inv.Begin(a.inv.Generation()+1, only) // first: what is known is then the rows that are shown, and each is held once
	req := model.ScanRequest{Generation: a.inv.Generation(), Mode: m, Only: only, Known: a.inv.Snapshot(only...)}
	now := a.cfg.Now()
	a.world.Scan = kit.ScanState{Running: true, Mode: m, Began: now, Frame: a.world.Scan.Frame}
	a.scans.whole, a.scans.scanned = len(only) == 0, map[model.Target]bool{}
	a.look()
	p := a.pump
	start := func() tea.Msg { p.scan(req); return nil }
	if a.world.Scan.Quiet() {
		return start
	}
	return tea.Batch(start, a.clock.arm(timerSpin), kit.Perform(a, a.syncScreens()))
}

func (a *scans) scanStoppable() bool { return a.world.Scan.Running && !a.world.Scan.Quiet() }

func (a *scans) cancelScan() tea.Cmd {
	if !a.world.Scan.Running { // it ended while the palette was open
		return nil
	}
	a.pump.cancelScan()
	a.world.Scan.Stopped = true
	return a.Say(theme.Warn, "the scan was stopped; "+a.keys.Global.Refresh.Help().Key+" starts again")
}

// waitLate waits for the cache that was too large for the first frame.
func (a *scans) waitLate() tea.Cmd {
	late := a.cfg.Late
	return a.pump.job("cache", func(ctx context.Context) ownMsg {
		got := make(chan Late, 1)
		go func() { got <- late() }()
		select {
		case l := <-got:
			return lateMsg{l}
		case <-ctx.Done():
			return nil
		}
	})
}

// keep saves the inventory for the next start.
func (a *scans) keep() tea.Cmd {
	save, ids, rows := a.cfg.Save, a.world.Identities, a.world.Rows
	if save == nil || len(ids) == 0 {
		return nil
	}
	return a.Job("cache", func(ctx context.Context) kit.Intent {
		if err := save(ctx, ids, rows); err != nil {
			return kit.Say{Tone: theme.Warn, Text: "the inventory could not be kept for the next start: " + err.Error()}
		}
		return nil
	})
}

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
func (a input) askExport() kit.Intent {
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
func (a input) export(f exportFormat) tea.Cmd {
	v, path, write := a.notebooks.View(a.cfg.Now()), exportName(a.cfg.ExportDir, a.cfg.Now(), f), a.cfg.WriteFile
	return a.pump.job("export", func(context.Context) ownMsg {
		said := writtenMsg{what: kit.Count(len(v.Notebooks), "notebook"), path: path}
		said.err = writeReport(path, write, func(w io.Writer) error { return report.Write(w, f.format, v, 0) })
		if f.format == report.CSV && said.err == nil { // its rows are all that it holds
			about := strings.TrimSuffix(path, f.extension) + "about.txt"
			said.also = ", and what they are to " + filepath.Base(about)
			said.err = writeReport(about, write, func(w io.Writer) error { return report.About(w, v) })
		}
		return said
	})
}

func writeReport(path string, write func(string, []byte) error, report func(io.Writer) error) error {
	var out bytes.Buffer
	if err := report(&out); err != nil {
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
