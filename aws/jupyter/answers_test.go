package jupyter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

// answers is a server that is played: what each request is answered with, by its method and
// path.
type answers func(at string) (status int, header, body string)

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	status, header, body := a(r.Method + " " + r.URL.RequestURI())
	if status == 0 {
		return nil, errors.New("connection refused")
	}
	out := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r}
	for line := range strings.SplitSeq(header, "\n") {
		if key, value, ok := strings.Cut(line, ": "); ok {
			out.Header.Set(key, value)
		}
	}
	return out, nil
}

const (
	asJSON  = "Content-Type: application/json; charset=UTF-8"
	asPage  = "Content-Type: text/html"
	aStatus = `{"started":"2026-11-24T12:00:00Z"}`
)

// wireOf is a wire in a session of a played server. asked holds the requests.
func wireOf(t *testing.T, a answers) (w *wire, s *session, asked *[]string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	asked = &[]string{}
	hidden := &secrets{}
	s = &session{base: &url.URL{Scheme: "https", Host: "churn.example"}, secrets: hidden, http: &http.Client{Jar: jar, Transport: answers(func(at string) (int, string, string) {
		*asked = append(*asked, at)
		return a(at)
	})}}
	s.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	w = &wire{login: login{opts: Options{Pause: time.Nanosecond, Host: "churn.example"}.withDefaults(), secrets: hidden, closing: t.Context(), signing: make(lock, 1)}}
	w.opts.Presign = func(context.Context) (string, error) { return "", errors.New("no URL any more") }
	w.current.Store(s)
	return w, s, asked
}

