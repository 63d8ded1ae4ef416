package aws

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"nbscope/model"
	"nbscope/model/egress"
	"nbscope/model/recreate"
)

func TestOnlySoMuchOfAProgramIsKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		writes []int
		kept   int
		full   bool
	}{
		"nothing":          {nil, 0, false},
		"all there can be": {[]int{processOutput - 1, 1}, processOutput, false},
		"one more":         {[]int{processOutput, 1}, processOutput, true},
		"one more at once": {[]int{processOutput + 1}, 0, true},
	} {
		full := false
		out := limited{full: func() { full = true }}
		for _, n := range c.writes {
			if _, err := out.Write(make([]byte, n)); errors.Is(err, errProcessBig) != full {
				t.Errorf("%s: %v", name, err)
			}
		}
		if out.buf.Len() != c.kept || full != c.full {
			t.Errorf("%s: %d are kept, full %v", name, out.buf.Len(), full)
		}
	}
	for n, want := range map[int]string{
		0: "failed", 1: "failed: b", processSays: "failed: " + strings.Repeat("b", 200) + " [...]", processSays + 1: "failed: " + strings.Repeat("b", 200) + " [...]",
	} {
		var says tail
		for range n {
			if wrote, err := says.Write([]byte("b")); wrote != 1 || err != nil {
				t.Fatal(wrote, err)
			}
		}
		if got := says.after("failed"); got != want || len(says.text) != min(n, processSays) {
			t.Errorf("%d: %q of %d", n, got, len(says.text))
		}
	}
	var says tail
	_, _ = says.Write([]byte(strings.Repeat("a", processSays)))
	_, _ = says.Write([]byte("first\n last \n\n"))
	if got := says.after("failed"); got != "failed: last" || len(says.text) != processSays {
		t.Errorf("%q of %d", got, len(says.text))
	}
}

