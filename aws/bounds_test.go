package aws

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"

	"nbscope/model"
)

// flooded is an answer to every list in eu-west-1 that has too much of something.
func flooded(write func(http.ResponseWriter)) func(call) (int, string, bool) {
	return func(c call) (int, string, bool) {
		if c.op != "ListNotebookInstances" || c.region != "eu-west-1" {
			return 0, "", false
		}
		write(c.w)
		return 0, "", true
	}
}

func TestAnAnswerThatHasTooMuchIsAProblemOfItsOwn(t *testing.T) {
	t.Parallel()
	megabyte := strings.Repeat("x", 1<<20)
	const head = `{"NotebookInstances":[],"more":"`
	for name, c := range map[string]struct {
		write func(http.ResponseWriter)
		says  string
	}{
		"a gigabyte": {func(w http.ResponseWriter) {
			_, err := io.WriteString(w, head)
			for i := 0; i < 1024 && err == nil; i++ {
				_, err = io.WriteString(w, megabyte)
			}
		}, "the answer has more than 16 MB"},
		"a gigabyte, compressed": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, err := io.WriteString(z, head)
			for i := 0; i < 1024 && err == nil; i++ {
				_, err = io.WriteString(z, megabyte)
			}
		}, "the answer has more than 16 MB"},
		"a gigabyte of a refusal": {func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusBadRequest)
			_, err := io.WriteString(w, `{"__type":"ValidationException","message":"`)
			for i := 0; i < 1024 && err == nil; i++ {
				_, err = io.WriteString(w, megabyte)
			}
		}, "the answer has more than 16 MB"},
		"records of nothing": {func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"NotebookInstances":[{}`+strings.Repeat(",{}", 1<<20)+`]}`)
		}, "the answer takes more than 32 MB"},
		"more than was asked for": {func(w http.ResponseWriter) {
			one := `{"NotebookInstanceName":"a","NotebookInstanceArn":"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/a","NotebookInstanceStatus":"InService","CreationTime":1.6e9,"LastModifiedTime":1.6e9}`
			_, _ = io.WriteString(w, `{"NotebookInstances":[`+one+strings.Repeat(","+one, 2000)+`]}`)
		}, "a page of the list has 2001 notebook instances, and 100 were asked for"},
		"headers": {func(w http.ResponseWriter) {
			for i := range 300 {
				w.Header().Set(fmt.Sprintf("X-More-%d", i), megabyte[:4000])
			}
		}, "the answer's headers have more than 256 KB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t)
			s.fill(homeAccount, "us-east-1", 4)
			s.hook = flooded(c.write)
			client := s.client(t)
			inv := once(t, client, nil, model.ScanRequest{Mode: model.Full})
			st := stateOf(inv, homeAccount, "eu-west-1")
			if st.State != model.StateFailed || st.Problem == nil || st.Problem.Kind != model.KindTooLarge || st.Problem.Message != c.says || st.Problem.Hint == "" {
				t.Errorf("the target is %q with %+v, want %q", st.State, st.Problem, c.says)
			}
			if st.Problem != nil && st.Problem.Operation != "sagemaker:ListNotebookInstances" {
				t.Errorf("it happened in %q", st.Problem.Operation)
			}
			if other := stateOf(inv, homeAccount, "us-east-1"); other.State != model.StateOK || inv.Len() != 4 {
				t.Errorf("the other target is %q with %d notebooks", other.State, inv.Len())
			}
			if n := s.counted()["ListNotebookInstances"]; n != 2 {
				t.Errorf("%d lists were asked for: too much is not less the next time", n)
			}
			if left := client.intake.reading.Load(); left != 0 || len(client.intake.large) != 0 {
				t.Errorf("%d bytes and %d large answers count as being read at the end", left, len(client.intake.large))
			}
		})
	}
}

func TestALargeAnswerWithinTheBoundsIsTaken(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.hook = flooded(func(w http.ResponseWriter) {
		_, _ = io.WriteString(w, `{"NotebookInstances":[],"more":"`+strings.Repeat("x", 15<<20)+`"}`)
	})
	client := s.client(t)
	inv := once(t, client, nil, model.ScanRequest{Mode: model.Full})
	if st := stateOf(inv, homeAccount, "eu-west-1"); st.State != model.StateEmpty {
		t.Errorf("the target is %q with %+v", st.State, st.Problem)
	}
	if left := client.intake.reading.Load(); left != 0 || len(client.intake.large) != 0 {
		t.Errorf("%d bytes and %d large answers count as being read at the end", left, len(client.intake.large))
	}
}

func TestAListWithoutEndIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newStub(t)
	s.hook = func(c call) (int, string, bool) {
		if c.op != "ListNotebookInstances" || c.region != "eu-west-1" {
			return 0, "", false
		}
		return http.StatusOK, fmt.Sprintf(`{"NotebookInstances":[],"NextToken":"%d"}`, c.nth), true
	}
	inv := once(t, s.client(t), nil, model.ScanRequest{Mode: model.Full})
	st := stateOf(inv, homeAccount, "eu-west-1")
	if st.State != model.StateFailed || st.Problem == nil || st.Problem.Kind != model.KindTooLarge {
		t.Errorf("the target is %q with %+v", st.State, st.Problem)
	}
}

func TestAnAnswerWeighsMoreTheMoreItIsMadeOf(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]int64{
		"": 0, "words": 5, "{": 1 + 64, "<": 1 + 48, ",": 1 + 8, "}]>": 3,
		`{"a":[{},{}],"b":1}`:   19 + 3*64 + 2*8,
		`<a><b/><b>1,2</b></a>`: 21 + 5*48 + 8,
	} {
		if got := weigh([]byte(answer)); got != want {
			t.Errorf("%q weighs %d, not %d", answer, got, want)
		}
	}
}

// body is an answer of n bytes.
func body(ctx context.Context, i *intake, n int) *boundedBody {
	return &boundedBody{
		body: io.NopCloser(bytes.NewReader(make([]byte, n))), intake: i,
		ended: ctx.Done(), why: func() error { return context.Cause(ctx) },
	}
}

func TestWhatIsReadAtATimeIsBoundedAsAWhole(t *testing.T) {
	t.Parallel()
	in := newIntake()
	in.most = 1 << 20
	first, second := body(t.Context(), in, 200<<10), body(t.Context(), in, 200<<10)
	all := []*boundedBody{first, second}
	for range 4 {
		b := body(t.Context(), in, 200<<10)
		all = append(all, b)
		if _, err := io.Copy(io.Discard, b); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.Copy(io.Discard, first); err != nil {
		t.Fatalf("within the bound: %v", err)
	}
	_, err := io.Copy(io.Discard, second)
	if flood, ok := errors.AsType[*floodError](err); !ok || !flood.passing {
		t.Fatalf("over the bound: %v", err)
	}
	if _, again := second.Read(make([]byte, 1)); !errors.Is(again, err) {
		t.Errorf("it goes on with %v", again)
	}
	if retryable(err) != sdkaws.TrueTernary {
		t.Error("another try, when the others are done, is not made")
	}
	for _, b := range all {
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if left := in.reading.Load(); left != 0 {
		t.Errorf("%d bytes count as being read", left)
	}
	if _, err := io.Copy(io.Discard, body(t.Context(), in, 200<<10)); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestOneLargeAnswerIsReadAtATime(t *testing.T) {
	t.Parallel()
	in := newIntake()
	ctx, cancel := context.WithCancelCause(t.Context())
	first, second, third := body(t.Context(), in, 1<<20), body(t.Context(), in, 1<<20), body(ctx, in, 1<<20)
	if _, err := io.Copy(io.Discard, first); err != nil {
		t.Fatal(err)
	}
	gaveUp := errors.New("given up")
	cancel(gaveUp)
	if _, err := io.Copy(io.Discard, third); !errors.Is(err, gaveUp) {
		t.Errorf("one that is given up while it waits says %v", err)
	}
	read := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, second)
		read <- err
	}()
	select {
	case err := <-read:
		t.Fatalf("a second large answer was read beside the first (%v)", err)
	default:
	}
	if err := errors.Join(first.Close(), third.Close()); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err != nil {
		t.Errorf("the second: %v", err)
	}
	if err := errors.Join(second.Close(), second.Close()); err != nil || len(in.large) != 0 || in.reading.Load() != 0 {
		t.Errorf("closed twice: %v, %d large, %d bytes", err, len(in.large), in.reading.Load())
	}
}
