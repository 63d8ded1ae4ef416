//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
)

// handCLI stands in for the parts of the AWS CLI that a copy by hand uses, over a
// folder. MOOD is what it does to an upload or a download: refuse, empty, truncate.
const handCLI = `#!/bin/bash
set -eu
case "$1 $2" in
's3 cp')
	from=$3 to=$4
	case $from in s3://*) from=$FAKE/bucket/${from#s3://} way=down ;; *) way=up ;; esac
	case $to in s3://*) to=$FAKE/bucket/${to#s3://}; mkdir -p "${to%/*}" ;; esac
	case ${MOOD:-}-$way in
	refuse-up) cat >/dev/null; echo 'upload failed: AccessDenied' >&2; exit 1 ;;
	deny-down) echo 'fatal error: 403' >&2; exit 1 ;;
	empty-down) exit 0 ;;
	truncate-down) exec head -c 3000 -- "$from" ;;
	lose-up) head -c 3000 >"$to"; cat >/dev/null; exit 0 ;;
	esac
	[ "$from" = - ] || [ -e "$from" ] || { echo 'fatal error: 404' >&2; exit 1; }
	if [ "$from" = - ]; then cat >"$to"; elif [ "$to" = - ]; then cat -- "$from"; else cp -- "$from" "$to"; fi ;;
's3 rm') [ "${MOOD:-}" = keep ] || rm -rf "$FAKE/bucket/${4#s3://}" ;;
's3api list-objects-v2')
	prefix=$FAKE/bucket/$4/$6
	if [ -d "$prefix" ] && [ -n "$(find "$prefix" -type f)" ]; then find "$prefix" -type f; else echo None; fi ;;
*) exit 99 ;;
esac
`

// hands is a copy by hand on this machine: a folder for each notebook's home, and the
// printed commands run as they are, but for these folders' names.
type hands struct {
	t   *testing.T
	dir string
	uid int
	p   recreate.Plan
	env map[string]string
}

func newHands(t *testing.T, uid int, region, run string) *hands {
	t.Helper()
	if os.Geteuid() != 0 {
		uid = os.Geteuid()
	}
	dir, err := os.MkdirTemp("", "nbscope-hand-")
	must(t, err)
	t.Cleanup(func() {
		_ = exec.Command("chmod", "-R", "u+rwx", dir).Run()
		_ = os.RemoveAll(dir)
	})
	must(t, os.Chmod(dir, 0o755))
	for _, sub := range []string{"bin", "bucket", "tmp-source", "tmp-replacement", "source", "replacement"} {
		must(t, os.Mkdir(filepath.Join(dir, sub), 0o755))
		must(t, os.Chown(filepath.Join(dir, sub), uid, uid))
	}
	for name, body := range map[string]string{"aws": handCLI, "sudo": "#!/bin/sh\n[ \"${ROOT:-}\" != no ] || exit 1\n[ \"$1\" = -n ] && shift\nexec \"$@\"\n"} {
		must(t, os.WriteFile(filepath.Join(dir, "bin", name), []byte(body), 0o755))
	}
	src := recreate.Snapshot{
		ARN: "arn:aws:sagemaker:" + region + ":111122223333:notebook-instance/churn", Name: "churn", Account: "111122223333", Region: region,
		Status: model.StatusInService, RoleARN: "arn:aws:iam::111122223333:role/notebooks", DirectInternet: model.Disabled, SubnetID: "subnet-1",
		RootAccess: model.Enabled, VolumeGB: 20, Platform: recreate.PlatformSupported,
	}
	return &hands{t, dir, uid, recreate.NewPlan(run, time.Unix(0, 0), src, recreate.SpecFor(&src, recreate.DirectionOf(&src))), map[string]string{}}
}

// shell runs a text in one of the notebooks.
func (h *hands) shell(at recreate.Place, text string) (string, error) {
	h.t.Helper()
	text = strings.NewReplacer(
		"/home/ec2-user/SageMaker", filepath.Join(h.dir, string(at)), "/tmp/nbscope-", filepath.Join(h.dir, "tmp-"+string(at), "nbscope-"), "name-of-your-bucket", "bucket-of-ours",
	).Replace(text)
	cmd := exec.CommandContext(h.t.Context(), "sh", "-c", text)
	cmd.Dir = filepath.Join(h.dir, string(at))
	cmd.Env = []string{"PATH=" + filepath.Join(h.dir, "bin") + ":" + os.Getenv("PATH"), "FAKE=" + h.dir}
	for k, v := range h.env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(h.uid), Gid: uint32(h.uid)}}
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// step runs the step whose title begins so, at one notebook. With after, the lines
// that are comments take the place of the others.
func (h *hands) step(title string, at recreate.Place, comments bool) (string, error) {
	h.t.Helper()
	for _, s := range recreate.ManualCopy(&h.p) {
		if !strings.HasPrefix(s.Title, title) {
			continue
		}
		var lines []string
		for _, c := range s.Commands {
			if with, ok := strings.CutPrefix(c, "# "); ok == comments || strings.HasPrefix(c, "BUCKET=") {
				lines = append(lines, with)
			}
		}
		return h.shell(at, strings.Join(lines, "\n"))
	}
	h.t.Fatalf("there is no step %q", title)
	return "", nil
}

