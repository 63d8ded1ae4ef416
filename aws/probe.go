package aws

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"nbscope/aws/jupyter"
	"nbscope/aws/mover"
	"nbscope/model"
	"nbscope/model/probe"
	"nbscope/model/recreate"
)

// Probe tries from inside a notebook what it reaches. It makes a URL that signs in to
// Jupyter and runs a script there, which is taken away again; the account is only read.
// The error is a model.Problem.
func (c *Client) Probe(ctx context.Context, t model.Target, name string) (model.Probe, error) {
	s, err := c.enter(ctx, t)
	if err != nil {
		return model.Probe{}, err
	}
	if _, err := s.writer(t.Region, opPresign); err != nil {
		return model.Probe{}, err
	}
	n, err := s.untagged(ctx, t.Region, name)
	if err != nil {
		return model.Probe{}, err
	}
	fails := model.Problem{Kind: model.KindConflict, Operation: recreate.OpProbe, Target: t}
	switch {
	case n == nil:
		fails.Kind, fails.Message = model.KindNotFound, "there is no notebook "+name+" in "+t.Region
		return model.Probe{}, fails
	case n.Status != model.StatusInService:
		fails.Message, fails.Hint = n.Name+" is "+string(n.Status)+": what it reaches can only be tried while it runs", "start it, and try again"
		return model.Probe{}, fails
	}
	return s.probe(ctx, n, askFor)
}

// askFor is how long somebody who asks waits for a Jupyter that does not serve. One that
// has just begun may take longer, and a run waits for it.
const askFor = 2 * time.Minute

// probe tries a notebook that was just seen in service, and waits so long for its
// Jupyter; 0 for as long as is usual.
func (s *session) probe(ctx context.Context, n *recreate.Snapshot, upFor time.Duration) (model.Probe, error) {
	places := probe.Places(n.Region, s.partition, n.Account, s.client.opt.Reach)
	d := s.desk(n)
	d.UpFor = upFor
	output, err := runInside(ctx, d, places)
	if err != nil {
		return model.Probe{}, insideProblem(ctx, n, err)
	}
	out, err := probe.Read(output, places)
	if err != nil {
		return model.Probe{}, insideProblem(ctx, n, err)
	}
	out.At = s.client.opt.Now().UTC().Round(0)
	out.Own, out.OwnWhy = s.addressesOf(ctx, n)
	return out, nil
}

// runInside runs the script in a notebook, and returns what it printed.
func runInside(ctx context.Context, d *Desk, places []probe.Place) (output string, err error) {
	c, leave, err := enterDesk(ctx, d, nil)
	if err != nil {
		return "", err
	}
	defer leave()
	if err := c.Up(ctx); err != nil {
		return "", err
	}
	return runProbe(ctx, c, probe.FolderPrefix+strings.ToLower(rand.Text()[:12]), places)
}

// runProbe runs the script in a notebook that is signed in to.
func runProbe(ctx context.Context, c mover.Session, dir string, places []probe.Place) (output string, err error) {
	asked, err := probe.Parameters(places)
	if err != nil {
		return "", err
	}
	// Before anything is brought there: what cannot be run could not be taken away.
	switch _, code, err := c.Shell(ctx, "command -v python3"); {
	case err != nil:
		return "", err
	case code != 0:
		return "", fmt.Errorf("%w: there is no python3", probe.ErrNoAnswer)
	}
	files := map[string]string{probe.ParametersFile: string(asked), probe.ScriptFile: probe.Script()}
	return inside(ctx, c, dir, files, func(_, dir string) string { return probe.Command(dir) })
}

// inside brings files into a folder of their own in a notebook, and returns what a
// command prints, which is made from the paths of the folder that Jupyter serves and of
// that one. Nothing of it stays there.
func inside(ctx context.Context, c mover.Session, dir string, files map[string]string, command func(root, dir string) string) (output string, err error) {
	defer func() {
		bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), clearWithin)
		defer cancel()
		err = errors.Join(err, c.Clear(bye, dir)) // the script of a probe has done so, if it ran
	}()
	if err := c.Mkdir(ctx, dir); err != nil {
		return "", err
	}
	seen := ""
	for name, text := range files {
		seen = dir + "/" + name
		if err := c.Put(ctx, seen, []byte(text)); err != nil {
			return "", err
		}
	}
	root, err := c.Root(ctx, seen)
	if err != nil {
		return "", err
	}
	root = strings.TrimSuffix(root, "/")
	output, _, err = c.Shell(ctx, command(root, root+"/"+dir))
	return output, err
}

