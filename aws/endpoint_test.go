package aws

import (
	"os"
	"testing"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
)

func TestTheRoleOfAProfileIsAssumedAtTheConfiguredEndpoint(t *testing.T) {
	for name, c := range map[string]struct {
		variable string
		flag     bool
	}{
		"by the flag":             {"", true},
		"by the general variable": {"AWS_ENDPOINT_URL", false},
	} {
		t.Run(name, func(t *testing.T) {
			s, url := world(t, nil)
			id, secret := s.AccessKey()
			away := s.World().Accounts[1].ID
			files(t, "[profile away]\nregion="+s.World().Regions[0].Name+"\nsource_profile=base\nrole_arn=arn:aws:iam::"+away+":role/"+sim.OrgRole+
				"\n[profile base]\nregion="+s.World().Regions[0].Name+"\n", "[base]\naws_access_key_id="+id+"\naws_secret_access_key="+secret+"\n")
			o := Options{Concurrency: 8, Now: time.Now, Profiles: []string{"away"}}
			if c.flag {
				o.EndpointURL = url
			} else {
				t.Setenv(c.variable, url)
			}
			client, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			inv := once(t, client, nil, model.ScanRequest{})
			if len(inv.Problems()) > 0 || len(inv.Identities()) != 1 || inv.Identities()[0].Account != away {
				t.Errorf("signed in as %v, problems %v", inv.Identities(), inv.Problems())
			}
		})
	}
}

func TestEndpointsOfSTS(t *testing.T) {
	for name, c := range map[string]struct {
		flag, general, own, ignore, want string
	}{
		"none":                             {},
		"the flag comes first":             {"https://a", "https://b", "https://c", "", "https://a"},
		"then the variable of the service": {"", "https://b", "https://c", "", "https://c"},
		"then the general one":             {"", "https://b", "", "", "https://b"},
		"variables can be switched off":    {"", "https://b", "https://c", "true", ""},
		"the flag holds when they are":     {"https://a", "https://b", "", "true", "https://a"},
	} {
		t.Run(name, func(t *testing.T) {
			files(t, "", "[default]\n"+keys(homeAccount))
			t.Setenv("AWS_ENDPOINT_URL", c.general)
			t.Setenv("AWS_ENDPOINT_URL_STS", c.own)
			t.Setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", c.ignore)
			both, err := readProfiles()
			if err != nil {
				t.Fatal(err)
			}
			p, err := both.Resolve("", os.LookupEnv)
			if err != nil {
				t.Fatal(err)
			}
			client := &Client{wiring: wiring{opt: Options{EndpointURL: c.flag}}}
			if got := client.endpointOf(p, "STS").URL; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// An endpoint that is set is no FIPS endpoint and no dual stack of AWS's, and is
// reached all the same, as with the AWS CLI.
func TestAnEndpointWinsOverFIPSAndDualStack(t *testing.T) {
	for _, both := range []string{"use_fips_endpoint=true", "use_dualstack_endpoint=true", "use_fips_endpoint=true\nuse_dualstack_endpoint=true"} {
		s, url := world(t, nil)
		id, secret := s.AccessKey()
		files(t, "[default]\nregion="+s.World().Regions[0].Name+"\n"+both+"\nendpoint_url="+url+"\n",
			"[default]\naws_access_key_id="+id+"\naws_secret_access_key="+secret+"\n")
		client, err := New(Options{Concurrency: 8, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		if inv := once(t, client, nil, model.ScanRequest{}); len(inv.Problems()) > 0 || !inv.Coverage().Complete() || len(inv.Rows()) == 0 {
			t.Errorf("%s: %d notebooks, %+v, problems %v", both, len(inv.Rows()), inv.Coverage(), inv.Problems())
		}
	}
}