func (h *hands) must(title string, at recreate.Place, comments bool) string {
	h.t.Helper()
	out, err := h.step(title, at, comments)
	if err != nil {
		h.t.Fatalf("%s: %v: %s", title, err, out)
	}
	return out
}

// fails runs a step that must not succeed, and say why.
func (h *hands) fails(title string, at recreate.Place, says string) {
	h.t.Helper()
	out, err := h.step(title, at, false)
	if err == nil || !strings.Contains(out, says) || strings.Contains(out, "nbscope-proof") {
		h.t.Errorf("%s must fail and say %q: %v: %s", title, says, err, out)
	}
}

func (h *hands) ready() *hands {
	h.t.Helper()
	for _, at := range []recreate.Place{recreate.AtSource, recreate.AtReplacement} {
		if out := h.must("Write the script", at, false); !strings.Contains(out, "whole") {
			h.t.Fatalf("the script is not written: %s", out)
		}
	}
	if out, err := h.shell(recreate.AtSource, `umask 022
mkdir -p deep/er empty lost+found .hidden .Trash-1000 'odd name' closed
echo data >deep/er/file; echo hidden >.hidden/.file; echo lost >lost+found/x; echo bin >.Trash-1000/x; echo opt >./--help
echo quote >"odd name/it's"; printf x >'odd name/back\slash'; printf y >"odd name/new
line"; printf n >"$(printf '\377')"; : >zero; truncate -s 3M sparse; head -c 200000 /dev/urandom >random
chmod 600 deep/er/file; chmod 755 zero; chmod 700 empty; ln -s deep/er/file link; ln -s /nowhere broken; ln zero deep/zero; mkfifo fifo; echo in >closed/in; chmod 555 closed`); err != nil {
		h.t.Fatalf("%v: %s", err, out)
	}
	return h
}

func (h *hands) proofs() (recreate.HandProof, error) {
	h.t.Helper()
	return h.p.CompareProofs(h.must("Prove the source", recreate.AtSource, false), h.must("Prove the replacement", recreate.AtReplacement, false))
}

func TestCopyByHandIsProvenByTwoDigests(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		uid     int
		pack    bool
		without bool
	}{"by a bucket": {0, false, false}, "by a download": {0, true, false}, "without sudo": {nobody, false, true}, "by a download without sudo": {nobody, true, true}} {
		t.Run(name, func(t *testing.T) {
			h := newHands(t, c.uid, "eu-west-1", copyRun).ready()
			if c.without {
				h.env["ROOT"], h.env["NBSCOPE_SUDO"] = "no", "no"
			}
			h.must("See how much", recreate.AtSource, false)
			if c.pack {
				h.must("Or: pack", recreate.AtSource, false)
				must(t, os.CopyFS(filepath.Join(h.dir, "replacement", "nbscope-copy-"+copyRun), os.DirFS(filepath.Join(h.dir, "source", "nbscope-copy-"+copyRun))))
				must(t, exec.Command("chown", "-R", fmt.Sprintf("%d:%d", h.uid, h.uid), filepath.Join(h.dir, "replacement", "nbscope-copy-"+copyRun)).Run())
			} else {
				h.must("Send it", recreate.AtSource, false)
			}
			h.must("Unpack", recreate.AtReplacement, c.pack)
			p, err := h.proofs()
			if err != nil || p.Files != 12 || p.Entries != 21 || p.Unread != 0 {
				t.Errorf("%+v, %v", p, err)
			}
			for _, name := range []string{"deep/er/file", ".hidden/.file", "--help", "odd name/new\nline", "\xff", "closed/in", "fifo", "broken"} {
				if _, err := os.Lstat(filepath.Join(h.dir, "replacement", name)); err != nil {
					t.Errorf("%q was not copied: %v", name, err)
				}
			}
			for _, name := range []string{"lost+found", ".Trash-1000"} {
				if _, err := os.Lstat(filepath.Join(h.dir, "replacement", name)); err == nil {
					t.Errorf("%q was copied", name)
				}
			}
			h.must("Clean up", recreate.AtSource, false)
			h.must("Clean up", recreate.AtReplacement, true)
			for _, left := range []string{"bucket/bucket-of-ours/nbscope/111122223333/eu-west-1/churn/" + copyRun, "source/nbscope-copy-" + copyRun, "replacement/nbscope-copy-" + copyRun, "tmp-source/nbscope-" + copyRun} {
				if _, err := os.Lstat(filepath.Join(h.dir, left)); err == nil {
					t.Errorf("%s is left", left)
				}
			}
		})
	}
}

