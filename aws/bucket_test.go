package aws

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"nbscope/aws/mover"
	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/model/transfer"
)

// storeIn is a bucket of the first account in a region of a simulated AWS.
func storeIn(t *testing.T, c *Client, region, name string) *s3Bucket {
	t.Helper()
	s, err := c.enter(t.Context(), model.Target{Account: "111122223333", Region: region})
	if err != nil {
		t.Fatal(err)
	}
	w, err := s.writer(region, "s3:PutObject")
	if err != nil {
		t.Fatal(err)
	}
	return &s3Bucket{session: s, writer: w, region: region, name: name}
}

// follow does what a notebook does with an order.
func follow(t *testing.T, o transfer.Order, body string) (status int, answer, version string) {
	t.Helper()
	var content io.Reader = http.NoBody
	if o.Method == http.MethodPut {
		content = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), o.Method, o.URL, content)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range o.Headers {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw), res.Header.Get("X-Amz-Version-Id")
}

func fine(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func sumOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// TestPartsGoThroughABucket takes an object through its life, in a bucket with versions
// and in one without.
func TestPartsGoThroughABucket(t *testing.T) {
	t.Parallel()
	s, url := world(t, func(o *sim.Options) { o.Accounts = 1 })
	var said bytes.Buffer
	c := simClient(t, s, url, func(o *Options) { o.AllowWrite, o.Log = true, slog.New(slog.NewTextHandler(&said, nil)) })
	for _, name := range []string{"sagemaker-eu-west-1-111122223333", "versions-sagemaker-eu-west-1-111122223333"} {
		versions := strings.HasPrefix(name, "versions")
		b := storeIn(t, c, "eu-west-1", name)
		if b.key = ""; versions {
			b.key = "arn:aws:kms:eu-west-1:111122223333:key/1"
		}
		fine(t, b.Ready(t.Context()))
		put, err := b.Put(t.Context(), "nbscope/1/p1", 6, sumOf("a part"))
		fine(t, err)
		if _, signed := put.Headers["Content-Length"]; signed || put.Headers["X-Amz-Checksum-Sha256"] == "" || !strings.Contains(put.URL, "X-Amz-Expires=900") || !strings.Contains(put.URL, "content-length") {
			t.Errorf("%+v", put)
		}
		status, says, version := follow(t, put, "a part")
		if status != 200 || (version != "") != versions {
			t.Fatalf("%d %s, version %q", status, says, version)
		}
		for name, body := range map[string]string{"longer": "a part and more", "another": "b part"} {
			if status, says, _ := follow(t, put, body); status < 400 {
				t.Errorf("%s is taken: %d %s", name, status, says)
			}
		}
		got, err := b.Get(t.Context(), "nbscope/1/p1", version)
		fine(t, err)
		if status, says, _ := follow(t, got, ""); status != 200 || says != "a part" {
			t.Errorf("%d %s", status, says)
		}
		if o := s.Buckets(); len(o[len(o)-1].Objects) != 1 || o[len(o)-1].Objects[0].KMSKeyID != b.key {
			t.Errorf("%+v", o)
		}
		all, err := b.List(t.Context(), "nbscope/1/", versions)
		fine(t, err)
		if !slices.Equal(all, []mover.Object{{Key: "nbscope/1/p1", Version: version}}) {
			t.Errorf("%+v", all)
		}
		if all, err := b.List(t.Context(), "nbscope/11/", versions); err != nil || len(all) > 0 {
			t.Errorf("another prefix: %+v, %v", all, err)
		}
		fine(t, b.Delete(t.Context(), mover.Object{Key: "nbscope/1/p1"})) // leaves a mark
		for range 2 {
			all, err = b.List(t.Context(), "nbscope/", versions)
			fine(t, err)
			for _, o := range all {
				fine(t, b.Delete(t.Context(), o))
			}
		}
		if len(all) > 0 {
			t.Errorf("%+v are left", all)
		}
	}
	for _, b := range s.Buckets() {
		if len(b.Objects) > 0 {
			t.Errorf("%+v is left", b)
		}
	}
	if strings.Contains(said.String(), "Signature") || !strings.Contains(said.String(), "s3:DeleteObject") {
		t.Errorf("the log: %s", said.String())
	}
}

// TestABucketThatCannotBeUsedIsSaidToBeWhatItIs asks for what is no bucket of ours here.
func TestABucketThatCannotBeUsedIsSaidToBeWhatItIs(t *testing.T) {
	t.Parallel()
	s, url := world(t, nil)
	c := simClient(t, s, url, func(o *Options) { o.AllowWrite = true })
	for name, want := range map[string]model.Problem{
		"sagemaker-us-east-1-111122223333": {Kind: model.KindConfig, Message: "is in us-east-1, and the notebooks are in eu-west-1"},
		"sagemaker-eu-west-1-444455556666": {Kind: model.KindDenied, Message: "Access Denied"},
		"data":                             {Kind: model.KindNotFound, Message: "there is no bucket data"},
	} {
		p, ok := errors.AsType[model.Problem](storeIn(t, c, "eu-west-1", name).Ready(t.Context()))
		if !ok || p.Kind != want.Kind || !strings.Contains(p.Message, want.Message) || p.Hint == "" || p.Operation != "s3:ListObjectsV2" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// TestABucketIsMadeOnlyWhereItMay lists the buckets of a region, and makes the one that
// was chosen to be made.
func TestABucketIsMadeOnlyWhereItMay(t *testing.T) {
	t.Parallel()
	s, url := world(t, nil)
	c := simClient(t, s, url, func(o *Options) { o.AllowWrite = true })
	for _, region := range []string{"eu-west-1", "us-east-1"} {
		source := recreate.Snapshot{Account: "111122223333", Region: region}
		name := "nbscope-111122223333-" + region
		found, err := c.Choices(t.Context(), source, recreate.Spec{}, recreate.FieldBucket)
		fine(t, err)
		last := found[len(found)-1]
		got, made := recreate.ReadBucketChoice(last.Value)
		if len(found) != 3 || found[0].Value != "sagemaker-"+region+"-111122223333" || got != name || !made {
			t.Errorf("%+v", found)
		}
		b := storeIn(t, c, region, name)
		if p, ok := errors.AsType[model.Problem](b.Ready(t.Context())); !ok || p.Kind != model.KindNotFound {
			t.Errorf("it was made although nobody said so: %+v", p)
		}
		for range 2 {
			b = storeIn(t, c, region, name)
			b.make = true
			fine(t, b.Ready(t.Context()))
		}
		found, err = c.Choices(t.Context(), source, recreate.Spec{}, recreate.FieldBucket)
		fine(t, err)
		if _, made := recreate.ReadBucketChoice(found[len(found)-1].Value); len(found) != 3 || made {
			t.Errorf("then there are %+v", found)
		}
	}
	other := storeIn(t, c, "eu-west-1", "sagemaker-eu-west-1-444455556666")
	other.make = true
	if p, ok := errors.AsType[model.Problem](other.Ready(t.Context())); !ok || p.Kind != model.KindDenied {
		t.Errorf("somebody else's: %+v", p)
	}
	made := 0
	for _, w := range s.Writes() {
		if w.Operation == "S3.CreateBucket" {
			made++
		}
	}
	if made != 2 {
		t.Errorf("%d buckets were made", made)
	}
}

// TestAnEmptyListOfSomethingElseProvesNothing has the store answer a list with another
// one's, or with half of one.
func TestAnEmptyListOfSomethingElseProvesNothing(t *testing.T) {
	t.Parallel()
	for name, word := range map[string]string{
		"nothing":   "emptyop=s3:ListObjectsV2",
		"no name":   "lackop=s3:ListObjectsV2:Name",
		"no prefix": "lackop=s3:ListObjectsV2:Prefix",
		"no end":    "lackop=s3:ListObjectsV2:IsTruncated",
		"versions":  "lackop=s3:ListObjectVersions:Prefix",
	} {
		s, url := world(t, func(o *sim.Options) { o.Faults = word })
		b := storeIn(t, simClient(t, s, url, func(o *Options) { o.AllowWrite = true }), "eu-west-1", "sagemaker-eu-west-1-111122223333")
		_, err := b.List(t.Context(), "nbscope/1/", strings.Contains(word, "Versions"))
		if p, ok := errors.AsType[model.Problem](err); !ok || p.Kind != model.KindProtocol {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestURLsAreDatedByTheStoresClock has this machine's clock be wrong by more than a URL
// lives.
func TestURLsAreDatedByTheStoresClock(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"clock=2h", "clock=-2h"} {
		s, url := world(t, func(o *sim.Options) { o.Faults = word })
		b := storeIn(t, simClient(t, s, url, func(o *Options) { o.AllowWrite = true }), "eu-west-1", "sagemaker-eu-west-1-111122223333")
		fine(t, b.Ready(t.Context()))
		put, err := b.Put(t.Context(), "nbscope/1/p1", 6, sumOf("a part"))
		fine(t, err)
		if status, says, _ := follow(t, put, "a part"); status != 200 {
			t.Errorf("%s: %d %s", word, status, says)
		}
	}
}

// TestASignedURLLeadsWhereItMay sets an endpoint that no secret may go to.
func TestASignedURLLeadsWhereItMay(t *testing.T) {
	t.Parallel()
	s, url := world(t, nil)
	c := simClient(t, s, url, func(o *Options) { o.AllowWrite = true })
	b := storeIn(t, c, "eu-west-1", "sagemaker-eu-west-1-111122223333")
	c.opt.EndpointURL = "http://s3.example.com"
	if o, err := b.Put(t.Context(), "k", 1, sumOf("x")); err == nil || o.URL != "" || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("%+v, %v", o, err)
	}
}

// TestCredentialsThatRanOutAreSaid cannot sign, and says so as a call does.
func TestCredentialsThatRanOutAreSaid(t *testing.T) {
	t.Parallel()
	s, url := world(t, nil)
	c := simClient(t, s, url, func(o *Options) { o.AllowWrite = true })
	b := storeIn(t, c, "eu-west-1", "sagemaker-eu-west-1-111122223333")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if p, ok := errors.AsType[model.Problem](b.Delete(ctx, mover.Object{Key: "k"})); !ok || p.Kind != model.KindCanceled {
		t.Errorf("%+v", p)
	}
	fine(t, s.Change(sim.Change{Op: "faults", Faults: "expired"}))
	if p, ok := errors.AsType[model.Problem](b.Ready(t.Context())); !ok || p.Kind == model.KindUnknown {
		t.Errorf("%+v", p)
	}
}
