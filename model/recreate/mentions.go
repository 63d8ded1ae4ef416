package recreate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// Mentions are what a scan has shown of other notebooks of the source's account that
// names the source. Its zero value is that nothing was searched.
type Mentions struct {
	Searched int      // other notebooks whose repositories and lifecycle configurations were looked through
	Found    []string // what names the source, and of which notebooks, as clauses
	Unknown  []string // what else there may be, as clauses
	Scripts  []string // the lifecycle configurations of others, whose scripts were not read
}

// few is how many names stand in a sentence.
const few = 6

// MentionsIn looks through what a scan has shown, without a call. unseen is the number
// of the account's targets that have not answered.
func (p *Plan) MentionsIn(all []*model.Notebook, unseen int) Mentions {
	m := Mentions{}
	of := map[string][]string{} // what names the source, to the notebooks that have it
	untold := map[string]int{}  // why tags are not known, to how many
	for _, n := range all {
		if n.Account != p.Source.Account || sameARN(n.ARN, p.Source.ARN) || sameARN(n.ARN, p.ReplacementARN()) {
			continue
		}
		m.Searched++
		for _, what := range p.Source.mentionedBy(n) {
			of[what] = append(of[what], n.Name)
		}
		if !n.Tagged.Known() {
			untold[cmp.Or(n.Tagged.Reason, "not fetched yet")]++
		}
		if l := n.LifecycleName; l != "" && (l != p.Source.LifecycleName && l != p.Spec.LifecycleName || n.Region != p.Source.Region) && !slices.Contains(m.Scripts, l) {
			m.Scripts = append(m.Scripts, l)
		}
	}
	for what, names := range of {
		slices.Sort(names)
		m.Found = append(m.Found, what+" of "+firstNames(names))
	}
	for why, n := range untold {
		m.Unknown = append(m.Unknown, fmt.Sprintf("the tags of other notebooks of the account: %d (%s)", n, why))
	}
	if unseen > 0 {
		m.Unknown = append(m.Unknown, fmt.Sprintf("the notebooks of targets of the account that have not answered: %d", unseen))
	}
	slices.Sort(m.Found)
	slices.Sort(m.Unknown)
	slices.Sort(m.Scripts)
	return m
}

// mentionedBy is what of another notebook names this one. A name is that of a notebook
// in its region; elsewhere only the ARN and the URL are.
func (s *Snapshot) mentionedBy(n *model.Notebook) []string {
	names := s.namedIn
	if n.Region != s.Region {
		names = s.addressedIn
	}
	var out []string
	for _, t := range n.Tags {
		if names(t.Value) || names(t.Key) {
			out = append(out, fmt.Sprintf("tag %s=%s", t.Key, masked(t.Value)))
		}
	}
	for _, r := range shown(n.Repositories) {
		if names(r) {
			out = append(out, "repository "+r)
		}
	}
	if names(n.LifecycleName) {
		out = append(out, "lifecycle configuration "+n.LifecycleName)
	}
	return out
}

// addressedIn reports whether a text has the notebook's ARN or its URL.
func (s *Snapshot) addressedIn(text string) bool {
	text = strings.ToLower(text)
	for _, word := range []string{s.ARN, s.URL} {
		if word != "" && hasWord(text, strings.ToLower(word)) {
			return true
		}
	}
	return false
}

// searchedIn is where a search looks.
const searchedIn = "tags, repositories and names of lifecycle configurations of the other notebooks"

// says is what the search has found, and what it has not looked at.
func (m *Mentions) says(name string) []string {
	if !m.made() {
		return []string{"Not known: whether tags, repositories and lifecycle scripts of other notebooks name " + name + ". They were not searched."}
	}
	where := fmt.Sprintf("%s of its account that were seen (%d).", searchedIn, m.Searched)
	out := m.found(name)
	if len(out) == 0 {
		out = append(out, "Not found: "+name+" in "+where)
	} else {
		out = append(out, "Searched: "+where)
	}
	out = append(out, m.unknown()...)
	if len(m.Scripts) > 0 {
		out = append(out, "Not known: whether the scripts of other lifecycle configurations of the account name "+name+": "+firstNames(m.Scripts)+". They were not read.")
	}
	return out
}

// made reports whether there was anything to search, or should have been.
func (m *Mentions) made() bool { return m.Searched > 0 || len(m.Unknown) > 0 }

func (m *Mentions) found(name string) []string { return each("Found: ", m.Found, " names "+name+".") }

func (m *Mentions) unknown() []string { return each("Not known: ", m.Unknown, ".") }

// each makes sentences of clauses.
func each(before string, clauses []string, after string) []string {
	out := make([]string, 0, len(clauses))
	for _, c := range clauses {
		out = append(out, before+c+after)
	}
	return out
}

// firstNames are the first few, and how many there are besides.
func firstNames(names []string) string {
	if n := len(names) - few; n > 0 {
		return strings.Join(names[:few], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(names, ", ")
}
