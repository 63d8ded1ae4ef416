package aws

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"nbscope/aws/mover"
	"nbscope/model"
	"nbscope/model/egress"
	"nbscope/model/recreate"
)

// s3Of is a session whose S3 answers with these pages, and what it was asked for.
func s3Of(t *testing.T, pages ...string) (b *s3Bucket, asked func() []string) {
	t.Helper()
	s := newStub(t)
	client := s.client(t, func(o *Options) { o.AllowWrite = true })
	session, err := client.enter(t.Context(), model.Target{Account: homeAccount, Region: "eu-west-1"})
	if err != nil {
		t.Fatal(err)
	}
	w, err := session.writer("eu-west-1", "s3:PutObject")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var got []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		q := r.URL.Query()
		got = append(got, strings.Join([]string{r.Method, r.URL.Path, q.Get("continuation-token"), q.Get("key-marker"), q.Get("version-id-marker")}, "|"))
		_, _ = io.WriteString(w, pages[min(len(got), len(pages))-1])
	}))
	t.Cleanup(srv.Close)
	client.opt.EndpointURL = srv.URL
	return &s3Bucket{session: session, writer: w, region: "eu-west-1", name: "b"}, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return got
	}
}

func TestListsOfABucketAreReadToTheirEnd(t *testing.T) {
	t.Parallel()
	const head = "<R><Name>b</Name><Prefix>p/</Prefix>"
	t.Run("objects", func(t *testing.T) {
		t.Parallel()
		b, asked := s3Of(t, head+"<IsTruncated>true</IsTruncated><NextContinuationToken>two</NextContinuationToken><Contents><Key>p/1</Key></Contents></R>",
			head+"<IsTruncated>false</IsTruncated><Contents><Key>p/2</Key></Contents></R>")
		got, err := b.List(t.Context(), "p/", false)
		if want := []mover.Object{{Key: "p/1"}, {Key: "p/2"}}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v, %v", got, err)
		}
		if got := asked(); !slices.Equal(got, []string{"GET|/b|||", "GET|/b|two||"}) {
			t.Errorf("asked %q", got)
		}
	})
	t.Run("versions", func(t *testing.T) {
		t.Parallel()
		b, asked := s3Of(t, head+"<IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker><Version><Key>p/1</Key><VersionId>null</VersionId></Version></R>",
			head+"<IsTruncated>true</IsTruncated><NextKeyMarker>l</NextKeyMarker><Version><Key>p/2</Key><VersionId>x</VersionId></Version></R>",
			head+"<IsTruncated>false</IsTruncated><DeleteMarker><Key>p/3</Key><VersionId>null</VersionId></DeleteMarker></R>")
		got, err := b.List(t.Context(), "p/", true)
		if want := []mover.Object{{Key: "p/1"}, {Key: "p/2", Version: "x"}, {Key: "p/3", Version: "null"}}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v, %v", got, err)
		}
		if got := asked(); !slices.Equal(got, []string{"GET|/b|||", "GET|/b||k|v", "GET|/b||l|"}) {
			t.Errorf("asked %q", got)
		}
	})
	t.Run("buckets", func(t *testing.T) {
		t.Parallel()
		made, _ := recreate.ReadBucketChoice(recreate.NewBucketChoice(homeAccount, "eu-west-1").Value)
		page := func(name, next string) string {
			return "<R><Owner><ID>me</ID></Owner><Buckets><Bucket><Name>" + name + "</Name><CreationDate>2026-11-01T23:00:00Z</CreationDate></Bucket></Buckets><ContinuationToken>" + next + "</ContinuationToken></R>"
		}
		for last, more := range map[string]bool{"other": true, made: false} {
			b, asked := s3Of(t, page("data.with.dots", "two"), page(last, ""))
			got, err := (&choiceLister{session: b.session, source: &recreate.Snapshot{Account: homeAccount, Region: "eu-west-1"}}).buckets(t.Context())
			want := []recreate.Choice{
				{Value: "data.with.dots", Note: "made 2026-11-01", Bad: recreate.BadBucket("data.with.dots")}, {Value: last, Note: "made 2026-11-01", Bad: recreate.BadBucket(last)},
			}
			if more {
				want = append(want, recreate.NewBucketChoice(homeAccount, "eu-west-1"))
			}
			if err != nil || !slices.Equal(got, want) || !slices.Equal(asked(), []string{"GET|/|||", "GET|/|two||"}) {
				t.Errorf("%+v, %v, asked %q", got, err, asked())
			}
		}
	})
}

