package mover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// statusLimit bounds a status: a thousand names of 4 KiB, and quoted.
const statusLimit = 16 << 20

// tools is a look around in a notebook, a line for each thing that is there. $1 is the
// work folder, $2 whether root is wanted. It is for bash 4.2.
const tools = `chmod 700 "$1"; printf 'uid %s\n' "$(id -u)"; python3 -I -S -c 'import sys; print("python %d.%d" % sys.version_info[:2])' 2>/dev/null; ` +
	`test "$2" = root && sudo -n true 2>/dev/null && echo 'sudo yes'; for t in tar curl flock; do command -v $t >/dev/null && echo "$t yes"; done; ` +
	`df -Pk -- "$1" | awk 'NR == 2 {printf "size %d\nfree %d\n", $2, $4}'; df -Pi -- "$1" | awk 'NR == 2 {print "inodes " $4}'; true`

// end is one notebook of a copy.
type end struct {
	Side
	side  manifest.Side
	run   string
	work  string // the work folder, as Jupyter has it
	root  string // the path of what Jupyter serves, in the notebook
	sudo  bool
	tools map[string]string
	pace  *pace
	now   func() time.Time
}

func (j *Job) end(side manifest.Side, work string) *end {
	s := j.Source
	if side == manifest.Replacement {
		s = j.Replacement
	}
	return &end{Side: s, side: side, run: j.Run, work: work, pace: j.pacing(), now: j.Now}
}

// open makes the work folder, brings the script into it and looks around.
func (e *end) open(ctx context.Context) error {
	if err := e.Session.Up(ctx); err != nil {
		return e.judge(ctx, err)
	}
	script := e.work + "/" + transfer.ScriptFile
	had, err := e.Session.Get(ctx, script, statusLimit)
	if err != nil && !errors.Is(err, jupyter.ErrNotFound) {
		return e.judge(ctx, err)
	}
	if string(had) != transfer.Script() {
		if err = e.Session.Mkdir(ctx, e.work); err == nil {
			err = e.Session.Put(ctx, script, []byte(transfer.Script()))
		}
		if err != nil {
			return e.roomOr(ctx, err)
		}
	}
	if e.root, err = e.Session.Root(ctx, script); err != nil {
		return e.terminal(ctx, err)
	}
	want := ""
	if e.Root {
		want = "root"
	}
	out, _, err := e.Session.Shell(ctx, tools, e.path(""), want)
	if err != nil {
		return e.terminal(ctx, err)
	}
	e.tools = map[string]string{}
	for line := range strings.SplitSeq(out, "\n") {
		if key, value, ok := strings.Cut(line, " "); ok {
			e.tools[key] = strings.TrimSpace(value)
		}
	}
	e.sudo = e.tools["sudo"] == "yes" && e.tools["uid"] != "0"
	for _, need := range []string{"python", "tar", "flock"} {
		if e.tools[need] == "" {
			return e.fail(ErrNoPython, nil, "there is no %s", need)
		}
	}
	return nil
}

// terminal judges the error of a command: where terminals are switched off there is no
// way to run anything.
func (e *end) terminal(ctx context.Context, err error) error {
	if errors.Is(err, jupyter.ErrNotFound) || errors.Is(err, jupyter.ErrRefused) {
		return e.fail(ErrNoTerminal, err, "%v", err)
	}
	return e.judge(ctx, err)
}

// roomOr says whether a write failed because the disk is full: by the number that Jupyter
// gives, ENOSPC or EDQUOT, as room may have come since; and by the room where it gives none.
func (e *end) roomOr(ctx context.Context, err error) error {
	var said *jupyter.Error
	switch {
	case !errors.Is(err, jupyter.ErrFailed):
		return e.judge(ctx, err)
	case errors.As(err, &said) && (strings.Contains(said.Detail, "[Errno 28]") || strings.Contains(said.Detail, "[Errno 122]")):
		return e.fail(ErrFull, err, "%v", err)
	}
	out, code, err2 := e.Session.Shell(ctx, `df -Pk . | awk 'NR == 2 {print $4}'`)
	if free, err3 := strconv.ParseInt(strings.TrimSpace(out), 10, 64); err2 == nil && code == 0 && err3 == nil && free < 64 {
		return e.fail(ErrFull, err, "%d KiB are free", free)
	}
	return e.judge(ctx, err)
}

// path is a file of the work folder, or the folder, inside the notebook.
func (e *end) path(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(e.root, "/")+"/"+e.work+"/"+name, "/")
}

