package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func TestListenServesOnLoopbackUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	o := Defaults()
	o.Now = newClock().Now
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	url, err := s.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := rig{Server: s, url: url}
	if _, err := r.sts().GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}); err != nil {
		t.Fatal(err)
	}
	env := strings.Join(s.Env(url), "\n")
	id, secret := s.AccessKey()
	for _, want := range []string{
		"export AWS_ENDPOINT_URL=" + url + "\n", "export AWS_ACCESS_KEY_ID=" + id + "\n", "export AWS_SECRET_ACCESS_KEY=" + secret + "\n", "export AWS_REGION=us-east-1\n",
	} {
		if !strings.Contains(env+"\n", want) {
			t.Errorf("no line %q in\n%s", want, env)
		}
	}
	cancel()
	for {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url+"/_sim/calls", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return // closed
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
}

func TestListenRefusesToServeOthers(t *testing.T) {
	t.Parallel()
	s := newRig(t, nil).Server
	for addr, want := range map[string]string{
		"0.0.0.0:0":       "is not a loopback address",
		":8080":           "is not a loopback address",
		"192.0.2.1:80":    "is not a loopback address",
		"example.com:80":  "is not a loopback address",
		"127.0.0.1":       "write 127.0.0.1:PORT",
		"127.0.0.1:http":  `"http" is not a port`,
		"127.0.0.1:70000": `"70000" is not a port`,
		"":                "write 127.0.0.1:PORT",
	} {
		if _, err := s.Listen(context.Background(), addr); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Listen(%q) = %v, want %q", addr, err, want)
		}
	}
}

func TestWhatIsNotAWSIsRefusedAsAWSRefusesIt(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	id, _ := r.AccessKey()
	cases := map[string]struct {
		key, service, target, body string
		status                     int
		want                       string
	}{
		"JSON without a signature":  {"", "", "SageMaker.ListNotebookInstances", "{}", 400, `"__type":"MissingAuthenticationTokenException"`},
		"a form without one":        {"", "", "", "Action=GetCallerIdentity", 400, "MissingAuthenticationToken"},
		"an unknown operation":      {id, "sagemaker", "SageMaker.MakeCoffee", "{}", 400, `{"__type":"UnknownOperationException"}`},
		"an unknown target":         {id, "sagemaker", "Coffee.Make", "{}", 400, "UnknownOperationException"},
		"a target without a dot":    {id, "sagemaker", "SageMaker", "{}", 400, "UnknownOperationException"},
		"an unknown action":         {id, "sts", "", "Action=MakeCoffee", 400, "<Code>InvalidAction</Code>"},
		"an unknown action of EC2":  {id, "ec2", "", "Action=MakeCoffee", 400, "<Code>InvalidAction</Code>"},
		"no action":                 {id, "iam", "", "", 400, "<Code>InvalidAction</Code>"},
		"an unknown service":        {id, "coffee", "", "Action=Make", 400, "UnknownOperationException"},
		"a path of no operation":    {id, "account", "", "{}", 400, "{}"},
		"a body that is no JSON":    {id, "sagemaker", "SageMaker.ListNotebookInstances", "{", 400, `{"__type":"SerializationException"}`},
		"a number that is a text":   {id, "sagemaker", "SageMaker.ListNotebookInstances", `{"MaxResults":"ten"}`, 400, "SerializationException"},
		"a time that is a text":     {id, "sagemaker", "SageMaker.ListNotebookInstances", `{"CreationTimeAfter":"now"}`, 400, "SerializationException"},
		"two bodies":                {id, "sagemaker", "SageMaker.ListNotebookInstances", "{}{}", 400, "SerializationException"},
		"a body beyond every limit": {id, "sagemaker", "SageMaker.ListNotebookInstances", strings.Repeat(" ", maxBody+1), 413, "RequestEntityTooLargeException"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := post(t, r.url, c.key, "us-east-1", c.service, c.target, c.body)
			if got.status != c.status || !strings.Contains(got.body, c.want) || got.header.Get("X-Amzn-Requestid") == "" {
				t.Errorf("%d %s, want %d with %s", got.status, got.body, c.status, c.want)
			}
		})
	}
}

func TestCallsAreCountedAndReadOverHTTP(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	for range 3 {
		listAll(t, r.sagemaker("us-east-1"), sagemaker.ListNotebookInstancesInput{MaxResults: sdkaws.Int32(100)})
	}
	id, _ := r.AccessKey()
	post(t, r.url, id, "us-east-1", "sagemaker", "SageMaker.MakeCoffee", "{}")
	if got := control(t, r, http.MethodGet, "/_sim/calls", "", 200); compact(t, got) != `{"SageMaker.ListNotebookInstances":{"calls":3,"throttled":0},"Unknown":{"calls":1,"throttled":0}}` {
		t.Errorf("counted %s", got)
	}
	control(t, r, http.MethodPost, "/_sim/reset-calls", "", 204)
	if got := control(t, r, http.MethodGet, "/_sim/calls", "", 200); compact(t, got) != `{}` {
		t.Errorf("after the reset %s", got)
	}
}

