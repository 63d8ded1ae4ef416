package aws

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/aws/store"
	"nbscope/model"
)

func good() Options { return Options{Concurrency: 1, Now: time.Now} }

var (
	aKey  = &StaticKey{ID: "x", Secret: "y"}
	aRole = []string{"arn:aws:iam::111122223333:role/x"}
)

func TestOptionsThatMakeNoSenseAreNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set  func(*Options)
		says string
	}{
		"concurrency below nothing":       {func(o *Options) { o.Concurrency = -3 }, "concurrency -3"},
		"no clock":                        {func(o *Options) { o.Now = nil }, "clock"},
		"a negative timeout":              {func(o *Options) { o.Timeout = -1 }, "timeout"},
		"a role that is no ARN":           {func(o *Options) { o.RoleARNs = []string{"Admin"} }, `"Admin"`},
		"the ARN of a user":               {func(o *Options) { o.RoleARNs = []string{"arn:aws:iam::111122223333:user/x"} }, "user/x"},
		"a role of a short account":       {func(o *Options) { o.RoleARNs = []string{"arn:aws:iam::1111:role/x"} }, "1111"},
		"an ARN as a name":                {func(o *Options) { o.OrgRole = "arn:aws:iam::111122223333:role/x" }, "--org-role"},
		"a name that is too long":         {func(o *Options) { o.OrgRole = strings.Repeat("r", 513) }, "rrr"},
		"an ARN that is too long":         {func(o *Options) { o.RoleARNs = []string{"arn:aws:iam::111122223333:role/" + strings.Repeat("r", 513)} }, "rrr"},
		"a name with a space":             {func(o *Options) { o.OrgRole = "a b" }, `"a b"`},
		"a pattern that is not closed":    {func(o *Options) { o.Regions = []string{"eu-[w"} }, "eu-[w"},
		"an empty region":                 {func(o *Options) { o.Regions = []string{" "} }, "region"},
		"a region with a slash":           {func(o *Options) { o.Regions = []string{"eu/west"} }, "eu/west"},
		"an endpoint without a scheme":    {func(o *Options) { o.EndpointURL = "localhost:4566" }, "localhost:4566"},
		"an endpoint of another scheme":   {func(o *Options) { o.EndpointURL = "ftp://127.0.0.1" }, "ftp://"},
		"an endpoint that is no URL":      {func(o *Options) { o.EndpointURL = "http://[::1" }, "--endpoint-url"},
		"an endpoint with a password":     {func(o *Options) { o.EndpointURL = "https://a:b@x.example" }, "user"},
		"plain HTTP over the network":     {func(o *Options) { o.EndpointURL = "http://10.0.0.1:80" }, "loopback"},
		"plain HTTP to a name":            {func(o *Options) { o.EndpointURL = "http://localhost.example.com" }, "loopback"},
		"all profiles and one":            {func(o *Options) { o.AllProfiles, o.Profiles = true, []string{"a"} }, "--all-profiles"},
		"roles and an organization":       {func(o *Options) { o.OrgRole, o.RoleARNs = "x", []string{"arn:aws:iam::111122223333:role/x"} }, "--org-role"},
		"an organization by two sign-ins": {func(o *Options) { o.OrgRole, o.Profiles = "x", []string{"a", "b"} }, "one sign-in"},
		"accounts of no organization":     {func(o *Options) { o.Accounts = model.Patterns{"prod-*"} }, "--org-role"},
		"an open pattern for units":       {func(o *Options) { o.OrgRole, o.OUs = "x", model.Patterns{"![a"} }, `"![a" is not a pattern`},
		"an empty profile":                {func(o *Options) { o.Profiles = []string{""} }, "profile"},
		"half a key":                      {func(o *Options) { o.Static = &StaticKey{ID: "x"} }, "incomplete"},
		"the other half":                  {func(o *Options) { o.Static = &StaticKey{Secret: "x"} }, "incomplete"},
		"a key and a profile":             {func(o *Options) { o.Static, o.Profiles = aKey, []string{"a"} }, "fixed credentials and profiles"},
		"a key and all profiles":          {func(o *Options) { o.Static, o.AllProfiles = aKey, true }, "fixed credentials and profiles"},
		"a key, roles, an organization":   {func(o *Options) { o.Static, o.OrgRole, o.RoleARNs = aKey, "x", aRole }, "--role-arn and --org-role"},
		"roles by all profiles":           {func(o *Options) { o.AllProfiles, o.RoleARNs = true, aRole }, "one sign-in"},
		"too many at once":                {func(o *Options) { o.Concurrency = maxConcurrency + 1 }, "out of range"},
		"a negative pause":                {func(o *Options) { o.LookEvery = -time.Second }, "the pause -1s between two looks is negative"},
		"an index of no organization":     {func(o *Options) { o.Discover = model.DiscoverIndex }, "--discover index"},
		"units of no organization":        {func(o *Options) { o.OUs = model.Patterns{"prod"} }, "--ou chooses"},
		"an endpoint with a query":        {func(o *Options) { o.EndpointURL = "https://x.example/?a=b" }, "no user, query or fragment"},
		"an endpoint with a fragment":     {func(o *Options) { o.EndpointURL = "https://x.example/#a" }, "no user, query or fragment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := good()
			c.set(&o)
			_, err := New(o)
			var p model.Problem
			if !errors.As(err, &p) || p.Kind != model.KindConfig || !strings.Contains(p.Message, c.says) {
				t.Errorf("got %v, want a problem that says %q", err, c.says)
			}
		})
	}
}

