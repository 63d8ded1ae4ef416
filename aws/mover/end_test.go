package mover

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nbscope/aws/jupyter"
	"nbscope/model"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

func TestTheEndOfAText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", " ab\n": "ab", "abc": "abc", "abcd": "bcd", " abcd \n": "bcd"} {
		if got := tail(text, 3); got != want {
			t.Errorf("of %q it is %q, want %q", text, got, want)
		}
	}
}

func TestWhyAVerbFailed(t *testing.T) {
	t.Parallel()
	e, n, _ := endOf(t)
	long := strings.Repeat("x", 500)
	for _, c := range []struct {
		st   transfer.Status
		of   error
		want string
	}{
		{transfer.Status{Why: "full", Text: "no room"}, ErrFull, "churn (source): the disk is full: no room"},
		{transfer.Status{Why: "EIO", Text: "it broke", Errors: "tar: oh no"}, ErrScript, "churn (source): what runs in the notebook failed: send: it broke tar: oh no"},
		{transfer.Status{Text: "it broke", Errors: long}, ErrScript, "churn (source): what runs in the notebook failed: send: " + long},
	} {
		if err := e.failed(transfer.Send, &c.st); !errors.Is(err, c.of) || err.Error() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	n.logs = "a\n" + strings.Repeat("b", 499)
	if got := e.log(t.Context(), transfer.Send); got != "\n"+strings.Repeat("b", 499) {
		t.Errorf("the log is %q", got)
	}
	e.sudo = true
	e.log(t.Context(), transfer.Send)
	if n.asked(`shell sudo -n tail -c 600 "$1"`) != 1 {
		t.Errorf("it asks %q", n.log)
	}
	n.fault = func(string, string) error { return fault(jupyter.ErrTemporary) }
	if got := e.log(t.Context(), transfer.Send); got != "its log cannot be read" {
		t.Errorf("the log is %q", got)
	}
}

// TestWhetherAVerbRunsIsAskedOfItsLock: what is not known runs.
func TestWhetherAVerbRunsIsAskedOfItsLock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sudo, alive bool
		err         error
		runs        bool
		script      string
	}{
		"free":            {script: `shell test -e "$1" || exit 0; flock -n "$1" true`},
		"taken":           {alive: true, runs: true, script: `shell test -e "$1" || exit 0; flock -n "$1" true`},
		"as root":         {sudo: true, alive: true, runs: true, script: `shell sudo -n test -e "$1" || exit 0; sudo -n flock -n "$1" true`},
		"nobody can tell": {err: fault(jupyter.ErrTemporary), runs: true, script: `shell test -e "$1" || exit 0; flock -n "$1" true`},
	} {
		e, n, _ := endOf(t)
		if e.sudo = c.sudo; c.alive {
			n.running[transfer.Send] = &played{}
		}
		n.fault = func(string, string) error { return c.err }
		if got := e.runs(t.Context(), transfer.Send); got != c.runs || n.log[0] != c.script {
			t.Errorf("%s: runs %v, asked %q", name, got, n.log)
		}
		for _, st := range []*transfer.Status{nil, {State: transfer.Running}, {State: transfer.Done}} {
			if want := st != nil && st.State != transfer.Done && !c.runs; e.died(t.Context(), transfer.Send, st) != want {
				t.Errorf("%s: of %+v it died: %v", name, st, !want)
			}
		}
	}
}

// TestAVerbThatIsEndedIsTheOneThatItsFileNames, by its number and its command line.
func TestAVerbThatIsEndedIsTheOneThatItsFileNames(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sudo   bool
		status string
		pid    string
		code   int
		err    error
		fails  string
	}{
		"it says who it is": {status: `{"v":1,"verb":"send","run":"7f3c","pid":4711}`, pid: "4711"},
		"as root":           {sudo: true, status: `{"v":1,"verb":"send","run":"7f3c","pid":4711}`, pid: "4711"},
		"of another run":    {status: `{"v":1,"verb":"send","run":"9999","pid":4711}`, pid: "0"},
		"none":              {pid: "0"},
		"it does not end":   {pid: "0", code: 1, fails: "churn (source): what runs in the notebook failed: send does not end"},
		"no terminal":       {pid: "0", err: fault(jupyter.ErrNotFound), fails: "churn (source): the notebook opens no terminal: Jupyter: try: not found"},
	} {
		e, n, _ := endOf(t)
		if e.sudo = c.sudo; c.status != "" {
			n.files["nbscope-7f3c/send.status"] = []byte(c.status)
		}
		s := &shells{Session: n, code: c.code, err: c.err}
		e.Session = s
		err := e.halt(t.Context(), transfer.Send)
		if (err == nil) != (c.fails == "") || err != nil && err.Error() != c.fails {
			t.Errorf("%s: %v", name, err)
		}
		if got := strings.Join(s.args, " "); got != "/home/source/nbscope-7f3c/send.lock "+c.pid+" /home/source/nbscope-7f3c/send.json" || strings.Count(s.script, "sudo -n ") != map[bool]int{true: 5, false: 0}[c.sudo] {
			t.Errorf("%s: asked %s with %s", name, s.script, got)
		}
	}
}

