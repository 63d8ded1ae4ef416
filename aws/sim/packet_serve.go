package sim

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"nbscope/aws/sim/jupytersim"
)

//go:embed simnet.py
var simnet string

// shim stands before python3 in a notebook's terminals: what is tried from inside goes
// by the world's network.
const shim = `#!/bin/sh
for a in "$@"; do
	case $a in */probe.py) exec "$NBSCOPE_SIM_PYTHON" -I -S "$(dirname "$0")/simnet.py" "$@" ;; esac
done
exec "$NBSCOPE_SIM_PYTHON" "$@"
`

// inside is the network in the notebooks: a folder with the shim, and a TLS server
// that answers for every host.
type inside struct {
	dir       string
	door      net.Listener
	cert      tls.Certificate // of the authority that the shim trusts
	authority *x509.Certificate

	mu    sync.Mutex
	leafs map[string]*tls.Certificate
}

// newInside makes it; nil where this machine has no python3, so that nothing can be
// tried.
func newInside(ctx context.Context, temp string) (*inside, error) {
	if _, err := exec.LookPath("python3"); err != nil {
		return nil, nil //nolint:nilnil,nilerr // there is none
	}
	in := &inside{leafs: map[string]*tls.Certificate{}}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certificate("nbscope sim")
	template.IsCA, template.KeyUsage = true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	if in.authority, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	in.cert = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	if in.dir, err = os.MkdirTemp(temp, "nbscope-sim-bin-"); err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	in.door, err = lc.Listen(ctx, "tcp", "127.0.0.1:0")
	for name, text := range map[string]string{
		"python3": shim, "simnet.py": simnet, "ca.pem": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
	} {
		mode := os.FileMode(0o600)
		if name == "python3" {
			mode = 0o700
		}
		err = errors.Join(err, os.WriteFile(filepath.Join(in.dir, name), []byte(text), mode))
	}
	if err != nil {
		in.close()
		return nil, err
	}
	go in.serve(ctx)
	return in, nil
}

// certificate is one for a name that holds for as long as anybody simulates.
func certificate(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, BasicConstraintsValid: true,
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// serve answers with TLS whoever connects, as whom was meant.
func (in *inside) serve(ctx context.Context) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: in.leaf}
	for {
		c, err := in.door.Accept()
		if err != nil {
			return // closed
		}
		go func() {
			_ = c.SetDeadline(time.Now().Add(time.Minute))  //nolint:forbidigo // a deadline is of the real clock
			_ = tls.Server(c, config).HandshakeContext(ctx) // whether it trusts this, the other side says
			_ = c.Close()
		}()
	}
}

// leaf is the certificate of a host.
func (in *inside) leaf(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	name := strings.ToLower(hello.ServerName)
	if c := in.leafs[name]; c != nil {
		return c, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate(name), in.authority, &key.PublicKey, in.cert.PrivateKey)
	if err != nil {
		return nil, err
	}
	in.leafs[name] = &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	return in.leafs[name], nil
}

// environment is what the terminals of a notebook need; none without python3.
func (in *inside) environment(endpoint string, n *notebook, scale float64) []string {
	if in == nil {
		return nil
	}
	_, port, _ := net.SplitHostPort(in.door.Addr().String())
	return []string{
		"PATH=" + in.dir + string(os.PathListSeparator) + os.Getenv("PATH"), "NBSCOPE_SIM_PYTHON=" + jupytersim.Python(),
		"NBSCOPE_SIM_NET=" + endpoint + "/_sim/net?" + url.Values{"arn": {n.arn()}}.Encode(), "NBSCOPE_SIM_DOOR=" + port,
		"NBSCOPE_SIM_SCALE=" + strconv.FormatFloat(scale, 'f', -1, 64),
	}
}

func (in *inside) close() {
	if in == nil {
		return
	}
	if in.door != nil {
		_ = in.door.Close() // nobody is left to tell
	}
	_ = os.RemoveAll(in.dir) // in the folder for what is temporary
}

// serveNet tells what becomes of a connection from inside a notebook.
func (s *Server) serveNet(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	p, n := s.world.notebookOf(q.Get("arn"))
	if n == nil {
		http.Error(w, "there is no notebook with that ARN", http.StatusNotFound)
		return
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	answerControl(w, p.net.fate(n, q.Get("host"), q.Get("family")))
}

// notebookOf is the notebook with an ARN and where it is, nil where there is none.
func (w *world) notebookOf(arn string) (*place, *notebook) {
	for _, a := range w.accounts {
		for _, region := range w.regions {
			if !strings.HasPrefix(arn, "arn:aws:sagemaker:"+region.name+":"+a.id+":") {
				continue
			}
			p := w.place(a, region.name)
			n := p.get(arn[strings.LastIndexByte(arn, '/')+1:], w.now())
			return p, n
		}
	}
	return nil, nil
}
