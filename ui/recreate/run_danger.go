package recreate

import (
	"fmt"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/kit"
	"nbscope/ui/theme"
)

// What a deletion takes, what stands for the copy, and how a run ended: all by what
// was observed.

// deletion is what a deletion of the source takes: the text to be typed, and the
// event of it.
func deletion(r *recreate.Run, now time.Time) (want string, typed func(string) recreate.Event) {
	name := r.Plan.Source.Name
	early := r.KeepLeft(now) > 0
	want = name
	if early {
		want += " " + recreate.EarlyText
	}
	return want, func(s string) recreate.Event {
		e := recreate.Event{Step: recreate.StepDelete, Typed: strings.TrimSpace(s)}
		if first, rest, ok := strings.Cut(e.Typed, " "); ok && early {
			e.Typed, e.Sentence = first, rest
		}
		return e
	}
}

// sayProof says who stands for the copy, and what the source did since.
func sayProof(doc *kit.Document, r *recreate.Run, now time.Time) {
	p := r.Proof
	if p == nil {
		doc.Toned("Copied", theme.Bad, "nobody has proven it")
		return
	}
	if p.Verified != nil {
		sayProven(doc, p, now)
		doc.Value("Since then", strings.Join(r.SourceSince(), " "))
		return
	}
	doc.Value("Copied", fmt.Sprintf("%q, typed %s (%s ago) by %s. nbscope has not seen the data.",
		p.Says, p.At.UTC().Format(kit.TimeLayout), model.Age(now.Sub(p.At)), kit.OrNone(p.By)))
	doc.Value("Since then", strings.Join(r.SourceSince(), " "))
}

// sayEnding says how a run ended.
func sayEnding(doc *kit.Document, t *theme.Theme, r *recreate.Run) {
	end := r.Ending()
	sign, tone := endingSign(t, r)
	for i, s := range end.Says {
		if i == 0 {
			doc.Say(tone, sign+" "+end.Title+": "+s)
			continue
		}
		doc.Say(theme.Normal, s)
	}
	if e := r.Early; e != nil {
		doc.Say(theme.Normal, fmt.Sprintf("The deletion was approved before the keep time was over (%s), by %s.", e.Until.UTC().Format(kit.TimeLayout), kit.OrNone(e.By)))
	}
}

// endingSign is the sign and the tone of how a run ended: a tick only where the
// replacement was seen to serve.
func endingSign(t *theme.Theme, r *recreate.Run) (string, theme.Tone) {
	switch end := r.Ending(); {
	case end.Good:
		return t.Glyphs.Ok, theme.Good
	case end.Alarming:
		return t.Glyphs.Warn, theme.Warn
	}
	return t.Glyphs.Bullet, theme.Normal
}