func compact(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(s)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func control(t *testing.T, r rig, method, path, body string, status int) string {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, r.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		t.Fatalf("%s %s = %d %s (%v), want %d", method, path, res.StatusCode, raw, err, status)
	}
	return string(raw)
}

func TestTheWorldCanBeChangedOverHTTP(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	change := func(body string, status int) string {
		return control(t, r, http.MethodPost, "/_sim/change", body, status)
	}
	find := func(name string) (ListedNotebook, bool) {
		for _, n := range r.notebooks("us-east-1") {
			if n.Name == name {
				return n, true
			}
		}
		return ListedNotebook{}, false
	}
	change(`{"op":"add","name":"New-One","status":"Failed","failureReason":"because","tags":{"a":"1","b":"2"}}`, 204)
	n, ok := find("New-One")
	if !ok || n.Status != failed || n.FailureReason != "because" || fmt.Sprint(n.Tags) != "map[a:1 b:2]" || !strings.HasSuffix(n.ARN, "/new-one") {
		t.Errorf("added %+v", n)
	}
	r.clock.advance(1e9)
	change(`{"op":"set","name":"new-one","status":"InService","rootAccess":"Enabled","removeTags":["a"],"tags":{"b":"3"}}`, 204)
	n, _ = find("New-One")
	if n.Status != inService || n.RootAccess != on || n.DirectInternetAccess != on || fmt.Sprint(n.Tags) != "map[b:3]" {
		t.Errorf("set %+v", n)
	}
	out, err := r.sagemaker("us-east-1").DescribeNotebookInstance(context.Background(), &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: sdkaws.String("new-one")})
	if err != nil || !out.LastModifiedTime.Equal(r.clock.Now()) || !out.LastModifiedTime.After(*out.CreationTime) {
		t.Errorf("last modified %v: %v", out, err)
	}
	change(`{"op":"delete","name":"new-one"}`, 204)
	if _, ok := find("New-One"); ok {
		t.Error("still there")
	}
	change(`{"op":"faults","faults":"throttle=1"}`, 204)
	id, _ := r.AccessKey()
	if got := post(t, r.url, id, "us-east-1", "sagemaker", "SageMaker.ListNotebookInstances", "{}"); !strings.Contains(got.body, "Rate exceeded") {
		t.Errorf("not throttled: %s", got.body)
	}
	change(`{"op":"faults"}`, 204)
	if got := post(t, r.url, id, "us-east-1", "sagemaker", "SageMaker.ListNotebookInstances", "{}"); got.status != 200 {
		t.Errorf("still throttled: %s", got.body)
	}
	if got := control(t, r, http.MethodGet, "/_sim/nothing", "", 404); !strings.Contains(got, "/_sim/change") {
		t.Errorf("a path that does not exist says %q", got)
	}
}

func TestChangesThatMakeNoSenseAreNamed(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	name := r.notebooks("us-east-1")[0].Name
	cases := map[string]string{
		`{"op":"paint"}`:                                            `op "paint" is unknown`,
		`{`:                                                         "read the change",
		`{"op":"set","colour":"red"}`:                               `unknown field "colour"`,
		`{"op":"set","name":"nobody"}`:                              `notebook "nobody" does not exist in us-east-1 of 111122223333`,
		`{"op":"delete","name":"nobody"}`:                           `notebook "nobody" does not exist`,
		`{"op":"add","name":"a_b"}`:                                 `name "a_b" is not one that AWS accepts`,
		`{"op":"add","name":"` + name + `"}`:                        "exists already",
		`{"op":"set","region":"mars-1"}`:                            `region "mars-1" is not part of the world`,
		`{"op":"faults","faults":"nope"}`:                           `unknown word "nope"`,
		`{"op":"add","name":"x","status":"Gone"}`:                   `status "Gone" is unknown`,
		`{"op":"add","name":"x","rootAccess":"no"}`:                 `"no" is neither Enabled nor Disabled`,
		`{"op":"add","name":"x","subnetId":"s"}`:                    `subnet "s" is not one for notebooks`,
		`{"op":"add","name":"x","directInternetAccess":"Disabled"}`: "can only be Disabled in a subnet",
	}
	before := fmt.Sprint(r.World())
	for body, want := range cases {
		if got := control(t, r, http.MethodPost, "/_sim/change", body, 400); !strings.Contains(got, want) {
			t.Errorf("%s says %q, want %q", body, got, want)
		}
	}
	if fmt.Sprint(r.World()) != before {
		t.Error("a refused change has changed the world")
	}
}

