package aws

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/model"
	"nbscope/model/profile"
)

// behind makes the client of SageMaker that has a proxy before it.
func behind(t *testing.T, proxy, region string, p *profile.Profile, change func(*http.Transport)) *sagemaker.Client {
	t.Helper()
	c, err := New(Options{Concurrency: 1, Now: time.Now, Log: slog.New(slog.DiscardHandler), Static: &StaticKey{ID: "a", Secret: "b", Region: region}})
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	tr := c.http.GetTransport()
	tr.Proxy = http.ProxyURL(to)
	if change != nil {
		change(tr)
	}
	cfg := c.staticConfig()
	cfg.HTTPClient, cfg.ConfigSources = wire{tr}, []any{settings{p}}
	return sagemaker.NewFromConfig(cfg)
}

func TestAProxyThatLeadsNowhereIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code  int // of the proxy's answer, 0: nobody listens
		fips  bool
		calls int64 // at most
		says  string
		hint  string
	}{
		"it wants a password":             {407, false, 1, "does not lead to api.sagemaker.eu-west-1.amazonaws.com: HTTP 407", "put the user and the password"},
		"it forbids the endpoint":         {403, false, 1, "HTTP 403 Forbidden", "check HTTPS_PROXY"},
		"it cannot reach it":              {502, false, 10, "HTTP 502 Bad Gateway", "NO_PROXY"},
		"it knows no such FIPS endpoint":  {502, true, 10, "does not lead to api-fips.sagemaker.eu-west-1.amazonaws.com", "where there is no FIPS endpoint, leave the region out"},
		"it forbids FIPS and all besides": {403, true, 1, "HTTP 403", "use_fips_endpoint"},
		"it is not there":                 {0, false, 0, "the proxy cannot be reached: dial tcp 127.0.0.1:", "check HTTPS_PROXY"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int64
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				w.WriteHeader(c.code)
			}))
			t.Cleanup(proxy.Close)
			if c.code == 0 {
				proxy.Close()
			}
			client := behind(t, strings.Replace(proxy.URL, "//", "//user:hunter2@", 1), "eu-west-1", &profile.Profile{FIPS: c.fips}, nil)
			_, err := client.ListNotebookInstances(t.Context(), &sagemaker.ListNotebookInstancesInput{})
			p := classify(err)
			if p.Kind != model.KindNetwork || !strings.Contains(p.Message, c.says) || !strings.Contains(p.Hint, c.hint) || strings.Contains(p.Message, "hunter2") {
				t.Errorf("%s: %s (%s)", p.Kind, p.Message, p.Hint)
			}
			if got := calls.Load(); got > c.calls {
				t.Errorf("the proxy was asked %d times", got)
			}
		})
	}
}

func TestAFIPSEndpointIsUsedWhereThereIsOne(t *testing.T) {
	t.Parallel()
	var asked []string
	endpoint := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Host)
		_, _ = io.WriteString(w, `{"NotebookInstances":[]}`)
	}))
	t.Cleanup(endpoint.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { tunnel(w, r, endpoint.Listener.Addr()) }))
	t.Cleanup(proxy.Close)
	trust := func(tr *http.Transport) {
		roots := endpoint.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs //nolint:forcetypeassert // httptest's
		tr.TLSClientConfig.RootCAs, tr.TLSClientConfig.ServerName = roots, "example.com"
	}
	client := behind(t, proxy.URL, "us-east-1", &profile.Profile{FIPS: true}, trust)
	if _, err := client.ListNotebookInstances(t.Context(), &sagemaker.ListNotebookInstancesInput{}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(asked, " "); got != "api-fips.sagemaker.us-east-1.amazonaws.com" {
		t.Errorf("asked %q", got)
	}
}

// tunnel is a proxy that leads everything to one address.
func tunnel(w http.ResponseWriter, _ *http.Request, to net.Addr) {
	far, err := net.Dial(to.Network(), to.String())
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		far.Close()
		return
	}
	go func() { _, _ = io.Copy(far, near); far.Close() }()
	_, _ = io.Copy(near, far)
	near.Close()
}

func TestTheDemoGoesThroughNoProxyOfTheUsers(t *testing.T) {
	for demo, o := range map[bool]Options{true: {Static: &StaticKey{ID: "a", Secret: "b"}}, false: {}} {
		o.Concurrency, o.Now = 1, time.Now
		c, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.http.GetTransport().Proxy == nil; got != demo {
			t.Errorf("no proxy is asked: %v, where the credentials are fixed: %v", got, demo)
		}
	}
}

func TestWhatIsNoProxyIsNamed(t *testing.T) {
	for raw, want := range map[string]bool{
		"http://127.0.0.1:3128": true, "127.0.0.1:3128": true, "proxy.corp": true, "https://user:pass@proxy.corp:8080": true,
		"socks5://127.0.0.1:1080": true, "socks5h://proxy.corp": true, "http://[::1]:3128": true,
		":::bad": false, "http://": false, "http://user:pass@": false, "ftp://proxy.corp": false, "http://proxy corp": false,
		"http://u:hunter2@:bad port": false,
	} {
		if got := isProxy(raw); got != want {
			t.Errorf("%q is a proxy: %v", raw, got)
		}
		t.Setenv("https_proxy", raw)
		_, err := New(Options{Concurrency: 1, Now: time.Now})
		if (err == nil) != want || err != nil && (!strings.Contains(err.Error(), "https_proxy") || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%q: %v", raw, err)
		}
	}
}
