package explore

import (
	"context"
	"strings"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// Code repositories: a notebook names them by their URL or by the name under which
// they are registered, and only a call tells the URL of that name.

// repositoryFound is what a call told about a registered repository.
type repositoryFound struct {
	name       string
	repository model.CodeRepository
	problem    *model.Problem
}

// registered are the repositories that are given by name.
func registered(n *model.Notebook) []string {
	var out []string
	for _, r := range n.Repositories {
		if !strings.Contains(r, "://") {
			out = append(out, r)
		}
	}
	return out
}

// inspectRepositories asks for each of them: one that is gone does not hide the
// others.
func inspectRepositories(ctx context.Context, in Inspector, n *model.Notebook) []repositoryFound {
	names := registered(n)
	out := make([]repositoryFound, 0, len(names))
	for _, name := range names {
		found := repositoryFound{name: name}
		var err error
		if found.repository, err = in.Repository(ctx, n.Target(), name); err != nil {
			found.problem = kit.ProblemOf(err)
		}
		out = append(out, found)
	}
	return out
}

// repositories writes each repository with where it leads.
func (d *detail) repositories(doc *kit.Document, n *model.Notebook) {
	if len(n.Repositories) == 0 {
		doc.Value("Repositories", "")
		return
	}
	p := d.parts[sectionConfig]
	label := "Repositories"
	for _, name := range n.Repositories {
		doc.Value(label, model.MaskURL(name))
		label = " "
		if strings.Contains(name, "://") {
			continue
		}
		switch {
		case p == nil:
		case !p.done:
			doc.Toned(label, theme.Dim, "  asking for its URL since "+p.since.Format("15:04:05"))
		case p.problem != nil:
			doc.Toned(label, theme.Unknown, "  "+d.theme.Glyphs.Unknown+" URL unknown: "+p.problem.Message)
		default:
			d.repository(doc, p.found.repositories, name)
		}
	}
}

func (d *detail) repository(doc *kit.Document, found []repositoryFound, name string) {
	for _, f := range found {
		switch {
		case f.name != name:
			continue
		case f.problem != nil:
			doc.Toned(" ", theme.Unknown, "  "+d.theme.Glyphs.Unknown+" URL unknown: "+f.problem.Message)
		default:
			url := model.MaskURL(f.repository.URL)
			if f.repository.Branch != "" {
				url += ", branch " + f.repository.Branch
			}
			doc.Toned(" ", theme.Normal, "  "+url)
			if f.repository.Secret != "" {
				doc.Toned(" ", theme.Dim, "  credentials in "+f.repository.Secret)
			}
		}
		return
	}
}
