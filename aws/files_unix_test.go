//go:build unix

package aws

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nbscope/model/profile"
)

// fileReaders read each of the user's files from a path and say what went wrong.
func fileReaders(t *testing.T) map[string]func(path string) error {
	t.Helper()
	client, err := New(Options{Concurrency: 1, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return map[string]func(string) error{
		"certificates": func(path string) error {
			_, err := client.trusting(&profile.Profile{CABundle: path, CABundleFrom: "AWS_CA_BUNDLE"})
			return err
		},
		"web identity": func(path string) error {
			_, err := tokenFile{&profile.Source{TokenFile: path}}.GetIdentityToken()
			return err
		},
		"container": func(path string) error {
			t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/creds")
			t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path)
			o := &origin{client: client, profile: &profile.Profile{}}
			_, err := o.container().Retrieve(t.Context())
			return err
		},
		"SSO": func(path string) error {
			_, err := readSSO(&profile.Source{Profile: "x"}, path, time.Now())
			return err
		},
		"login":   func(path string) error { _, err := readLogin(&profile.Source{Profile: "x"}, path); return err },
		"profile": func(path string) error { _, err := readProfileFile(path); return err },
	}
}

// A pipe without anybody at its other end would be waited for, and a device such as
// /dev/zero read, for ever.
func TestWhatIsNoRegularFileIsNotRead(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, read := range fileReaders(t) {
		for _, path := range []string{pipe, "/dev/zero", t.TempDir()} {
			err := read(path)
			if err == nil || !strings.Contains(err.Error(), "it is not a regular file") || !strings.Contains(err.Error(), path) {
				t.Errorf("%s reads %s with %v", name, path, err)
			}
		}
	}
}

// Kubernetes hands out tokens behind links, and replaces the links.
func TestAFileBehindALinkIsRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("token", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	got, err := tokenFile{&profile.Source{TokenFile: filepath.Join(dir, "link")}}.GetIdentityToken()
	if err != nil || string(got) != "hello" {
		t.Errorf("%q, %v", got, err)
	}
}