// shells answers every command alike, and remembers the last one.
type shells struct {
	Session

	out    string
	code   int
	err    error
	script string
	args   []string
}

func (s *shells) Shell(_ context.Context, script string, args ...string) (string, int, error) {
	s.script, s.args = script, args
	return s.out, s.code, s.err
}

// TestWhatIsTypedIntoANotebookMayFail: a command that ends with a code, no answer, and no
// terminal, of whatever is typed.
func TestWhatIsTypedIntoANotebookMayFail(t *testing.T) {
	t.Parallel()
	from := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(from, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("y", 400)
	does := map[string]func(context.Context, *end) error{
		"start": func(ctx context.Context, e *end) error { return e.start(ctx, transfer.Send, transfer.Parameters{}) },
		"bring": func(ctx context.Context, e *end) error { return e.bring(ctx, from, "list") },
		"empty": func(ctx context.Context, e *end) error { return (&copying{replaced: e}).emptyStage(ctx) },
	}
	for verb, c := range map[string]struct {
		code, temporary string
	}{
		"start": {"what runs in the notebook failed: send ended with 3: " + long[:300], ""},
		"bring": {"what runs in the notebook failed: 3 bytes could not be put together: " + long[:200], "the notebook does not answer: Jupyter: try: no answer from Jupyter"},
		"empty": {"what runs in the notebook failed: the stage cannot be emptied: " + long[:300], "the notebook does not answer: Jupyter: try: no answer from Jupyter"},
	} {
		for name, x := range map[string]struct {
			code int
			err  error
			want string
		}{
			"well":        {},
			"a code":      {3, nil, c.code},
			"no answer":   {0, fault(jupyter.ErrTemporary), c.temporary},
			"no terminal": {0, fault(jupyter.ErrRefused), "the notebook opens no terminal: Jupyter: try: refused"},
		} {
			e, n, _ := endOf(t)
			n.files["nbscope-7f3c/"] = nil
			e.Session = &shells{Session: n, out: long + "\n", code: x.code, err: x.err}
			err := does[verb](t.Context(), e)
			if (err == nil) != (x.want == "") || err != nil && err.Error() != "churn (source): "+x.want {
				t.Errorf("%s, %s: %v, want %s", verb, name, err, x.want)
			}
		}
	}
	e, n, _ := endOf(t)
	n.files["nbscope-7f3c/"] = nil
	ctx, cancel := context.WithCancel(t.Context())
	e.Session = &shells{Session: n, err: fault(jupyter.ErrTemporary)}
	n.fault = func(op, _ string) error {
		if op == "put" {
			cancel()
		}
		return nil
	}
	if err := e.start(ctx, transfer.Send, transfer.Parameters{}); !errors.Is(err, ErrDetached) {
		t.Errorf("of a start that was let go: %v", err)
	}
}

// TestAWriteThatFailsAsksForRoom holds the limit of what counts as full.
func TestAWriteThatFailsAsksForRoom(t *testing.T) {
	t.Parallel()
	failed, refused := fault(jupyter.ErrFailed), fault(jupyter.ErrRefused)
	saying := func(detail string) error { return &jupyter.Error{Op: "write", Kind: jupyter.ErrFailed, Detail: detail} }
	for name, c := range map[string]struct {
		cause error
		shell shells
		want  string
	}{
		"full":            {failed, shells{out: "63\n"}, "the disk is full: 63 KiB are free"},
		"room enough":     {failed, shells{out: "64\n"}, "what runs in the notebook failed: " + failed.Error()},
		"no number":       {failed, shells{out: "-\n"}, "what runs in the notebook failed: " + failed.Error()},
		"a code":          {failed, shells{out: "0\n", code: 1}, "what runs in the notebook failed: " + failed.Error()},
		"nobody can tell": {failed, shells{out: "0\n", err: errors.New("odd")}, "what runs in the notebook failed: " + failed.Error()},
		"room by now":     {saying("odd: x [Errno 28] No space"), shells{out: "9999\n"}, "the disk is full: Jupyter: write: failed: odd: x [Errno 28] No space"},
		"a quota":         {saying("[Errno 122] Disk quota exceeded"), shells{out: "9999\n"}, "the disk is full: Jupyter: write: failed: [Errno 122] Disk quota exceeded"},
		"another number":  {saying("[Errno 30] Read-only"), shells{out: "9999\n"}, "what runs in the notebook failed: Jupyter: write: failed: [Errno 30] Read-only"},
		"another reason":  {refused, shells{out: "0\n"}, "the notebook refuses it: " + refused.Error()},
	} {
		e, n, _ := endOf(t)
		c.shell.Session = n
		e.Session = &c.shell
		if err := e.roomOr(t.Context(), c.cause); err == nil || err.Error() != "churn (source): "+c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAFileIsBroughtInPieces has files around the size of a piece.
func TestAFileIsBroughtInPieces(t *testing.T) {
	t.Parallel()
	const piece = 8 << 20
	for size, pieces := range map[int]int{0: 1, 1: 1, piece - 1: 1, piece: 2, piece + 1: 2} {
		e, n, _ := endOf(t)
		n.files["nbscope-7f3c/"] = nil
		from := filepath.Join(t.TempDir(), "list")
		if err := os.WriteFile(from, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := e.bring(t.Context(), from, "list"); err != nil || len(n.files["nbscope-7f3c/list"]) != size || n.asked("put nbscope-7f3c/list.") != pieces {
			t.Errorf("%d bytes: %v, %d came, in %q", size, err, len(n.files["nbscope-7f3c/list"]), n.log)
		}
	}
	e, _, _ := endOf(t)
	if err := e.bring(t.Context(), filepath.Join(t.TempDir(), "none"), "list"); !errors.Is(err, ErrFolder) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of no file: %v", err)
	}
}

// TestCleaningIsTriedAgainWhereThatMayHelp counts how often.
func TestCleaningIsTriedAgainWhereThatMayHelp(t *testing.T) {
	t.Parallel()
	failed := fault(jupyter.ErrFailed)
	for name, c := range map[string]struct {
		op    string // that fails
		times int    // so many
		err   error
		of    error // nil: it is cleaned in the end
		tries int
	}{
		"kernels end by themselves":  {"end kernels", 5, failed, nil, 7},
		"kernels never end":          {"end kernels", 6, failed, ErrScript, 6},
		"kernels, without an answer": {"end kernels", 1, fault(jupyter.ErrTemporary), ErrUnreachable, 1},
		"no answer to a look":        {"stat", 1, fault(jupyter.ErrTemporary), ErrUnreachable, 1},
		"no answer to a write":       {"put", 5, fault(jupyter.ErrTemporary), nil, 7},
		"never an answer to a write": {"put", 6, fault(jupyter.ErrTemporary), ErrUnreachable, 6},
		"a full disk":                {"put nbscope-7f3c/clean.json", 5, failed, nil, 7},
		"a disk that stays full":     {"put nbscope-7f3c/clean.json", 6, failed, ErrFull, 6},
		"a refusal":                  {"put", 1, fault(jupyter.ErrRefused), ErrRefused, 1},
		"nobody is signed in":        {"up", 1, fault(jupyter.ErrNotSignedIn), ErrNotSignedIn, 0},
	} {
		e, n, _ := endOf(t)
		n.files["nbscope-7f3c/x"] = nil
		left, tries := c.times, 0
		n.fault = func(op, at string) error {
			if op == "end kernels" {
				tries++
			}
			if strings.HasPrefix(op+" "+at, c.op) && left > 0 {
				left--
				return c.err
			}
			return nil
		}
		err := e.closeWork(t.Context())
		if (err == nil) != (c.of == nil) || !errors.Is(err, c.of) || tries != c.tries || err == nil && len(n.files) > 0 {
			t.Errorf("%s: %v after %d tries, %d files are left", name, err, tries, len(n.files))
		}
	}
}

func TestErrorsAreToldInTheirOwnWords(t *testing.T) {
	t.Parallel()
	e, _, _ := endOf(t)
	own := &Error{Kind: ErrFull, Side: manifest.Replacement, Text: "of the other"}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"its own":            {e.fail(ErrScript, own, "odd"), "the disk is full: of the other"},
		"its own, judged":    {e.judge(t.Context(), own), "the disk is full: of the other"},
		"of Jupyter":         {e.judge(t.Context(), fault(jupyter.ErrChanged)), "churn (source): what runs in the notebook failed: " + fault(jupyter.ErrChanged).Error()},
		"of AWS":             {e.judge(t.Context(), errors.New("denied")), "churn (source): AWS gives no URL to the notebook: denied"},
		"without a notebook": {&Error{Kind: ErrStore}, "the bucket cannot be used"},
	} {
		if c.err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, c.err, c.want)
		}
	}
	if err := e.judge(t.Context(), nil); err != nil {
		t.Errorf("of nothing it is %v", err)
	}
	odd := &Error{Kind: errors.New("odd"), Text: "why"}
	if p := odd.Problem(); p != (model.Problem{Kind: model.KindUnknown, Operation: "copy", Message: "odd: why"}) {
		t.Errorf("of an unknown kind it is %+v", p)
	}
	full := &Error{Kind: ErrFull, Side: manifest.Source, Notebook: "churn", Text: "1 MB"}
	if p := full.Problem(); p != (model.Problem{Kind: model.KindLimit, Operation: "copy", Message: "churn (source): the disk is full: 1 MB", Hint: "make room on the disk of the source and go on"}) {
		t.Errorf("of a full disk it is %+v", p)
	}
	for _, hint := range []string{"", "sign in"} {
		aws := &Error{Kind: ErrNoURL, cause: fmt.Errorf("x: %w", model.Problem{Kind: model.KindExpired, Message: "expired", Hint: hint})}
		if hint == "" {
			hint = "look whether the notebook is in service and who is signed in, and go on"
		}
		if p := aws.Problem(); p != (model.Problem{Kind: model.KindExpired, Message: "expired", Hint: hint}) {
			t.Errorf("of AWS it is %+v", p)
		}
	}
}
