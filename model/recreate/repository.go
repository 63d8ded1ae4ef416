package recreate

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// The address of a repository may hold what signs in there: whoever may describe the
// notebook can read it. It is carried as it is, and masked wherever it is shown:
// every text of a plan, its request and its commands among them. So a masked address
// stands for one that the source has, which Reveal gives it back, and commands read it
// from the source when they run.

// repositories are the addresses and names of the source's repositories.
func (s *Snapshot) repositories() []string {
	return append([]string{s.DefaultRepository}, s.MoreRepositories...)
}

// Reveal puts the source's own addresses in the place of masked ones, so that a spec
// that was read from a plan's JSON can be carried out. The error names a masked
// address that the source has not, or has not any more.
func (s *Spec) Reveal(src *Snapshot) error {
	known := src.repositories()
	first, err := revealed(s.DefaultRepository, known)
	if err != nil {
		return err
	}
	more := slices.Clone(s.MoreRepositories)
	for i := range more {
		if more[i], err = revealed(more[i], known); err != nil {
			return err
		}
	}
	s.DefaultRepository, s.MoreRepositories = first, more
	return nil
}

// Masked lists the members of Create whose value Request does not show.
func (s *Spec) Masked() []string {
	var out []string
	if isMasked(s.DefaultRepository) {
		out = append(out, FieldRepository)
	}
	if slices.ContainsFunc(s.MoreRepositories, isMasked) {
		out = append(out, FieldMoreRepos)
	}
	return out
}

// isMasked reports whether an address is not shown as it is, or is a masked one.
func isMasked(address string) bool {
	shown := model.MaskURL(address)
	return shown != address || strings.Contains(shown, model.Mask)
}

// revealed is the one of the known addresses that a masked one stands for.
func revealed(address string, known []string) (string, error) {
	if !strings.Contains(address, model.Mask) || slices.Contains(known, address) {
		return address, nil
	}
	for _, k := range known {
		if model.MaskURL(k) == address {
			return k, nil
		}
	}
	return "", fmt.Errorf("%s is masked, and there is no repository that it stands for", address)
}

// reveal gives typed addresses of a field back what they stand for, among those that
// the spec has.
func (s *Spec) reveal(create, value string) (string, error) {
	typed := []string{value}
	switch create {
	case FieldRepository:
	case FieldMoreRepos:
		typed = listed(value)
	default:
		return value, nil
	}
	known := append([]string{s.DefaultRepository}, s.MoreRepositories...)
	for i := range typed {
		var err error
		if typed[i], err = revealed(typed[i], known); err != nil {
			return "", err
		}
	}
	return joined(typed), nil
}

// secretAddress refuses an address that would hand out what signs in.
const secretAddress = "whoever may describe the notebook could read what signs in there: register the repository with a secret, and give its name"

// repositoryWord is an address as a word of a command. A masked one is read from the
// source when the command runs.
func repositoryWord(src *Snapshot, address string) string {
	if !isMasked(address) {
		return model.ShellQuote(address)
	}
	query := ""
	if i := slices.Index(src.MoreRepositories, address); i >= 0 {
		query = fmt.Sprintf("%s[%d]", FieldMoreRepos, i)
	}
	if address == src.DefaultRepository {
		query = FieldRepository
	}
	if query == "" {
		return model.ShellQuote(model.MaskURL(address))
	}
	return `"$(` + onNotebook(src.Region, src.Name, "describe-notebook-instance", "--output", "text", "--query", query) + `)"`
}
