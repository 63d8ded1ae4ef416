package ui

import (
	"nbscope/model"
)

// consoleURL is the page of a notebook in the AWS console, "" when there is none.
func (w *world) consoleURL(n *model.Notebook) string {
	return model.ConsoleURL(n, w.identity(n.Account).Partition)
}

// cliCommand describes a notebook with the AWS CLI, signed in as nbscope is.
func (w *world) cliCommand(n *model.Notebook) string {
	profile := ""
	if p := w.identity(n.Account).Profiles; len(p) > 0 && !isRole(p[0]) && p[0] != "default" {
		profile = p[0]
	}
	return model.DescribeCommand(n, profile)
}

// identity is who we are in an account.
func (w *world) identity(account string) model.Identity {
	for _, id := range w.identities {
		if id.Account == account {
			return id
		}
	}
	return model.Identity{}
}

// isRole reports whether the label of a sign-in is a role's ARN and not the name
// of a profile.
func isRole(label string) bool { return len(label) > 4 && label[:4] == "arn:" }