func TestOptionsThatMakeSenseAreTaken(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*Options){
		"nothing but the needed":       func(*Options) {},
		"plain HTTP on IPv4":           func(o *Options) { o.EndpointURL = "http://127.0.0.1:4566" },
		"plain HTTP on IPv6":           func(o *Options) { o.EndpointURL = "http://[::1]:4566" },
		"plain HTTP on localhost":      func(o *Options) { o.EndpointURL = "http://localhost:4566/" },
		"HTTPS over the network":       func(o *Options) { o.EndpointURL = "https://vpce-1.sagemaker.eu-west-1.vpce.amazonaws.com" },
		"a role of China":              func(o *Options) { o.RoleARNs = []string{"arn:aws-cn:iam::111122223333:role/a/b"} },
		"patterns and capitals":        func(o *Options) { o.Regions = []string{"EU-West-1", "us-*", "ap-[a-s]*-?"} },
		"an organization by a profile": func(o *Options) { o.OrgRole, o.Profiles = "Reader", []string{"a", "a"} },
		"as many at once as can be":    func(o *Options) { o.Concurrency = maxConcurrency },
		"as many as is usual":          func(o *Options) { o.Concurrency = 0 },
		"the longest name of a role":   func(o *Options) { o.OrgRole = strings.Repeat("r", 512) },
		"the longest ARN of a role":    func(o *Options) { o.RoleARNs = []string{aRole[0] + strings.Repeat("r", 511)} },
		"a key and a role":             func(o *Options) { o.Static, o.RoleARNs = aKey, aRole },
		"a key and an organization":    func(o *Options) { o.Static, o.OrgRole, o.Discover = aKey, "x", model.DiscoverIndex },
		"roles by one profile":         func(o *Options) { o.RoleARNs, o.Profiles = aRole, []string{"a"} },
	} {
		o := good()
		set(&o)
		if _, err := New(o); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEndpointVariablesAreHeldToTheSameRule(t *testing.T) {
	files(t, "", "")
	t.Setenv("AWS_ENDPOINT_URL_SAGEMAKER", "http://example.com")
	_, err := New(good())
	if p := classify(err); p.Kind != model.KindConfig || !strings.Contains(p.Message, "AWS_ENDPOINT_URL_SAGEMAKER") {
		t.Errorf("got %+v", p)
	}
	o := good()
	o.Static = &StaticKey{ID: "x", Secret: "y"}
	if _, err := New(o); err != nil {
		t.Errorf("the demo minds the user's variables: %v", err)
	}
	t.Setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
	if _, err := New(good()); err != nil {
		t.Errorf("an ignored variable is minded: %v", err)
	}
}

func TestAnEndpointOfTheConfigFileIsHeldToTheSameRule(t *testing.T) {
	s := newStub(t)
	files(t, "[profile p]\nregion=eu-west-1\nservices=mine\n[services mine]\nsagemaker =\n  endpoint_url = http://192.0.2.1\nsts =\n  endpoint_url = "+s.url+
		"\nec2 =\n  endpoint_url = "+s.url+"\niam =\n  endpoint_url = "+s.url+"\n", "[p]\n"+keys(homeAccount))
	inv := once(t, s.signedIn(t, func(o *Options) { o.EndpointURL, o.Profiles = "", []string{"p"} }), nil, model.ScanRequest{})
	st := stateOf(inv, homeAccount, "eu-west-1")
	if st.State != model.StateFailed || st.Problem.Kind != model.KindConfig || !strings.Contains(st.Problem.Message, "192.0.2.1") {
		t.Errorf("%+v %+v %v", st, st.Problem, inv.Problems())
	}
}

// TestAnEndpointThatSignsInIsHeldToTheSameRule before anything is sent, so that the file
// with the setting can be told.
func TestAnEndpointThatSignsInIsHeldToTheSameRule(t *testing.T) {
	for name, lines := range map[string]string{
		"of every service": "endpoint_url=http://192.0.2.1\n",
		"of STS":           "services=mine\n[services mine]\nsts =\n  endpoint_url = http://192.0.2.1\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := newStub(t)
			files(t, "[profile p]\nregion=eu-west-1\n"+lines, "[p]\n"+keys(homeAccount))
			inv := once(t, s.signedIn(t, func(o *Options) { o.EndpointURL, o.Profiles = "", []string{"p"} }), nil, model.ScanRequest{})
			if got := inv.Problems(); len(got) != 1 || got[0].Kind != model.KindConfig || !strings.Contains(got[0].Message, "aws_config_file") || !strings.Contains(got[0].Message, "192.0.2.1") {
				t.Errorf("problems %+v", got)
			}
		})
	}
}

