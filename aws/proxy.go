package aws

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"nbscope/model"
)

const hintProxy = "check HTTPS_PROXY, or name the endpoint in NO_PROXY to reach it without the proxy"

// checkProxies refuses what is no address of a proxy: Go goes without one then, and
// says nothing. The value is not told, since it may hold a password.
func (o *Options) checkProxies() error {
	if o.Static != nil { // the variables have no say
		return nil
	}
	for _, name := range [...]string{"HTTPS_PROXY", "https_proxy"} {
		if raw := os.Getenv(name); raw != "" && !isProxy(raw) {
			return configProblem(name+" is not the address of a proxy", "it looks like http://host:3128")
		}
	}
	return nil
}

// isProxy reports whether net/http takes a proxy's address, with or without a scheme.
func isProxy(raw string) bool {
	if !strings.Contains(raw, "://") {
		raw = "http://" + raw
	}
	u, err := url.Parse(raw)
	return err == nil && u.Hostname() != "" && slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)
}

// proxyError is the answer of a proxy that does not lead to an endpoint.
type proxyError struct {
	proxy, endpoint string // hosts
	code            int
	status          string // with its words
}

func (e *proxyError) Error() string {
	return "the proxy " + e.proxy + " does not lead to " + e.endpoint + ": HTTP " + e.status
}

// refuseProxy makes an error of a proxy's answer, of which net/http keeps the words
// alone. It is for http.Transport.
func refuseProxy(_ context.Context, proxy *url.URL, asked *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	endpoint := asked.Host
	if host, _, err := net.SplitHostPort(endpoint); err == nil {
		endpoint = host
	}
	return &proxyError{proxy: proxy.Host, endpoint: endpoint, code: answer.StatusCode, status: answer.Status}
}

// classifyProxy knows what goes wrong between here and the proxy. Behind one the
// names of endpoints are its to resolve, so that an endpoint which does not exist is
// an answer of the proxy's.
func classifyProxy(err error, p *model.Problem) bool {
	p.Kind, p.Hint = model.KindNetwork, hintProxy
	if refused, ok := errors.AsType[*proxyError](err); ok {
		p.Message = refused.Error()
		switch {
		case refused.code == http.StatusProxyAuthRequired:
			p.Hint = "put the user and the password that the proxy asks for into HTTPS_PROXY"
		case isFIPS(refused.endpoint):
			p.Hint = "where there is no FIPS endpoint, " + hintFIPS + "; else " + hintProxy
		}
		return true
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "proxyconnect" {
		p.Message = "the proxy cannot be reached: " + op.Err.Error()
		return true
	}
	p.Kind, p.Hint = model.KindUnknown, ""
	return false
}