// clearWithin is how long it is tried to take away what a probe brought.
const clearWithin = 20 * time.Second

// insideProblem is why a notebook could not be asked, as the user meets it.
func insideProblem(ctx context.Context, n *recreate.Snapshot, err error) model.Problem {
	if own, ok := errors.AsType[model.Problem](err); ok {
		return own
	}
	p := model.Problem{Kind: model.KindService, Operation: recreate.OpProbe, Target: n.Target(), Message: n.Name + ": " + err.Error()}
	for _, k := range []struct {
		of   error
		kind model.ProblemKind
		hint string
	}{
		{jupyter.ErrNotSignedIn, model.KindDenied, "look whether your role may call " + opPresign + " from this address"},
		{jupyter.ErrHost, model.KindProtocol, "look at the endpoint that is configured"},
		{jupyter.ErrRefused, model.KindDenied, "look at the policies for the notebook's URL, and whether its Jupyter opens terminals"},
		{jupyter.ErrNotFound, model.KindNotOffered, "its Jupyter opens no terminal, so that nothing can be tried inside"},
		{probe.ErrNoAnswer, model.KindNotOffered, "the script needs python3 in the notebook's terminal"},
		{jupyter.ErrTemporary, model.KindNetwork, "try again"},
	} {
		if errors.Is(err, k.of) {
			p.Kind, p.Hint = k.kind, k.hint
			break
		}
	}
	if ctx.Err() != nil {
		p.Kind, p.Hint = model.KindCanceled, ""
	}
	return p
}

// probe tries the replacement of a run, once it was seen to be the run's.
func (a *act) probe(ctx context.Context) recreate.Event {
	region := a.effect.Target.Region
	if _, err := a.session.writer(region, opPresign); err != nil {
		return failed(err)
	}
	n, err := a.session.snapshot(ctx, region, a.run.Plan.Spec.Name)
	switch {
	case err != nil:
		return failed(err)
	case a.effect.Target != a.run.Plan.Target(), n == nil, n.Status != model.StatusInService:
		return failed(a.refuse("the replacement " + a.run.Plan.Spec.Name + " does not run, so that nothing can be tried in it"))
	}
	if err := a.guardOurs(n); err != nil {
		return failed(err)
	}
	found, err := a.session.probe(ctx, n, 0)
	if err != nil {
		return a.unmoved(ctx, err)
	}
	return recreate.Event{Kind: recreate.EventDone, Probed: &found}
}

// addressesOf are the addresses of a notebook's interface in its VPC; none where there
// is no VPC, or for the reason.
func (s *session) addressesOf(ctx context.Context, n *recreate.Snapshot) (own []string, why string) {
	if n.NetworkID == "" {
		return nil, "it has no interface in a VPC"
	}
	out, err := s.in(n.Region).ec2().DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{n.NetworkID}})
	if err != nil {
		return nil, s.fault(ctx, n.Region, err).Message
	}
	for _, i := range out.NetworkInterfaces {
		if sdkaws.ToString(i.NetworkInterfaceId) != n.NetworkID {
			continue
		}
		own = append(own, sdkaws.ToString(i.PrivateIpAddress))
		for _, a := range i.PrivateIpAddresses {
			own = append(own, sdkaws.ToString(a.PrivateIpAddress))
		}
		for _, a := range i.Ipv6Addresses {
			own = append(own, sdkaws.ToString(a.Ipv6Address))
		}
	}
	slices.Sort(own)
	own = slices.DeleteFunc(slices.Compact(own), func(a string) bool { return a == "" })
	if len(own) == 0 {
		return nil, "EC2 tells no address of its interface " + n.NetworkID
	}
	return own, ""
}
