package explore

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/ui/kit"
	"nbscope/ui/table"
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// An organization has twenty thousand targets, most of which have the same to say: those
// of one account in one state stand in one row, which opens. So do those of one region
// that is off, not offered or forbidden, and what fails in one region of many accounts.

// foldFrom is how many targets are folded until the user says otherwise: more than a
// few screens.
const foldFrom = 200

// fold is what the targets have in common that stand in one row: the account or the
// region, and the state.
type fold struct{ account, region, state string }

func foldOf(t *model.TargetStatus) fold {
	if t.State == model.StateNotOffered || t.State == model.StateNotEnabled || t.Forbidden() {
		return fold{region: t.Target.Region, state: stateWord(t)}
	}
	return fold{account: t.Target.Account, state: stateWord(t)}
}

func (f fold) key() string { return "fold " + f.account + f.region + " " + f.state }

// folding is how the targets are folded.
type folding struct {
	on     bool
	chosen bool  // by the user; else by how many targets there are
	inside *fold // the one that is open; nil: none
}

// rows are the rows with the targets of a fold as one row, or those of the fold that is
// open. Where that has none any more, it is closed.
func (f *folding) rows(all []targetRow, filtered bool) []targetRow {
	if !f.chosen && !filtered {
		f.on = len(all) > foldFrom
	}
	if !f.on {
		f.inside = nil
		return all
	}
	out := folded(all)
	if f.inside == nil {
		return out
	}
	i := slices.IndexFunc(out, func(r targetRow) bool { return r.fold == *f.inside })
	switch {
	case i >= 0 && out[i].of == nil:
		return out[i : i+1]
	case i >= 0:
		each := make([]targetRow, len(out[i].of))
		for j, t := range out[i].of {
			each[j] = targetRow{status: t}
		}
		return each
	case filtered:
		return nil
	}
	f.inside = nil
	return out
}

// word is what the key to fold does.
func (f *folding) word() string {
	if f.on {
		return "each target"
	}
	return "fold"
}

// folded is the rows with those of one fold as one. What failed alone in its account
// stands with what failed so in that region of others.
func folded(all []targetRow) []targetRow {
	out := gather(all, foldOf)
	out = gather(out, func(t *model.TargetStatus) fold {
		if attention(t) > 1 {
			return fold{}
		}
		return fold{region: t.Target.Region, state: stateWord(t)}
	})
	for i := range out {
		if r := &out[i]; len(r.of) > 1 {
			r.status = sum(r.of)
		} else {
			r.of = nil
		}
	}
	return out
}

// gather puts rows of one target with one fold together, where they first stand.
func gather(rows []targetRow, by func(*model.TargetStatus) fold) []targetRow {
	at := map[fold]int{}
	var out []targetRow
	for _, r := range rows {
		f := fold{}
		if r.status != nil && len(r.of) < 2 {
			f = by(r.status)
		}
		i, ok := at[f]
		switch {
		case f == fold{}:
			out = append(out, r)
		case !ok:
			at[f] = len(out)
			out = append(out, targetRow{status: r.status, of: []*model.TargetStatus{r.status}, fold: f})
		default:
			out[i].of = append(out[i].of, r.status)
		}
	}
	return out
}

