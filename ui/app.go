package ui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"nbscope/model"
	"nbscope/model/query"
	"nbscope/ui/drive"
	"nbscope/ui/match"
	"nbscope/ui/theme"
)

// App is the root of the explorer. It owns the state and every effect.
type App struct {
	cfg   Config
	keys  KeyMap
	theme *theme.Theme
	pump  *pump
	inv   *model.Inventory

	world     *world
	notebooks *notebooksScreen
	vpcs      *vpcsScreen
	targets   *targetsScreen
	runsList  *runsScreen
	screens   []screen
	at        int      // the screen shown, when no other is on top
	pushed    []screen // on top of it, the last one in front
	overlay   overlay
	questions []model.Question // waiting behind the overlay, or until the user has typed
	looks     *looks           // of runs that are decided about together, before their gate opens
	offers    []offer          // gates that would have opened by themselves, but for the user being at something else

	width, height int
	dark          bool
	toast         toast
	timers        [timers]int // newest id of each timer

	scanned    map[model.Target]bool // targets heard of in the scan under way
	whole      bool                  // the scan under way is about every target
	countWidth int                   // of the number of notebooks in the header

	staleKnown bool
	staleCount int
	staleSince time.Time

	arranger arranger

	runs     *runBook
	left     *batch            // the batch that was left last; nil: none
	begun    map[string]*draft // whose runs are being begun, by the run's id
	drafts   map[string]*draft // given up unfinished, by the notebook's ARN
	ticking  bool              // the clock of what is under way runs
	watching bool              // the clock of the copies that are watched runs
	frame    int               // of the sign that something is under way
	leaving  bool              // ctrl+c was pressed while runs are moved: the program ends with their calls
}

// arranger filters and sorts, in the loop for short lists and beside it for long
// ones, where at most one piece of work is under way at a time.
type arranger struct {
	engine *query.Engine
	sorted *sorted
	seq    int  // of the newest result shown or asked for
	busy   bool // a piece of work is under way and owns the engine
	again  bool // the list has changed since it was started
}

func newArranger(seq int) arranger {
	return arranger{engine: query.NewEngine(match.Fuzzy).InBatches(match.Many), sorted: &sorted{}, seq: seq}
}

// New returns an explorer that has not started anything.
func New(cfg Config) *App {
	if cfg.ExportDir == "" {
		cfg.ExportDir = "."
	}
	a := &App{
		cfg: cfg, keys: DefaultKeyMap(), pump: newPump(cfg.Scanner), inv: model.NewInventory(), dark: true,
		world:    &world{now: cfg.Now(), started: cfg.Now(), policy: cfg.Policy, skip: cfg.Skip},
		arranger: newArranger(0), runs: newRunBook(), begun: map[string]*draft{}, drafts: map[string]*draft{},
	}
	a.world.inv = a.inv
	a.theme = a.newTheme()
	if cfg.ASCII {
		a.keys = a.keys.plain()
	}
	a.notebooks = newNotebooksScreen(a.world, a.keys, a.theme, cfg.Inspector, cfg.Filter)
	a.targets = newTargetsScreen(a.world, a.keys, a.theme)
	a.vpcs = newVPCsScreen(a.world, a.keys, a.theme)
	a.screens = []screen{a.notebooks, a.vpcs, a.targets}
	if a.journaled() {
		a.cfg.Driver.Subscribe(func(n drive.Notice) { a.pump.heard(n) })
		a.runsList = newRunsScreen(a.world, a.runs, a.keys, a.theme, a.wizardPorts())
		a.screens = append(a.screens, a.runsList)
	}
	a.inv.Seed(cfg.Identities, cfg.Cached)
	a.look()
	a.notebooks.columns.measure(a.world.rows, a.world.lens)
	if len(cfg.Notices) > 0 {
		a.toast = toast{tone: theme.Warn, text: strings.Join(cfg.Notices, " "), id: 1}
	}
	return a
}

func (a *App) newTheme() *theme.Theme {
	return theme.New(theme.Options{Dark: a.dark, NoColor: a.cfg.NoColor, ASCII: a.cfg.ASCII})
}

