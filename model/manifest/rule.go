package manifest

// Rule says what of a tree is left out of a copy and of its proof. What it left out
// stands in the manifest by name.
type Rule struct {
	Path string `json:"path"` // as it stands in a manifest, from the top; a * at its end stands for the rest of a name
	Code string `json:"code"` // a word: what a manifest has as the reason; Why puts it into a sentence
}

// The codes of rules.
const (
	RuleSystem     = "lost-and-found"
	RuleTrash      = "trash"
	RuleWork       = "nbscope"
	RuleMount      = "mount"
	RuleRepository = "repository"
)

// Rules are those that hold for every copy. work are the names of the folders that
// nbscope itself works in, at the top of either side; a * at the end of one stands for the
// rest of a name. What is mounted the script finds by itself, and gives it the code
// RuleMount. repositories are the folders that creating the replacement clones again.
func Rules(work []string, repositories ...string) []Rule {
	out := append(make([]Rule, 0, 2+len(work)+len(repositories)), Rule{"lost+found", RuleSystem}, Rule{".Trash-*", RuleTrash})
	for _, w := range work {
		out = append(out, Rule{w, RuleWork})
	}
	for _, r := range repositories {
		out = append(out, Rule{name(r), RuleRepository})
	}
	return out
}

func name(s string) string { return string(AppendPath(nil, []byte(s))) }

// Why says for the user why what a rule of this code covers is left out.
func Why(code string) string {
	switch code {
	case RuleSystem:
		return "it belongs to the file system"
	case RuleTrash:
		return "it was thrown away"
	case RuleWork:
		return "nbscope works in it"
	case RuleMount:
		return "it is mounted from elsewhere"
	case RuleRepository:
		return "creating the replacement clones it again"
	}
	return code
}
