// Package cli is the command line: it reads flags and the configuration file,
// runs the commands over the ports that main fills in, and decides what is
// printed where and with which exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui"
	"nbscope/ui/drive"
	"nbscope/ui/terminal"
	"nbscope/ui/text"
)

// Backend is a sign-in that can scan.
type Backend interface {
	ui.Scanner
	ui.Inspector
	ui.Recreator
	drive.Writes
	// Identify says who the sign-in is that reaches a target.
	Identify(ctx context.Context, t model.Target) (model.Identity, error)
}

// Session is a backend with what is kept of its last inventory.
type Session struct {
	Backend Backend
	Runs    drive.Runs                                                       // nil: there is no place for journals
	Load    func() Kept                                                      // nil: no cache
	Save    func(context.Context, []model.Identity, []*model.Notebook) error // nil: no cache
	Write   func(path string, data []byte) error                             // whole or not at all
	Close   func() error

	Transports []recreate.Transport // those that data can be moved by; by hand it always can
	Discard    func()               // what must not stay, where the program is made to end before Close; nil: nothing
}

// end closes the session and tells what was lost, such as lines of the log.
func (s *Session) end(env *Env) {
	if err := s.Close(); err != nil {
		fmt.Fprintf(env.Stderr, "nbscope: %s\n", text.Clean(err.Error()))
	}
}

// driver is what moves runs in this session.
func (s *Session) driver(env *Env) *drive.Driver {
	return drive.New(drive.Config{Runs: s.Runs, Writes: s.Backend, Now: env.Now})
}

// journals are the runs of this machine, as preflight looks at them.
func (s *Session) journals() recreate.Fact[[]recreate.Kept] {
	if s.Runs == nil {
		return recreate.Unknown[[]recreate.Kept]("there is no place for the journals of runs")
	}
	kept, err := s.Runs.List()
	if err != nil {
		return recreate.Unknown[[]recreate.Kept]("this machine's journals could not be read: " + err.Error())
	}
	return recreate.Know(kept)
}

// Kept is the inventory of the last time.
type Kept struct {
	Identities []model.Identity
	Notebooks  []*model.Notebook
	Notices    []string
}

// SimSettings are the options of nbscope sim.
type SimSettings struct {
	Listen    string
	Seed      uint64
	Accounts  int
	Regions   int
	Notebooks int
	Latency   time.Duration
	RPS       float64
	Faults    string
	TimeScale float64
	Jupyter   []string // NAME=URL of real servers behind notebooks
}

// Env is the program's surroundings and the parts that only main can build.
type Env struct {
	Version string
	Args    []string
	Stdin   *os.File
	Stdout  *os.File
	Stderr  *os.File
	Environ []string
	Now     func() time.Time
	Signals <-chan os.Signal // each asks the program to end
	Exit    func(code int)   // ends the program where it does not end by itself

	// ReadFile reads a regular file of at most so many bytes; nil: there are no files.
	ReadFile func(path string, most int64) ([]byte, error)
	// ChangeFile makes of a file of the program's own what change makes of it, nil where
	// there is none, whole or not at all; no other program changes it meanwhile. nil:
	// nothing is kept.
	ChangeFile func(path string, most int64, change func(old []byte) ([]byte, error)) error
	// Open signs in lazily: it checks the settings and calls nothing.
	Open func(context.Context, Settings) (Session, error)
	// Runs reads the journals of runs; it needs no sign-in.
	Runs func() (RunLister, error)
	// NewRunID is an id that no other run has.
	NewRunID func() string
	// Values are what a shell completes.
	Values Values
	// Simulate serves the simulated AWS until ctx ends, printing shell lines first.
	Simulate func(ctx context.Context, s SimSettings, stdout, stderr io.Writer) error
	// SimDefaults are the values of the sim flags.
	SimDefaults SimSettings

	ending *ending
}

// Run executes the command line and returns the exit code.
func Run(ctx context.Context, env Env) int {
	if env.ReadFile == nil {
		env.ReadFile = func(string, int64) ([]byte, error) { return nil, fs.ErrNotExist }
	}
	ctx, env.ending = watch(ctx, &env)
	err := newRoot(&env).ExecuteContext(ctx)
	if signal, ok := errors.AsType[InterruptedError](context.Cause(ctx)); ok && err != nil {
		if _, said := errors.AsType[InterruptedError](err); !said {
			err = signal // whatever it made fail
		}
	}
	if err != nil {
		printError(env.Stderr, err)
	}
	return ExitCode(err)
}

const rootLong = `nbscope shows every SageMaker notebook instance of your accounts, in all regions at
once: where each one sits, whether it has direct internet access, whether it reaches
the internet in fact, and what it runs on.

Without a command it opens the explorer. Try it on a simulated AWS first: nbscope --demo`

func newRoot(env *Env) *cobra.Command {
	var s Settings
	root := &cobra.Command{
		Use:   "nbscope",
		Short: "Explore SageMaker notebook instances across accounts and regions",
		Long:  rootLong,
		Example: `# a realistic world, nothing needed
nbscope --demo

# every notebook that the default credentials can see
nbscope

# two profiles, Europe only, starting with a filter
nbscope --profile prod --profile sandbox --region 'eu-*' --filter 'net:vpc-only'`,
		Version: env.Version,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return explore(cmd.Context(), env, &s, cmd.Flags(), "") },

		SilenceUsage: true, SilenceErrors: true, // Run tells
	}
	s.register(root.Flags())
	s.registerWide(root.Flags())
	root.Flags().Lookup("trust-index").Hidden = true // the explorer's exit code says nothing of what it saw
	s.registerWrites(root.Flags())
	root.SetArgs(env.Args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newList(env), newShow(env), newProbe(env), newPlan(env), newApply(env), newRuns(env), newResume(env), newSim(env), newConfig(env), newMan(env))
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { showHelp(cmd, env.Stdout, terminalWidth(env.Stdout)) })
	root.SetHelpCommand(newHelp())
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	completes(env, root, &s)
	nameValues(root)
	return root
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Print the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err == nil {
				err = noArgs(about, rest)
			}
			if err != nil {
				return err
			}
			return about.Help()
		},
	}
}

