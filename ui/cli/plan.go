package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/model/report"
	"nbscope/ui/text"
)

// planFlags are the flags of plan. A field of the form that was not given is
// carried from the source.
type planFlags struct {
	settings Settings
	way      transportFlags
	output   string
	account  string
	direct   string
	name     string
	fields   map[string]*string // by the member of CreateNotebookInstance
	tags     []string
	promise  string
	look     bool
}

func newPlan(env *Env) *cobra.Command {
	f := planFlags{fields: map[string]*string{}}
	cmd := &cobra.Command{
		Use:   "plan NAME",
		Short: "Print what recreating a notebook instance with the other internet setting would do",
		Long: `plan prints what a recreate would do and does nothing: every check, what becomes of every
field and tag, the exact request, the steps with their API calls and permissions, the costs,
and the same as AWS CLI commands.

A notebook without a VPC goes into one with --subnet-id and --security-group-ids: with
--direct-internet enabled that is what is changed, and its way to the internet stays.

With --look it looks into the source as well, by its Jupyter: whether the data fits the new
volume, what cannot be read or is not copied, and how long the copy takes. A run looks into
both before the copy in any case.

With -o sh it prints a script for "sh -eu" that makes the replacement and waits for it, and
then prints the steps that are left. It refuses when the source has changed meanwhile. Where
checks failed it refuses too, unless NBSCOPE_FORCE=1 is set.

Exit codes: 0 when the plan could be made, also when checks failed: the checks are part of it.
2 for a mistake on the command line, 1 for anything else.`,
		Example: `nbscope plan churn-model-train --region eu-west-1
nbscope plan churn-model-train --region eu-west-1 --lifecycle-config-name '' -o json
nbscope plan churn-model-train --region eu-west-1 -o sh > recreate.sh`,
		Args: oneArg("the name of one notebook instance"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return plan(cmd.Context(), env, &f, cmd.Flags(), args[0])
		},
	}
	f.register(cmd.Flags())
	c := completes(env, cmd, &f.settings, report.PlanFormats()...)
	c.argument(c.names)
	return cmd
}

func (f *planFlags) register(flags *pflag.FlagSet) {
	f.settings.register(flags)
	f.settings.registerWrites(flags)
	hideExplorerFlags(flags)
	flags.Lookup("keep").Hidden = false
	for _, name := range []string{"filter", "no-cache"} {
		flags.Lookup(name).Hidden = true
	}
	flags.StringVar(&f.account, "account", "", "the account's `id or alias`, where several have a notebook of that name")
	flags.StringVarP(&f.output, "output", "o", string(report.Text), "the `format`: text, json or sh")
	f.way.register(flags, "auto, where this session moves data")
	flags.BoolVar(&f.look, "look", false, "look into the source, by its Jupyter: how much there is, what cannot be read, what is mounted; wants --allow-write")
	flags.StringVar(&f.promise, "promise", "", "what the replacement has to reach before anything is copied to it: `places` such as pypi,s3, direct-closed, or none (default: as the policy says)")
	flags.StringVar(&f.name, "name", "", "the `name` of the replacement (default: the source's with -net or -vpc)")
	flags.StringVar(&f.direct, "direct-internet", "", "the `setting`: enabled or disabled (default: the opposite of now)")
	flags.StringArrayVar(&f.tags, "tag", nil, "set a tag, as `Key=Value`, beside those that are carried; may be repeated")
	for _, field := range recreate.Fields() {
		if plain(field) {
			f.fields[field.Create] = flags.String(flagOf(field), "", strings.ToLower(field.Title[:1])+field.Title[1:]+" (default: the source's)")
		}
	}
}

// flagOf is the name of a field's flag: the AWS CLI's, save for the role, whose
// name the sign-in has taken for the roles that it assumes.
func flagOf(f recreate.FieldDef) string {
	if f.Create == recreate.FieldRole {
		return "execution-role-arn"
	}
	return f.Option
}

// plain reports whether a field of the form is read as it is typed, by a flag of
// its own.
func plain(f recreate.FieldDef) bool {
	switch f.Create {
	case recreate.FieldName, recreate.FieldDirect, recreate.FieldTags:
		return false
	}
	return f.Form
}

func plan(ctx context.Context, env *Env, f *planFlags, flags *pflag.FlagSet, name string) error {
	if err := f.settings.complete(flags, env); err != nil {
		return err
	}
	format, err := report.ParseFormat(f.output, report.PlanFormats())
	if err != nil {
		return usagef("--output: %w", err)
	}
	if err := f.check(flags); err != nil {
		return err
	}
	w, err := wantedBy(env, name, f.account, &f.settings)
	if err != nil {
		return err
	}
	f.settings.AllowWrite = f.settings.AllowWrite && f.look // nothing else of a plan signs in anywhere
	f.settings.NoCache = true                               // one notebook must not replace what is kept of all
	session, err := openPlain(ctx, env, f.settings)
	if err != nil {
		return err
	}
	defer session.end(env)
	p, n, err := f.plan(ctx, env, session, flags, w)
	if err != nil {
		return err
	}
	if err := report.Plan(env.out(), &p, p.Alternatives(n.Egress), format); err != nil {
		return err
	}
	if format == report.Shell {
		tellFailed(env, p.Checks)
	}
	return nil
}