// start starts a verb, detached. That it was not answered is no error: whether it runs
// is told by its status.
func (e *end) start(ctx context.Context, v transfer.Verb, p transfer.Parameters) error {
	p.Root, p.Work, p.Run, p.Detach = e.root, e.work, e.run, true
	raw, err := p.File()
	if err != nil {
		return e.fail(ErrScript, err, "%v", err)
	}
	if err := e.Session.Put(ctx, e.work+"/"+v.ParameterFile(), raw); err != nil {
		return e.roomOr(ctx, err)
	}
	out, code, err := e.Session.Shell(ctx, v.Command(e.path(""), e.sudo))
	switch {
	case errors.Is(err, jupyter.ErrTemporary) && ctx.Err() == nil:
		return nil
	case err != nil:
		return e.terminal(ctx, err)
	case code != 0:
		return e.fail(ErrScript, nil, "%s ended with %d: %s", v, code, tail(out, 300))
	}
	return nil
}

func tail(s string, n int) string {
	s = strings.TrimSpace(s)
	return s[max(0, len(s)-n):]
}

// look reads the status of a verb that was started under an id. It is nil where there
// is none of that id; an ErrTemporary means that it is not known now.
func (e *end) look(ctx context.Context, v transfer.Verb, id string) (*transfer.Status, error) {
	raw, err := e.Session.Get(ctx, e.work+"/"+v.StatusFile(), statusLimit)
	if isAbsent(err) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, err
	}
	st, err := transfer.ReadStatus(raw, e.run, v)
	if err != nil || st.Stream != id {
		return nil, nil //nolint:nilnil,nilerr // of something else, or half of one
	}
	return st, nil
}

// isAbsent is true where a file was not there when it was asked for. One that came
// before Jupyter was asked a second time is answered as a failure.
func isAbsent(err error) bool {
	var j *jupyter.Error
	return errors.Is(err, jupyter.ErrNotFound) || errors.As(err, &j) && errors.Is(err, jupyter.ErrFailed) && j.Status == http.StatusNotFound
}

// runs asks the lock of a verb whether anything of it is alive. Not known is yes.
func (e *end) runs(ctx context.Context, v transfer.Verb) bool {
	script := `test -e "$1" || exit 0; flock -n "$1" true`
	if e.sudo {
		script = `sudo -n test -e "$1" || exit 0; sudo -n flock -n "$1" true`
	}
	_, code, err := e.Session.Shell(ctx, script, e.path(string(v)+".lock"))
	return err != nil || code != 0
}

// halt ends a verb that waits for another end that is gone, with its tar. What it has
// unpacked stays.
func (e *end) halt(ctx context.Context, v transfer.Verb) error {
	pid := 0
	if raw, err := e.Session.Get(ctx, e.work+"/"+v.StatusFile(), statusLimit); err == nil {
		if st, err := transfer.ReadStatus(raw, e.run, v); err == nil {
			pid = st.PID
		}
	}
	sudo := ""
	if e.sudo {
		sudo = "sudo -n "
	}
	// The number may be another process's by now: the command line tells.
	script := sudo + `test -e "$1" || exit 0; ` + sudo + `flock -n "$1" true && exit 0; ` +
		sudo + `cat "/proc/$2/cmdline" 2>/dev/null | tr '\0' '\n' | grep -qxF -- "$3" && ` + sudo + `kill "$2"; ` + sudo + `flock -w 30 "$1" true`
	_, code, err := e.Session.Shell(ctx, script, e.path(string(v)+".lock"), strconv.Itoa(pid), e.path(v.ParameterFile()))
	if err != nil {
		return e.terminal(ctx, err)
	}
	if code != 0 {
		return e.fail(ErrScript, nil, "%s does not end", v)
	}
	return nil
}

// failed is the error of a verb that said that it failed.
func (e *end) failed(v transfer.Verb, st *transfer.Status) error {
	if st.Why == "full" {
		return e.fail(ErrFull, nil, "%s", st.Text)
	}
	return e.fail(ErrScript, nil, "%s: %s", v, tail(st.Text+" "+st.Errors, 500))
}

// log is the end of what a verb printed; it explains, and decides nothing.
func (e *end) log(ctx context.Context, v transfer.Verb) string {
	script := `tail -c 600 "$1"`
	if e.sudo {
		script = "sudo -n " + script
	}
	out, _, err := e.Session.Shell(ctx, script, e.path(string(v)+".log"))
	if err != nil {
		return "its log cannot be read"
	}
	return tail(out, 500)
}

// manifest has the notebook make a manifest for a token and brings it here.
func (e *end) manifest(ctx context.Context, token, of, to string, rules []manifest.Rule, tell func(*transfer.Status, string)) error {
	const out = "tree.manifest"
	p := transfer.Parameters{Request: token, Side: e.side, Out: out, Of: of, Rules: rules, Cold: of == "" && e.side == manifest.Replacement}
	if _, err := e.follow(ctx, transfer.MakeManifest, p, token, tell); err != nil {
		return err
	}
	return e.fetch(ctx, out, to)
}

