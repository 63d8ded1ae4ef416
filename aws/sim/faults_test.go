package sim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

func TestFaultsAreReadOrThePartThatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	good := "throttle=0.05, throttle=eu-west-1:0.5,5xx=0.01,reset=0.01,lost=0,garbage=1,slow=eu-west-2:3s,deny=eu-west-3,scp=sa-east-1," +
		"notoffered=ap-east-1,optin=me-south-1,denyop=ec2:DescribeSubnets,denyop=ec2:DescribeVpcs@eu-west-1,expired=111122223333,badtoken,index,index=missing:eu-west-1,index=forgets:0.5,index=ghosts:2,index=age:3h,index=young,index=filtered,vanish=0.1,"
	f, err := ParseFaults(good)
	if err != nil {
		t.Fatal(err)
	}
	if f.throttleShare("us-east-1") != 0.05 || f.throttleShare("eu-west-1") != 0.5 || f.Slow["eu-west-2"] != 3*time.Second || !f.BadToken ||
		!f.deniesOp("ec2:describesubnets", "us-east-1") || f.deniesOp("ec2:DescribeVpcs", "us-east-1") || !f.deniesOp("ec2:DescribeVpcs", "eu-west-1") ||
		!f.expiredFor("111122223333") || f.expiredFor("444455556666") || f.Garbage != 1 {
		t.Errorf("%+v", f)
	}
	words := "the words are throttle, 5xx, reset, lost, garbage, slow, deny, scp, notoffered, optin, denyop, expired, badtoken, index, vanish, " +
		"emptyop, lackop, serves, clock, partition, mixup, foreign, lostop, resetop, failop, capacity, lcfail, enifail, scpdirect"
	cases := map[string]string{
		"nope":                    `fault "nope": unknown word "nope"; ` + words,
		"deny=eu-west-3,=1":       `fault "=1": unknown word ""; ` + words,
		"throttle":                `fault "throttle": "" is not a share between 0 and 1; write throttle=0.05 or throttle=REGION:0.05`,
		"throttle=2":              `fault "throttle=2": "2" is not a share between 0 and 1; write throttle=0.05 or throttle=REGION:0.05`,
		"throttle=x:0.1":          `fault "throttle=x:0.1": "x" is not a region; write throttle=0.05 or throttle=REGION:0.05`,
		"5xx=NaN":                 `fault "5xx=NaN": "NaN" is not a share between 0 and 1; write 5xx=0.01`,
		"slow=eu-west-1":          `fault "slow=eu-west-1": "" is not a duration; write slow=REGION:3s`,
		"slow=eu-west-1:-1s":      `fault "slow=eu-west-1:-1s": "-1s" is not a duration; write slow=REGION:3s`,
		"slow=3s":                 `fault "slow=3s": "3s" is not a region; write slow=REGION:3s`,
		"deny=":                   `fault "deny=": "" is not a region; write deny=REGION`,
		"denyop=Describe":         `fault "denyop=Describe": "Describe" is not an operation; write denyop=ec2:DescribeSubnets or denyop=ec2:DescribeSubnets@REGION`,
		"denyop=ec2:X@mars":       `fault "denyop=ec2:X@mars": "mars" is not a region; write denyop=ec2:DescribeSubnets or denyop=ec2:DescribeSubnets@REGION`,
		"expired=1":               `fault "expired=1": "1" is not an account; write expired or expired=ACCOUNT`,
		"index=moon":              `fault "index=moon": "moon" is nothing that can be said of an index; write index, or index= one of missing:REGION, forgets:0.1, ghosts:1, age:72h, young, filtered`,
		"badtoken=1":              `fault "badtoken=1": "1" is more than it takes; write badtoken`,
		"lostop=Create":           `fault "lostop=Create": "Create" is not an operation; write lostop=sagemaker:CreateNotebookInstance or lostop=sagemaker:CreateNotebookInstance:1`,
		"lostop=a:b:0":            `fault "lostop=a:b:0": "0" is not a number of times; write lostop=sagemaker:CreateNotebookInstance or lostop=sagemaker:CreateNotebookInstance:1`,
		"resetop=a:b:1:2":         `fault "resetop=a:b:1:2": "a:b:1:2" is more than it takes; write resetop=sagemaker:CreateNotebookInstance or resetop=sagemaker:CreateNotebookInstance:1`,
		"failop=a:b":              `fault "failop=a:b": "a:b" has no error code; write failop=sagemaker:CreateNotebookInstance:ThrottlingException or failop=sagemaker:CreateNotebookInstance:ThrottlingException:1`,
		"failop=a:b@mars:X":       `fault "failop=a:b@mars:X": "mars" is not a region; write failop=sagemaker:CreateNotebookInstance:ThrottlingException or failop=sagemaker:CreateNotebookInstance:ThrottlingException:1`,
		"lackop=a:b":              `fault "lackop=a:b": "a:b" has no member; write lackop=sagemaker:ListNotebookInstances:NotebookInstances or lackop=sagemaker:ListNotebookInstances@REGION:NotebookInstances.NotebookInstanceArn:1`,
		"emptyop=a":               `fault "emptyop=a": "a" is not an operation; write emptyop=sagemaker:ListNotebookInstances or emptyop=sagemaker:ListNotebookInstances@REGION:1`,
		"serves=mars":             `fault "serves=mars": "mars" is not a region; write serves=REGION`,
		"clock=fast":              `fault "clock=fast": "fast" is not a duration; write clock=17m or clock=-17m`,
		"partition=moon":          `fault "partition=moon": "moon" is not a partition; write partition=aws-iso-e`,
		"foreign=moon":            `fault "foreign=moon": "moon" is no part of an ARN; write foreign=partition, region, account or name`,
		"capacity=mars":           `fault "capacity=mars": "mars" is not a region; write capacity or capacity=REGION`,
		"scpdirect=on":            `fault "scpdirect=on": "on" is neither enabled nor disabled; write scpdirect=enabled or scpdirect=disabled`,
		"enifail=1":               `fault "enifail=1": "1" is more than it takes; write enifail`,
		"scp=eu-west-1,notoffred": `fault "notoffred": unknown word "notoffred"; ` + words,
	}
	for in, want := range cases {
		if _, err := ParseFaults(in); err == nil || err.Error() != want {
			t.Errorf("ParseFaults(%q) = %v\n want %s", in, err, want)
		}
	}
}

