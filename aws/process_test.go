//go:build !windows

package aws

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/profile"
)

// processOf makes the provider of a shell script.
func processOf(t *testing.T, script string, patience time.Duration) *process {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	client, err := New(Options{Concurrency: 1, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return &process{client: client, source: &profile.Source{Kind: profile.Process, Profile: "x", Command: []string{path, "a b"}}, patience: patience}
}

func TestAProcessHandsOutCredentials(t *testing.T) {
	t.Parallel()
	p := processOf(t, `[ "$1" = 'a b' ] && echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":"t","Expiration":"2099-01-01T00:00:00UTC"}'; echo noise >&2`, time.Minute)
	creds, err := p.Retrieve(t.Context())
	if err != nil || creds.AccessKeyID != "A" || creds.SecretAccessKey != "s" || creds.SessionToken != "t" || !creds.CanExpire || creds.Expires.Year() != 2099 {
		t.Errorf("%+v, %v", creds, err)
	}
}

// TestAProcessHasNoTerminal: it is a session of its own, its input is empty, and
// there is no terminal behind /dev/tty.
func TestAProcessHasNoTerminal(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ps"); err != nil {
		t.Skip("there is no ps")
	}
	p := processOf(t, `read line && exit 3
[ "$(ps -o sid= -p $$ | tr -d ' ')" = $$ ] || exit 4
if (: </dev/tty) 2>/dev/null; then exit 5; fi
echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}'`, time.Minute)
	if _, err := p.Retrieve(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAProcessThatFailsSaysWhyWithoutSecrets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script   string
		patience time.Duration
		says     string
	}{
		"its last words":        {"echo one >&2; echo 'please sign in first' >&2; exit 7", time.Minute, "exit status 7: please sign in first"},
		"no JSON":               {"echo secret", time.Minute, "printed no JSON"},
		"a number in quotes":    {`echo '{"Version":"1","AccessKeyId":"secret"}'`, time.Minute, "not of the form of credentials"},
		"another version":       {`echo '{"Version":2}'`, time.Minute, "speaks version 2"},
		"no version":            {`echo '{"version":1,"AccessKeyId":"A","SecretAccessKey":"s"}'`, time.Minute, "printed no Version"},
		"other letters":         {`echo '{"Version":1,"accesskeyid":"A","SecretAccessKey":"s"}'`, time.Minute, "printed no AccessKeyId"},
		"half a pair":           {`echo '{"Version":1,"AccessKeyId":"A"}'`, time.Minute, "no SecretAccessKey"},
		"credentials that end":  {`echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","Expiration":"2020-01-01T00:00:00Z"}'`, time.Minute, "ended at 2020"},
		"too much":              {"yes secret", time.Minute, "more than 1 MB"},
		"too slow":              {"echo waiting >&2; sleep 1000", 50 * time.Millisecond, "within a minute"},
		"too slow by its child": {"sleep 1000 & wait", 50 * time.Millisecond, "within a minute"},
		"a secret in its words": {"echo password=hunter2hunter2 >&2; exit 1", time.Minute, "****"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := processOf(t, c.script, c.patience).Retrieve(t.Context())
			p := classify(err)
			if p.Kind != model.KindBadProfile || !strings.Contains(p.Message, c.says) || !strings.Contains(p.Hint, "by hand") || p.Profile != "x" {
				t.Errorf("%+v, want %q", p, c.says)
			}
			if strings.Contains(p.Message, "secret") || strings.Contains(p.Message, "hunter2") {
				t.Errorf("%q repeats a secret", p.Message)
			}
		})
	}
	missing := processOf(t, "", time.Minute)
	missing.source.Command = []string{"/nonexistent/program"}
	if _, err := missing.Retrieve(t.Context()); !strings.Contains(classify(err).Message, "cannot be started") {
		t.Errorf("%v", err)
	}
}

// TestAProcessEndsWithTheScanAndWithTheClient: what it has started ends with it.
func TestAProcessEndsWithTheScanAndWithTheClient(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*Client, context.CancelFunc){
		"the scan":   func(_ *Client, cancel context.CancelFunc) { cancel() },
		"the client": func(c *Client, _ context.CancelFunc) { c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mark := filepath.Join(t.TempDir(), "pid")
			p := processOf(t, "sleep 1000 & echo $! > '"+mark+".new'; mv '"+mark+".new' '"+mark+"'; wait", time.Hour)
			scan, cancel := context.WithCancel(t.Context())
			defer cancel()
			defer p.client.asker.listen(scan, func(*model.Question) {})()
			done := make(chan error, 1)
			go func() {
				_, err := p.Retrieve(context.WithoutCancel(t.Context()))
				done <- err
			}()
			until(t, func() bool { _, err := os.Stat(mark); return err == nil })
			end(p.client, cancel)
			if err := <-done; !strings.Contains(classify(err).Message, "nbscope ended it") {
				t.Errorf("%v", err)
			}
			pid, err := os.ReadFile(mark)
			if err != nil {
				t.Fatal(err)
			}
			until(t, func() bool { // the system takes a moment to bury it
				stat, err := os.ReadFile("/proc/" + strings.TrimSpace(string(pid)) + "/stat")
				return err != nil || strings.Contains(string(stat), ") Z ")
			})
		})
	}
}

// TestACloseWaitsForPrograms: the program may exit right after it, and nobody would
// be there to end what a program has started. One that may ask shares our group,
// which is not ended with it.
func TestACloseWaitsForPrograms(t *testing.T) {
	t.Parallel()
	for name, asks := range map[string]bool{"apart": false, "with the terminal": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mark := filepath.Join(t.TempDir(), "pid")
			p := processOf(t, "(sleep 1000 & echo $! > '"+mark+".new'; mv '"+mark+".new' '"+mark+"'; wait) & wait", time.Hour)
			p.client.opt.MayPrompt = asks
			scan, cancel := context.WithCancel(t.Context())
			defer cancel()
			defer p.client.asker.listen(scan, func(*model.Question) {})()
			go func() { _, _ = p.Retrieve(context.WithoutCancel(t.Context())) }()
			until(t, func() bool { _, err := os.Stat(mark); return err == nil })
			p.client.Close()
			pid, err := os.ReadFile(mark)
			if err != nil {
				t.Fatal(err)
			}
			// SIGKILL was sent: it is dead, or waits for nothing but to be scheduled once more.
			status, err := os.ReadFile("/proc/" + strings.TrimSpace(string(pid)) + "/status")
			if err == nil && !regexp.MustCompile(`Z \(zombie\)|X \(dead\)|(ShdPnd|SigPnd):\t[0-9a-f]*1[0-9a-f]{2}\b`).Match(status) {
				t.Errorf("what a program has started lives on:\n%s", status)
			}
			if _, err := p.Retrieve(t.Context()); !strings.Contains(classify(err).Message, "nbscope ended it") {
				t.Errorf("a closed client runs a program: %v", err)
			}
		})
	}
}

// until looks again and again until something is so.
func until(t *testing.T, so func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("it never was so")
		}
	}
}

// TestAProcessIsNotWaitedForByItsOutput where a program that it left behind holds it open.
func TestAProcessIsNotWaitedForByItsOutput(t *testing.T) {
	t.Parallel()
	p := processOf(t, `sleep 40 & echo '{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}'`, time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if creds, err := p.Retrieve(ctx); err != nil || creds.AccessKeyID != "A" {
		t.Errorf("%+v, %v", creds, err)
	}
}
