package aws

import (
	"slices"
	"strings"

	"nbscope/model"
)

// Writable reports whether there is a client that can change things in the account.
func (c *Client) Writable(account string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.readOnly(account) && (c.opt.AllowWrite || c.unlocked[account])
}

// Forbidden is why nothing can unlock an account, a model.Problem; nil where its id does.
func (c *Client) Forbidden(account string) error {
	if !c.readOnly(account) {
		return nil
	}
	return model.Problem{
		Kind: model.KindConfig, Operation: opUnlock, Target: model.Target{Account: account},
		Message: "account " + account + " is read-only by configuration", Hint: "the setting is read-only, in the configuration file",
	}
}

// Unlock makes the client that can change things in an account, until the program
// ends. What was typed must be the account's id. The error is a model.Problem.
func (c *Client) Unlock(account, typed string) error {
	if err := c.Forbidden(account); err != nil {
		return err
	}
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

// readOnly reports whether the configuration forbids changes in an account.
func (c *Client) readOnly(account string) bool { return slices.Contains(c.opt.ReadOnly, account) }

const opUnlock = "unlock"

// writer returns what changes things in a region of an account, or the problem
// that its writes are locked: then there is no such thing.
func (s *session) writer(region, operation string) (*writer, error) {
	if err := s.client.Forbidden(s.account); err != nil {
		return nil, err
	}
	if !s.client.Writable(s.account) {
		return nil, model.Problem{
			Kind: model.KindConfig, Operation: operation, Target: model.Target{Account: s.account, Region: region},
			Message: "writes are locked for account " + s.account, Hint: "unlock them by typing the account's id, or start with --allow-write",
		}
	}
	return &writer{client: s.in(region).sagemaker, pause: s.client.opt.LookEvery / 10}, nil
}