// plan finds the notebook and makes the plan of its recreate.
func (f *planFlags) plan(ctx context.Context, env *Env, session Session, flags *pflag.FlagSet, w wanted) (recreate.Plan, *model.Notebook, error) {
	n, _, err := find(ctx, env, session, w)
	if err != nil {
		return recreate.Plan{}, nil, err
	}
	n = advised(ctx, env, session, n)
	source, err := session.Backend.Snapshot(ctx, n.Target(), n.Name)
	if err != nil {
		return recreate.Plan{}, nil, err
	}
	spec, err := f.spec(flags, &source)
	if err != nil {
		return recreate.Plan{}, nil, err
	}
	facts := session.Backend.Facts(ctx, source, spec)
	facts.Egress, facts.Runs = n.Egress, session.journals()
	if err := context.Cause(ctx); err != nil {
		return recreate.Plan{}, nil, fmt.Errorf("the checks were stopped: %w", err)
	}
	p := recreate.NewPlan(env.NewRunID(), env.Now(), source, spec)
	p.Policy, _ = f.settings.Policy().For(n)
	p.Keep = f.settings.Keep
	p.Promises = recreate.PromisesBy(p.Policy, &p.Spec)
	if flags.Changed("promise") {
		p.Promises, _ = recreate.ParsePromises(f.promise, f.settings.Reach) // check has read it
	}
	if f.way.transport == "" && len(session.Transports) > 0 {
		f.way.transport = string(recreate.TransportAuto)
	}
	if f.look {
		facts.Survey = lookInside(ctx, session, &p)
		p.Survey = facts.Survey.Value
	}
	if _, err := f.way.put(env, &p, n.Egress, session.Transports); err != nil {
		return recreate.Plan{}, nil, err
	}
	p.Weigh(facts)
	return p, n, nil
}

// lookInside looks into the source of a plan.
func lookInside(ctx context.Context, session Session, p *recreate.Plan) recreate.Fact[*recreate.Survey] {
	found, err := session.Backend.Survey(ctx, p)
	if err != nil {
		return recreate.Unknown[*recreate.Survey]("how much there is on the source is not known: " + err.Error())
	}
	return recreate.Know(&found)
}

// check refuses values that AWS would refuse whatever the notebook is, before
// anything is called.
func (f *planFlags) check(flags *pflag.FlagSet) error {
	if err := f.way.check(); err != nil {
		return err
	}
	if f.look && !f.settings.AllowWrite && !f.settings.Demo {
		return usagef("--look signs in to the notebook, which wants --allow-write")
	}
	if flags.Changed("promise") {
		if _, err := recreate.ParsePromises(f.promise, f.settings.Reach); err != nil {
			return usagef("--promise: %w", err)
		}
	}
	if f.direct != "" && f.direction(&recreate.Snapshot{}) == "" {
		return usagef("--direct-internet %q: use enabled or disabled%s", f.direct, didYouMean(f.direct, []string{"enabled", "disabled"}))
	}
	return f.checkFields(flags)
}

// checkFields refuses a value of a field that its table refuses.
func (f *planFlags) checkFields(flags *pflag.FlagSet) error {
	refuse := func(flag, member, value string) error {
		field, _ := recreate.FieldOf(member)
		if why := field.Refuses(value); why != "" {
			return usagef("--%s %q: %s", flag, value, why)
		}
		return nil
	}
	if flags.Changed("name") {
		if err := refuse("name", recreate.FieldName, f.name); err != nil {
			return err
		}
	}
	for _, tag := range f.tags {
		if err := refuse("tag", recreate.FieldTags, tag); err != nil {
			return err
		}
	}
	for _, field := range recreate.Fields() {
		if plain(field) && flags.Changed(flagOf(field)) {
			if err := refuse(flagOf(field), field.Create, *f.fields[field.Create]); err != nil {
				return err
			}
		}
	}
	return nil
}

// direction is which way direct internet access is turned; "" for a word that
// says neither.
func (f *planFlags) direction(source *recreate.Snapshot) recreate.Direction {
	switch {
	case f.direct == "":
		return recreate.DirectionOf(source)
	case strings.EqualFold(f.direct, model.Enabled):
		return recreate.DirectionTo(source, model.Enabled)
	case strings.EqualFold(f.direct, model.Disabled):
		return recreate.Disable
	}
	return ""
}

// spec is the source's, turned, with what the flags say in place of it. An empty
// value of a flag leaves the field out.
func (f *planFlags) spec(flags *pflag.FlagSet, source *recreate.Snapshot) (recreate.Spec, error) {
	spec := recreate.SpecFor(source, f.direction(source))
	var errs []error
	if f.name != "" {
		errs = append(errs, spec.Set(recreate.FieldName, f.name))
	}
	for member, value := range f.fields {
		field, _ := recreate.FieldOf(member)
		if flags.Changed(flagOf(field)) {
			errs = append(errs, spec.Set(member, *value))
		}
	}
	for _, tag := range f.tags {
		errs = append(errs, spec.AddTags(tag))
	}
	if err := errors.Join(errs...); err != nil {
		return spec, usageError{err}
	}
	return spec, nil
}

// tellFailed names the failed checks where the plan itself is a script that is
// likely to go to a file.
func tellFailed(env *Env, checks []recreate.Check) {
	for _, c := range checks {
		if c.Result == recreate.Fail {
			fmt.Fprintf(env.Stderr, "nbscope: check %s failed: %s\n", text.Clean(c.ID), text.Clean(c.Evidence))
		}
	}
}
