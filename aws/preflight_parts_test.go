package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"nbscope/model"
	"nbscope/model/recreate"
)

func TestARowOfThePriceListIsReadByItsUsageType(t *testing.T) {
	t.Parallel()
	row := func(usage, region, terms string) string {
		return fmt.Sprintf(`{"product":{"attributes":{"usagetype":%q,"regionCode":%q,"instanceType":""}},"terms":{"OnDemand":{"a":{"priceDimensions":{%s}}}},`+
			`"publicationDate":"2026-10-01T07:00:00Z"}`, usage, region, terms)
	}
	const price = `"b":{"unit":"Hrs","beginRange":"0","pricePerUnit":{"USD":"0.0500000000"}}`
	cases := map[string]struct {
		row    string
		hourly float64
		volume float64
	}{
		"an instance":                    {row("EU-Notebk:ml.t3.medium", "eu-west-1", price), 0.05, 0},
		"storage":                        {row("EU-Notebk:VolumeUsage.gp2", "eu-west-1", price), 0, 0.05},
		"an instance that trains":        {row("EU-Train:ml.t3.medium", "eu-west-1", price), 0, 0},
		"an instance elsewhere":          {row("USE1-Notebk:ml.t3.medium", "us-east-1", price), 0, 0},
		"another kind of notebook":       {row("EU-Notebk:Studio", "eu-west-1", price), 0, 0},
		"a price in another currency":    {row("EU-Notebk:ml.t3.medium", "eu-west-1", `"b":{"pricePerUnit":{"CNY":"0.3"}}`), 0, 0},
		"a price of nothing":             {row("EU-Notebk:ml.t3.medium", "eu-west-1", `"b":{"pricePerUnit":{"USD":"0"}}`), 0, 0},
		"the price of a later tier only": {row("EU-Notebk:ml.t3.medium", "eu-west-1", `"b":{"beginRange":"100","pricePerUnit":{"USD":"0.01"}}`), 0, 0},
		"a price that is no number":      {row("EU-Notebk:ml.t3.medium", "eu-west-1", `"b":{"pricePerUnit":{"USD":"cheap"}}`), 0, 0},
		"what is no JSON":                {`<html>`, 0, 0},
		"an empty object":                {`{}`, 0, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := recreate.Prices{Hourly: map[string]float64{}}
			takePrice(&got, "eu-west-1", c.row)
			if got.Hourly["ml.t3.medium"] != c.hourly || got.VolumeMonth != c.volume {
				t.Errorf("got %+v", got)
			}
			if known := c.hourly+c.volume > 0; known != (got.AsOf == "2026-10-01") {
				t.Errorf("as of %q", got.AsOf)
			}
		})
	}
}

func TestThePriceListIsAskedForWhereItIs(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"us-east-1": "us-east-1", "sa-east-1": "us-east-1", "eu-west-3": "eu-central-1", "me-central-1": "eu-central-1", "ap-northeast-1": "ap-south-1",
	} {
		if got, ok := pricingRegion("aws", region); got != want || !ok {
			t.Errorf("%s: %s", region, got)
		}
	}
	if got, ok := pricingRegion("aws-cn", "cn-north-1"); ok {
		t.Errorf("China: %s", got)
	}
}

func TestWhosePoliciesAreSimulated(t *testing.T) {
	t.Parallel()
	const role = "<R><GetRoleResult><Role><Arn>arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/Admin</Arn></Role></GetRoleResult></R>"
	cases := map[string]struct {
		arn, want string
		denied    bool
		why       string
	}{
		"a user":                                {"arn:aws:iam::111122223333:user/team/ana", "arn:aws:iam::111122223333:user/team/ana", false, ""},
		"a session of a role on a path":         {"arn:aws:sts::111122223333:assumed-role/Admin/ana", "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/Admin", false, ""},
		"a session of a role that is not shown": {"arn:aws-cn:sts::111122223333:assumed-role/Admin/ana", "arn:aws-cn:iam::111122223333:role/Admin", true, ""},
		"the root user":                         {"arn:aws:iam::111122223333:root", "", false, "root user"},
		"a federated user":                      {"arn:aws:sts::111122223333:federated-user/ana", "", false, "a session of federated-user"},
		"nobody":                                {"ana", "", false, "ana is nobody"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.hook = func(got call) (int, string, bool) {
				switch {
				case got.op == "GetCallerIdentity":
					return 200, "<R><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/x</Arn><Account>" + homeAccount + "</Account></GetCallerIdentityResult></R>", true
				case got.op == "GetRole" && !c.denied:
					return 200, role, true
				case got.op == "GetRole":
					return refuseXML("AccessDenied", "no")
				}
				return 0, "", false
			}
			entered, err := s.client(t).enter(t.Context(), model.Target{Account: homeAccount, Region: "eu-west-1"})
			if err != nil {
				t.Fatal(err)
			}
			entered.identity.ARN = c.arn
			got, err := entered.principal(t.Context())
			if got != c.want || (err != nil) != (c.want == "") {
				t.Errorf("%q, %v", got, err)
			}
			if err != nil && !strings.Contains(classify(err).Message, c.why) {
				t.Errorf("the reason is %q, want %q", classify(err).Message, c.why)
			}
		})
	}
}

