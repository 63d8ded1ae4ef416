package ui

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"nbscope/model"
	"nbscope/ui/drive"
	"nbscope/ui/explore"
	"nbscope/ui/kit"
	"nbscope/ui/recreate"
	"nbscope/ui/terminal"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// App is the root of the explorer. It owns the state and every effect.
type App struct {
	cfg   Config
	keys  kit.KeyMap
	theme *theme.Theme
	pump  *pump
	inv   *model.Inventory

	world     *kit.World
	notebooks *explore.Notebooks
	vpcs      kit.Screen
	screens   []kit.Screen // that tab turns to
	history   history
	overlay   kit.Overlay
	waits     *waits
	scans     *scans

	width, height int
	dark          bool
	colours       colorprofile.Profile
	mouse         bool          // it is ours and not the terminal's
	job           *terminal.Job // of the shell; nil before the program runs
	tty           files         // for commands that get the terminal
	toast         toast
	timers        [timers]int // newest id of each timer

	countWidth int // of the number of notebooks in the header

	opening  func() tea.Cmd // arranges the kept inventory
	recalled []string       // the accounts for which the list was made as it was left

	saved map[string]string // filters by their names

	staleKnown bool
	staleCount int
	staleSince time.Time

	runs    *recreate.Runs
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
		cfg: cfg, keys: kit.DefaultKeyMap(), pump: newPump(cfg.Scanner), inv: model.NewInventory(), mouse: !cfg.NoMouse,
		dark: cfg.Ground != GroundLight && (cfg.Ground == GroundDark || !cfg.Terminal.Light), colours: colorprofile.TrueColor,
		world: &kit.World{Now: cfg.Now(), Started: cfg.Now(), Policy: cfg.Policy, Skip: cfg.Skip, Presets: model.PresetsWith(cfg.Presets), Own: cfg.Own, Accounts: cfg.Accounts},
	}
	a.world.Inventory = a.inv
	a.saved = map[string]string{}
	maps.Copy(a.saved, cfg.Saved)
	a.waits, a.scans = &waits{App: a}, &scans{App: a}
	a.theme = a.newTheme()
	if cfg.ASCII {
		a.keys = a.keys.Plain()
	}
	a.keys = a.keys.With(cfg.Keys)
	a.notebooks = explore.NewNotebooks(a.world, a.keys, a.theme, cfg.Inspector, cfg.Look)
	a.vpcs = explore.NewVPCs(a.world, a.keys, a.theme)
	a.screens = []kit.Screen{a.notebooks, a.vpcs, explore.NewTargets(a.world, a.keys, a.theme)}
	a.history = history{{screen: a.notebooks}}
	runs := recreate.Config{
		Recreator: cfg.Recreator, Driver: cfg.Driver, Transports: cfg.Transports, Reach: cfg.Reach, NewRunID: cfg.NewRunID, Keep: cfg.Keep, Resume: cfg.Resume, Now: cfg.Now,
	}
	if in := cfg.Inspector; in != nil {
		runs.Advise = func(ctx context.Context, n *model.Notebook) (*model.Notebook, error) { return in.Advise(ctx, n, nil) }
	}
	a.runs = recreate.New(runs, a, a.world, a.keys)
	if list := a.runs.List(); list != nil {
		cfg.Driver.Subscribe(func(n drive.Notice) { a.pump.heard(n) })
		a.screens = append(a.screens, list)
	}
	a.opening = a.Arrange
	a.inv.Seed(cfg.Identities, cfg.Cached)
	a.look()
	a.notebooks.Measure(a.world.Rows)
	a.recall()
	if len(cfg.Notices) > 0 {
		a.toast = toast{tone: theme.Warn, text: strings.Join(cfg.Notices, " "), id: 1}
	}
	return a
}

func (a *App) newTheme() *theme.Theme {
	return theme.New(theme.Options{
		Dark: a.dark, NoColor: a.cfg.NoColor || a.colours < colorprofile.ANSI, Few: a.colours == colorprofile.ANSI, ASCII: a.cfg.ASCII,
	})
}

// askGround asks the terminal for its background, unless the user has told it.
func (a *App) askGround() tea.Cmd {
	if a.cfg.Ground == GroundDark || a.cfg.Ground == GroundLight {
		return nil
	}
	return tea.RequestBackgroundColor
}

// Init starts the first scan.
func (a *App) Init() tea.Cmd {
	cmds := []tea.Cmd{a.askGround(), a.opening(), a.arm(timerAge), a.runs.Read()}
	if a.runs.Journaled() {
		cmds = append(cmds, a.arm(timerRuns))
	}
	if a.toast.text != "" {
		cmds = append(cmds, a.arm(timerToast))
	}
	if a.cfg.Late != nil {
		// What the cache knows makes the first scan short, so it is awaited.
		cmds = append(cmds, a.scans.waitLate())
	} else {
		cmds = append(cmds, a.Scan(model.Incremental, nil))
	}
	return tea.Batch(cmds...)
}

// nextTitle is the next screen as a hint words it.
func nextTitle(a *App) string {
	return a.hinted(a.screens[(slices.Index(a.screens, a.screen())+1)%len(a.screens)])
}

// hinted is a screen as a hint words it.
func (a *App) hinted(s kit.Screen) string {
	if s == a.vpcs { // an abbreviation keeps its capitals
		return s.Title()
	}
	return strings.ToLower(s.Title())
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
	a.staleKnown = false
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
	case a.screen().Typing():
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
		return a.screen().Body(), -1, -1
	}
	over, x, y := a.overlay.Lines(a.theme, a.width, h)
	over = over[:min(len(over), h)]
	for i := range over {
		over[i] = kit.FitLine(over[i], a.width)
	}
	if len(over) == h {
		return strings.Join(over, "\n"), x, y
	}
	below := strings.Split(a.screen().Body(), "\n")
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
