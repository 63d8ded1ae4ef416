package aws

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// lateReader reads a request's body the way net/http does when the answer is there
// before the body's end was looked for: a first time for what there is, a second
// time after the SDK has closed it.
type lateReader struct {
	read string
	body io.Reader
}

func (l *lateReader) Do(req *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(req.Body)
	l.read, l.body = string(raw), req.Body
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, err
}

func TestABodyThatTheSDKHasClosedEndsWithoutAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		says   string
		client func(*lateReader) smithyhttp.ClientDo
		broken bool
	}{
		{"as the SDK sends it", func(l *lateReader) smithyhttp.ClientDo { return l }, true},
		{"as nbscope sends it", func(l *lateReader) smithyhttp.ClientDo { return plainBodies{l} }, false},
	} {
		req, ok := smithyhttp.NewStackRequest().(*smithyhttp.Request)
		if !ok {
			t.Fatal("the SDK's request is of another type")
		}
		req, err := req.SetStream(strings.NewReader("Action=DescribeVpcs"))
		if err != nil {
			t.Fatal(err)
		}
		req.URL.Scheme, req.URL.Host, req.ContentLength = "http", "127.0.0.1", int64(len("Action=DescribeVpcs"))
		l := &lateReader{}
		if _, _, err := smithyhttp.NewClientHandlerWithOptions(c.client(l)).Handle(context.Background(), req); err != nil {
			t.Fatal(err)
		}
		if l.read != "Action=DescribeVpcs" {
			t.Errorf("%s: %q was sent", c.says, l.read)
		}
		if _, err := io.Copy(io.Discard, l.body); (err != nil) != c.broken {
			t.Errorf("%s: after the end the body says %v; if the SDK is mended, plainBodies can go", c.says, err)
		}
	}
}
