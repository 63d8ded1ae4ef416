package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/text"
)

// transportFlags say how the data goes.
type transportFlags struct {
	transport string
	bucket    string
}

func (f *transportFlags) register(flags *pflag.FlagSet, unset string) {
	flags.StringVar(&f.transport, "transport", "", "the `way` of the data: relay, s3, manual, or auto, which chooses and says why (default: "+unset+")")
	flags.StringVar(&f.bucket, "bucket", "", "the `name` of the bucket, in the notebooks' account and region, that s3 goes through; auto makes none")
}

// check refuses what is no transport, and what this session does not have.
func (f *transportFlags) check() error {
	if err := f.checkBucket(); err != nil || f.transport == "" {
		return err
	}
	if _, err := recreate.ParseTransport(f.transport); err != nil {
		return usagef("--transport: %w%s", err, didYouMean(f.transport, []string{"relay", "s3", "manual", "auto"}))
	}
	return nil
}

// checkBucket refuses what can be the name of no bucket.
func (f *transportFlags) checkBucket() error {
	if why := recreate.BadBucket(f.bucket); f.bucket != "" && why != "" {
		return usagef("--bucket %q: %s", f.bucket, why)
	}
	return nil
}

// put gives a plan its transport: the one of the flags, or else the one it was made
// with. It refuses one that this session cannot carry out. Where it chooses, it says why.
func (f *transportFlags) put(env *Env, p *recreate.Plan, e *model.Egress, can []recreate.Transport) (why string, err error) {
	if f.bucket != "" {
		p.Bucket = f.bucket
	}
	if f.transport != "" {
		t, _ := recreate.ParseTransport(f.transport) // check has read it
		p.Auto = false
		if t == recreate.TransportAuto {
			t, why = recreate.Recommend(&p.Source, e, p.Bucket, can, p.Survey)
			p.Auto = t == recreate.TransportS3
			fmt.Fprintf(env.Stderr, "nbscope: the data goes %s: %s\n", t.By(), text.Clean(why))
		}
		p.Transport = t
	}
	if err := able(p.Transport, can); err != nil {
		return "", err
	}
	if p.Transport == recreate.TransportS3 && p.Bucket == "" {
		return "", usagef("--transport s3: name the bucket with --bucket")
	}
	return why, nil
}

// able refuses a transport that this session does not have.
func able(t recreate.Transport, can []recreate.Transport) error {
	if !t.Moves() || slices.Contains(can, t) {
		return nil
	}
	have := "by hand only"
	if len(can) > 0 {
		words := make([]string, len(can))
		for i, c := range can {
			words[i] = string(c)
		}
		have = strings.Join(words, ", ") + " and manual"
	}
	return usagef("--transport %s: this session moves data %s", t, have)
}

// reroute is the decision that takes the transport of the flags for a run that goes
// another way; nil where it need not, or cannot be taken now.
func (c *carrier) reroute(run *recreate.Run, may bool) (*recreate.Event, error) {
	f := &c.flags.transportFlags
	if f.transport == "" || !may {
		return nil, nil
	}
	p := run.Plan
	if t, _ := recreate.ParseTransport(f.transport); t == recreate.TransportAuto && p.Transport.Moves() {
		return nil, nil // it goes by itself already
	}
	why, err := f.put(c.env, &p, &model.Egress{Verdict: p.Egress}, c.session.Transports)
	if err != nil {
		return nil, err
	}
	if p.Transport == run.Plan.Transport && p.Bucket == run.Plan.Bucket {
		return nil, nil
	}
	return &recreate.Event{Kind: recreate.EventRerouted, Transport: p.Transport, Bucket: p.Bucket, Why: why}, nil
}