// Init asks for the terminal's background and starts the first scan.
func (a *App) Init() tea.Cmd {
	cmds := []tea.Cmd{tea.RequestBackgroundColor, a.Arrange(), a.arm(timerAge), a.readRuns()}
	if a.toast.text != "" {
		cmds = append(cmds, a.arm(timerToast))
	}
	if a.cfg.Late != nil {
		// What the cache knows makes the first scan short, so it is awaited.
		cmds = append(cmds, a.waitLate())
	} else {
		cmds = append(cmds, a.Scan(model.Incremental, nil))
	}
	return tea.Batch(cmds...)
}

// screen is what is shown: what was opened last on top of the others.
func (a *App) screen() screen {
	if n := len(a.pushed); n > 0 {
		return a.pushed[n-1]
	}
	return a.screens[a.at]
}

// everyScreen is every screen that there is, shown or not.
func (a *App) everyScreen() []screen { return slices.Concat(a.screens, a.pushed) }

// nextTitle is the next screen as a hint words it.
func (a *App) nextTitle() string {
	if t := a.screens[(a.at+1)%len(a.screens)].title(); t != titleVPCs {
		return strings.ToLower(t)
	}
	return titleVPCs
}

// look brings the world up to date with the inventory.
func (a *App) look() {
	w := a.world
	w.now = a.cfg.Now()
	w.lens = model.Lens{Now: w.now, Aliases: a.inv.Aliases(), Findings: w.policy.Findings}
	w.rows = a.inv.Rows()
	w.targets = a.inv.Targets()
	w.problems = a.inv.Problems()
	w.identities = a.inv.Identities()
	if !w.scan.quiet() {
		w.coverage = a.inv.Coverage()
	}
	a.countWidth = max(a.countWidth, len(itoa(len(w.rows))))
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
	case a.screen().typing():
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
	v := tea.NewView("")
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = a.runsTitle() + a.windowTitle()
	v.ProgressBar = a.progress()
	if a.tooSmall() {
		v.Content = a.smallView()
		return v
	}
	head, cursor := a.headline()
	if cursor >= 0 && a.overlay == nil {
		v.Cursor = tea.NewCursor(cursor, 1)
	}
	body, x, y := a.bodyView()
	if x >= 0 {
		v.Cursor = tea.NewCursor(min(x, a.width-1), headerLines+y)
	}
	v.Content = a.headerLine() + "\n" + head + "\n" + body + "\n" + a.factsLine() + "\n" + a.hintsLine()
	return v
}

// bodyHeight is the room between header and footer.
func (a *App) bodyHeight() int { return max(0, a.height-headerLines-footerLines) }

// bodyView is the screen's body with the overlay on top, and the overlay's cursor.
func (a *App) bodyView() (string, int, int) {
	h := a.bodyHeight()
	if a.overlay == nil {
		return a.screen().body(), -1, -1
	}
	over, x, y := a.overlay.lines(a.theme, a.width, h)
	over = over[:min(len(over), h)]
	for i := range over {
		over[i] = fitBlock(over[i], a.width)
	}
	if len(over) == h {
		return strings.Join(over, "\n"), x, y
	}
	below := strings.Split(a.screen().body(), "\n")
	return strings.Join(append(over, below[min(len(over), len(below)):]...), "\n"), x, y
}

// smallView says what is missing, as well as the room allows.
func (a *App) smallView() string {
	if a.width <= 0 || a.height <= 0 {
		return ""
	}
	return centered(a.theme, a.width, a.height, message{
		title: "nbscope needs " + itoa(minWidth) + "x" + itoa(minHeight) + ", this is " + itoa(a.width) + "x" + itoa(a.height),
		hint:  "q quits",
	})
}

func (a *App) windowTitle() string {
	t := "nbscope"
	if ids := a.world.identities; len(ids) > 0 {
		t += " " + cleanTitle(ids[0].Label())
	}
	return t
}

// progress is shown in the terminal's own tab or task bar.
func (a *App) progress() *tea.ProgressBar {
	if b := a.runsProgress(); b != nil {
		return b
	}
	s, c := a.world.scan, a.world.coverage
	if !s.running || s.quiet() {
		return nil
	}
	if c.Targets == 0 {
		return tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
	}
	return tea.NewProgressBar(tea.ProgressBarDefault, 100*(c.Answered+c.Failed)/c.Targets)
}
