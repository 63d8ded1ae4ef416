package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Faults say what goes wrong. The zero value is an AWS in which nothing does.
type Faults struct {
	Throttle map[string]float64       // share of the requests that are throttled, by region; "" for every region
	Errors   float64                  // share answered with a fault of AWS's own
	Reset    float64                  // share whose connection is reset before the request is handled
	Lost     float64                  // share that is handled, and whose answer is lost
	Garbage  float64                  // share answered with a page of HTML
	Slow     map[string]time.Duration // added to every answer, by region
	Deny     []string                 // regions in which no policy allows anything
	SCP      []string                 // regions that a service control policy forbids
	Missing  []string                 // regions in which SageMaker has no notebooks
	OptIn    []string                 // regions that the accounts have not enabled
	DenyOps  []string                 // operations, such as "ec2:DescribeSubnets", or with "@region"
	Expired  []string                 // accounts whose credentials are too old; "*" for all
	BadToken bool                     // every page token is refused
	Vanish   float64                  // share of the notebooks that are listed, and gone when described

	Index explorer // what an index of the organization is like

	Serves    string        // the only region that SageMaker's endpoint serves, "" for every region
	Clock     time.Duration // how far AWS's clock is ahead of this machine's
	Partition string        // that the caller is said to be in, "" for aws
	MixUp     bool          // a describe answers about another notebook
	Foreign   string        // the part of a notebook's ARN that is another one's: partition, region, account or name

	Aimed          []*aim   // what goes wrong with one action, some or all of the times
	NoCapacity     []string // regions in which a notebook that is created or started fails; "*" for all
	LifecycleFails bool     // a notebook with a lifecycle configuration fails when it starts
	NoInterface    bool     // a notebook in a subnet fails when it starts
	SCPDirect      string   // direct internet with which a service control policy lets nobody create
}

// faultWord is a word of the language of ParseFaults.
type faultWord struct {
	name string
	form string // how it is written, for errors and help
	set  func(f *Faults, value string) error
}

func faultWords() []faultWord {
	return slices.Concat([]faultWord{
		{"throttle", "throttle=0.05 or throttle=REGION:0.05", setThrottle},
		{"5xx", "5xx=0.01", func(f *Faults, v string) error { return setShare(&f.Errors, v) }},
		{"reset", "reset=0.01", func(f *Faults, v string) error { return setShare(&f.Reset, v) }},
		{"lost", "lost=0.01", func(f *Faults, v string) error { return setShare(&f.Lost, v) }},
		{"garbage", "garbage=0.01", func(f *Faults, v string) error { return setShare(&f.Garbage, v) }},
		{"slow", "slow=REGION:3s", setSlow},
		{"deny", "deny=REGION", func(f *Faults, v string) error { return addRegion(&f.Deny, v) }},
		{"scp", "scp=REGION", func(f *Faults, v string) error { return addRegion(&f.SCP, v) }},
		{"notoffered", "notoffered=REGION", func(f *Faults, v string) error { return addRegion(&f.Missing, v) }},
		{"optin", "optin=REGION", func(f *Faults, v string) error { return addRegion(&f.OptIn, v) }},
		{"denyop", "denyop=ec2:DescribeSubnets or denyop=ec2:DescribeSubnets@REGION", addDenyOp},
		{"expired", "expired or expired=ACCOUNT", addExpired},
		{"badtoken", "badtoken", func(f *Faults, v string) error { return setFlag(&f.BadToken, v) }},
		{"index", "index, or index= one of missing:REGION, forgets:0.1, ghosts:1, age:72h, young, filtered", setIndex},
		{"vanish", "vanish=0.05", func(f *Faults, v string) error { return setShare(&f.Vanish, v) }},
	}, answerFaultWords(), writeFaultWords())
}

