package aws

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/profile"
)

func TestAPartitionWithoutARegionHasAHome(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		profile profile.Profile
		regions []string
		want    string
	}{
		"nothing":                {profile.Profile{Source: &profile.Source{}}, nil, "us-east-1"},
		"the profile's":          {profile.Profile{Region: "eu-west-1", Source: &profile.Source{}}, []string{"cn-north-1"}, "eu-west-1"},
		"a role of GovCloud":     {profile.Profile{Source: &profile.Source{RoleARN: "arn:aws-us-gov:iam::1:role/r"}}, nil, "us-gov-west-1"},
		"its source's":           {profile.Profile{Source: &profile.Source{RoleARN: "arn", From: &profile.Source{RoleARN: "arn:aws-cn:iam::1:role/r"}}}, nil, "cn-north-1"},
		"--region":               {profile.Profile{Source: &profile.Source{}}, []string{"eu-*", "us-gov-east-1"}, "us-gov-east-1"},
		"--region of the common": {profile.Profile{Source: &profile.Source{}}, []string{"ap-east-1"}, "us-east-1"}, // it may be off for the account
	} {
		client := &Client{wiring: wiring{opt: Options{Regions: c.regions}}}
		if got := client.homeRegion(&c.profile); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestAHostWithoutCredentialsLeavesTheMistakeInTheFilesToTell(t *testing.T) {
	inSim(t, "", "[x]\naws_secret_access_key = s\n")
	srv := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "")
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", srv.URL)
	for name, says := range map[string]string{"x": "sets aws_secret_access_key, and aws_access_key_id is not set", "": "no credentials were found"} {
		var names []string
		if name != "" {
			names = []string{name}
		}
		if p := reach(t, profiles(names...)).Problems(); len(p) != 1 || p[0].Kind != model.KindNoCredentials || !strings.Contains(p[0].Message, says) || p[0].Hint == "" {
			t.Errorf("%q: problems %+v", name, p)
		}
	}
}

func TestWhatIsNoFileIsNotRead(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("SUB", "sub")
	if err := os.WriteFile(filepath.Join(dir, "f"), []byte("[a]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"~/f": "", os.DevNull: "", dir: "not a regular file", "~/nothing": "", filepath.Join(dir, "f"): "",
	} {
		_, err := readProfileFile(expand(path))
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	for path, want := range map[string]string{
		"~": dir, "~/$SUB/${SUB}": filepath.Join(dir, "sub", "sub"), "$NOTSET/x": "$NOTSET/x", "/a~b": "/a~b", "~nobody-here/x": "~nobody-here/x",
	} {
		if got := expand(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// TestAHomeIsThatOfTheUserWhoIsNamed, by default one's own, also where no variable says it.
func TestAHomeIsThatOfTheUserWhoIsNamed(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Skip("the system does not say who this is")
	}
	t.Setenv("HOME", "/elsewhere")
	cases := map[string]string{"~": "/elsewhere", "~/x": "/elsewhere/x", "~nobody-here": "~nobody-here"}
	if known, err := user.Lookup(me.Username); err == nil {
		cases["~"+me.Username], cases["~"+me.Username+"/.aws/x"] = known.HomeDir, known.HomeDir+"/.aws/x"
	}
	for path, want := range cases {
		if got := expand(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	t.Setenv("HOME", "")
	if me, err = user.Current(); err == nil && me.HomeDir != "" {
		if got := expand("~/x"); got != me.HomeDir+"/x" {
			t.Errorf("without a variable: %s", got)
		}
	}
}

func TestCertificatesThatCannotBeReadAreNamed(t *testing.T) {
	for text, says := range map[string]string{"": "/nonexistent/ca.pem, the certificates of AWS_CA_BUNDLE", "no certificate": "holds no certificate"} {
		s := newStub(t)
		files(t, "[profile x]\nregion = eu-west-1\n", "[x]\n"+keys(homeAccount))
		path := "/nonexistent/ca.pem"
		if text != "" {
			path = filepath.Join(t.TempDir(), "ca.pem")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("AWS_CA_BUNDLE", path)
		p := once(t, s.signedIn(t, profiles("x")), nil, model.ScanRequest{}).Problems()
		if len(p) != 1 || p[0].Kind != model.KindConfig || !strings.Contains(p[0].Message, says) || p[0].Hint == "" {
			t.Errorf("problems %+v, want %q", p, says)
		}
	}
}