// sum is the targets of a fold as one: its numbers are theirs, its reason the one that
// most of them have.
func sum(of []*model.TargetStatus) *model.TargetStatus {
	out := *of[0]
	out.Target.Region = kit.Count(len(of), "region")
	if of[0].Target.Account != of[1].Target.Account {
		out.Target = model.Target{Account: kit.Count(len(of), "account"), Region: of[0].Target.Region}
	}
	out.Notebooks, out.Described, out.Unknown, out.Calls, out.Throttles, out.Named, out.Missed, out.Vanished = 0, 0, 0, 0, 0, 0, 0, 0
	running := false
	for _, t := range of {
		out.Notebooks += t.Notebooks
		out.Described += t.Described
		out.Unknown += t.Unknown
		out.Calls += t.Calls
		out.Throttles += t.Throttles
		out.Named += t.Named
		out.Missed += t.Missed
		out.Vanished += t.Vanished
		if len(out.Warnings) == 0 {
			out.Warnings = t.Warnings
		}
		if !t.Started.IsZero() && (out.Started.IsZero() || t.Started.Before(out.Started)) {
			out.Started = t.Started
		}
		if t.Ended.After(out.Ended) {
			out.Ended = t.Ended
		}
		running = running || !t.Started.IsZero() && t.Ended.IsZero()
	}
	if running {
		out.Ended = time.Time{}
	}
	if why := reasons(of); len(why) > 0 {
		out.Problem = why[0].problem
	}
	return &out
}

// reason is why targets of a fold failed, and which.
type reason struct {
	problem *model.Problem
	of      []*model.TargetStatus
}

// reasons are the different reasons of targets, the most frequent first.
func reasons(of []*model.TargetStatus) []reason {
	var out []reason
	at := map[string]int{}
	for _, t := range of {
		if t.Problem == nil {
			continue
		}
		says := strings.NewReplacer(t.Target.Region, "", t.Target.Account, "").Replace(kit.Brief(t.Problem)) // the same but for where it is
		i, ok := at[says]
		if !ok {
			i = len(out)
			at[says] = i
			out = append(out, reason{problem: t.Problem})
		}
		out[i].of = append(out[i].of, t)
	}
	model.SortStable(out, func(a, b reason) int { return cmp.Compare(len(b.of), len(a.of)) })
	return out
}

// targets are what a row stands for.
func (r targetRow) targets() []model.Target {
	if r.of == nil {
		return []model.Target{r.status.Target}
	}
	out := make([]model.Target, len(r.of))
	for i, t := range r.of {
		out[i] = t.Target
	}
	return out
}

// sayFold says every reason that a target of the row has, and which targets there are.
func (r targetRow) sayFold(doc *kit.Document, t *theme.Theme, aliases map[string]string) {
	all := reasons(r.of)
	for _, why := range all {
		if len(all) > 1 {
			doc.Say(theme.Strong, r.differ(why.of, aliases))
		}
		kit.SayProblem(doc, t, *why.problem)
	}
	what := "Regions"
	if r.fold.account == "" {
		what = "Accounts"
	}
	doc.Value(what, r.differ(r.of, aliases))
}

// differ is what targets of the row differ in.
func (r targetRow) differ(of []*model.TargetStatus, aliases map[string]string) string {
	out := make([]string, len(of))
	for i, t := range of {
		if out[i] = t.Target.Region; r.fold.account == "" {
			out[i] = kit.AccountShort(t.Target.Account, aliases)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// toggleFold folds the targets, or shows each.
func (s *targetsScreen) toggleFold() kit.Intent {
	s.fold, s.full = folding{on: !s.fold.on, chosen: true}, false
	return s.Sync()
}

// enter opens a fold.
func (s *targetsScreen) enter(in fold) kit.Intent {
	s.fold.inside = &in
	s.Sync()
	s.table.MoveTo(0)
	return nil
}

// leave closes the fold that is open, and stands on it.
func (s *targetsScreen) leave() kit.Intent {
	in := s.fold.inside
	s.fold.inside = nil
	s.Sync()
	s.table.MoveToKey(in.key())
	return nil
}

// matching are the rows that contain a text.
func matching(all []targetRow, src *table.List[targetRow], needle string) []targetRow {
	needle = strings.ToLower(strings.TrimSpace(needle))
	if needle == "" {
		return all
	}
	src.Rows = all
	out := make([]targetRow, 0, len(all))
	for i := range all {
		if strings.Contains(strings.ToLower(text.Clean(src.Line(i)+" "+all[i].account())), needle) {
			out = append(out, all[i])
		}
	}
	return out
}