// TestWhatNoPageOfEC2TellsIsNotKnown also goes through pages for which the SDK has no way.
func TestWhatNoPageOfEC2TellsIsNotKnown(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.regions = []string{"eu-west-1"}
	s.subnets = map[string]string{"subnet-1": "vpc-1"}
	s.fill(homeAccount, "eu-west-1", 1)
	var tokens []string
	s.hook = func(c call) (int, string, bool) {
		switch c.op {
		case "DescribeSubnets":
			return 200, "<R><subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId></item></subnetSet></R>", true
		case "DescribeVpcBlockPublicAccessOptions":
			return 200, "<R><vpcBlockPublicAccessOptions><internetGatewayBlockMode>block-ingress</internetGatewayBlockMode></vpcBlockPublicAccessOptions></R>", true
		case "DescribeVpcBlockPublicAccessExclusions":
			tokens = append(tokens, c.form.Get("NextToken"))
			next := "<nextToken>two</nextToken>"
			if len(tokens) == 2 {
				next = ""
			}
			return 200, "<R><vpcBlockPublicAccessExclusionSet/>" + next + "</R>", true
		case "DescribeVpcs":
			return 200, "<R><vpcSet/></R>", true
		}
		return 0, "", false
	}
	inv := once(t, s.client(t, func(o *Options) { o.Regions = []string{"eu-west-1"} }), nil, model.ScanRequest{Mode: model.Full})
	if n := inv.Rows()[0]; n.Networked.State != model.LoadFailed || n.Networked.Reason != "AWS does not tell VPC vpc-1, which a subnet belongs to" {
		t.Errorf("%+v", n.Networked)
	}
	if !slices.Equal(tokens, []string{"", "two"}) {
		t.Errorf("pages asked for by %q", tokens)
	}
}

