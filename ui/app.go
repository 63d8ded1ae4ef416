package ui

import (
	"context"
	"maps"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"nbscope/model"
	"nbscope/ui/drive"
	"nbscope/ui/explore"
	"nbscope/ui/kit"
	"nbscope/ui/recreate"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// App is the root of the explorer. Its parts own what they are about; what they share, and
// every effect, is App's.
type App struct {
	way
	notice
	outside
	kit.Recreates // runs

	cfg   Config
	keys  kit.KeyMap
	theme *theme.Theme
	pump  *pump
	clock *clock
	inv   *model.Inventory

	world     *kit.World
	notebooks *explore.Notebooks
	runs      *recreate.Runs
	overlay   kit.Overlay
	waits     waits
	scans     *scans
	memory    *memory
	saved     *saved

	width, height int
	dark          bool
	colours       colorprofile.Profile

	countWidth int            // of the number of notebooks in the header
	stale      *staleness     // as it was counted last; nil: the world has changed since
	opening    func() tea.Cmd // arranges the kept inventory

	ticking bool // the clock of what is under way runs
	frame   int  // of the sign that something is under way
	leaving bool // ctrl+c was pressed while runs are moved: the program ends with their calls
}

// New returns an explorer that has not started anything.
func New(cfg Config) *App {
	if cfg.ExportDir == "" {
		cfg.ExportDir = "."
	}
	a := &App{
		cfg: cfg, keys: kit.DefaultKeyMap(), pump: newPump(cfg.Scanner), inv: model.NewInventory(),
		dark: cfg.Ground != GroundLight && (cfg.Ground == GroundDark || !cfg.Terminal.Light), colours: colorprofile.TrueColor,
		world: &kit.World{Now: cfg.Now(), Started: cfg.Now(), Policy: cfg.Policy, Skip: cfg.Skip, Presets: model.PresetsWith(cfg.Presets), Own: cfg.Own, Accounts: cfg.Accounts},
	}
	a.world.Inventory = a.inv
	a.theme = a.newTheme()
	if cfg.ASCII {
		a.keys = a.keys.Plain()
	}
	a.keys = a.keys.With(cfg.Keys)
	a.clock = &clock{pump: a.pump, refresh: cfg.Refresh}
	a.notice.clock = a.clock
	a.scans = &scans{App: a}
	a.outside = outside{cfg: &a.cfg, host: a, world: a.world, keys: a.keys, pump: a.pump, mouse: !cfg.NoMouse}
	a.notebooks = explore.NewNotebooks(a.world, a.keys, a.theme, cfg.Inspector, cfg.Look)
	a.memory = &memory{cfg: &a.cfg, world: a.world, list: a.notebooks}
	a.saved = &saved{filters: map[string]string{}, keep: cfg.KeepFilter, list: a.notebooks, keys: a.keys.Typing, now: cfg.Now}
	maps.Copy(a.saved.filters, cfg.Saved)
	screens := []kit.Screen{a.notebooks, explore.NewVPCs(a.world, a.keys, a.theme), explore.NewTargets(a.world, a.keys, a.theme)}
	a.runs = recreate.New(runsConfig(&a.cfg), a, a.world, a.keys)
	a.Recreates = a.runs
	if list := a.runs.List(); list != nil {
		cfg.Driver.Subscribe(func(n drive.Notice) { a.pump.heard(n) })
		screens = append(screens, list)
	}
	a.way = way{screens: screens, places: []place{{screen: a.notebooks}}, world: a.world, left: a.runs.Left}
	a.opening = a.Arrange
	a.inv.Seed(cfg.Identities, cfg.Cached)
	a.look()
	a.notebooks.Measure(a.world.Rows)
	a.memory.recall()
	if len(cfg.Notices) > 0 {
		a.toast = toast{tone: theme.Warn, text: strings.Join(cfg.Notices, " ")}
	}
	return a
}

// runsConfig is what recreates are told of the configuration.
func runsConfig(cfg *Config) recreate.Config {
	out := recreate.Config{
		Recreator: cfg.Recreator, Driver: cfg.Driver, Transports: cfg.Transports, Reach: cfg.Reach, NewRunID: cfg.NewRunID, Keep: cfg.Keep, Resume: cfg.Resume, Now: cfg.Now,
	}
	if in := cfg.Inspector; in != nil {
		out.Advise = func(ctx context.Context, n *model.Notebook) (*model.Notebook, error) { return in.Advise(ctx, n, nil) }
	}
	return out
}

func (a *App) newTheme() *theme.Theme {
	return theme.New(theme.Options{
		Dark: a.dark, NoColor: a.cfg.NoColor || a.colours < colorprofile.ANSI, Few: a.colours == colorprofile.ANSI, ASCII: a.cfg.ASCII,
	})
}

// Init starts the first scan.
func (a *App) Init() tea.Cmd {
	cmds := []tea.Cmd{a.askGround(), a.opening(), a.clock.arm(timerAge), a.runs.Read()}
	if a.runs.Journaled() {
		cmds = append(cmds, a.clock.arm(timerRuns))
	}
	if a.toast.text != "" {
		cmds = append(cmds, a.clock.arm(timerToast))
	}
	if a.cfg.Late != nil {
		// What the cache knows makes the first scan short, so it is awaited.
		cmds = append(cmds, a.scans.waitLate())
	} else {
		cmds = append(cmds, a.Scan(model.Incremental, nil))
	}
	return tea.Batch(cmds...)
}

// look brings the world up to date with the inventory.
func (a *App) look() {
	w := a.world
	w.Now = a.cfg.Now()
	w.Lens = model.Lens{Now: w.Now, Aliases: a.inv.Aliases(), Findings: w.Policy.Findings}
	w.Rows = a.inv.Rows()
	w.Targets = a.inv.Targets()
	w.Problems = a.inv.Problems()
	w.Index = a.inv.Index()
	w.Identities = a.inv.Identities()
	if !w.Scan.Quiet() {
		w.Coverage = a.inv.Coverage()
	}
	a.countWidth = max(a.countWidth, len(strconv.Itoa(len(w.Rows))))
	a.stale = nil
}

// mode says who gets the keys.
type mode uint8

const (
	modeCommand  mode = iota // keys are commands
	modeTyping               // keys are text of the screen's filter
	modeOverlay              // keys belong to the overlay
	modeTooSmall             // nothing can be seen: only quitting works
)

func (a *App) mode() mode {
	switch {
	case a.tooSmall():
		return modeTooSmall
	case a.overlay != nil:
		return modeOverlay
	case a.Front().Typing():
		return modeTyping
	}
	return modeCommand
}

// The smallest screen that the explorer can be used on.
const (
	minWidth  = 40
	minHeight = 12
)

func (a *App) tooSmall() bool { return a.width < minWidth || a.height < minHeight }

// View draws the frame.
func (a *App) View() tea.View {
	v, d := tea.NewView(""), drawing{a}
	v.AltScreen = true
	if a.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.KeyboardEnhancements.ReportAlternateKeys = true // for the Latin name of a key
	v.WindowTitle = a.runs.Title() + d.windowTitle()
	v.ProgressBar = d.progress()
	if a.tooSmall() {
		v.Content = d.smallView()
		return v
	}
	head, cursor := d.headline()
	if cursor >= 0 && a.overlay == nil {
		v.Cursor = tea.NewCursor(cursor, 1)
	}
	body, x, y := d.bodyView()
	if x >= 0 {
		v.Cursor = tea.NewCursor(min(x, a.width-1), headerLines+y)
	}
	v.Content = d.headerLine() + "\n" + head + "\n" + body + "\n" + d.factsLine() + "\n" + d.hintsLine()
	return v
}

// bodyHeight is the room between header and footer.
func (a *App) bodyHeight() int { return max(0, a.height-headerLines-footerLines) }

// bodyView is the screen's body with the overlay on top, and the overlay's cursor.
func (a drawing) bodyView() (string, int, int) {
	h := a.bodyHeight()
	if a.overlay == nil {
		return a.Front().Body(), -1, -1
	}
	over, x, y := a.overlay.Lines(a.theme, a.width, h)
	over = over[:min(len(over), h)]
	for i := range over {
		over[i] = kit.FitLine(over[i], a.width)
	}
	if len(over) == h {
		return strings.Join(over, "\n"), x, y
	}
	below := strings.Split(a.Front().Body(), "\n")
	return strings.Join(append(over, below[min(len(over), len(below)):]...), "\n"), x, y
}

// smallView says what is missing, as well as the room allows.
func (a drawing) smallView() string {
	if a.width <= 0 || a.height <= 0 {
		return ""
	}
	return kit.Centered(a.theme, a.width, a.height, kit.Message{
		Title: "nbscope needs " + strconv.Itoa(minWidth) + "x" + strconv.Itoa(minHeight) + ", this is " + strconv.Itoa(a.width) + "x" + strconv.Itoa(a.height),
		Hint:  a.keys.Global.Kill.Help().Key + " quits",
	})
}

func (a drawing) windowTitle() string {
	t := "nbscope"
	if ids := a.world.Identities; len(ids) > 0 {
		t += " " + strings.TrimSpace(text.Clean(ids[0].Label()))
	}
	return t
}

// progress is shown in the terminal's own tab or task bar.
func (a drawing) progress() *tea.ProgressBar {
	if b := a.runs.Progress(); b != nil {
		return b
	}
	s, c := a.world.Scan, a.world.Coverage
	if !s.Running || s.Quiet() {
		return nil
	}
	if c.Targets == 0 {
		return tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
	}
	return tea.NewProgressBar(tea.ProgressBarDefault, 100*(c.Answered+c.Failed)/c.Targets)
}