func TestRegionsFailAsTheyDoInAWS(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) {
		o.Faults = "deny=eu-west-1,scp=eu-west-2,notoffered=us-west-2,optin=eu-central-1,denyop=ec2:DescribeSubnets@us-east-2"
	})
	const user = "User: arn:aws:iam::111122223333:user/nbscope-demo is not authorized to perform: "
	cases := map[string]struct {
		region                     string
		sageCode, sageText         string
		ec2Code, ec2Text           string
		signInWorks, listWorksToo2 bool
	}{
		"no policy allows it": {
			region: "eu-west-1", sageCode: "AccessDeniedException",
			sageText: user + "sagemaker:ListNotebookInstances on resource: arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/* " +
				"because no identity-based policy allows the sagemaker:ListNotebookInstances action",
			ec2Code: "UnauthorizedOperation",
			ec2Text: "You are not authorized to perform this operation. " + user + "ec2:DescribeSubnets on resource: * " +
				"because no identity-based policy allows the ec2:DescribeSubnets action",
			signInWorks: true,
		},
		"a service control policy forbids it": {
			region: "eu-west-2", sageCode: "AccessDeniedException",
			sageText: user + "sagemaker:ListNotebookInstances on resource: arn:aws:sagemaker:eu-west-2:111122223333:notebook-instance/* " +
				"with an explicit deny in a service control policy",
			ec2Code: "UnauthorizedOperation",
			ec2Text: "You are not authorized to perform this operation. " + user + "ec2:DescribeSubnets on resource: * " +
				"with an explicit deny in a service control policy",
			signInWorks: true,
		},
		"SageMaker has no notebooks there": {
			region: "us-west-2", sageCode: "UnknownOperationException", sageText: "The requested operation is not supported in the called region.",
			signInWorks: true,
		},
		"the region is not enabled": {
			region: "eu-central-1", sageCode: "UnrecognizedClientException", sageText: badTokenText,
			ec2Code: "AuthFailure", ec2Text: "AWS was not able to validate the provided access credentials",
		},
		"the region is outside of the world": {
			region: "mx-central-1", sageCode: "UnrecognizedClientException", sageText: badTokenText,
			ec2Code: "AuthFailure", ec2Text: "AWS was not able to validate the provided access credentials",
		},
		"one operation is denied": {
			region: "us-east-2", ec2Code: "UnauthorizedOperation",
			ec2Text: "You are not authorized to perform this operation. " + user + "ec2:DescribeSubnets on resource: * " +
				"because no identity-based policy allows the ec2:DescribeSubnets action",
			signInWorks: true,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := r.sagemaker(c.region).ListNotebookInstances(context.Background(), &sagemaker.ListNotebookInstancesInput{})
			check(t, err, c.sageCode, c.sageText)
			_, err = r.ec2(c.region).DescribeSubnets(context.Background(), &ec2.DescribeSubnetsInput{})
			check(t, err, c.ec2Code, c.ec2Text)
			_, err = sts.NewFromConfig(r.config(c.region)).GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
			if (err == nil) != c.signInWorks {
				t.Errorf("sign-in: %v", err)
			}
		})
	}
}

func check(t *testing.T, err error, code, message string) {
	t.Helper()
	if code == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	wantError(t, err, code, message)
}