func TestAKeyAndASubnetAreOfferedAsTheyAre(t *testing.T) {
	t.Parallel()
	p := sdkaws.String
	c := &choiceLister{session: &session{partition: "aws"}, source: &recreate.Snapshot{Account: "1", Region: "r"}, spec: &recreate.Spec{}}
	alias := &kmstypes.AliasListEntry{AliasName: p("alias/a"), AliasArn: p("arn:alias/a")}
	for theirs, want := range map[string]string{"": "arn:aws:kms:r:1:key/k", "k": "k", "alias/a": "alias/a", "arn:alias/a": "arn:alias/a", "alias/b": "arn:aws:kms:r:1:key/k"} {
		c.source.KMSKeyID = theirs
		if got := c.keyValue("k", alias); got != want {
			t.Errorf("%q: %s", theirs, got)
		}
	}
	c.source.KMSKeyID = "alias/a"
	if got := c.keyValue("k", nil); got != "arn:aws:kms:r:1:key/k" {
		t.Errorf("without an alias: %s", got)
	}
	subnet := func(state ec2types.SubnetState, free int32, ipv6 ec2types.SubnetCidrBlockStateCode) *ec2types.Subnet {
		return &ec2types.Subnet{
			SubnetId: p("subnet-1"), VpcId: p("vpc-1"), AvailabilityZone: p("r-a"), State: state, AvailableIpAddressCount: &free, Tags: []ec2types.Tag{{Key: p("Name"), Value: p("private")}},
			Ipv6CidrBlockAssociationSet: []ec2types.SubnetIpv6CidrBlockAssociation{{}, {Ipv6CidrBlockState: &ec2types.SubnetCidrBlockState{State: ipv6}}},
		}
	}
	const on, off = ec2types.SubnetCidrBlockStateCodeAssociated, ec2types.SubnetCidrBlockStateCodeDisassociated
	for i, s := range []struct {
		subnet *ec2types.Subnet
		dual   bool
		note   string
		bad    string
	}{
		{subnet("available", 5, off), false, "vpc-1 main, r-a, 5 free addresses", ""},
		{subnet("available", 1, on), true, "vpc-1 main, r-a, 1 free addresses", ""},
		{subnet("available", 5, off), true, "vpc-1 main, r-a, 5 free addresses", noIPv6},
		{subnet("available", 0, on), false, "vpc-1 main, r-a, 0 free addresses", "the subnet has no free address"},
		{subnet("pending", 5, on), false, "vpc-1 main, r-a, 5 free addresses", "the subnet is pending"},
		{subnet("", 5, on), false, "vpc-1 main, r-a, 5 free addresses", "the subnet is in no known state"},
	} {
		c.spec.IPAddressType = ""
		if s.dual {
			c.spec.IPAddressType = "dualstack"
		}
		if got, want := c.subnet(s.subnet, map[string]string{"vpc-1": "main"}), (recreate.Choice{Value: "subnet-1", Label: "subnet-1 private", Note: s.note, Bad: s.bad}); got != want {
			t.Errorf("%d: %+v, want %+v", i, got, want)
		}
	}
	got := sorted([]recreate.Choice{{Label: "b", Value: "1"}, {Label: "a", Value: "2"}, {Label: "a", Value: "1"}})
	if want := []recreate.Choice{{Label: "a", Value: "1"}, {Label: "a", Value: "2"}, {Label: "b", Value: "1"}}; !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestAnErrorIsTriedAgainByWhatItIs(t *testing.T) {
	t.Parallel()
	proxied := func(code int) error { return &proxyError{code: code} }
	for name, c := range map[string]struct {
		err   error
		again sdkaws.Ternary
		tries int
	}{
		"canceled":               {context.Canceled, sdkaws.FalseTernary, 7},
		"too late":               {context.DeadlineExceeded, sdkaws.FalseTernary, 3},
		"plain HTTP":             {&plainHTTPError{}, sdkaws.FalseTernary, 7},
		"a proxy that refuses":   {proxied(499), sdkaws.FalseTernary, 7},
		"a proxy with a fault":   {proxied(500), sdkaws.UnknownTernary, 7},
		"no such host":           {&net.DNSError{IsNotFound: true}, sdkaws.FalseTernary, 7},
		"no name server":         {&net.DNSError{}, sdkaws.UnknownTernary, 7},
		"a name server, in time": {&net.DNSError{IsTimeout: true}, sdkaws.UnknownTernary, 3},
		"cut short":              {io.ErrUnexpectedEOF, sdkaws.TrueTernary, 5},
		"reset":                  {syscall.ECONNRESET, sdkaws.TrueTernary, 5},
		"a broken pipe":          {syscall.EPIPE, sdkaws.UnknownTernary, 5},
		"another clock":          {dated17(sagemakerError("InvalidSignatureException", "x")), sdkaws.TrueTernary, 2},
		"throttled":              {throttleError(), sdkaws.UnknownTernary, maxAttempts},
		"nobody listens":         {syscall.ECONNREFUSED, sdkaws.UnknownTernary, 3},
		"no host":                {syscall.EHOSTUNREACH, sdkaws.UnknownTernary, 3},
		"no network":             {syscall.ENETUNREACH, sdkaws.UnknownTernary, 3},
		"no answer of AWS's":     {&smithy.DeserializationError{Err: errors.New("x")}, sdkaws.UnknownTernary, 3},
		"half an answer":         {&smithy.DeserializationError{Err: io.ErrUnexpectedEOF}, sdkaws.TrueTernary, 5},
		"something else":         {errors.New("x"), sdkaws.UnknownTernary, 7},
	} {
		if got := retryable(c.err); got != c.again {
			t.Errorf("%s: again %v, want %v", name, got, c.again)
		}
		if got := attemptsFor(c.err); got != c.tries {
			t.Errorf("%s: %d tries, want %d", name, got, c.tries)
		}
		if _, err := backoff(c.tries-1, c.err); err != nil {
			t.Errorf("%s: the last try is not made: %v", name, err)
		}
		if pause, err := backoff(c.tries, c.err); !errors.Is(err, c.err) || pause != 0 {
			t.Errorf("%s: one more try after %s, %v", name, pause, err)
		}
	}
	for try, most := range map[int]time.Duration{1: 200 * time.Millisecond, 2: 400 * time.Millisecond, 5: 3200 * time.Millisecond, 9: maxBackoff} {
		for range 100 {
			if pause, err := backoff(try, throttleError()); pause <= 0 || pause > most || err != nil {
				t.Fatalf("%d: a pause of %s, %v", try, pause, err)
			}
		}
	}
	for host, want := range map[string]bool{
		"169.254.169.254": true, "fe80::1": true, "fd00:ec2::254": true, "fd00:ec2::23": true, "fd00:ec2::24": false, "10.0.0.1": false, "metadata": false, "": false,
	} {
		if got := isMetadata(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
	if !netip.MustParseAddr("169.254.170.2").IsLinkLocalUnicast() || !isMetadata("169.254.170.2") {
		t.Error("the endpoint of a container is not exempt")
	}
}

// TestAThrottledChangeIsSentAgainEachTimeLater, and nothing else is.
func TestAThrottledChangeIsSentAgainEachTimeLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &writer{pause: 10 * time.Second}
		for name, c := range map[string]struct {
			throttles int
			then      error
			calls     int
			waits     []time.Duration // about
		}{
			"at once":           {0, nil, 1, nil},
			"twice":             {2, nil, 3, []time.Duration{10 * time.Second, 20 * time.Second}},
			"for ever":          {maxTries, nil, maxTries, []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second, 160 * time.Second}},
			"and then refused":  {1, errors.New("no"), 2, []time.Duration{10 * time.Second}},
			"refused, not more": {0, errors.New("no"), 1, nil},
		} {
			var at []time.Time
			_, err := w.send(t.Context(), func(context.Context) (middleware.Metadata, error) {
				if at = append(at, time.Now()); len(at) <= c.throttles {
					return middleware.Metadata{}, throttleError()
				}
				return middleware.Metadata{}, c.then
			})
			if failed := c.then != nil || c.throttles >= maxTries; len(at) != c.calls || (err != nil) != failed {
				t.Errorf("%s: %d calls, %v", name, len(at), err)
			}
			for i := 1; i < len(at); i++ {
				if got, about := at[i].Sub(at[i-1]), c.waits[i-1]; got < about-about/5 || got > about+about/5 {
					t.Errorf("%s: a pause of %s, not of about %s", name, got, about)
				}
			}
		}
	})
}

