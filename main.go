// Command nbscope is a terminal program that explores AWS SageMaker notebook
// instances across accounts and regions. This file wires the parts and exits.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	stdlog "log"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"nbscope/aws"
	"nbscope/aws/jupyter"
	"nbscope/aws/sim"
	"nbscope/aws/store"
	"nbscope/model"
	"nbscope/model/journal"
	"nbscope/model/recreate"
	"nbscope/ui/cli"
	"nbscope/ui/drive"
)

// version is set by the linker.
var version = "dev"

// gcPercent lets the heap grow by less than the usual double between collections: most
// of a small inventory's memory is garbage of the scan that made it. There is no limit
// beside it. One that a large inventory comes near to has the collector run without end:
// at 100,000 notebooks, 240 MiB took two thirds more CPU than none.
const gcPercent = 50

// demoLookEvery is how often a wait looks in the demo, whose notebooks change
// faster than AWS's.
const demoLookEvery = 500 * time.Millisecond

// ends are the signals that end the program in order. One started by nohup outlives
// its terminal.
func ends() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

func main() {
	stdlog.SetOutput(io.Discard) // net/http writes there, and on standard error it is nobody's news

	if os.Getenv("GOGC") == "" { // what the user asks of the runtime holds
		debug.SetGCPercent(gcPercent)
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, ends()...)
	os.Exit(cli.Run(context.Background(), cli.Env{
		Version: version,
		Args:    os.Args[1:],
		Stdin:   os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Environ:     os.Environ(),
		Now:         time.Now,
		Open:        open,
		Runs:        func() (cli.RunLister, error) { return openRuns(nil, os.Getenv) },
		NewRunID:    newRunID,
		Simulate:    simulate,
		SimDefaults: simDefaults(),
		Values:      cli.Values{Profiles: aws.Profiles, Regions: aws.Regions, Names: names},

		Signals:  signals,
		Exit:     os.Exit,
		ReadFile: store.ReadFile, ChangeFile: store.ChangeFile,
	}))
}

// options are the settings as the client takes them.
func options(s cli.Settings) aws.Options {
	return aws.Options{
		Profiles: s.Profiles, AllProfiles: s.AllProfiles, RoleARNs: s.RoleARNs, OrgRole: s.OrgRole,
		Accounts: s.Accounts, OUs: s.OUs, Discover: model.Discovery(s.Discover),
		Regions: s.Regions, Skip: s.Skip(), EndpointURL: s.EndpointURL, Concurrency: s.Concurrency,
		AllowWrite: s.AllowWrite, ReadOnly: s.ReadOnly, Reach: s.Reach, MayPrompt: s.MayPrompt, Now: time.Now,
	}
}

// line is what copies share of this machine's; nil for no limit. The settings were
// validated.
func line(s *cli.Settings) *jupyter.Line {
	if perSecond, err := s.PerSecond(); err == nil && perSecond > 0 {
		return jupyter.NewLine(perSecond)
	}
	return nil
}

// open builds the session that the settings describe. It calls nothing yet.
func open(ctx context.Context, s cli.Settings) (cli.Session, error) {
	log, closeLog, err := s.OpenLog(store.OpenLog)
	if err != nil {
		return cli.Session{}, err
	}
	o := options(s)
	o.Log = log
	log.Info("nbscope", "version", version, "go", runtime.Version(), "system", runtime.GOOS+"/"+runtime.GOARCH, "concurrency", s.Concurrency, "demo", s.Demo)
	dir, leave := cli.RunsDir(os.Getenv), func() error { return nil }
	if s.Demo {
		if dir, leave, err = enterDemo(ctx, &o); err != nil {
			return cli.Session{}, errors.Join(err, closeLog())
		}
	}
	if dir != "" {
		o.Mover = &aws.Copier{Runs: dir, Now: time.Now, Line: line(&s)}
	}
	client, err := aws.New(o)
	if err != nil {
		return cli.Session{}, errors.Join(err, leave(), closeLog())
	}
	session := cli.Session{
		Backend: client, Transports: client.Transports(),
		Write: func(path string, data []byte) error { return store.WriteFile(path, data, 0o600) },
	}
	if dir != "" { // the explorer works without, and says so where a run is asked for
		session.Runs = drive.Logged(runs{journal.Open(dir, client, time.Now)}, log)
	}
	session.Close = func() error { client.Close(); return errors.Join(leave(), closeLog()) }
	session.Discard = func() { client.Close(); _ = leave() } // programs of profiles, and what the demo has made; there is nobody left to tell
	if dir := cli.CacheDir(os.Getenv); dir != "" && !s.NoCache && !s.Demo {
		attachCache(&session, store.Open(dir).As(o.SignIn()), &o)
	}
	return session, nil
}

// names are what sign-ins like that of the settings saw last, in whatever regions.
func names(s cli.Settings) iter.Seq[cli.Named] {
	o := options(s)
	return func(yield func(cli.Named) bool) {
		dir := cli.CacheDir(os.Getenv)
		if dir == "" || s.NoCache || s.Demo {
			return
		}
		for n := range store.Open(dir).Names(o.SignIn()) {
			if !yield(cli.Named(n)) {
				return
			}
		}
	}
}