// oneArg refuses any other number of arguments than one.
func oneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("%s takes %s, but got %d; see %s --help", cmd.Name(), what, len(args), cmd.CommandPath())
		}
		return nil
	}
}

// noArgs refuses arguments; on the root command an argument is a command that
// does not exist.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasParent() {
		return usagef("%s takes no arguments, but got %q; see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return usagef("there is no command %q%s; see nbscope --help", args[0], didYouMean(args[0], names))
}

// flagError makes cobra's flag errors usage errors, with the nearest flag for
// one that does not exist.
func flagError(cmd *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	if !errors.As(err, &missing) {
		return usagef("%w; see %s --help", err, cmd.CommandPath())
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	name := missing.GetSpecifiedName()
	dashes := "--"
	if missing.GetSpecifiedShortnames() != "" {
		dashes = "-"
	}
	return usagef("there is no flag %s%s%s; see %s --help", dashes, name, didYouMean("--"+name, names), cmd.CommandPath())
}

// explore opens the full-screen explorer, on a run where one is named.
func explore(ctx context.Context, env *Env, s *Settings, flags *pflag.FlagSet, run string) error {
	getenv := lookup(env.Environ)
	if err := s.complete(flags, env); err != nil {
		return err
	}
	if err := needTerminal(env, getenv); err != nil {
		return err
	}
	env.ending.onForce(restorer(env))
	session, err := env.Open(ctx, *s)
	if err != nil {
		return err
	}
	defer session.end(env)
	env.ending.onForce(session.Discard)
	cwd, _ := os.Getwd() // "" is where the program is as well
	kind := terminal.Of(getenv)
	cfg := ui.Config{
		Scanner: session.Backend, Inspector: session.Backend,
		Save: session.Save, WriteFile: session.Write, ExportDir: cwd,
		Look: ui.Look{Sort: s.Sort, Group: s.Group, Columns: s.Columns, Filter: s.Filter}, Skip: s.Skip(), Policy: s.Policy(), Refresh: s.Refresh, Demo: s.Demo,
		NoColor: getenv("NO_COLOR") != "", ASCII: s.ASCII || kind.Plain, Ground: ui.Ground(s.Theme), NoMouse: !s.Mouse, Terminal: kind,
		Version: env.Version, Now: env.Now, Leaving: env.ending.interrupted,
		Recreator: session.Backend, Driver: session.driver(env), Transports: session.Transports, Reach: s.Reach, NewRunID: env.NewRunID, Keep: s.Keep, Resume: run,
	}
	cfg.Keys, cfg.Own, cfg.Presets, cfg.Accounts, cfg.Lent = s.Keys, s.own(), s.presets(), s.looks(), env.ending.lend
	if cfg.NoBrowser = kind.NoBrowser(runtime.GOOS, getenv); cfg.NoBrowser == "" {
		cfg.Browser = terminal.Browse(runtime.GOOS)
	}
	if kind.Tmux {
		cfg.Buffer = terminal.LoadBuffer
	}
	if m := memoryOf(env, s); m != nil {
		cfg.Recall, cfg.Remember = m.recall, m.remember
		cfg.Saved, cfg.KeepFilter = m.saved(), m.keepFilter
		defer m.tell() // when the screen is as it was
	}
	if session.Load != nil {
		seed(&cfg, session.Load, time.After(patience))
	}
	if err := ui.Run(ctx, cfg, env.Stdin, env.Stdout, env.Environ); err != nil {
		return err
	}
	return context.Cause(ctx) // the signal that ended it
}

// patience bounds how long the first frame waits for the kept inventory. An
// ordinary one is read by then and stands in that frame; a large one comes a moment
// later and holds up nothing more.
const patience = 40 * time.Millisecond

// seed gives the explorer the kept inventory, now or as soon as it is read.
func seed(cfg *ui.Config, load func() Kept, late <-chan time.Time) {
	loaded := make(chan Kept, 1)
	go func() { loaded <- load() }()
	select {
	case k := <-loaded:
		cfg.Identities, cfg.Cached, cfg.Notices = k.Identities, k.Notebooks, k.Notices
	case <-late:
		cfg.Late = func() ui.Late {
			k := <-loaded
			return ui.Late{Identities: k.Identities, Cached: k.Notebooks, Notices: k.Notices}
		}
	}
}

// needTerminal refuses a pipe and a terminal that cannot draw.
func needTerminal(env *Env, getenv func(string) string) error {
	const instead = "the explorer needs an interactive terminal; use `nbscope list` to print the inventory"
	if !isTerminal(env.Stdout) || !isTerminal(env.Stdin) {
		return fmt.Errorf("standard input or output is not a terminal: %s", instead)
	}
	if getenv("TERM") == "dumb" {
		return fmt.Errorf("TERM=dumb cannot draw a screen: %s", instead)
	}
	return nil
}

// lookup makes a getenv over the given environment.
func lookup(environ []string) func(string) string {
	vars := make(map[string]string, len(environ))
	for _, kv := range environ {
		if k, v, ok := strings.Cut(kv, "="); ok {
			vars[k] = v
		}
	}
	return func(name string) string { return vars[name] }
}
