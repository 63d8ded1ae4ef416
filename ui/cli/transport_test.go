package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/drive"
)

func TestTheTransportOfAPlanIsOneThatThisBuildHas(t *testing.T) {
	t.Parallel()
	relay := []recreate.Transport{recreate.TransportRelay}
	cases := map[string]struct {
		flags transportFlags
		can   []recreate.Transport
		plan  recreate.Transport
		want  recreate.Transport
		says  string // on standard error
		fails string
	}{
		"nothing said":             {plan: recreate.TransportManual, want: recreate.TransportManual},
		"as the plan says":         {can: relay, plan: recreate.TransportRelay, want: recreate.TransportRelay},
		"relay":                    {flags: transportFlags{transport: "relay"}, can: relay, plan: recreate.TransportManual, want: recreate.TransportRelay},
		"auto":                     {flags: transportFlags{transport: "auto"}, can: relay, plan: recreate.TransportManual, want: recreate.TransportRelay, says: "by relay: the source has no way out"},
		"auto, with nothing there": {flags: transportFlags{transport: "auto"}, plan: recreate.TransportManual, want: recreate.TransportManual, says: "moves no data itself"},
		"relay that is not there":  {flags: transportFlags{transport: "relay"}, plan: recreate.TransportManual, fails: "moves data by hand only"},
		"S3 that is not there":     {flags: transportFlags{transport: "s3", bucket: "data"}, can: relay, plan: recreate.TransportManual, fails: "relay and manual"},
		"a plan by S3":             {can: relay, plan: recreate.TransportS3, fails: "relay and manual"},
		"no transport":             {flags: transportFlags{transport: "pigeon"}, fails: "use relay, s3, manual or auto"},
		"S3 without a bucket":      {flags: transportFlags{transport: "s3"}, can: []recreate.Transport{recreate.TransportS3}, fails: "name the bucket"},
	}
	for name, c := range cases {
		said, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
		if err != nil {
			t.Fatal(err)
		}
		p := recreate.Plan{Transport: c.plan}
		err = c.flags.check()
		if err == nil {
			_, err = c.flags.put(&Env{Stderr: said}, &p, &model.Egress{Verdict: model.VerdictIsolated}, c.can)
		}
		text, _ := os.ReadFile(said.Name())
		switch {
		case c.fails != "":
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%s: the error is %v, want %q in it", name, err, c.fails)
			}
		case err != nil || p.Transport != c.want || !strings.Contains(string(text), c.says):
			t.Errorf("%s: %s, %v, %q", name, p.Transport, err, text)
		}
	}
}

func TestARunTakesTheTransportOfTheFlagsOnlyWhereItGoesAnotherWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flag string
		plan recreate.Transport
		may  bool
		want recreate.Transport
	}{
		"nothing said":              {"", recreate.TransportManual, true, ""},
		"another way":               {"relay", recreate.TransportManual, true, recreate.TransportRelay},
		"the same way":              {"relay", recreate.TransportRelay, true, ""},
		"not where it stands":       {"relay", recreate.TransportManual, false, ""},
		"auto by hand":              {"auto", recreate.TransportManual, true, recreate.TransportRelay},
		"auto where it goes itself": {"auto", recreate.TransportS3, true, ""},
		"back to the hand":          {"manual", recreate.TransportRelay, true, recreate.TransportManual},
	} {
		c2 := carrier{
			env: &Env{Stderr: os.Stderr}, session: Session{Transports: []recreate.Transport{recreate.TransportRelay, recreate.TransportS3}},
			flags: &carryFlags{transportFlags: transportFlags{transport: c.flag}, until: string(drive.UntilStop)},
		}
		run := recreate.Run{Plan: recreate.Plan{Transport: c.plan}}
		e, err := c2.reroute(&run, c.may)
		if err != nil || (e == nil) != (c.want == "") || e != nil && e.Transport != c.want {
			t.Errorf("%s: %v, %v; want %q", name, e, err, c.want)
		}
	}
}