// TestWhatAnAnswerMeans has a request of JSON, and one of a file, be answered, and looks at
// what is asked beside.
func TestWhatAnAnswerMeans(t *testing.T) {
	t.Parallel()
	const data, file = "/api/x", "/files/x"
	for _, c := range []struct {
		at, header, body string
		status           int
		beside           string // what the status is answered with: the session is good, or not
		want             string // "" for an answer
		requests         int
	}{
		{at: data, status: 200, header: asJSON, body: "{}", requests: 1},
		{at: data, status: 201, header: asJSON, body: "{}", requests: 1},
		{at: data, status: 204, requests: 1},
		{at: data, status: 200, header: asPage, want: "not signed in to Jupyter (status 200): a page of text/html in place of an answer", requests: 1},
		{at: data, status: 200, header: "Content-Type: text/plain", want: "not signed in to Jupyter (status 200): a page of text/plain in place of an answer", requests: 1},
		{at: data, status: 200, want: "not signed in to Jupyter (status 200): a page in place of an answer", requests: 1},
		{at: file, status: 200, header: "Content-Type: text/plain", requests: 1},
		{at: file, status: 200, header: asPage, want: "not signed in to Jupyter (status 200): a page of text/html in place of an answer", requests: 1},
		{at: data, status: 302, want: "not signed in to Jupyter (status 302)", requests: 1},
		{at: data, status: 401, want: "not signed in to Jupyter (status 401)", requests: 1},
		{at: data, status: 429, want: "no answer from Jupyter (status 429)", requests: 1},
		{at: data, status: 502, want: "no answer from Jupyter (status 502)", requests: 1},
		{at: data, status: 413, want: "too large (status 413)", requests: 1},
		{at: data, status: 404, header: asJSON, body: `{"message":"No such file"}`, want: "not found (status 404): No such file", requests: 1},
		{at: data, status: 404, header: "Content-Type: text/plain", body: `{"message":"No such file"}`, want: "not found (status 404)", requests: 1},
		{at: data, status: 404, header: asPage, beside: aStatus, want: "failed (status 404)", requests: 2},
		{at: data, status: 404, header: asPage, want: "not signed in to Jupyter (status 404): no status of Jupyter's, but application/json", requests: 2},
		{at: data, status: 500, header: asJSON, body: `{"message":"Unexpected error"}`, want: "failed (status 500): Unexpected error", requests: 1},
		{at: data, status: 500, header: asPage, beside: aStatus, want: "failed (status 500)", requests: 2},
		{at: data, status: 403, header: asJSON, body: `{"message":"Forbidden"}`, beside: aStatus, want: "refused (status 403): Forbidden", requests: 2},
		{at: data, status: 403, header: asJSON, body: `{"message":"Forbidden"}`, want: "not signed in to Jupyter (status 404): no status of Jupyter's, but application/json", requests: 2},
		{at: data, status: 403, header: asJSON, body: `{"message":"'_XSRF' argument missing"}`, want: "not signed in to Jupyter (status 403): '_XSRF' argument missing", requests: 1},
		{at: file, status: 404, header: asPage, beside: aStatus, want: "not found (status 404)", requests: 3},
		{at: file, status: 404, header: asPage, beside: aStatus + " there", want: "failed (status 404)", requests: 3},
		{at: file, status: 404, header: asPage, beside: aStatus + " page", want: "failed (status 404)", requests: 3},
		{at: file, status: 404, header: asPage, beside: aStatus + " silent", want: "no answer from Jupyter: connection refused", requests: 3},
	} {
		_, s, asked := wireOf(t, func(at string) (int, string, string) {
			switch {
			case at == "GET /api/status" && c.beside != "":
				return 200, asJSON, c.beside
			case strings.HasPrefix(at, "GET /api/contents/x?content=0"):
				switch _, kind, _ := strings.Cut(c.beside, " "); kind {
				case "there":
					return 200, asJSON, "{}"
				case "page":
					return 404, asPage, ""
				case "silent":
					return 0, "", ""
				}
				return 404, asJSON, "{}"
			case at == "GET "+c.at:
				return c.status, c.header, c.body
			}
			return 404, asJSON, "{}"
		})
		k := call{op: "try", path: "x", method: http.MethodGet, at: c.at, file: c.at == file}
		answer, err := s.send(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		err = s.judge(t.Context(), k, answer)
		answer.Body.Close()
		got := ""
		if err != nil {
			_, got, _ = strings.Cut(strings.Replace(err.Error(), `try "x": `, "sign in: ", 1), "sign in: ")
		}
		if got != c.want || len(*asked) != c.requests {
			t.Errorf("%s with %d %s %q: %q, want %q; asked %q", c.at, c.status, c.header, c.body, got, c.want, *asked)
		}
	}
}

// TestSigningInGoesWhereAPageLeads, on the same host, and not for ever.
func TestSigningInGoesWhereAPageLeads(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		to    func(n int) (status int, header string)
		want  string
		asked int
	}{
		"it is there":       {func(int) (int, string) { return 200, "" }, "", 1},
		"an error":          {func(int) (int, string) { return 500, "" }, "", 1},
		"elsewhere":         {func(n int) (int, string) { return []int{302, 200}[n-1], "Location: /lab?a=b" }, "", 2},
		"nine times":        {func(n int) (int, string) { return map[bool]int{true: 302, false: 200}[n < 10], "Location: /lab" }, "", 10},
		"in circles":        {func(int) (int, string) { return 302, "Location: /lab" }, "Jupyter: sign in: not signed in to Jupyter: sent around in circles", 10},
		"to no address":     {func(int) (int, string) { return 302, "" }, "Jupyter: sign in: failed (status 302): a redirect without an address", 1},
		"to another host":   {func(int) (int, string) { return 302, "Location: https://evil.example/lab" }, "Jupyter: sign in: not signed in to Jupyter (status 302): sent away to evil.example", 1},
		"to another scheme": {func(int) (int, string) { return 302, "Location: http://churn.example/lab" }, "Jupyter: sign in: not signed in to Jupyter (status 302): sent away to churn.example", 1},
		"it is too busy":    {func(int) (int, string) { return 503, "" }, "Jupyter: sign in: no answer from Jupyter (status 503)", 1},
		"nobody answers":    {func(int) (int, string) { return 0, "" }, "Jupyter: sign in: no answer from Jupyter: connection refused", 1},
	} {
		n := 0
		_, s, asked := wireOf(t, func(string) (int, string, string) { n++; status, header := c.to(n); return status, header, "" })
		err := s.visit(t.Context(), "/first")
		if (err == nil) != (c.want == "") || err != nil && err.Error() != c.want || len(*asked) != c.asked || (*asked)[0] != "GET /first" {
			t.Errorf("%s: %v, asked %q", name, err, *asked)
		}
	}
	for name, c := range map[string]struct {
		status       int
		header, body string
		want         string
	}{
		"a status":       {200, asJSON, aStatus, ""},
		"without a time": {200, asJSON, `{"kernels":1}`, "not signed in to Jupyter (status 200): no status of Jupyter's, but application/json"},
		"no JSON":        {200, asJSON, "x", "not signed in to Jupyter (status 200): no status of Jupyter's, but application/json"},
		"a page":         {200, asPage, aStatus, "not signed in to Jupyter (status 200): no status of Jupyter's, but text/html"},
		"another answer": {201, asJSON, aStatus, "not signed in to Jupyter (status 201): no status of Jupyter's, but application/json"},
		"a gateway":      {504, asJSON, aStatus, "no answer from Jupyter (status 504)"},
		"nobody":         {0, "", "", "no answer from Jupyter: connection refused"},
	} {
		_, s, _ := wireOf(t, func(string) (int, string, string) { return c.status, c.header, c.body })
		if err := s.alive(t.Context()); (err == nil) != (c.want == "") || err != nil && err.Error() != "Jupyter: sign in: "+c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestHowOftenARequestIsSent counts it, by what it may be and what is answered.
func TestHowOftenARequestIsSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		repeat bool
		file   bool
		asked  int
		kind   error
	}{
		"answered":            {200, true, true, 1, nil},
		"no answer":           {0, true, true, 5, ErrTemporary},
		"once":                {0, false, true, 1, ErrTemporary},
		"busy":                {503, true, true, 5, ErrTemporary},
		"not signed in":       {401, true, true, 1, nil}, // a URL is asked for, and there is none
		"it failed":           {500, true, true, 1, ErrFailed},
		"no JSON in its body": {200, true, false, 1, ErrFailed},
	} {
		w, _, asked := wireOf(t, func(string) (int, string, string) { return c.status, asJSON, "x" })
		var out struct{}
		var into any = &out
		if c.file {
			into = nil
		}
		err := w.json(t.Context(), call{op: "try", method: http.MethodGet, at: "/api/x", repeat: c.repeat}, into)
		if c.status == 401 {
			if err == nil || err.Error() != "ask for a URL to sign in with: no URL any more" {
				t.Errorf("%s: %v", name, err)
			}
		} else if !errors.Is(err, c.kind) || (err == nil) != (c.kind == nil) {
			t.Errorf("%s: %v", name, err)
		}
		if len(*asked) != c.asked {
			t.Errorf("%s: asked %q", name, *asked)
		}
	}
	w, _, _ := wireOf(t, func(string) (int, string, string) { return 404, asJSON, "{}" })
	if err := w.delete(t.Context(), "delete", "x", "/api/x"); err != nil {
		t.Errorf("what is gone cannot be deleted: %v", err)
	}
	w, _, _ = wireOf(t, func(string) (int, string, string) { return 200, asJSON, strings.Repeat(" ", maxJSON+1) })
	if err := w.json(t.Context(), call{op: "try", method: http.MethodGet, at: "/api/x"}, nil); err == nil || err.Error() != "Jupyter: try: too large (status 200): the answer" {
		t.Errorf("of too large an answer: %v", err)
	}
	if w, _, _ = wireOf(t, func(string) (int, string, string) { return 200, asJSON, strings.Repeat(" ", maxJSON) }); w.json(t.Context(), call{op: "try", method: http.MethodGet, at: "/api/x"}, nil) != nil {
		t.Error("an answer of the largest size is refused")
	}
	if _, err := New(t.Context(), Options{Host: "churn.example"}); !errors.Is(err, ErrHost) {
		t.Errorf("without a way to a URL: %v", err)
	}
	presign := func(context.Context) (string, error) { return "", nil }
	if _, err := New(t.Context(), Options{Presign: presign}); !errors.Is(err, ErrHost) {
		t.Errorf("without a host: %v", err)
	}
	for _, o := range []Options{{Presign: presign, Host: "a"}, {Presign: presign, Endpoint: "http://127.0.0.1:1"}} {
		c, err := New(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := c.Status(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("after its end: %v", err)
		}
	}
}

// TestTheKernelThatSpeaksPython is the default one, or the first by name.
func TestTheKernelThatSpeaksPython(t *testing.T) {
	t.Parallel()
	const r, py = `{"spec":{"language":"R"}}`, `{"spec":{"language":"Python"}}`
	for specs, want := range map[string]string{
		`{"default":"b","kernelspecs":{"a":` + py + `,"b":` + py + `}}`:                 "b",
		`{"default":"ir","kernelspecs":{"ir":` + r + `,"z":` + py + `,"c":` + py + `}}`: "c",
		`{"default":"ir","kernelspecs":{"ir":` + r + `}}`:                               "",
		`{"default":"gone","kernelspecs":{}}`:                                           "",
	} {
		w, _, _ := wireOf(t, func(string) (int, string, string) { return 200, asJSON, specs })
		got, err := pythonKernel(t.Context(), w)
		if got != want || (want == "") != errors.Is(err, ErrNotFound) {
			t.Errorf("of %s it is %q (%v), want %q", specs, got, err, want)
		}
	}
}

// TestARangeIsWhatWasAskedFor, and of the same file.
func TestARangeIsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	const at = "\nLast-Modified: Tue, 24 Nov 2026 12:00:00 GMT"
	for name, c := range map[string]struct {
		status       int
		header, body string
		fails        string
		wrote        string
	}{
		"a range":                   {206, "Content-Range: bytes 2-5/9" + at, "cdef", "", "cdef"},
		"more than that":            {206, "Content-Range: bytes 2-8/9" + at, "cdefghi", "", "cdef"},
		"the end of the file":       {206, "Content-Range: bytes 2-5/6" + at, "cdef", "", "cdef"},
		"of a shorter file":         {206, "Content-Range: bytes 2-4/5" + at, "cde", "failed (status 206): asked for the bytes 2 to 6 of it, the answer begins at 2 of 5", ""},
		"another beginning":         {206, "Content-Range: bytes 3-5/9" + at, "def", "failed (status 206): asked for the bytes 2 to 6 of it, the answer begins at 3 of 9", ""},
		"the whole file":            {200, at, "abcdefghi", "failed (status 200): asked for the bytes 2 to 6 of it, the answer begins at 0 of 9", ""},
		"no range":                  {206, at, "cdef", "failed (status 206): asked for the bytes 2 to 6 of it, the answer begins at 0 of 0", ""},
		"no number":                 {206, "Content-Range: bytes x-5/9" + at, "cdef", "failed (status 206): asked for the bytes 2 to 6 of it, the answer begins at 0 of 9", ""},
		"no size":                   {206, "Content-Range: bytes 2-5/*" + at, "cdef", "failed (status 206): asked for the bytes 2 to 6 of it, the answer begins at 2 of 0", ""},
		"of a file of another time": {206, "Content-Range: bytes 2-5/9\nLast-Modified: Tue, 24 Nov 2026 12:00:01 GMT", "cdef", "the file changed while it was read: it was written at Tue, 24 Nov 2026 12:00:00 GMT, now at Tue, 24 Nov 2026 12:00:01 GMT", ""},
		"of nothing":                {206, "Content-Range: bytes 2-5/9" + at, "", "unexpected EOF", ""},
	} {
		_, s, _ := wireOf(t, func(string) (int, string, string) { return c.status, c.header, c.body })
		answer, err := s.send(t.Context(), call{method: http.MethodGet, at: "/files/x"})
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		d := download{path: "x", next: 2, to: 6, w: &out, version: "Tue, 24 Nov 2026 12:00:00 GMT"}
		err = d.take(answer)
		answer.Body.Close()
		if got := strings.TrimPrefix(fmt.Sprint(err), `Jupyter: read "x": `); (err == nil) != (c.fails == "") || err != nil && got != c.fails || out.String() != c.wrote || d.next != 2+int64(len(c.wrote)) {
			t.Errorf("%s: %v, %q to %d", name, err, out.String(), d.next)
		}
	}
}
