// Package aws is everything that talks to AWS: signing in, finding the targets,
// scanning them, and classifying what goes wrong. It implements the ports that
// package ui declares and speaks in the values of package model; no type of the
// SDK leaves it.
package aws

import (
	"context"
	"log/slog"
	"time"

	"nbscope/model"
)

// Options say who to sign in as and how to behave.
type Options struct {
	Profiles    []string // shared config profiles; empty: the SDK's own chain
	AllProfiles bool
	RoleARNs    []string      // assumed from the first sign-in
	OrgRole     string        // assumed in every active account of the organization
	Regions     []string      // names or globs; empty: every enabled region
	EndpointURL string        // plain HTTP is accepted for loopback only
	Concurrency int           // API calls in flight over everything
	Timeout     time.Duration // bound on what one target may take
	Static      *StaticKey    // ignore every file and variable of the user's: the demo
	Now         func() time.Time
	Log         *slog.Logger
}

// StaticKey are fixed credentials.
type StaticKey struct{ ID, Secret, Region string }

// Client scans. It is safe for concurrent use.
type Client struct{}

// New checks the options without calling AWS. The error is a model.Problem.
func New(o Options) (*Client, error) { return &Client{}, nil }

// Scan makes one pass and hands what it finds to emit, from one goroutine at a
// time. The last batch has Done set. It returns when no goroutine of the scan is
// left; ending ctx cancels it.
func (c *Client) Scan(ctx context.Context, req model.ScanRequest, emit func(model.Batch)) {}

// Lifecycle fetches a lifecycle configuration with its scripts decoded. The
// error is a model.Problem.
func (c *Client) Lifecycle(ctx context.Context, t model.Target, name string) (model.LifecycleConfig, error) {
	return model.LifecycleConfig{}, nil
}

// Repository describes a code repository registered by name.
func (c *Client) Repository(ctx context.Context, t model.Target, name string) (model.CodeRepository, error) {
	return model.CodeRepository{}, nil
}

// Raw describes a notebook anew and returns AWS's answer as indented JSON with the
// API's member names.
func (c *Client) Raw(ctx context.Context, t model.Target, name string) ([]byte, error) {
	return nil, nil
}
