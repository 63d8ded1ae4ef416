package aws

import (
	"strings"

	"nbscope/model"
)

// Writable reports whether there is a client that can change things in the account.
func (c *Client) Writable(account string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.opt.AllowWrite || c.unlocked[account]
}

// Unlock makes the client that can change things in an account, until the program
// ends. What was typed must be the account's id. The error is a model.Problem.
func (c *Client) Unlock(account, typed string) error {
	if account == "" || strings.TrimSpace(typed) != account {
		return model.Problem{
			Kind: model.KindConfig, Operation: opUnlock, Target: model.Target{Account: account},
			Message: "what was typed is not the id of the account, so its writes stay locked", Hint: "type " + account,
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unlocked[account] = true
	return nil
}

const opUnlock = "unlock"

// writer returns what changes things in a region of an account, or the problem
// that its writes are locked: then there is no such thing.
func (s *session) writer(region, operation string) (*writer, error) {
	if !s.client.Writable(s.account) {
		return nil, model.Problem{
			Kind: model.KindConfig, Operation: operation, Target: model.Target{Account: s.account, Region: region},
			Message: "writes are locked for account " + s.account, Hint: "unlock them by typing the account's id, or start with --allow-write",
		}
	}
	return &writer{client: s.in(region).sagemaker, pause: s.client.opt.LookEvery / 10}, nil
}
