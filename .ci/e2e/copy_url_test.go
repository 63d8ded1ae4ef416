//go:build e2e

package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"nbscope/model/probe"
	"nbscope/model/transfer"
)

// store is what presigned URLs lead to: it takes an object once for each URL, with the
// size, the sum and the header that were signed, and refuses the rest as S3 does.
type store struct {
	*httptest.Server
	mu      sync.Mutex
	objects map[string][]byte
	signed  map[string]transfer.Order
	moods   map[string][]string // by method, one for each request to come: ok where there are no more
	seen    []string            // the requests' method and path, without their signature
	failed  int
}

func newStore(t *testing.T) *store {
	s := &store{objects: map[string][]byte{}, signed: map[string]transfer.Order{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// sign makes a URL for one part.
func (s *store) sign(method, key string, p transfer.Part) transfer.Order {
	s.mu.Lock()
	defer s.mu.Unlock()
	signature := fmt.Sprintf("sig%d", len(s.signed))
	o := transfer.Order{Method: method, URL: fmt.Sprintf("%s/%s?X-Amz-Signature=%s", s.URL, key, signature), Size: p.Size, SHA256: p.SHA256}
	if method == http.MethodPut {
		o.Headers = map[string]string{"x-amz-checksum-sha256": p.SHA256}
	}
	s.signed[method+key+signature] = o
	return o
}

func (s *store) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	key := strings.TrimPrefix(r.URL.Path, "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, r.Method+" "+key+" "+r.UserAgent())
	mood := ""
	if m := s.moods[r.Method]; len(m) > 0 {
		mood, s.moods[r.Method] = m[0], m[1:]
	}
	o, ok := s.signed[r.Method+key+r.URL.Query().Get("X-Amz-Signature")]
	sum := sha256.Sum256(body)
	switch {
	case mood == "expired", !ok:
		s.failed++
		http.Error(w, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", http.StatusForbidden)
	case mood == "slow down":
		s.failed++
		http.Error(w, "<Error><Code>SlowDown</Code></Error>", http.StatusServiceUnavailable)
	case mood == "elsewhere":
		s.failed++
		http.Redirect(w, r, s.URL+"/stolen", http.StatusTemporaryRedirect)
	case mood == "reset":
		s.failed++
		panic(http.ErrAbortHandler)
	case r.Method == http.MethodPut:
		if r.ContentLength != o.Size || r.Header.Get("x-amz-checksum-sha256") != o.SHA256 || hex.EncodeToString(sum[:]) != o.SHA256 {
			s.failed++
			http.Error(w, "<Error><Code>SignatureDoesNotMatch</Code></Error>", http.StatusForbidden)
			return
		}
		s.objects[key] = body
		w.Header().Set("X-Amz-Version-Id", "v1")
	case mood == "a page":
		s.failed++
		fmt.Fprint(w, "<html>sign in</html>")
	case mood == "damaged":
		s.failed++
		_, _ = w.Write(append(bytes.Clone(s.objects[key][1:]), 0))
	case mood == "short":
		s.failed++
		w.Header().Set("Content-Length", fmt.Sprint(len(s.objects[key])))
		_, _ = w.Write(s.objects[key][:100])
	case mood == "longer":
		s.failed++
		_, _ = w.Write(append(bytes.Clone(s.objects[key]), "more"...))
	default:
		_, _ = w.Write(s.objects[key])
	}
}

// TestCopyByURLs moves the parts by URLs that are signed for each: through a store that
// refuses, throttles, resets, answers pages and damages; with curl, and where there is none.
func TestCopyByURLs(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"with curl": "", "without curl": without(t, "curl")} {
		t.Run(name, func(t *testing.T) {
			source, replacement := homes(t, nobody)
			source.path, replacement.path = path, path
			source.shell(`for i in $(seq 1 9); do head -c 1800000 /dev/urandom >big$i; done`)
			s3 := newStore(t)
			s3.moods = map[string][]string{
				http.MethodPut: {"", "expired", "slow down", "reset", "", "elsewhere"},
				http.MethodGet: {"", "a page", "damaged", "short", "longer", "", "expired", "reset", "slow down", "elsewhere", "damaged"},
			}
			s := newStream(source, replacement, 1)
			s.p.URLs, s.p.Streams, s.p.Window = true, 3, 6
			parts := byURLs(s, s3)
			s.start()
			s.must()
			replacement.must(transfer.Place, transfer.Parameters{})
			if c, all := proof(t, source, replacement, ""); !c.Proven() || c.Source.Files != 9 {
				t.Errorf("%+v: %q", c, names(all))
			}
			if s3.failed != 4+9 || len(s3.objects) != len(parts) {
				t.Errorf("%d requests failed, %d objects of %d parts", s3.failed, len(s3.objects), len(parts))
			}
			if seen := strings.Join(s3.seen, " "); strings.Contains(seen, "stolen") || strings.Contains(seen, "curl") != (path == "") {
				t.Errorf("a signed URL led elsewhere, or another program was taken: %s", seen)
			}
			if out := s.output[0].String() + s.output[1].String(); strings.Contains(out, "Signature") {
				t.Errorf("a URL is said: %s", out)
			}
			if st := fmt.Sprintf("%+v %+v", source.status(transfer.Send), replacement.status(transfer.Receive)); strings.Contains(st, "Signature") {
				t.Errorf("a URL is in a status: %s", st)
			}
			closed(t, source, replacement)
		})
	}
}

// byURLs plays the client: it signs a URL for each part that wants one.
func byURLs(s *stream, s3 *store) map[int64]transfer.Part {
	t := s.source.t
	up, down := map[int64]int{}, map[int64]int{} // the try that the newest URL is for
	parts := map[int64]transfer.Part{}
	key := func(n int64) string { return fmt.Sprintf("nbscope/run/p%07d", n) }
	give := func(h *home, n int64, o transfer.Order) bool {
		raw, err := json.Marshal(o)
		must(t, err)
		// Jupyter writes in place: half of it must not be taken for the whole.
		return h.put(orderFile(n), raw[:len(raw)/2]) && h.put(orderFile(n), raw)
	}
	s.look = func(send, receive *transfer.Status) {
		for _, p := range send.Parts {
			parts[p.N] = p
			if !p.Stored && p.Try >= up[p.N] && give(s.source, p.N, s3.sign(http.MethodPut, key(p.N), p)) {
				up[p.N] = p.Try + 1
			}
		}
		for n, p := range parts {
			if p.Stored && n > receive.Fed && receive.Again[n].Try >= down[n] && give(s.replacement, n, s3.sign(http.MethodGet, key(n), p)) {
				down[n] = receive.Again[n].Try + 1
			}
		}
		if left, err := exec.Command("ps", "axww", "-o", "args").Output(); err == nil && bytes.Contains(left, []byte("X-Amz-Signature")) {
			t.Error("a URL is in the list of processes")
		}
	}
	return parts
}

// without is a PATH on which one program is not found.
func without(t *testing.T, program string) string {
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o755))
	must(t, os.Chmod(filepath.Dir(dir), 0o755))
	for _, p := range []string{"python3", "tar", "bash"} {
		at, err := exec.LookPath("/usr/bin/" + p)
		must(t, err)
		if p != program {
			must(t, os.Symlink(at, filepath.Join(dir, p)))
		}
	}
	return dir
}

// TestCopyTriesAWay puts and gets one object by a signed URL, once, and says what came
// of it.
func TestCopyTriesAWay(t *testing.T) {
	t.Parallel()
	const text = "a word"
	for name, path := range map[string]string{"with curl": "", "without curl": without(t, "curl")} {
		t.Run(name, func(t *testing.T) {
			source, replacement := homes(t, nobody)
			source.path, replacement.path = path, path
			s3 := newStore(t)
			sum := sha256.Sum256([]byte(text))
			part := transfer.Part{Size: int64(len(text)), SHA256: hex.EncodeToString(sum[:])}
			try := func(h *home, method, mood string) *transfer.Carried {
				s3.moods = map[string][]string{method: {mood}}
				o := s3.sign(method, "probe", part)
				if mood == "nobody" {
					o.URL = strings.Replace(o.URL, s3.URL, "http://127.0.0.1:9", 1)
				}
				st := h.must(transfer.Exchange, transfer.Parameters{Order: &o, Text: text})
				if _, err := os.Stat(h.work(transfer.Exchange.ParameterFile())); !os.IsNotExist(err) {
					t.Errorf("the URL is left: %v", err)
				}
				return st.Exchanged
			}
			for _, mood := range []string{"expired", "slow down", "reset", "nobody"} {
				for h, method := range map[*home]string{source: http.MethodPut, replacement: http.MethodGet} {
					if c := try(h, method, mood); c == nil || c.Stored || c.Again == "" || strings.Contains(c.Again, "Signature") {
						t.Errorf("%s, %s: %+v", method, mood, c)
					}
				}
			}
			if c := try(source, http.MethodPut, ""); !c.Stored || c.Version != "v1" || string(s3.objects["probe"]) != text {
				t.Errorf("%+v, %q", c, s3.objects)
			}
			if c := try(replacement, http.MethodGet, "damaged"); c.Stored || c.Again != "another content" {
				t.Errorf("%+v", c)
			}
			if c := try(replacement, http.MethodGet, ""); !c.Stored {
				t.Errorf("%+v", c)
			}
			closed(t, source, replacement)
		})
	}
}

// TestCopyScriptTakesThePythonOfTheOldestNotebook has python read what runs in notebooks
// as 3.7 does.
func TestCopyScriptTakesThePythonOfTheOldestNotebook(t *testing.T) {
	t.Parallel()
	for _, script := range []string{transfer.Script(), probe.Script()} {
		cmd := exec.Command("python3", "-I", "-c", "import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 7))")
		cmd.Stdin = strings.NewReader(script)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}
}

// orderFile is where an end finds the URL of a part of the first stream.
func orderFile(n int64) string { return fmt.Sprintf("1/urls/p%07d.json", n) }
