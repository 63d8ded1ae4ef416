// Package sim is a simulated AWS: an HTTP server on loopback that speaks the
// wire protocols of the services nbscope uses to the real SDK clients and to
// the AWS CLI, over a deterministic world of notebook instances.
//
// It shares no code with the client that is tested against it. A request goes
// through front.go (protocol, scope, faults), finds its operation in the table
// of operation.go, and is answered by the file of its service from the world: from one
// place of it, which is an account in a region, with its notebooks, network, keys and
// limits.
package sim

import (
	"fmt"
	"log/slog"
	"math"
	"strings"
	"time"

	"nbscope/aws/sim/jupytersim"
)

// Options shape the world and how it answers.
type Options struct {
	Seed      uint64
	Accounts  int
	Regions   int
	Notebooks int
	Latency   time.Duration // added to every answer
	RPS       float64       // requests per second and account, region and service; 0 for no limit
	Faults    string        // what goes wrong; the words are those of ParseFaults
	TimeScale float64       // how many times faster than AWS a notebook changes its status; 0: never
	Now       func() time.Time
	Log       *slog.Logger // of every answer; nil for none

	// Labs gives every notebook a Jupyter server of its own on loopback, to which its
	// presigned URLs lead. Without, they have AWS's form and lead nowhere.
	Labs bool
	// Furnished puts files into the home of every notebook of the world when it is first
	// opened. It needs Labs.
	Furnished bool
	// Temp is the folder that the Jupyter servers make theirs in; "" for the system's.
	Temp string
	// Jupyter puts real servers behind notebooks: NAME=URL each, where the notebook may
	// be one that is yet to be created. It needs Labs.
	Jupyter []string
}

// DefaultFaults are the faults of the demo world: one region of each kind that a
// scan of many accounts meets, all of them mild.
const DefaultFaults = "slow=ap-northeast-1:600ms,throttle=ap-southeast-2:0.15,scp=eu-west-3," +
	"notoffered=ap-southeast-4,optin=me-central-1"

// Defaults returns the options of the demo world.
func Defaults() Options {
	return Options{
		Seed: 1, Accounts: 3, Regions: 24, Notebooks: 180, TimeScale: 20,
		Faults: DefaultFaults,
		Now:    time.Now, //nolint:forbidigo // the demo runs by the real clock; who wants another one sets it
	}
}

// The largest world that New builds.
const (
	maxAccounts  = 5000
	maxNotebooks = 1_000_000
)

// check names the first option that makes no sense.
func (o Options) check() error {
	regions := len(allRegions())
	switch {
	case o.Accounts < 1 || o.Accounts > maxAccounts:
		return fmt.Errorf("accounts: %d is not between 1 and %d", o.Accounts, maxAccounts)
	case o.Regions < 1 || o.Regions > regions:
		return fmt.Errorf("regions: %d is not between 1 and %d", o.Regions, regions)
	case o.Notebooks < 0 || o.Notebooks > maxNotebooks:
		return fmt.Errorf("notebooks: %d is not between 0 and %d", o.Notebooks, maxNotebooks)
	case o.Latency < 0:
		return fmt.Errorf("latency: %s is negative", o.Latency)
	case math.IsNaN(o.RPS) || math.IsInf(o.RPS, 0):
		return fmt.Errorf("rps: %g is not a number", o.RPS)
	case math.IsNaN(o.TimeScale) || math.IsInf(o.TimeScale, 0):
		return fmt.Errorf("time-scale: %g is not a number", o.TimeScale)
	case o.RPS < 0:
		return fmt.Errorf("rps: %g is negative", o.RPS)
	case o.TimeScale < 0:
		return fmt.Errorf("time-scale: %g is negative", o.TimeScale)
	case o.Now == nil:
		return fmt.Errorf("now: there is no clock")
	}
	return nil
}

// Server is a simulated AWS. It is safe for concurrent use.
type Server struct {
	*cloud
	*front
}

// cloud is what the services answer from.
type cloud struct {
	world   *world
	labs    labs
	storage storage
}

// New builds the world. It does not listen. An option that makes no sense is an
// error that names it.
func New(o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	faults, err := ParseFaults(o.Faults)
	if err != nil {
		return nil, err
	}
	behind, err := parseJupyter(o.Jupyter)
	if err != nil {
		return nil, err
	}
	c := &cloud{
		world:   buildWorld(o),
		labs:    labs{on: o.Labs, now: o.Now, scale: o.TimeScale, temp: o.Temp, furnished: o.Furnished, behind: behind, open: map[string]*jupytersim.Notebook{}},
		storage: storage{all: map[string]*s3Bucket{}},
	}
	f := &front{
		cloud: c, services: services(), ops: operations(), logger: o.Log, latency: o.Latency, calls: counters{by: map[string]CallCount{}},
		limits:   buckets{rate: o.RPS, by: map[bucketKey]*bucket{}},
		searches: buckets{rate: explorerRate, by: map[bucketKey]*bucket{}},
	}
	f.faults.Store(&faults)
	return &Server{c, f}, nil
}

// AccessKey returns static credentials of the first account.
func (s *Server) AccessKey() (id, secret string) {
	return s.world.accounts[0].key, s.world.accounts[0].secret
}

// Env returns shell lines that point the SDKs and the AWS CLI at the server.
func (s *Server) Env(url string) []string {
	id, secret := s.AccessKey()
	return []string{
		"export AWS_ENDPOINT_URL=" + quote(url),
		"export AWS_ACCESS_KEY_ID=" + quote(id),
		"export AWS_SECRET_ACCESS_KEY=" + quote(secret),
		"export AWS_REGION=us-east-1",
		"export AWS_DEFAULT_REGION=us-east-1",
		"unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN",
	}
}

// quote leaves words of harmless characters as they are for the shell.
func quote(s string) string {
	plain := strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/._-+=[]") == ""
	if plain && !strings.ContainsAny(s, "[]") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
