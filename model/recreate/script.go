package recreate

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"nbscope/model"
)

// Script is the plan for "sh -eu" with the AWS CLI. It carries out create and
// wait, and prints the rest of the steps on standard output. It refuses to begin
// when the source is not as planned any more or the name is taken; a notebook that
// an earlier try of the same script made is taken up. Checks that failed must be
// overridden with NBSCOPE_FORCE=1. Nothing in it is hidden from who reads it: a value
// with what cannot be seen is written with escapes. The error says which value AWS's
// own patterns forbid.
func (p *Plan) Script() (string, error) {
	if err := p.Forbidden(); err != nil {
		return "", err
	}
	return scriptOf(p), nil
}

func scriptOf(p *Plan) string {
	w := script{Plan: p}
	w.head()
	w.checks()
	w.guards()
	w.create()
	w.rest()
	return w.String()
}

// script writes a plan as a script.
type script struct {
	*Plan
	strings.Builder
}

func (w *script) head() {
	for _, line := range []string{
		fmt.Sprintf("nbscope plan %s: %s becomes %s, %s", w.Fingerprint(), w.Source.Name, w.Spec.Name, w.with()),
		fmt.Sprintf("made %s by %s", model.Stamp(w.Made), orUnnamedCaller(w.Identity.ARN)),
		"It makes the replacement, waits for it, and prints the other steps. The source stays as it is.",
		"Run it again after a failure: what it made itself it finds again by the tag " + TagRunID + ".",
	} {
		fmt.Fprintln(w, remark(line))
	}
	fmt.Fprintf(w, `set -eu

region=%s
source=%s
replacement=%s
run=%s

say() { printf '%%s\n' "$*" >&2; }
fail() { say "nbscope plan: $*"; exit 1; }
ask() { aws sagemaker describe-notebook-instance --region "$region" --notebook-instance-name "$1" --output text --query "$2"; }
`, model.ShellQuote(w.Source.Region), model.ShellQuote(w.Source.Name), model.ShellQuote(w.Spec.Name), model.ShellQuote(w.RunID))
}

func orUnnamedCaller(arn string) string {
	if arn == "" {
		return "somebody who is not known"
	}
	return arn
}

// checks makes the script refuse where preflight did.
func (w *script) checks() {
	var failed []string
	for _, c := range w.Checks {
		if c.Result == Fail {
			failed = append(failed, c.ID+": "+c.Evidence)
		}
	}
	if len(failed) == 0 {
		return
	}
	fmt.Fprintln(w, "\n# Checks that failed when the plan was made:")
	for _, f := range failed {
		fmt.Fprintln(w, remark("- "+f))
	}
	fmt.Fprintf(w, "[ \"${NBSCOPE_FORCE:-}\" = 1 ] || fail %s\n",
		model.ShellQuote(fmt.Sprintf("checks that failed, see the top of this script: %d; NBSCOPE_FORCE=1 goes on all the same", len(failed))))
}

// guards makes the script refuse when the world is not the plan's.
func (w *script) guards() {
	s := &w.Source
	fmt.Fprintf(w, `
# The account that was planned for.
account=$(aws sts get-caller-identity --region "$region" --query Account --output text)
[ "$account" = %[1]s ] || fail "signed in to account $account, the plan is for "%[1]s

# The source as it was planned for.
planned=%[2]s
found=$(ask "$source" %[3]s)
[ "$found" = "$planned" ] || { say "planned: $planned"; say "found:   $found"; fail 'the source has changed: make the plan again'; }
status=$(ask "$source" NotebookInstanceStatus)
[ "$status" = %[4]s ] || fail "the source is $status and was "%[4]s": make the plan again"
`, model.ShellQuote(s.Account), model.ShellQuote(pythonJSON(configOf(s))), model.ShellQuote(configQuery(s)), model.ShellQuote(string(s.Status)))
	if s.TagsUnknown == "" {
		pairs := make([][2]string, len(s.Tags))
		for i, t := range s.Tags {
			pairs[i] = [2]string{t.Key, t.Value}
		}
		fmt.Fprintf(w, `planned=%s
found=$(aws sagemaker list-tags --region "$region" --resource-arn %s --output text --query %s)
[ "$found" = "$planned" ] || { say "planned: $planned"; say "found:   $found"; fail "the source's tags have changed: make the plan again"; }
`, model.ShellQuote(pythonJSON(pairs)), model.ShellQuote(s.ARN), model.ShellQuote("to_string(sort_by(Tags||`[]`,&Key)[].[Key,Value])"))
	}
}

