package cli

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"nbscope/model"
)

// TestWhatAProbeEndsWith holds the exit code to what was tried: nothing else than a
// place that was tried and not reached is "not everything".
func TestWhatAProbeEndsWith(t *testing.T) {
	t.Parallel()
	tried := func(states ...model.TryState) func() (model.Probe, error) {
		return func() (model.Probe, error) {
			p := model.Probe{At: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
			for i, s := range states {
				p.Results = append(p.Results, model.Tried{Destination: model.Destinations()[i], State: s, Family: model.FamilyIPv4, MS: 7})
			}
			return p, nil
		}
	}
	fails := func(err error) func() (model.Probe, error) {
		return func() (model.Probe, error) { return model.Probe{}, err }
	}
	good := tried(model.TryReached, model.TryReached)
	for name, c := range map[string]struct {
		args  string
		probe func() (model.Probe, error)
		code  int
		out   string
		err   string
	}{
		"everything is reached":               {"probe alpha --allow-write", good, ExitOK, "pypi   reached", ""},
		"of what can be tried":                {"probe alpha --allow-write", tried(model.TryReached, model.TryNot), ExitOK, "conda  not tried", ""},
		"one place is not":                    {"probe alpha --allow-write", tried(model.TryReached, model.TryTimeout), ExitPartial, "conda  TIMEOUT", "not everything was reached"},
		"judged otherwise":                    {"probe alpha --allow-write", tried(model.TryNoName), ExitPartial, "pypi: judged reached SageMaker gives it.; tried, it is not: no address", "judged otherwise for 1 of the places"},
		"nothing could be tried":              {"probe alpha --allow-write", tried(model.TryNot), ExitPartial, "pypi   not tried", ""},
		"it could not be tried":               {"probe alpha --allow-write", fails(model.Problem{Kind: model.KindConflict, Message: "alpha is Stopped", Hint: "start it"}), ExitBroke, "", "alpha is Stopped"},
		"it broke":                            {"probe alpha --allow-write", fails(errors.New("broken")), ExitBroke, "", "broken"},
		"a read-only account":                 {"probe alpha --allow-write", fails(model.Problem{Kind: model.KindConfig, Message: "read-only"}), ExitUsage, "", "read-only"},
		"there is no such notebook":           {"probe omega --allow-write", good, ExitBroke, "", `there is no notebook instance "omega" in the one target that answered`},
		"two notebooks":                       {"probe alpha zeta --allow-write", good, ExitUsage, "", "takes the name of one"},
		"without leave":                       {"probe alpha", good, ExitUsage, "", "allow it with --allow-write"},
		"a format that there is not":          {"probe alpha --allow-write -o csv", good, ExitUsage, "", "--output"},
		"by the URL of its Jupyter":           {"probe alpha.notebook.eu-west-1.sagemaker.aws/lab --allow-write -o json", good, ExitOK, `"probe": {`, ""},
		"everything is reached, as an object": {"probe alpha --allow-write -o json", good, ExitOK, `"probe": {`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked model.ScanRequest
			batches := world()
			batches[0].Targets = batches[0].Targets[:1]
			o := commandIn(t, Env{
				Args: strings.Fields(c.args), Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
				Open: func(context.Context, Settings) (Session, error) {
					return Session{Backend: &backend{batches: batches, asked: &asked, probe: c.probe}, Close: func() error { return nil }}, nil
				},
			})
			if o.code != c.code || !strings.Contains(o.stdout, c.out) || !strings.Contains(o.stderr, c.err) {
				t.Errorf("it ends with %d, want %d:\n%s\n%s", o.code, c.code, o.stdout, o.stderr)
			}
			if strings.Contains(c.args, "json") && !json.Valid([]byte(o.stdout)) {
				t.Errorf("that is no JSON: %s", o.stdout)
			}
		})
	}
}