// attachCache gives the session the inventory of the last time that the same
// sign-in was used.
func attachCache(session *cli.Session, cache *store.Cache, o *aws.Options) {
	key, log := o.CacheKey(), o.Log
	session.Load = func() cli.Kept {
		c := cache.Load(key)
		log.Info("cache", "act", "load", "key", key, "accounts", len(c.Identities), "notebooks", len(c.Notebooks), "notices", c.Notices)
		return cli.Kept{Identities: c.Identities, Notebooks: c.Notebooks, Notices: c.Notices}
	}
	session.Save = func(ctx context.Context, ids []model.Identity, notebooks []*model.Notebook) error {
		err := cache.Save(ctx, key, ids, notebooks)
		log.InfoContext(ctx, "cache", "act", "save", "key", key, "accounts", len(ids), "notebooks", len(notebooks), "error", err)
		return err //nolint:wrapcheck // it says what was to be done and where
	}
}

// runs are the journaled runs as the driver wants them.
type runs struct{ *journal.Dir }

// Begin makes the journal of a plan's run and holds it.
func (r runs) Begin(p recreate.Plan) (drive.Book, error) {
	b, err := r.Dir.Begin(p)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Open holds a run, to go on with it.
func (r runs) Open(id string) (drive.Book, error) {
	b, err := r.Dir.Open(id)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// openRuns opens the folder of this user's runs.
func openRuns(p recreate.Performer, getenv func(string) string) (*journal.Dir, error) {
	path := cli.RunsDir(getenv)
	if path == "" {
		return nil, errors.New("there is no place for the journals of runs: set HOME or XDG_STATE_HOME")
	}
	return journal.Open(path, p, time.Now), nil
}

// newRunID is random: two runs never have the same, on whatever machines they are.
func newRunID() string {
	raw := make([]byte, 6)
	_, _ = rand.Read(raw) // never fails
	return hex.EncodeToString(raw)
}

// enterDemo starts the simulated AWS inside the program and signs in to its
// organization, looking at none of the user's files. Everything that it makes is in one
// folder, which goes when it is left: the homes of the notebooks, the journals of its
// runs, and what their copies keep.
func enterDemo(ctx context.Context, o *aws.Options) (runs string, leave func() error, err error) {
	dir, err := os.MkdirTemp("", "nbscope-demo-")
	if err != nil {
		return "", nil, fmt.Errorf("make a folder for the demo: %w", err)
	}
	remove := func() error { return os.RemoveAll(dir) }
	options := sim.Defaults()
	options.Labs, options.Furnished, options.Temp = true, true, dir
	server, err := sim.New(options)
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("build the demo world: %w", err), remove())
	}
	ctx, cancel := context.WithCancel(ctx)
	leave = sync.OnceValue(func() error {
		cancel()
		server.Close() // with everything that runs in its notebooks
		return remove()
	})
	url, err := server.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("start the demo: %w", err), leave())
	}
	id, secret := server.AccessKey()
	o.EndpointURL = url
	o.OrgRole = sim.OrgRole
	o.AllowWrite, o.LookEvery = true, demoLookEvery
	o.Static = &aws.StaticKey{ID: id, Secret: secret, Region: "us-east-1"}
	return filepath.Join(dir, "runs"), leave, nil
}

func simDefaults() cli.SimSettings {
	d := sim.Defaults()
	return cli.SimSettings{
		Listen: "127.0.0.1:0", Seed: d.Seed, Accounts: d.Accounts, Regions: d.Regions, Notebooks: d.Notebooks,
		Latency: d.Latency, RPS: d.RPS, Faults: d.Faults, TimeScale: d.TimeScale,
	}
}

// simulate serves the simulated AWS until ctx ends: shell lines on standard
// output first, then a log on standard error.
func simulate(ctx context.Context, s cli.SimSettings, stdout, stderr io.Writer) error {
	server, err := sim.New(sim.Options{
		Seed: s.Seed, Accounts: s.Accounts, Regions: s.Regions, Notebooks: s.Notebooks,
		Latency: s.Latency, RPS: s.RPS, Faults: s.Faults, TimeScale: s.TimeScale, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(stderr, nil)), Labs: true, Furnished: true, Jupyter: s.Jupyter,
	})
	if err != nil {
		return fmt.Errorf("sim: %w", err)
	}
	defer server.Close()
	url, err := server.Listen(ctx, s.Listen)
	if err != nil {
		return fmt.Errorf("sim: %w", err)
	}
	for _, line := range server.Env(url) {
		if _, err := fmt.Fprintln(stdout, line); err != nil {
			return fmt.Errorf("print the environment: %w", err)
		}
	}
	fmt.Fprintf(stderr, "the simulated AWS is at %s; ctrl+c ends it\n", url)
	<-ctx.Done()
	return nil
}