func TestADocumentIsBoundedInWhatIsKeptOfIt(t *testing.T) {
	t.Parallel()
	members := func(n int) []byte {
		var out []string
		for i := range n {
			out = append(out, fmt.Sprintf("%q:%d", fmt.Sprint("m", i), i))
		}
		return []byte("{" + strings.Join(out, ",") + "}")
	}
	for n, want := range map[int]string{0: "", mostMembers: "", mostMembers + 1: "it has more members than any of AWS's"} {
		var d document
		d.take(members(n))
		if d.wrong != want {
			t.Errorf("%d members: %q", n, d.wrong)
		}
	}
	for _, n := range []int{longestName - 1, longestName, longestName + 1} {
		var name, tag document
		name.take([]byte(`{"` + strings.Repeat("n", n)))
		tag.take([]byte(`<` + strings.Repeat("n", n)))
		if len(name.text) != min(n, longestName) || len(tag.text) != min(n, longestName) {
			t.Errorf("%d: %d of a name are kept, %d of a tag", n, len(name.text), len(tag.text))
		}
	}
	for text, want := range map[string]string{
		"<R><!--><a/><a/>--></R>": "", "<R><!----><a/></R>": "", "<R><!---></R>": "", "<!-- ' --><R/>": "", "<?x ' ?><R/>": "", "<R ''/>": "", "<R '>'><a/></R>": "",
	} {
		var d document
		d.take([]byte(text))
		if d.wrong != want {
			t.Errorf("%s: %q, want %q", text, d.wrong, want)
		}
	}
	for text, foreign := range map[string]bool{
		"": false, " ": false, "{}": false, "<R/>": false, "<HTML>": true, " <!DOCTYPE html>": true, "no": true, "{}x": false,
	} {
		d := document{head: make([]byte, 0, 100)}
		d.take([]byte(text))
		if d.isForeign() != foreign {
			t.Errorf("%q: of somebody else: %v", text, d.isForeign())
		}
	}
	for n, want := range map[int]int{99: 99, 100: 100, 101: 100} {
		d := document{head: make([]byte, 0, 100)}
		for range n {
			d.take([]byte("x"))
		}
		if len(d.head) != want {
			t.Errorf("%d: %d of its begin are kept", n, len(d.head))
		}
	}
	for text, want := range map[string]string{`a\u0062`: "ab", `\u0061b`: "ab", `a\x`: `a\x`, "ab": "ab"} {
		if got := unescaped([]byte(text)); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestARowOfThePriceListIsTakenByWhatItIsAbout(t *testing.T) {
	t.Parallel()
	row := func(usage, region, dimensions, date string) string {
		return fmt.Sprintf(`{"product":{"attributes":{"usagetype":%q,"regionCode":%q}},"terms":{"OnDemand":{"t":{"priceDimensions":{%s}}}},"publicationDate":%q}`, usage, region, dimensions, date)
	}
	price := func(begin, usd string) string {
		return fmt.Sprintf(`%q:{"beginRange":%q,"pricePerUnit":{"USD":%q}}`, "d"+begin, begin, usd)
	}
	const date = "2026-11-01T00:00:00Z"
	instance, volume := "EU-"+priceNotebook+"ml.t3.medium", "EU-"+priceNotebook+priceVolume
	for name, c := range map[string]struct {
		row    string
		hourly map[string]float64
		volume float64
		asOf   string
	}{
		"an instance":             {row(instance, "eu-west-1", price("0", "0.05"), date), map[string]float64{"ml.t3.medium": 0.05}, 0, "2026-11-01"},
		"without a begin":         {row(instance, "eu-west-1", price("", "0.05"), date), map[string]float64{"ml.t3.medium": 0.05}, 0, "2026-11-01"},
		"the first units":         {row(instance, "eu-west-1", price("100", "0.01")+","+price("0", "0.05"), date), map[string]float64{"ml.t3.medium": 0.05}, 0, "2026-11-01"},
		"later units alone":       {row(instance, "eu-west-1", price("100", "0.01"), date), map[string]float64{}, 0, "2026-01-01"},
		"storage":                 {row(volume, "eu-west-1", price("0", "0.1"), "2025"), map[string]float64{}, 0.1, "2026-01-01"},
		"for nothing":             {row(instance, "eu-west-1", price("0", "0"), date), map[string]float64{}, 0, "2026-01-01"},
		"for less than nothing":   {row(instance, "eu-west-1", price("0", "-1"), date), map[string]float64{}, 0, "2026-01-01"},
		"for no number":           {row(instance, "eu-west-1", price("0", "much"), date), map[string]float64{}, 0, "2026-01-01"},
		"of another region":       {row(instance, "eu-west-2", price("0", "0.05"), date), map[string]float64{}, 0, "2026-01-01"},
		"of another service":      {row("EU-Studio:ml.t3.medium", "eu-west-1", price("0", "0.05"), date), map[string]float64{}, 0, "2026-01-01"},
		"of something else of it": {row("EU-"+priceNotebook+"Accelerator", "eu-west-1", price("0", "0.05"), date), map[string]float64{}, 0, "2026-01-01"},
		"no row":                  {"{", map[string]float64{}, 0, "2026-01-01"},
	} {
		out := recreate.Prices{Hourly: map[string]float64{}, AsOf: "2026-01-01"}
		takePrice(&out, "eu-west-1", c.row)
		if !maps.Equal(out.Hourly, c.hourly) || out.VolumeMonth != c.volume || out.AsOf != c.asOf {
			t.Errorf("%s: %+v", name, out)
		}
	}
	for _, c := range []struct {
		partition, region, want string
		ok                      bool
	}{
		{"aws", "us-west-2", "us-east-1", true}, {"aws", "eu-west-1", "eu-central-1", true}, {"aws", "me-south-1", "eu-central-1", true},
		{"aws", "af-south-1", "eu-central-1", true}, {"aws", "il-central-1", "eu-central-1", true}, {"aws", "ap-east-1", "ap-south-1", true},
		{"aws", "sa-east-1", "us-east-1", true}, {"aws-cn", "cn-north-1", "", false}, {"aws-us-gov", "us-gov-west-1", "", false},
	} {
		if got, ok := pricingRegion(c.partition, c.region); got != c.want || ok != c.ok {
			t.Errorf("%s: %s, %v", c.region, got, ok)
		}
	}
	_, err := (&session{client: newClientOf(t), partition: "aws-cn"}).prices(t.Context(), "cn-north-1")
	if want := error(model.Problem{Kind: model.KindNotOffered, Operation: "pricing:GetProducts", Message: "there is no price list in USD for cn-north-1"}); !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
}

// newClientOf is a client that asks nobody.
func newClientOf(t *testing.T) *Client {
	t.Helper()
	o := good()
	o.Static = aKey
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestQuotasAreReadByTheirNamesAndCodes(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.hook = func(c call) (int, string, bool) {
		return 200, mustJSON(map[string]any{"Quotas": []any{
			map[string]any{"QuotaCode": "L-1", "QuotaName": "ml.t3.medium" + quotaOfType, "Value": 2},
			map[string]any{"QuotaCode": "L-2", "QuotaName": "ml.t3.large" + quotaOfType},
			map[string]any{"QuotaCode": quotaTotal, "QuotaName": "all" + quotaOfType, "Value": 8},
			map[string]any{"QuotaCode": "L-3", "QuotaName": "something else", "Value": 9},
			map[string]any{"QuotaCode": "L-4", "QuotaName": "ml.m5.large" + quotaOfType, "Value": 0},
		}}), c.op == "ListServiceQuotas"
	}
	session, err := s.client(t).enter(t.Context(), model.Target{Account: homeAccount, Region: "eu-west-1"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := session.quotas(t.Context(), "eu-west-1")
	if want := map[string]float64{"ml.t3.medium": 2, quotaTotal: 8, "ml.m5.large": 0}; err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestASessionGoesByTheNamesOfItsSignIns(t *testing.T) {
	t.Parallel()
	c, s := &Client{}, &session{}
	for i, l := range []login{{label: "b", profile: "b", order: 2}, {label: "a", profile: "a", order: 1}, {order: 0}, {label: "b", profile: "b", order: 2}, {label: "b", profile: "x", order: 3}} {
		c.join(s, &l)
		want := [][]string{{"b"}, {"a", "b"}, {"a", "b"}, {"a", "b"}, {"a", "b", "b"}}[i]
		if got := s.who().Profiles; !slices.Equal(got, want) {
			t.Errorf("%d: %q, want %q", i, got, want)
		}
	}
}

func TestAnAccountIsActiveByWhicheverFieldSaysSo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		account types.Account
		want    bool
	}{
		{types.Account{State: types.AccountStateActive, Status: types.AccountStatusSuspended}, true},
		{types.Account{State: types.AccountStateSuspended, Status: types.AccountStatusActive}, false},
		{types.Account{Status: types.AccountStatusActive}, true},
		{types.Account{Status: types.AccountStatusSuspended}, false},
		{types.Account{}, false},
	} {
		if got := isActive(&c.account); got != c.want {
			t.Errorf("%+v: %v", c.account, got)
		}
	}
	for want, u := range map[string]unit{"the root r-1": {id: "r-1"}, "the unit prod/eu": {id: "ou-1", path: "prod/eu"}} {
		if got := u.said(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestAScanIsLoggedOnceForEachThing, by names, numbers and codes.
func TestAScanIsLoggedOnceForEachThing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	plain := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	begin := time.Unix(1.7e9, 0)
	ended := model.TargetStatus{Target: model.Target{Account: "1", Region: "r"}, State: model.StateOK, Notebooks: 2, Unknown: 1, Calls: 3, Throttles: 4, Started: begin, Ended: begin.Add(1500 * time.Millisecond)}
	pending := ended
	pending.State = model.StatePending
	denied := ended
	denied.Target.Region, denied.State, denied.Problem = "s", model.StateDenied, &model.Problem{Kind: model.KindDenied, Code: "AccessDenied", Operation: "a:B", RequestID: "q 1", Message: "a secret"}
	denied.Warnings = []model.Problem{{Kind: model.KindNetwork, Message: "the connection broke", Operation: "c:D"}}
	request := &model.ScanRequest{Generation: 7, Mode: model.Full, Only: []model.Target{{}}}
	emitted := 0
	emit := logged(t.Context(), plain, request, func(model.Batch) { emitted++ })
	who := model.Identity{Account: "1", ARN: "arn", Profiles: []string{"a", "b"}}
	for _, b := range []model.Batch{
		{Identities: []model.Identity{who}, Targets: []model.TargetStatus{pending}},
		{Identities: []model.Identity{who}, Targets: []model.TargetStatus{ended}, Problems: []model.Problem{{Kind: model.KindMFA, Profile: "p", Operation: "sign in", Message: "a secret"}}},
		{Targets: []model.TargetStatus{ended, denied}, Done: true},
	} {
		emit(b)
	}
	want := `level=INFO msg=scan generation=7 full=true only=1
level=INFO msg=sign-in account=1 arn=arn profiles="a, b"
level=WARN msg=sign-in profile=p kind=mfa operation="sign in" request=""
level=INFO msg=target account=1 region=r state=ok notebooks=2 unknown=1 calls=3 throttles=4 took=1.5s
level=WARN msg=target account=1 region=s state=denied notebooks=2 unknown=1 calls=3 throttles=4 took=1.5s kind=denied code=AccessDenied operation=a:B request=odd
level=WARN msg="target in part" account=1 region=s kind=network says="the connection broke" operation=c:D request=""
level=INFO msg="scan is over"
`
	if got := out.String(); got != want || emitted != 3 {
		t.Errorf("%d batches, logged\n%swant\n%s", emitted, got, want)
	}
}

func TestReadingsOfAFamilyAreAddedUp(t *testing.T) {
	t.Parallel()
	some, more := egress.Read(1, 2), egress.Read(3)
	bad, worse := egress.Refused("first", 4), egress.Refused[int]("second")
	for name, c := range map[string]struct {
		a, b  egress.Family[int]
		state model.Load
		why   string
		items []int
	}{
		"both read":      {some, more, model.LoadDone, "", []int{1, 2, 3}},
		"one refused":    {some, bad, model.LoadFailed, "first", []int{1, 2, 4}},
		"the other":      {bad, some, model.LoadFailed, "first", []int{4, 1, 2}},
		"both refused":   {bad, worse, model.LoadFailed, "first", []int{4}},
		"the first time": {egress.Family[int]{}, some, model.LoadDone, "", []int{1, 2}},
	} {
		got := c.a
		also(&got, c.b)
		if got.State != c.state || got.Reason != c.why || !slices.Equal(got.Items, c.items) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := every([]string{"a", "b"}, func(s *string) string { return *s + "!" }); !slices.Equal(got, []string{"a!", "b!"}) {
		t.Errorf("%q", got)
	}
}
