// Package sim is a simulated AWS: an HTTP server on loopback that speaks the
// wire protocols of the services nbscope uses to the real SDK clients and to
// the AWS CLI, over a deterministic world of notebook instances.
package sim

import (
	"context"
	"net/http"
	"time"
)

// Options shape the world and how it answers.
type Options struct {
	Seed      uint64
	Accounts  int
	Regions   int
	Notebooks int
	Latency   time.Duration // added to every answer
	RPS       float64       // requests per second and account, region and service; 0 for no limit
	Faults    string        // "throttle=0.05,5xx=0.01,reset=0.01,slow=eu-west-2:3s,deny=eu-west-3,notoffered=…,optin=…"
	TimeScale float64       // how many times faster than AWS a notebook changes its status
	Now       func() time.Time
}

// Defaults returns the options of the demo world.
func Defaults() Options {
	return Options{Seed: 1, Accounts: 3, Regions: 24, Notebooks: 180, TimeScale: 20, Now: time.Now}
}

// Server is a simulated AWS.
type Server struct{}

// New builds the world. It does not listen. An option that makes no sense is an
// error that names it.
func New(o Options) (*Server, error) { return &Server{}, nil }

// Handler is the server's HTTP side.
func (s *Server) Handler() http.Handler { return http.NotFoundHandler() }

// Listen serves on a loopback address such as 127.0.0.1:0 until ctx ends; any
// other address is refused. It returns the URL to use as endpoint once the
// port is open.
func (s *Server) Listen(ctx context.Context, addr string) (url string, err error) { return "", nil }

// Account is an account of the world.
type Account struct{ ID, Alias string }

// Accounts lists the accounts; the first is the organization's management
// account, which the credentials belong to.
func (s *Server) Accounts() []Account { return nil }

// AccessKey returns static credentials of the first account.
func (s *Server) AccessKey() (id, secret string) { return "", "" }

// OrgRole is the name of a role that exists in every account and may be assumed.
const OrgRole = "OrganizationAccountAccessRole"

// CallCount counts what one operation was asked.
type CallCount struct {
	Calls     int `json:"calls"`
	Throttled int `json:"throttled"`
}

// Calls returns the calls since the start or the last reset, by operation, such
// as "SageMaker.ListNotebookInstances".
func (s *Server) Calls() map[string]CallCount { return nil }