// TestCopyByHandFailsLoudly has each part of it fail: nothing that follows is taken for
// a proof.
func TestCopyByHandFailsLoudly(t *testing.T) {
	t.Parallel()
	t.Run("sudo is refused", func(t *testing.T) {
		h := newHands(t, nobody, "eu-west-1", copyRun).ready()
		h.env["ROOT"] = "no"
		for _, title := range []string{"See how much", "Send it", "Or: pack", "Prove the source"} {
			h.fails(title, recreate.AtSource, "sudo is refused here")
		}
	})
	t.Run("there is nothing", func(t *testing.T) {
		h := newHands(t, 0, "eu-west-1", copyRun).ready()
		h.fails("Prove the replacement", recreate.AtReplacement, "there is nothing")
	})
	t.Run("the upload is refused", func(t *testing.T) {
		h := newHands(t, 0, "eu-west-1", copyRun).ready()
		// Yesterday's archive, of another run, is in the bucket.
		old := newHands(t, 0, "eu-west-1", "old")
		old.dir = h.dir
		old.ready().must("Send it", recreate.AtSource, false)
		h.env["MOOD"] = "refuse"
		h.fails("Send it", recreate.AtSource, "AccessDenied")
		h.env["MOOD"] = ""
		h.fails("Unpack", recreate.AtReplacement, "404")
	})
	for mood, says := range map[string]string{"deny": "403", "empty": "not in place", "truncate": "ended early"} {
		t.Run("the download: "+mood, func(t *testing.T) {
			h := newHands(t, 0, "eu-west-1", copyRun).ready()
			h.must("Send it", recreate.AtSource, false)
			h.env["MOOD"] = mood
			h.fails("Unpack", recreate.AtReplacement, says)
		})
	}
	t.Run("the upload is cut short and says nothing", func(t *testing.T) {
		h := newHands(t, 0, "eu-west-1", copyRun).ready()
		h.env["MOOD"] = "lose"
		h.must("Send it", recreate.AtSource, false)
		h.env["MOOD"] = ""
		h.fails("Unpack", recreate.AtReplacement, "ended early")
		if p, err := h.proofs(); err == nil {
			t.Errorf("it is taken for proven: %+v", p)
		}
	})
	t.Run("a part of the download is not there", func(t *testing.T) {
		h := newHands(t, 0, "eu-west-1", copyRun).ready()
		h.must("Or: pack", recreate.AtSource, false)
		must(t, os.MkdirAll(filepath.Join(h.dir, "replacement", "nbscope-copy-"+copyRun), 0o755))
		must(t, os.WriteFile(filepath.Join(h.dir, "replacement", "nbscope-copy-"+copyRun, "parts"), []byte("1\n"), 0o644))
		if out, err := h.step("Unpack", recreate.AtReplacement, true); err == nil || !strings.Contains(out, "not every part") {
			t.Errorf("%v: %s", err, out)
		}
	})
	t.Run("the bucket is not empty behind it", func(t *testing.T) {
		h := newHands(t, 0, "eu-west-1", copyRun).ready()
		h.must("Send it", recreate.AtSource, false)
		h.env["MOOD"] = "keep"
		h.fails("Clean up", recreate.AtSource, "left in the bucket")
	})
}

