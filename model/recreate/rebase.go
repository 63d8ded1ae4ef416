package recreate

import (
	"slices"
	"strings"

	"nbscope/model"
)

// What somebody else changed of a source after a plan was made of it, and before the
// next one. It is not chosen, so it is neither kept out of the new plan nor called so.

// Rebase is a spec that was made for a source as it was, made for the source as it
// is: what was carried is carried from what is there now, and what was chosen stays.
func (s Spec) Rebase(was, now *Snapshot) Spec {
	if was.Fingerprint() == now.Fingerprint() {
		return s
	}
	d := DirectionTo(was, s.DirectInternet)
	before, after, out := SpecFor(was, d), SpecFor(now, d), s
	for _, f := range Fields() {
		switch f.Create {
		case FieldName, FieldDirect, FieldTags: // by themselves
			continue
		}
		if f.want != nil && printOf(f.want(&s)) == printOf(f.want(&before)) {
			fillSlot(f.want(&out), f.want(&after))
		}
	}
	out.Tags = rebaseTags(s.Tags, before.Tags, after.Tags)
	return out
}

// rebaseTags does the same for each tag by itself.
func rebaseTags(tags, before, after []model.Tag) []model.Tag {
	var out []model.Tag
	seen := map[string]bool{}
	for _, t := range slices.Concat(tags, before, after) {
		if seen[t.Key] {
			continue
		}
		seen[t.Key] = true
		value, ok := tagOf(tags, t.Key)
		if was, had := tagOf(before, t.Key); ok == had && value == was { // carried, or in neither
			value, ok = tagOf(after, t.Key)
		}
		if ok {
			out = append(out, model.Tag{Key: t.Key, Value: value})
		}
	}
	slices.SortFunc(out, func(a, b model.Tag) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// Since notes what somebody else changed of the source after the user, or the plan
// before, has seen it, so that the plan says so.
func (p *Plan) Since(was *Snapshot) {
	p.Theirs = Differences(was, &p.Source)
	for i := range p.Theirs {
		p.Theirs[i].On, p.Theirs[i].Why = SideSource, "somebody else changed it since"
	}
}

// sayTheirs marks the changes that somebody else has a hand in.
func (p comparison) sayTheirs(changes []Change) []Change {
	for _, d := range p.Theirs {
		tag, isTag := strings.CutPrefix(d.Field, tagDrift)
		at := slices.IndexFunc(changes, func(c Change) bool {
			if isTag {
				return c.Field == FieldTags+"."+tag
			}
			f, ok := FieldOf(c.Field)
			return c.Field == d.Field || ok && f.Describe == d.Field
		})
		if at < 0 && isTag { // it is on neither any more
			changes = append(changes, Change{Field: FieldTags + "." + tag, Title: "Tag " + tag, Action: Carry})
			at = len(changes) - 1
		}
		if at < 0 {
			continue
		}
		c := &changes[at]
		c.Theirs = true
		if c.Action == Carry {
			c.Why = "somebody else changed it from " + orNone(d.Before) + " since the plan before: taken over"
			continue
		}
		c.Why += "; somebody else has changed the source's from " + orNone(d.Before) + " to " + orNone(d.Now) + " since the plan before"
	}
	return changes
}