func TestHostileTextsComeThroughBothProtocols(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil)
	if err := r.Change(Change{Op: "hostile"}); err != nil {
		t.Fatal(err)
	}
	tags, reasons := "", ""
	for _, n := range r.notebooks("us-east-1") {
		out, err := r.sagemaker("us-east-1").ListTags(context.Background(), &sagemaker.ListTagsInput{ResourceArn: &n.ARN})
		if err != nil {
			t.Fatal(err)
		}
		for _, tag := range out.Tags {
			tags += *tag.Value
		}
		one, err := r.sagemaker("us-east-1").DescribeNotebookInstance(context.Background(), &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: &n.Name})
		if err != nil {
			t.Fatal(err)
		}
		reasons += sdkaws.ToString(one.FailureReason)
	}
	for _, want := range []string{"\x1b[2J", "\u202e", "漢字", "\x00", "\x07"} {
		if !strings.Contains(tags, want) {
			t.Errorf("no tag with %q", want)
		}
	}
	if !strings.Contains(reasons, "\x1b") {
		t.Error("no reason with an escape")
	}
	id, _ := r.AccessKey()
	vpcs := post(t, r.url, id, "us-east-1", "ec2", "", "Action=DescribeVpcs")
	if vpcs.status != 200 || !strings.Contains(vpcs.body, "漢字") || !strings.Contains(vpcs.body, "\u202e") {
		t.Errorf("no VPC has such a name: %s", vpcs.body)
	}
}

func TestControlIsOnlyForProgramsOnThisMachine(t *testing.T) {
	t.Parallel()
	s := newRig(t, nil).Server
	for name, change := range map[string]func(*http.Request){
		"another host name": func(r *http.Request) { r.Host = "evil.example.com:80" },
		"a page's request":  func(r *http.Request) { r.Header.Set("Origin", "http://evil.example.com") },
	} {
		req := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:1/_sim/reset-calls", http.NoBody)
		change(req)
		rec := httptest.NewRecorder()
		s.Handler().ServeHTTP(rec, req)
		if rec.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
}

func TestTheWorldCanBeReadWhileItChanges(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.TimeScale = 50 })
	id, _ := r.AccessKey()
	names := r.notebooks("us-east-1")
	done := make(chan error, 1)
	go func() {
		var err error
		for i, n := range names {
			err = errors.Join(err,
				r.Change(Change{Op: "set", Name: n.Name, Status: "Stopped", Tags: map[string]string{"round": fmt.Sprint(i)}}),
				r.Change(Change{Op: "add", Name: fmt.Sprintf("added-%d", i)}), r.Change(Change{Op: "hostile"}))
		}
		done <- err
	}()
	for {
		for _, in := range []struct{ service, target, body string }{
			{"sagemaker", "SageMaker.ListNotebookInstances", `{"MaxResults":100,"SortBy":"Status"}`},
			{"tagging", "ResourceGroupsTaggingAPI_20170126.GetResources", `{}`},
			{"ec2", "", "Action=DescribeVpcs"}, {"ec2", "", "Action=DescribeNetworkInterfaces"},
		} {
			if got := post(t, r.url, id, "us-east-1", in.service, in.target, in.body); got.status != http.StatusOK {
				t.Fatalf("%s: %d %s", in.target+in.body, got.status, got.body)
			}
		}
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			if got := len(r.notebooks("us-east-1")); got != 2*len(names) {
				t.Errorf("%d notebooks in the end, want %d", got, 2*len(names))
			}
			return
		default:
		}
	}
}

func TestEveryAnswerIsLoggedWithoutWhatWasSent(t *testing.T) {
	var log bytes.Buffer
	o := Defaults()
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	hr := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"secret":"do not tell"}`))
	hr.Header.Set("X-Amz-Target", "SageMaker.ListNotebookInstances")
	s.Handler().ServeHTTP(httptest.NewRecorder(), hr)
	got := log.String()
	for _, want := range []string{"SageMaker.ListNotebookInstances", "account=unknown", "answer=MissingAuthenticationToken"} {
		if !strings.Contains(got, want) {
			t.Errorf("the log does not say %s: %s", want, got)
		}
	}
	if strings.Contains(got, "do not tell") {
		t.Errorf("the log holds the request's body: %s", got)
	}
}