// TestWhatHasNoBlockPublicAccessBlocksNothing: an emulator, or a partition that does not know
// it. One that has it, and fails, does not say that there is none.
func TestWhatHasNoBlockPublicAccessBlocksNothing(t *testing.T) {
	t.Parallel()
	failed := func(code string) string {
		return "<Response><Errors><Error><Code>" + code + "</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>"
	}
	for name, c := range map[string]struct {
		status int
		body   string
		none   bool
	}{
		"an action that is not known":  {400, failed("InvalidAction"), true},
		"a page that says nothing":     {500, "<html>Internal Server Error</html>", true},
		"an error of EC2's":            {500, failed("InternalError"), false},
		"a page of some other failure": {403, "<html>Forbidden</html>", false},
		"it may not be asked":          {403, failed("UnauthorizedOperation"), false},
	} {
		s := newStub(t)
		s.regions = []string{"eu-west-1"}
		s.hook = func(k call) (int, string, bool) {
			return c.status, c.body, k.op == "DescribeVpcBlockPublicAccessOptions"
		}
		client := s.client(t, func(o *Options) { o.Regions = s.regions })
		once(t, client, nil, model.ScanRequest{Mode: model.Full})
		pass := newScan(client, model.ScanRequest{}, func(model.Batch) {})
		t.Cleanup(pass.batcher.finish)
		r := newTargetRun(pass, client.sessionOf(homeAccount), "eu-west-1", noRemark)
		f := r.network.claim()
		f.out.Subnets.Items = []egress.Subnet{{ID: "subnet-1"}}
		f.readBlock(t.Context())
		if b := f.out.BlockPublicAccess; c.none && (b.State != model.LoadDone || b.Mode != "off") || !c.none && (b.State != model.LoadFailed || b.Reason == "" || b.Mode != "") {
			t.Errorf("%s: %+v", name, b)
		}
	}
}