func TestARoleIsFoundByItsNameAndItsPath(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		arn    string
		exists bool
		why    bool
	}{
		"the role":                 {"arn:aws:iam::111122223333:role/ml/nb", true, false},
		"its name on another path": {"arn:aws:iam::111122223333:role/nb", false, false},
		"a role elsewhere":         {"arn:aws:iam::444455556666:role/ml/nb", false, true},
		"what is no role":          {"arn:aws:iam::111122223333:user/nb", false, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.hook = func(got call) (int, string, bool) {
				if got.op == "GetRole" && got.form.Get("RoleName") == "nb" {
					return 200, "<R><GetRoleResult><Role><Arn>arn:aws:iam::111122223333:role/ml/nb</Arn>" +
						"<AssumeRolePolicyDocument>%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22sts%3AAssumeRole%22%2C" +
						"%22Principal%22%3A%7B%22Service%22%3A%22sagemaker.amazonaws.com%22%7D%2C%22Sid%22%3A%22a+b%22%7D%7D</AssumeRolePolicyDocument></Role></GetRoleResult></R>", true
				}
				return 0, "", false
			}
			spec := recreate.Spec{Name: "x", RoleARN: c.arn}
			f := s.client(t).Facts(t.Context(), recreate.Snapshot{Account: homeAccount, Region: "eu-west-1", Name: "y"}, spec)
			if f.Role.Value.Exists != c.exists || (f.Role.Why != "") != c.why || f.Role.Known == c.why {
				t.Errorf("got %+v", f.Role)
			}
			if c.exists && !f.Role.Value.TrustsSageMaker() {
				t.Errorf("trust %q", f.Role.Value.Trust)
			}
		})
	}
}

func TestAKeyOfAnotherRegionIsAskedForThere(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	asked := ""
	s.hook = func(got call) (int, string, bool) {
		if got.op == "DescribeKey" {
			asked = got.region
			return 200, `{"KeyMetadata":{"KeyId":"k","Arn":"arn:aws:kms:us-east-1:111122223333:key/k","KeyState":"PendingDeletion"}}`, true
		}
		return 0, "", false
	}
	spec := recreate.Spec{Name: "x", KMSKeyID: "arn:aws:kms:us-east-1:111122223333:key/k"}
	f := s.client(t).Facts(t.Context(), recreate.Snapshot{Account: homeAccount, Region: "eu-west-1", Name: "y"}, spec)
	if want := (recreate.Key{Exists: true, ARN: spec.KMSKeyID, State: "PendingDeletion"}); f.Key.Value != want || asked != "us-east-1" {
		t.Errorf("asked in %s: %+v", asked, f.Key)
	}
}

func TestAMemoAsksOnceAndKeepsNoFailure(t *testing.T) {
	t.Parallel()
	var m memo[string, int]
	failure := errors.New("not now")
	if _, err := m.get(t.Context(), "a", func() (int, error) { return 7, failure }); !errors.Is(err, failure) {
		t.Errorf("got %v", err)
	}
	if v, ok := m.peek("a"); ok {
		t.Errorf("a failure was kept as %d", v)
	}
	asked := 0
	for range 3 {
		v, err := m.get(t.Context(), "a", func() (int, error) { asked++; return 7 + asked, nil })
		if kept, ok := m.peek("a"); v != 8 || err != nil || kept != 8 || !ok {
			t.Errorf("%d, %v; kept %d, %v", v, err, kept, ok)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	m.cell("b").busy <- struct{}{}
	if _, err := m.get(ended, "b", func() (int, error) { return 1, nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting past the end: %v", err)
	}
	if _, ok := m.peek("b"); ok {
		t.Error("what is being asked is known already")
	}
}