// ParseFaults reads what goes wrong from words such as
// "throttle=0.05,slow=eu-west-2:3s,deny=eu-west-3". The error names the part that
// is wrong, and the words that there are.
func ParseFaults(text string) (Faults, error) {
	var f Faults
	words := faultWords()
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		i := slices.IndexFunc(words, func(w faultWord) bool { return w.name == name })
		if i < 0 {
			return Faults{}, fmt.Errorf("fault %q: unknown word %q; the words are %s", part, name, wordList(words))
		}
		if err := words[i].set(&f, strings.TrimSpace(value)); err != nil {
			return Faults{}, fmt.Errorf("fault %q: %w; write %s", part, err, words[i].form)
		}
	}
	return f, nil
}

func wordList(words []faultWord) string {
	names := make([]string, 0, len(words))
	for _, w := range words {
		names = append(names, w.name)
	}
	return strings.Join(names, ", ")
}

func setShare(to *float64, value string) error {
	share, err := strconv.ParseFloat(value, 64)
	if err != nil || !(share >= 0 && share <= 1) {
		return fmt.Errorf("%q is not a share between 0 and 1", value)
	}
	*to = share
	return nil
}

func setThrottle(f *Faults, value string) error {
	region, share, ok := strings.Cut(value, ":")
	if !ok {
		region, share = "", value
	}
	if ok {
		if err := checkRegion(region); err != nil {
			return err
		}
	}
	if f.Throttle == nil {
		f.Throttle = map[string]float64{}
	}
	var p float64
	if err := setShare(&p, share); err != nil {
		return err
	}
	f.Throttle[region] = p
	return nil
}

func setSlow(f *Faults, value string) error {
	region, wait, _ := strings.Cut(value, ":")
	if err := checkRegion(region); err != nil {
		return err
	}
	d, err := time.ParseDuration(wait)
	if err != nil || d < 0 {
		return fmt.Errorf("%q is not a duration", wait)
	}
	if f.Slow == nil {
		f.Slow = map[string]time.Duration{}
	}
	f.Slow[region] = d
	return nil
}

func addRegion(to *[]string, value string) error {
	if err := checkRegion(value); err != nil {
		return err
	}
	*to = append(*to, value)
	return nil
}

func checkRegion(name string) error {
	if !isRegion(name) {
		return fmt.Errorf("%q is not a region", name)
	}
	return nil
}

func addDenyOp(f *Faults, value string) error {
	op, region, at := strings.Cut(value, "@")
	prefix, name, ok := strings.Cut(op, ":")
	if !ok || prefix == "" || name == "" {
		return fmt.Errorf("%q is not an operation", op)
	}
	if at {
		if err := checkRegion(region); err != nil {
			return err
		}
	}
	f.DenyOps = append(f.DenyOps, value)
	return nil
}

func addExpired(f *Faults, value string) error {
	switch {
	case value == "":
		value = "*"
	case !isAccountID(value):
		return fmt.Errorf("%q is not an account", value)
	}
	f.Expired = append(f.Expired, value)
	return nil
}

func setFlag(to *bool, value string) error {
	if value != "" {
		return fmt.Errorf("%q is more than it takes", value)
	}
	*to = true
	return nil
}

func isAccountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// deniesOp says whether a single operation is denied in a region.
func (f *Faults) deniesOp(action, region string) bool {
	return slices.ContainsFunc(f.DenyOps, func(op string) bool {
		name, at, _ := strings.Cut(op, "@")
		return strings.EqualFold(name, action) && (at == "" || at == region)
	})
}

func (f *Faults) expiredFor(account string) bool {
	return slices.Contains(f.Expired, "*") || slices.Contains(f.Expired, account)
}

// throttleShare is the larger of the share of the region and that of all.
func (f *Faults) throttleShare(region string) float64 {
	return max(f.Throttle[""], f.Throttle[region])
}

// vanishes says whether a notebook is gone when it is described. It is always the
// same ones.
func (f *Faults) vanishes(arn string) bool {
	return f.Vanish > 0 && newRNG(0, "vanish", arn).unit() < f.Vanish
}
