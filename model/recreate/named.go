package recreate

import (
	"fmt"
	"slices"
	"strings"

	"nbscope/model"
)

// Naming by others: what still means the source when it is stopped, and does not mean
// its replacement.

// Scripts says which lifecycle scripts name the source, as read for its plan.
type Scripts struct {
	Naming  []string `json:"naming,omitempty"`  // "OnStart of autostop"
	Unknown []string `json:"unknown,omitempty"` // why one could not be read, as a clause
}

// scriptsNaming reads the scripts of both notebooks for the source.
func scriptsNaming(p *Plan, f *Facts) *Scripts {
	out := &Scripts{}
	out.read(&p.Source, p.Source.LifecycleName, f.SourceLifecycle)
	if p.Spec.LifecycleName != p.Source.LifecycleName {
		out.read(&p.Source, p.Spec.LifecycleName, f.Lifecycle)
	}
	return out
}

func (out *Scripts) read(src *Snapshot, name string, f Fact[*model.LifecycleConfig]) {
	switch {
	case name == "":
		return
	case !f.Known:
		out.Unknown = append(out.Unknown, name+": "+reason(f.Why, "SageMaker was not asked"))
		return
	case f.Value == nil:
		out.Unknown = append(out.Unknown, name+": it is gone")
		return
	}
	for _, hook := range []struct{ name, body string }{{"OnCreate", f.Value.OnCreate}, {"OnStart", f.Value.OnStart}} {
		if src.namedIn(hook.body) {
			out.Naming = append(out.Naming, hook.name+" of "+name)
		}
	}
}

// namedIn reports whether a text names the notebook: by its name or ARN, which its URL
// begins with, or by its interface. A longer name that holds this one is another's.
func (s *Snapshot) namedIn(text string) bool {
	text = strings.ToLower(text)
	for _, word := range []string{s.Name, s.NetworkID} {
		if word != "" && hasWord(text, strings.ToLower(word)) {
			return true
		}
	}
	return false
}

// hasWord finds a name between characters that no name has.
func hasWord(text, word string) bool {
	inName := func(c byte) bool { return c == '-' || alphanumeric(rune(c)) }
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(word)
		if (i == 0 || !inName(text[i-1])) && (end == len(text) || !inName(text[end])) {
			return true
		}
		from = i + 1
	}
}

// HangsOn lists what to look for before the source is stopped: what names it and does
// not fit the replacement. What calls could find was found, and is listed first; who
// else uses its name, ARN, URL or interface is said to be not known. m is what other
// notebooks say of it.
func (p *Plan) HangsOn(m Mentions) []string {
	src := &p.Source
	out := append(p.foundNaming(), m.says(src.Name)...)
	out = append(out, "Not known: who uses it by name or ARN. Look in IAM, key and service control policies, EventBridge rules, alarms and log groups for "+src.ARN)
	if src.URL != "" {
		out = append(out, "Not known: who has bookmarks or links to "+src.URL)
	}
	if src.NetworkID != "" {
		out = append(out, "Not known: what lets in the address of "+src.NetworkID+". Look for it in security groups, firewalls and databases.")
	}
	return out
}

// foundNaming is what was found of that by calls.
func (p *Plan) foundNaming() []string {
	src, spec := &p.Source, &p.Spec
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, t := range spec.withoutRun().Tags {
		if src.namedIn(t.Value) {
			say("Found: tag %s=%s of %s names %s.", t.Key, masked(t.Value), spec.Name, src.Name)
		}
	}
	if had := src.carriedTags(); len(had) > 0 {
		say("Found: tags of %s that rules may choose by: %s.", src.Name, strings.Join(had, ", "))
	}
	if src.TagsUnknown != "" {
		say("Not known: the tags of %s (%s).", src.Name, src.TagsUnknown)
	}
	if name := src.LifecycleName; name != "" {
		say("Found: lifecycle configuration of %s: %s. %s", src.Name, name, scriptsGo(p))
	}
	switch s := p.Scripts; {
	case s == nil && src.LifecycleName+spec.LifecycleName != "":
		say("Not known: whether the lifecycle scripts name %s: they were not read for it.", src.Name)
	case s != nil:
		for _, where := range s.Naming {
			say("Found: %s names %s.", where, src.Name)
		}
		for _, why := range s.Unknown {
			say("Not known: whether the lifecycle scripts name %s (%s).", src.Name, why)
		}
	}
	if all := shown(src.repositories()); len(all) > 0 {
		say("Found: repositories of %s: %s. What was not pushed is in the copy only.", src.Name, strings.Join(all, ", "))
	}
	return out
}

// scriptsGo says whether the replacement has the source's lifecycle configuration.
func scriptsGo(p *Plan) string {
	if p.Spec.LifecycleName == p.Source.LifecycleName {
		return p.Spec.Name + " has it too."
	}
	return p.Spec.Name + " does not have it."
}

// carriedTags are the keys of the tags that somebody gave the notebook.
func (s *Snapshot) carriedTags() []string {
	var out []string
	for _, t := range s.Tags {
		if carriedTag(t.Key) {
			out = append(out, t.Key)
		}
	}
	return out
}

// shown are repositories by name, or by their address without what signs in, each once.
func shown(repositories []string) []string {
	var out []string
	for _, r := range repositories {
		if m := model.MaskURL(r); r != "" && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

func masked(s string) string {
	out, _ := model.MaskSecrets(s)
	return out
}