func (w *script) create() {
	fmt.Fprintf(w, `
# The name must be free, whatever its case, or be that of this very plan.
names=$(aws sagemaker list-notebook-instances --region "$region" --output text --query 'NotebookInstances[].NotebookInstanceName')
if printf '%%s\n' "$names" | tr '[:blank:]' '\n' | tr '[:upper:]' '[:lower:]' | grep -Fqx -e %s; then
	arn=$(ask "$replacement" NotebookInstanceArn)
	mark=$(aws sagemaker list-tags --region "$region" --resource-arn "$arn" --output text --query "Tags[?Key=='%s'].Value")
	[ "$mark" = "$run" ] || fail "there is a notebook $replacement that this plan did not make"
	say "$replacement is there already, made by this plan"
else
	say "creating $replacement"
	%s >/dev/null ||
		fail "AWS did not say that $replacement was made. If the answer was lost, run this script again: it looks first"
fi

# AWS takes minutes, seldom up to an hour, and cannot be told to stop.
looks=0
while :; do
	status=$(ask "$replacement" NotebookInstanceStatus) || status='not known'
	case $status in
	InService) break ;;
	Failed) fail "the creation failed: $(ask "$replacement" FailureReason). The source is as it was. To remove the failed one, which holds no data, make sure that its status is Failed, then:" %s ;;
	Stopping | Stopped | Deleting) fail "$replacement is $status: something else has changed it" ;;
	esac
	looks=$((looks + 1))
	[ "$looks" -lt 360 ] || fail "$replacement is still $status: run this script again to wait on"
	[ $((looks %% 6)) -ne 1 ] || say "waiting for $replacement: $status"
	sleep "${NBSCOPE_POLL:-10}"
done
say "$replacement is InService"
`, model.ShellQuote(strings.ToLower(w.Spec.Name)), TagRunID, w.Spec.CreateCommand(&w.Source),
		model.ShellQuote("# "+oneLine(onNotebook(w.Source.Region, w.Spec.Name, "delete-notebook-instance"))))
}

// rest prints what is left to do.
func (w *script) rest() {
	w.WriteString("\n# What is left is for you to decide.\nprintf '%s\\n'")
	for _, line := range restLines(w.Plan) {
		fmt.Fprint(w, " \\\n\t", model.ShellQuote(line))
	}
	fmt.Fprintln(w)
}

// restLines are the steps behind create and wait, as lines to read.
func restLines(p *Plan) []string {
	var out []string
	for i, s := range p.Steps() {
		if s.Kind == StepCreate || s.Kind == StepWait {
			continue
		}
		out = append(out, oneLine(fmt.Sprintf("%d. %s. %s", i+1, s.Title, s.About)))
		if s.Kind == StepCopy {
			out = append(out, copyLines(ManualCopy(p))...)
			continue
		}
		for _, c := range p.commands(s.Kind) {
			out = append(out, "   "+c)
		}
	}
	return out
}

func copyLines(steps []CopyStep) []string {
	var out []string
	for _, s := range steps {
		out = append(out, "   "+remark(fmt.Sprintf("%s (%s). %s", s.Title, s.Where, s.About)))
		for _, c := range s.Commands {
			out = append(out, "   "+c)
		}
	}
	return out
}

// configOf is what configQuery answers for an unchanged source.
func configOf(s *Snapshot) []any {
	all := scripted()
	out := make([]any, 0, len(all))
	for _, f := range all {
		var value any
		switch v := f.seen(s).(type) {
		case *[]string:
			value = sorted(*v)
		case *int:
			value = *v
		default:
			value = slotText(v)
		}
		if f.hides(f.seen(s)) || !isList(f.seen(s)) && blank(f.seen(s)) {
			value = nil
		}
		out = append(out, value)
	}
	return out
}

// configQuery asks the AWS CLI for a notebook's configuration on one line of JSON.
// Repositories whose address is not shown are not compared: the replacement gets what
// the source has when the script runs.
func configQuery(s *Snapshot) string {
	var out []string
	for _, f := range scripted() {
		member := f.Describe
		if f.within != "" {
			member += "." + f.within
		}
		switch {
		case f.hides(f.seen(s)):
			out = append(out, "`null`")
		case isList(f.seen(s)):
			out = append(out, "sort("+member+"||`[]`)")
		default:
			out = append(out, "("+member+"||`null`)")
		}
	}
	return "to_string([" + strings.Join(out, ",") + "])"
}

// scripted are the fields that a script compares.
func scripted() []FieldDef {
	return slices.DeleteFunc(askedFields(), func(f FieldDef) bool {
		return f.want == nil || f.recent || f.Create == FieldName || f.Create == FieldTags // it is found by its name, and has its tags in a call of their own
	})
}

func isList(slot any) bool {
	_, ok := slot.(*[]string)
	return ok
}

// hides reports whether a value is not shown as it is.
func (f *FieldDef) hides(slot any) bool {
	return strings.Contains(slotText(f.masked(slot)), model.Mask)
}

// pythonJSON is JSON as the AWS CLI writes it on one line: ASCII only.
func pythonJSON(v any) string {
	var b strings.Builder
	for _, r := range jsonLine(v) {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