func TestMishapsReachTheClientAsWhatTheyAre(t *testing.T) {
	t.Parallel()
	isCode := func(codes ...string) func(error) bool {
		return func(err error) bool {
			var api smithy.APIError
			return errors.As(err, &api) && strings.Contains(strings.Join(codes, " "), api.ErrorCode())
		}
	}
	noAnswer := func(err error) bool {
		var api smithy.APIError
		return err != nil && !errors.As(err, &api)
	}
	cases := map[string]struct {
		faults    string
		sage, ec2 func(error) bool
		throttled int
	}{
		"throttled": {"throttle=1", isCode("ThrottlingException"), isCode("RequestLimitExceeded"), 1},
		"throttled in the region": {
			"throttle=us-east-1:1", isCode("ThrottlingException"), isCode("RequestLimitExceeded"), 1,
		},
		"a fault of AWS": {"5xx=1", isCode("InternalFailure", "ServiceUnavailable"), isCode("InternalError", "Unavailable"), 0},
		"reset":          {"reset=1", noAnswer, noAnswer, 0},
		"lost":           {"lost=1", noAnswer, noAnswer, 0},
		"garbage":        {"garbage=1", func(err error) bool { return err != nil }, func(err error) bool { return err != nil }, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, func(o *Options) { o.Faults = c.faults })
			_, err := r.sagemaker("us-east-1").ListNotebookInstances(context.Background(), &sagemaker.ListNotebookInstancesInput{})
			if !c.sage(err) {
				t.Errorf("SageMaker: %v", err)
			}
			if _, err := r.ec2("us-east-1").DescribeVpcs(context.Background(), &ec2.DescribeVpcsInput{}); !c.ec2(err) {
				t.Errorf("EC2: %v", err)
			}
			want := fmt.Sprint(CallCount{1, c.throttled})
			if got := fmt.Sprint(r.Calls()["SageMaker.ListNotebookInstances"]); got != want {
				t.Errorf("counted %s, want %s", got, want)
			}
		})
	}
}

func TestDiceFallInTheirShare(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Faults = "throttle=0.25" })
	id, _ := r.AccessKey()
	for range 400 {
		post(t, r.url, id, "us-east-1", "sagemaker", "SageMaker.ListNotebookInstances", "{}")
	}
	n := r.Calls()["SageMaker.ListNotebookInstances"]
	if n.Calls != 400 || n.Throttled < 60 || n.Throttled > 140 {
		t.Errorf("%d of %d throttled, want about a quarter", n.Throttled, n.Calls)
	}
}

func TestEveryPageTokenIsRefusedOnRequest(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Faults = "badtoken" })
	c := r.sagemaker("us-east-1")
	first, err := c.ListNotebookInstances(context.Background(), &sagemaker.ListNotebookInstancesInput{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.ListNotebookInstances(context.Background(), &sagemaker.ListNotebookInstancesInput{NextToken: first.NextToken})
	wantError(t, err, "ValidationException", "Invalid pagination token.")
}

func TestSomeNotebooksVanishBetweenListAndDescribe(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Faults = "vanish=0.4" })
	found, lost := 0, 0
	for _, n := range r.notebooks("us-east-1") {
		_, err := r.sagemaker("us-east-1").DescribeNotebookInstance(context.Background(), &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: &n.Name})
		if err == nil {
			found++
			continue
		}
		wantError(t, err, "ValidationException", "RecordNotFound")
		lost++
	}
	if found == 0 || lost == 0 {
		t.Errorf("%d found, %d vanished", found, lost)
	}
}

func TestTheRateIsKeptPerAccountRegionAndService(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.RPS = 5 })
	id, _ := r.AccessKey()
	other := r.World().Accounts[1].AccessKeyID
	ask := func(key, region string) int {
		return post(t, r.url, key, region, "sagemaker", "SageMaker.ListNotebookInstances", "{}").status
	}
	answered := 0
	for range 12 {
		if ask(id, "us-east-1") == http.StatusOK {
			answered++
		}
	}
	n := r.Calls()["SageMaker.ListNotebookInstances"]
	if answered != 5 || n.Calls != 12 || n.Throttled != 7 {
		t.Errorf("%d answered, %+v counted; want 5 of 12", answered, n)
	}
	if ask(id, "eu-west-1") != http.StatusOK || ask(other, "us-east-1") != http.StatusOK {
		t.Error("another region or account waits for this one")
	}
	if code := post(t, r.url, id, "us-east-1", "ec2", "", "Action=DescribeVpcs").status; code != http.StatusOK {
		t.Errorf("another service waits for this one: %d", code)
	}
	r.clock.advance(400 * time.Millisecond)
	for i, want := range []int{http.StatusOK, http.StatusOK, http.StatusBadRequest} {
		if got := ask(id, "us-east-1"); got != want {
			t.Errorf("request %d after two fifths of a second: %d, want %d", i, got, want)
		}
	}
}

func TestAClientThatLeavesIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *Options) { o.Faults = "slow=us-east-1:1h" })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		_, err := r.sagemaker("us-east-1").ListNotebookInstances(ctx, &sagemaker.ListNotebookInstancesInput{MaxResults: sdkaws.Int32(1)})
		done <- err
	}()
	for r.Calls()["SageMaker.ListNotebookInstances"].Calls == 0 {
		if ctx.Err() != nil {
			t.Fatal("never asked")
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
}