func TestEndpointVariablesMoveTheCalls(t *testing.T) {
	s := newStub(t)
	s.fill(homeAccount, "eu-west-1", 2)
	files(t, "", "")
	t.Setenv("AWS_ACCESS_KEY_ID", keyOf(homeAccount))
	t.Setenv("AWS_SECRET_ACCESS_KEY", "s")
	t.Setenv("AWS_ENDPOINT_URL", s.url)
	t.Setenv("AWS_REGION", "us-east-1")
	o := good()
	o.Concurrency = 8
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	inv := once(t, c, nil, model.ScanRequest{})
	if inv.Len() != 2 || len(inv.Targets()) != 2 {
		t.Errorf("%d notebooks in %d targets: the region of the environment is only where to sign in", inv.Len(), len(inv.Targets()))
	}
}

// TestWhatIsNotGivenHasADefault of its own, and what is given stays.
func TestWhatIsNotGivenHasADefault(t *testing.T) {
	t.Parallel()
	o := good()
	o.Regions, o.Profiles = []string{" EU-west-1 ", "eu-west-1", "us-*"}, []string{"a", "b", "a"}
	if err := o.check(); err != nil {
		t.Fatal(err)
	}
	if o.Timeout != 2*time.Minute || o.LookEvery != 5*time.Second || o.Log == nil || !slices.Equal(o.Regions, []string{"eu-west-1", "us-*"}) || !slices.Equal(o.Profiles, []string{"a", "b"}) {
		t.Errorf("%+v", o)
	}
	o = good()
	o.Timeout, o.LookEvery = 1, 1
	if err := o.check(); err != nil || o.Timeout != 1 || o.LookEvery != 1 {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestTheCacheKeyKeepsSignInsApart(t *testing.T) {
	files(t, "", "")
	seen := map[string]string{}
	for name, set := range map[string]func(*Options){
		"chain":     func(*Options) {},
		"a profile": func(o *Options) { o.Profiles = []string{"a"} },
		"another":   func(o *Options) { o.Profiles = []string{"b"} },
		"both":      func(o *Options) { o.Profiles = []string{"a", "b"} },
		"all":       func(o *Options) { o.AllProfiles = true },
		"endpoint":  func(o *Options) { o.EndpointURL = "http://127.0.0.1:1" },
		"org":       func(o *Options) { o.OrgRole = "x" },
		"accounts":  func(o *Options) { o.OrgRole, o.Accounts = "x", model.Patterns{"a"} },
		"units":     func(o *Options) { o.OrgRole, o.OUs = "x", model.Patterns{"a"} },
		"demo":      func(o *Options) { o.Static = &StaticKey{ID: "x", Secret: "y"} },
		"regions":   func(o *Options) { o.Regions = []string{"eu-*"} },
	} {
		o := good()
		set(&o)
		key := o.CacheKey()
		if other, taken := seen[key]; taken {
			t.Errorf("%s and %s have the same key", name, other)
		}
		seen[key] = name
		if again := o.CacheKey(); again != key || len(key) != 24 {
			t.Errorf("%s: %q, then %q", name, key, again)
		}
	}
	before := good().CacheKey()
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:2")
	if good().CacheKey() == before {
		t.Error("a moved endpoint has the key of AWS")
	}
}

// TestASignInIsTheSameWhateverTheOrderAndTheRegions of its flags; what decides who it is
// keeps it apart.
func TestASignInIsTheSameWhateverTheOrderAndTheRegions(t *testing.T) {
	of := func(change func(*Options)) store.SignIn {
		o := good()
		o.Profiles, o.Static = []string{"prod", "audit"}, nil
		change(&o)
		return o.SignIn()
	}
	base := of(func(*Options) {})
	if got := of(func(o *Options) { o.Profiles = []string{"audit", "prod"} }); !reflect.DeepEqual(got, base) || !slices.Equal(got.Profiles, []string{"audit", "prod"}) {
		t.Errorf("in another order it is %+v, not %+v", got, base)
	}
	if got := of(func(o *Options) { o.Regions = []string{"us-east-1"} }); got.Place != base.Place || !slices.Equal(got.Regions, []string{"us-east-1"}) {
		t.Errorf("in one region it is %+v, not %+v", got, base)
	}
	for name, change := range map[string]func(*Options){
		"a role": func(o *Options) { o.RoleARNs = []string{"arn:aws:iam::111122223333:role/x"} }, "an organization": func(o *Options) { o.OrgRole = "x" },
		"an endpoint": func(o *Options) { o.EndpointURL = "http://127.0.0.1:1" }, "keys of the demo": func(o *Options) { o.Static = &StaticKey{ID: "x"} },
	} {
		if got := of(change); got.Place == base.Place {
			t.Errorf("%s makes no difference", name)
		}
	}
	t.Setenv("AWS_PROFILE", "dev")
	if got := of(func(o *Options) { o.Profiles = nil }); got.Place != base.Place || !slices.Equal(got.Profiles, []string{"dev"}) {
		t.Errorf("the default chain is %+v", got)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
	if got := of(func(o *Options) { o.Profiles = nil }); got.Place == base.Place {
		t.Errorf("keys of the environment are %+v", got)
	}
}

func TestTemporaryKeysOfOneAccountHaveOneCacheKey(t *testing.T) {
	t.Parallel()
	// Two published example key ids, and the accounts that they carry.
	if got := accountOfKey("ASIAY34FZKBOKMUTVV7A"); got != "609629065308" {
		t.Errorf("got %q", got)
	}
	// One that ends early is read as far as the account goes, and no further.
	if got := accountOfKey("ASIAY34FZKBOKM======"); got != "609629065308" {
		t.Errorf("got %q", got)
	}
	for _, other := range []string{"ASIAY34FZKBO========", "ASIA" + strings.Repeat("\n", 16), "short", "ASIAY34FZKBOKMUTVV7AA", "ASIA1111111111111111", "ASIAY34FZKBOKMUTVV7"} {
		if got := accountOfKey(other); got != other {
			t.Errorf("%s: got %q", other, got)
		}
	}
}

func TestTheDemoIgnoresTheUsersFilesAndVariables(t *testing.T) {
	s := newStub(t)
	files(t, "[default]\nregion=nowhere\nendpoint_url=http://192.0.2.1\n", "[default\n")
	t.Setenv("AWS_PROFILE", "missing")
	t.Setenv("AWS_ENDPOINT_URL", "https://192.0.2.1")
	t.Setenv("AWS_ACCESS_KEY_ID", keyOf(awayAccount))
	s.fill(homeAccount, "eu-west-1", 1)
	inv := once(t, s.client(t), nil, model.ScanRequest{})
	if inv.Len() != 1 || len(inv.Problems()) != 0 {
		t.Errorf("%d notebooks, %v", inv.Len(), inv.Problems())
	}
}

func TestAPanicIsAProblemOfItsJobAlone(t *testing.T) {
	t.Parallel()
	var crashed []string
	c := newCrew(2, func(e *panicError) { crashed = append(crashed, e.value) })
	done := 0
	c.do(func() { panic("boom") })
	c.wait()
	c.do(func() { done++ })
	c.wait()
	if len(crashed) != 1 || crashed[0] != "boom" || done != 1 {
		t.Errorf("caught %v, %d jobs after it", crashed, done)
	}
}
