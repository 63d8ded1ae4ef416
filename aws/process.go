package aws

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"

	"nbscope/model"
	"nbscope/model/profile"
)

const (
	processPatience = time.Minute // for one that cannot ask the user
	processOutput   = 1 << 20
	processSays     = 4 << 10 // of its standard error
	processGrace    = 2 * time.Second
)

var (
	errProcessSlow = errors.New("did not end within a minute")
	errProcessBig  = errors.New("printed more than 1 MB")
	errEnded       = errors.New("nbscope ended it")
)

// process gets credentials from a program, credential_process. It is run without a
// shell, as by the AWS CLI. In a plain command it has the terminal and may ask; in
// the explorer it has none, because what it asked there would be lost in the
// screen and would take the screen's keys.
type process struct {
	client   *Client
	source   *profile.Source
	patience time.Duration
}

// Retrieve is for the SDK.
func (p *process) Retrieve(ctx context.Context) (sdkaws.Credentials, error) {
	out, err := p.run(ctx)
	if err != nil {
		return sdkaws.Credentials{}, err
	}
	var printed jsonObject
	var version *int
	var ends *moment
	var creds sdkaws.Credentials
	err = json.Unmarshal(out, &printed)
	if err == nil {
		err = printed.take(map[string]any{
			"Version": &version, "AccessKeyId": &creds.AccessKeyID, "SecretAccessKey": &creds.SecretAccessKey,
			"SessionToken": &creds.SessionToken, "Expiration": &ends,
		})
	}
	// What it printed may hold secrets and is not repeated.
	switch {
	case !json.Valid(out):
		return sdkaws.Credentials{}, p.failed("printed no JSON")
	case err != nil:
		return sdkaws.Credentials{}, p.failed("printed JSON that is not of the form of credentials")
	case version == nil:
		return sdkaws.Credentials{}, p.failed("printed no Version")
	case *version != 1:
		return sdkaws.Credentials{}, p.failed(fmt.Sprintf("speaks version %d, and only 1 is known", *version))
	case creds.AccessKeyID == "":
		return sdkaws.Credentials{}, p.failed("printed no AccessKeyId")
	case creds.SecretAccessKey == "":
		return sdkaws.Credentials{}, p.failed("printed no SecretAccessKey")
	case ends == nil:
		return creds, nil
	case !p.client.opt.Now().Before(ends.Time):
		return sdkaws.Credentials{}, p.failed("printed credentials that ended at " + ends.UTC().Format(time.RFC3339))
	}
	creds.CanExpire, creds.Expires = true, ends.Time
	return creds, nil
}

func (p *process) failed(says string) error {
	return model.Problem{
		Kind: model.KindBadProfile, Operation: opSignIn, Profile: p.source.Profile,
		Message: "its credential_process " + says, Hint: "run the command of credential_process by hand to see why",
	}
}

// run runs the program to its end, or ends it.
func (p *process) run(ctx context.Context) ([]byte, error) {
	words, err := commandOf(p.source)
	if err != nil || len(words) == 0 {
		return nil, p.failed("cannot be split into words")
	}
	asks := p.client.opt.MayPrompt
	if asks {
		release, err := p.client.asker.hold()
		if err != nil {
			return nil, err
		}
		defer release()
	}
	ended, ok := p.client.beginProgram()
	if !ok {
		return nil, p.failed(errEnded.Error())
	}
	defer ended()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	go p.client.endWithScan(ctx, end)
	if !asks {
		patience := time.AfterFunc(p.patience, func() { end(errProcessSlow) })
		defer patience.Stop()
	}
	var out limited
	out.full = func() { end(errProcessBig) }
	var says tail
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // the command is the user's own
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &says, processGrace
	if asks {
		cmd.Stdin, cmd.Stderr = os.Stdin, io.MultiWriter(os.Stderr, &says)
	}
	err = runApart(cmd, !asks)
	switch cause := context.Cause(ctx); {
	case cause != nil:
		return nil, p.failed(says.after(cause.Error()))
	case err != nil && cmd.ProcessState == nil:
		return nil, p.failed("cannot be started: " + innermost(err).Error())
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return nil, p.failed(says.after("failed, " + err.Error()))
	}
	return out.buf.Bytes(), nil
}

// endWithScan ends a program when the client is closed, or the scan that waits for
// it is over.
func (c *Client) endWithScan(ctx context.Context, end context.CancelCauseFunc) {
	var over <-chan struct{}
	if l := c.asker.newest(); l != nil {
		over = l.ended
	}
	select {
	case <-c.closed:
		end(errEnded)
	case <-over:
		end(errEnded)
	case <-ctx.Done():
	}
}

// limited keeps what a program prints, and says when that is too much.
type limited struct {
	buf  bytes.Buffer
	full func()
}

func (l *limited) Write(b []byte) (int, error) {
	if l.buf.Len()+len(b) > processOutput {
		l.full()
		return 0, errProcessBig
	}
	return l.buf.Write(b)
}

// tail keeps the end of what a program says.
type tail struct{ text []byte }

func (t *tail) Write(b []byte) (int, error) {
	t.text = append(t.text, b...)
	if over := len(t.text) - processSays; over > 0 {
		t.text = append(t.text[:0], t.text[over:]...)
	}
	return len(b), nil
}

// after adds the last line that the program said, with secrets masked.
func (t *tail) after(what string) string {
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	last, _ := model.MaskSecrets(strings.TrimSpace(lines[len(lines)-1]))
	if last == "" {
		return what
	}
	return what + ": " + shortened(last, 200)
}