// fetch brings a file of the work folder here; it is there as a whole, or not at all.
func (e *end) fetch(ctx context.Context, name, to string) (err error) {
	at, err := e.Session.Stat(ctx, e.work+"/"+name)
	if err != nil {
		return e.judge(ctx, err)
	}
	f, err := os.CreateTemp(filepath.Dir(to), "coming-*")
	if err != nil {
		return local(err)
	}
	defer func() {
		_ = f.Close() // it was synced
		if err != nil {
			_ = os.Remove(f.Name()) // the first error says more
		}
	}()
	if _, err := e.Session.Download(ctx, e.work+"/"+name, 0, at.Size, f); err != nil {
		return e.judge(ctx, err)
	}
	err = errors.Join(f.Sync(), os.Rename(f.Name(), to))
	if err != nil {
		return local(err)
	}
	return nil
}

// bring writes a file of this machine into the work folder, in pieces where it is large.
func (e *end) bring(ctx context.Context, from, name string) error {
	const piece = 8 << 20
	f, err := os.Open(from)
	if err != nil {
		return local(err)
	}
	defer reading(f)
	buffer := make([]byte, piece)
	var pieces []string
	var size int64
	for n := piece; n == piece; {
		if n, err = io.ReadFull(f, buffer); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return local(err)
		}
		size += int64(n)
		to := fmt.Sprintf("%s/%s.%06d", e.work, name, len(pieces))
		if err := e.Session.Put(ctx, to, buffer[:n]); err != nil {
			return e.roomOr(ctx, err)
		}
		pieces = append(pieces, to)
	}
	const join = `cat -- "$1".[0-9]* >"$1" && test "$(stat -c %s -- "$1")" = "$2" && rm -f -- "$1".[0-9]*`
	out, code, err := e.Session.Shell(ctx, join, e.path(name), strconv.FormatInt(size, 10))
	if err != nil {
		return e.terminal(ctx, err)
	}
	if code != 0 {
		return e.fail(ErrScript, nil, "%d bytes could not be put together: %s", size, tail(out, 200))
	}
	return nil
}

// closeWork leaves nothing behind in the notebook.
func (e *end) closeWork(ctx context.Context) error {
	if err := e.Session.Up(ctx); err != nil {
		return e.judge(ctx, err)
	}
	for try := 0; ; try++ {
		// Jupyter fails to end a kernel that ends by itself at that moment.
		err := e.Session.EndKernels(ctx, e.work)
		if errors.Is(err, jupyter.ErrFailed) && try < 5 && pause(ctx, e.pace.tick<<try) == nil {
			continue
		}
		if err != nil {
			return e.judge(ctx, err)
		}
		if _, err := e.Session.Stat(ctx, e.work); errors.Is(err, jupyter.ErrNotFound) {
			return nil
		} else if err != nil {
			return e.judge(ctx, err)
		}
		err = e.cleanOnce(ctx)
		switch {
		case err == nil:
		case try < 5 && errors.Is(err, ErrFull):
			_, _, _ = e.Session.Shell(ctx, `sudo -n rm -f -- "$1" 2>/dev/null || rm -f -- "$1"`, e.path("reserve")) // the next try tells
		case try >= 5 || !errors.Is(err, ErrUnreachable):
			return err
		}
	}
}

// cleanOnce has the script clean, which waits for what runs. Where there is no script
// the folder holds nothing that another user made.
func (e *end) cleanOnce(ctx context.Context) error {
	if err := e.open(ctx); err != nil {
		if errors.Is(err, ErrNoPython) || errors.Is(err, ErrFull) {
			return e.judge(ctx, e.Session.Clear(ctx, e.work))
		}
		return err
	}
	p := transfer.Parameters{Root: e.root, Work: e.work, Run: e.run, Patience: 30}
	raw, err := p.File()
	if err != nil {
		return e.fail(ErrScript, err, "%v", err)
	}
	if err := e.Session.Put(ctx, e.work+"/"+transfer.Clean.ParameterFile(), raw); err != nil {
		return e.roomOr(ctx, err)
	}
	out, code, err := e.Session.Shell(ctx, transfer.Clean.Command(e.path(""), e.sudo))
	if err != nil {
		return e.terminal(ctx, err)
	}
	if code != 0 {
		return e.fail(ErrScript, nil, "clean ended with %d: %s", code, tail(out, 300))
	}
	return nil
}

// reader opens a manifest of this machine.
func (e *end) reader(path, token string) (*manifest.Reader, func(), error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, local(err)
	}
	r, err := manifest.NewReader(f, manifest.Expected{Run: e.run, Request: token, Side: e.side})
	if err != nil {
		reading(f)
		return nil, nil, e.proof(err)
	}
	return r, func() { reading(f) }, nil
}

// reading closes a file that was only read.
func reading(f *os.File) { _ = f.Close() } // nothing is lost
