// Package aws is everything that talks to AWS: signing in, finding the targets,
// scanning them, and classifying what goes wrong. It implements the ports that
// package ui declares and speaks in the values of package model; no type of the
// SDK leaves it.
package aws

import (
	"context"
	"log/slog"
	"sync"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"nbscope/model"
	"nbscope/model/recreate"
)

// Options say who to sign in as and how to behave.
type Options struct {
	Profiles    []string // shared config profiles; empty: the SDK's own chain
	AllProfiles bool
	RoleARNs    []string            // assumed from the first sign-in
	OrgRole     string              // assumed in every active account of the organization
	Accounts    model.Patterns      // choose among them by id or name; empty: all
	OUs         model.Patterns      // choose among them by a unit that they are in: its id, its name, or names from below the root down, between slashes
	Discover    model.Discovery     // how its notebooks are found; "": every account and region is asked
	Regions     []string            // names or globs; empty: every enabled region
	Skip        model.Skip          // what is not asked for
	EndpointURL string              // plain HTTP is accepted for loopback only
	Concurrency int                 // API calls in flight over everything; 0: more of them the more targets there are
	Timeout     time.Duration       // bound on how long a target may give no answer; 0: two minutes
	Static      *StaticKey          // ignore every file and variable of the user's: the demo
	MayPrompt   bool                // credential_process may ask on the terminal, which nothing else uses
	AllowWrite  bool                // there are clients that change things, without an unlock
	ReadOnly    []string            // accounts, by their ids, in which nothing is ever changed
	LookEvery   time.Duration       // how long a wait rests between two looks, and the measure of its patience; 0: five seconds
	Reach       []model.Destination // of the user's own, to be judged for every notebook
	Mover       Mover               // of the data of runs; nil: it is copied by hand only
	Now         func() time.Time
	Log         *slog.Logger
}

// wiring is how requests reach AWS and what becomes of the answers: what the SDK's
// clients are configured with.
type wiring struct {
	opt     Options
	wire    wire // the client's, for all but the metadata service
	meter   *meter
	intake  *intake
	answers map[string]must // what the answer of each operation must hold
	retryer func() sdkaws.Retryer
}

// StaticKey are fixed credentials.
type StaticKey struct{ ID, Secret, Region string }

// Client scans. It is safe for concurrent use.
type Client struct {
	wiring
	queue *queue
	asker *asker
	http  *awshttp.BuildableClient // for the metadata service's client

	mu       sync.Mutex
	known    map[string]*loginState // by profile and label
	accounts map[string]*session    // by account id
	unlocked map[string]bool        // accounts whose writes the user unlocked, by their ids
	devices  map[string]*device     // sessions of MFA devices
	lists    []regionList           // of accounts, each once
	bundles  map[string]sdkaws.HTTPClient

	closed   chan struct{}  // closed with the client, under mu
	programs sync.WaitGroup // that run; none is added once the client is closed

	quotas memo[model.Target, map[string]float64]
	prices memo[string, recreate.Prices] // by region
}

// New checks the options without calling AWS. The error is a model.Problem.
func New(o Options) (*Client, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	slots := slotsFor(o.Concurrency)
	http := newHTTP(cap(slots.taken), o.Static != nil)
	return &Client{
		wiring: wiring{
			opt: o, wire: wire{http.GetTransport()}, meter: newMeter(o.Now, slots, o.Log), intake: newIntake(), answers: musts(),
			retryer: sync.OnceValue(newRetryer), // one for all: it keeps nothing from call to call
		},
		queue: &queue{limit: slots.count}, asker: newAsker(), http: http,
		known: map[string]*loginState{}, accounts: map[string]*session{}, unlocked: map[string]bool{},
		devices: map[string]*device{}, bundles: map[string]sdkaws.HTTPClient{}, closed: make(chan struct{}),
	}, nil
}

// programsEnd bounds the wait for programs that were told to end.
const programsEnd = time.Second

// Close ends the programs that the client has started and waits, for a second at
// most, until they have: who exits before would leave behind what they started.
func (c *Client) Close() {
	c.mu.Lock()
	if !c.isClosed() {
		close(c.closed)
	}
	c.mu.Unlock()
	gone := make(chan struct{})
	go func() { c.programs.Wait(); close(gone) }()
	patience := time.NewTimer(programsEnd)
	defer patience.Stop()
	select {
	case <-gone:
	case <-patience.C:
	}
}

func (c *Client) isClosed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

// beginProgram counts a program until the result is called. A closed client begins
// none.
func (c *Client) beginProgram() (ended func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isClosed() {
		return nil, false
	}
	c.programs.Add(1)
	return c.programs.Done, true
}

// Scan makes one pass and hands what it finds to emit, from one goroutine at a
// time. The last batch has Done set. It returns when no goroutine of the scan is
// left; ending ctx cancels it.
//
// A scan that is not Full keeps what is known of a notebook whose list entry did
// not change, and the tags of every notebook it has tags of: whether a change of
// tags alone moves LastModifiedTime is not documented, so only Full is sure to
// see one.
//
// The network of a notebook in a VPC is judged by facts that EC2 tells. They are
// read again for a target, for all of its VPCs at once, when a scan is Full, when
// the target has a notebook in a VPC that is new or whose own network settings
// changed, when the facts are an hour old, and when one of them was refused;
// a Transition scan does not read them for the last two reasons. Otherwise the
// judgement stays with the notebook.
func (c *Client) Scan(ctx context.Context, req model.ScanRequest, emit func(model.Batch)) {
	newScan(c, req, logged(ctx, c.opt.Log, &req, emit)).run(ctx)
}