func TestCopyByHandNamesWhatOnlyRootCanRead(t *testing.T) {
	t.Parallel()
	h := newHands(t, nobody, "eu-west-1", copyRun).ready()
	if os.Geteuid() == 0 {
		must(t, os.WriteFile(filepath.Join(h.dir, "source", "secret"), []byte("x"), 0o600))
		must(t, os.MkdirAll(filepath.Join(h.dir, "source", "vault", "in"), 0o700))
	} else if _, err := h.shell(recreate.AtSource, "echo x >secret; mkdir -p vault/in; chmod 0 secret vault"); err != nil {
		t.Fatal(err)
	}
	h.env["ROOT"], h.env["NBSCOPE_SUDO"] = "no", "no"
	if out := h.must("See how much", recreate.AtSource, false); !strings.Contains(out, "NOT COPIED, 2") || !strings.Contains(out, "./secret") || !strings.Contains(out, "./vault\n") {
		t.Errorf("they are not named: %s", out)
	}
	h.must("Send it", recreate.AtSource, false)
	h.must("Unpack", recreate.AtReplacement, false)
	if p, err := h.proofs(); err != nil || p.Unread != 2 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestCopyByHandOfTwoNotebooksOfOneName(t *testing.T) {
	t.Parallel()
	a := newHands(t, 0, "eu-west-1", copyRun).ready()
	b := newHands(t, 0, "us-east-1", "other").ready()
	must(t, os.RemoveAll(filepath.Join(b.dir, "bucket")))
	must(t, os.Symlink(filepath.Join(a.dir, "bucket"), filepath.Join(b.dir, "bucket")))
	a.must("Send it", recreate.AtSource, false)
	b.must("Send it", recreate.AtSource, false)
	a.must("Unpack", recreate.AtReplacement, false)
	b.must("Unpack", recreate.AtReplacement, false)
	for _, h := range []*hands{a, b} {
		if p, err := h.proofs(); err != nil {
			t.Errorf("%+v, %v", p, err)
		}
	}
	if p, err := a.p.CompareProofs(a.must("Prove the source", recreate.AtSource, false), b.must("Prove the replacement", recreate.AtReplacement, false)); err == nil {
		t.Errorf("the proof of another notebook is taken: %+v", p)
	}
	a.must("Clean up", recreate.AtSource, false)
	b.must("Clean up", recreate.AtSource, false)
}

// TestCopyByHandTellsWhatWentWrong damages the copy in one way after another.
func TestCopyByHandTellsWhatWentWrong(t *testing.T) {
	t.Parallel()
	h := newHands(t, 0, "eu-west-1", copyRun).ready()
	h.must("Send it", recreate.AtSource, false)
	h.must("Unpack", recreate.AtReplacement, false)
	good := h.must("Prove the source", recreate.AtSource, false)
	h.must("Where they differ", recreate.AtSource, true)
	for name, c := range map[string]struct{ damage, repair string }{
		"a file is missing":       {"mv deep/er/file ../kept", "mv ../kept deep/er/file; touch -r ../source/deep/er deep/er"},
		"a file is another":       {"cp -p deep/er/file ../kept; echo DATA >deep/er/file; touch -r ../kept deep/er/file", "cp -p ../kept deep/er/file"},
		"a mode is another":       {"chmod 644 deep/er/file", "chmod 600 deep/er/file"},
		"a link leads elsewhere":  {"ln -sfn elsewhere link", "rm link; cp -P ../source/link link; touch -h -r ../source/link link"},
		"an empty folder is gone": {"rmdir empty", "mkdir -m 700 empty; touch -r ../source/empty empty"},
		"a file is there twice":   {"cp zero more", "rm more"},
		"a time is another":       {"touch random", "touch -r ../source/random random"},
	} {
		if out, err := h.shell(recreate.AtReplacement, c.damage); err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		if p, err := h.p.CompareProofs(good, h.must("Prove the replacement", recreate.AtReplacement, false)); err == nil {
			t.Errorf("%s: it is not noticed: %+v", name, p)
		}
		if out, err := h.step("Where they differ", recreate.AtReplacement, false); err == nil || !strings.Contains(out, "\n> ") && !strings.Contains(out, "\n< ") {
			t.Errorf("%s: it is not shown: %v: %s", name, err, out)
		}
		if out, err := h.shell(recreate.AtReplacement, c.repair); err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		if p, err := h.p.CompareProofs(good, h.must("Prove the replacement", recreate.AtReplacement, false)); err != nil {
			t.Fatalf("%s: it stays: %+v, %v", name, p, err)
		}
	}
}

func TestCopyByHandOverwritesNothing(t *testing.T) {
	t.Parallel()
	h := newHands(t, 0, "eu-west-1", copyRun).ready()
	if out, err := h.shell(recreate.AtReplacement, "mkdir deep && echo mine >zero"); err != nil {
		t.Fatal(out)
	}
	h.must("Send it", recreate.AtSource, false)
	h.fails("Unpack", recreate.AtReplacement, "zero")
	if raw, err := os.ReadFile(filepath.Join(h.dir, "replacement", "zero")); err != nil || string(raw) != "mine\n" {
		t.Errorf("the file in the way became %q, %v", raw, err)
	}
	if _, err := os.Stat(filepath.Join(h.dir, "replacement", "deep", "er", "file")); err != nil {
		t.Errorf("what was not in the way is not there: %v", err)
	}
	if p, err := h.proofs(); err == nil {
		t.Errorf("it is taken for proven: %+v", p)
	}
}
