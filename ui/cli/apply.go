package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/model/policy"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
	"nbscope/ui/text"
)

type applyFlags struct {
	settings Settings
	approve  string
	carry    carryFlags
}

func newApply(env *Env) *cobra.Command {
	var f applyFlags
	cmd := &cobra.Command{
		Use:   "apply PLAN.json",
		Short: "Carry out a plan without the explorer",
		Long: `apply carries out a plan of "nbscope plan -o json" as far as no decision is due. The
fingerprint is the approval of its create, and unlocks writes to the plan's account alone. The
source is looked at and the plan made anew first: where the two differ, it is refused.

The same plan applied again goes on with its run, and tries once more what had failed, where that
needs no decision. By relay or s3 the data is copied and compared as well, and --until stop stops the
source if every file is equal, by a comparison of now. No difference is accepted, nothing is attested
or deleted here; such a decision is made in the explorer, and a way back that was begun there goes
on there: nbscope resume ID.

Exit codes: 0 done until there, and what was done is there now; 3 a decision is due, or a way back
is under way; 5 the world is not as it was approved or as the run has left it, the source has another
run, or nobody here can go on with the run: another program holds it, or its journal cannot be read;
6 a step or a check failed, nothing could be tried, or the run is over; 2 a mistake on the command
line or in the plan; 130, 143 or 129 after a signal: the call under way is finished, and the run goes on
later. The last line says which: done, waits, drift, other run, held, unreadable, failed, not tried,
paused, over, interrupted.`,
		Example: `nbscope plan churn-model-train --region eu-west-1 -o json > plan.json
nbscope apply plan.json --approve "$(jq -r .fingerprint plan.json)" --until wait -o json`,
		Args: oneArg("one plan"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return apply(cmd.Context(), env, &f, cmd.Flags(), args[0])
		},
	}
	f.settings.register(cmd.Flags())
	hideExplorerFlags(cmd.Flags())
	for _, name := range []string{"filter", "no-cache", "region", "demo"} { // the plan says where, and the demo's world ends with it
		cmd.Flags().Lookup(name).Hidden = true
	}
	cmd.Flags().StringVar(&f.approve, "approve", "", "the `fingerprint` of the plan: it approves the create")
	f.carry.register(cmd.Flags(), string(drive.UntilStop))
	completes(env, cmd, &f.settings, carryFormats()...)
	cmd.ValidArgsFunction = cobra.FixedCompletions([]string{"json"}, cobra.ShellCompDirectiveFilterFileExt)
	return cmd
}

func apply(ctx context.Context, env *Env, f *applyFlags, flags *pflag.FlagSet, path string) error {
	if err := f.carry.check(); err != nil {
		return err
	}
	file, err := readPlan(env, path)
	if err != nil {
		return err
	}
	switch f.approve {
	case "":
		return usagef("--approve: give the fingerprint of the plan that you approve: %s has %s", path, text.Clean(file.Fingerprint))
	case file.Fingerprint:
	default:
		return usagef("--approve %s: %s has the fingerprint %s", f.approve, path, text.Clean(file.Fingerprint))
	}
	c, err := openCarrier(ctx, env, &f.settings, flags, &f.carry, file.RunID)
	if err != nil {
		return err
	}
	return c.closed(f.start(c, file))
}

// start goes on with the plan's run, or begins it, and carries it.
func (f *applyFlags) start(c *carrier, file *planFile) error {
	if s, ok := c.driver.Run(file.RunID); ok {
		readable := s.Kept.Unreadable() == "" && !s.Elsewhere()
		if now := s.Run.Plan.Fingerprint(); readable && now != f.approve {
			return c.refuse(drive.Drift, "run %s goes by another plan by now, with the fingerprint %s: `nbscope resume %s` shows it", s.ID, now, s.ID)
		}
		return c.goOn(f.approve)
	}
	if err := c.signIn(file.target); err != nil {
		return err
	}
	if s, ok := c.driver.OpenRun(file.Source.ARN); ok {
		return c.refuseOpenRun(&s)
	}
	if err := file.checkPromises(f.settings.Reach); err != nil {
		return err
	}
	p, err := c.rebuild(file, f.settings.Policy())
	if err != nil {
		return err
	}
	if recreate.Blocked(p.Checks, false) {
		if _, ok := c.driver.Run(file.RunID); !ok && c.driver.Load() == nil { // another program may have begun it meanwhile
			if _, ok := c.driver.Run(file.RunID); ok {
				return c.goOn(f.approve)
			}
		}
		tellFailed(c.env, p.Checks)
		if other, ok := p.OtherRun(); ok {
			return c.refuse(drive.OtherRun, "%s: %s", other.Evidence, other.Hint)
		}
		return c.refuse(drive.NotTried, "preflight has failed checks, so nothing was begun")
	}
	return c.begin(p)
}

// rebuild makes the file's plan anew from what is there now, and refuses it where
// it is not the one that was approved.
func (c *carrier) rebuild(file *planFile, table policy.Table) (recreate.Plan, error) {
	none := recreate.Plan{}
	backend := c.session.Backend
	source, err := backend.Snapshot(c.ctx, file.target, file.name)
	if p, ok := errors.AsType[model.Problem](err); ok && p.Kind == model.KindNotFound {
		return none, c.refuse(drive.Drift, "the source %s does not exist any more", file.name)
	}
	if err != nil {
		return none, c.failed(err)
	}
	inv, err := collect(c.ctx, backend, model.ScanRequest{Mode: model.Full, Name: file.name, Only: []model.Target{file.target}}, askOnTerminal(c.env))
	if err != nil {
		return none, c.failed(err)
	}
	n := inv.Get(source.ARN)
	spec := file.spec
	if err := spec.Reveal(&source); err != nil {
		return none, c.refuse(drive.Drift, "%w: make and approve another plan", err)
	}
	facts := backend.Facts(c.ctx, source, spec)
	facts.Runs = c.session.journals()
	if err := context.Cause(c.ctx); err != nil {
		return none, c.failed(err)
	}
	p := recreate.NewPlan(file.RunID, c.env.Now(), source, spec)
	p.Keep = file.keep
	if n != nil {
		facts.Egress = n.Egress
		p.Policy, _ = table.For(n)
	}
	p.Transport, p.Bucket, p.Auto, p.Promises = cmp.Or(file.Transport, p.Transport), file.Bucket, file.Auto, file.Promises
	if _, err := c.flags.put(c.env, &p, facts.Egress, c.session.Transports); err != nil {
		return none, err
	}
	p.Weigh(facts)
	if p.Fingerprint() == file.Fingerprint {
		return p, nil
	}
	for _, d := range file.differences(&p) {
		fmt.Fprintf(c.env.Stderr, "nbscope: %s\n", text.Clean(d))
	}
	return none, c.refuse(drive.Drift, "the plan was made for another source than there is now, or was changed since: its fingerprint would be %s; make and approve another", p.Fingerprint())
}
