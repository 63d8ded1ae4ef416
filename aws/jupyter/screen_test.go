package jupyter

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// TestTheEndOfACommandIsReadFromTheScreen, where the line as it was typed is too.
func TestTheEndOfACommandIsReadFromTheScreen(t *testing.T) {
	t.Parallel()
	const begin, end = "$ printf 'nbscope-%s-ID\\n' begin; x\r\nnbscope-begin-ID\r\n", "nbscope-end-ID "
	full := strings.Repeat("x", maxScreen)
	for name, c := range map[string]struct {
		screen, out string
		code        int
		done        bool
		fails       string
	}{
		"nothing yet":        {screen: begin},
		"half of its end":    {screen: begin + "a\r\n" + end + "0"},
		"all of it":          {screen: begin + "a\r\nb\r\n" + end + "0\r\n$ ", out: "a\nb\n", done: true},
		"no output":          {screen: begin + end + "3\r\n", code: 3, done: true},
		"no line at the end": {screen: begin + "a" + end + "0\r\n", out: "a", done: true},
		"idle":               {screen: "$ \r\nnbscope-idle-ID\r\n", done: true, fails: errLost.Error()},
		"idle, and an end":   {screen: begin + end + "0\r\nnbscope-idle-ID\r\n", done: true},
		"of another":         {screen: strings.ReplaceAll(begin+end+"0\r\n", "ID", "OTHER")},
		"no number":          {screen: begin + end + "x\r\n", done: true, fails: "Jupyter: run in a terminal: failed: its end could not be read"},
		"no beginning":       {screen: "a\r\n" + end + "2\r\n", code: 2, done: true, fails: "Jupyter: run in a terminal: too large: what it printed is not all there any more"},
		"cut at the line":    {screen: "nbscope-begin-ID" + end + "2\r\n", code: 2, done: true, fails: "Jupyter: run in a terminal: too large: what it printed is not all there any more"},
		"all that is kept":   {screen: begin + full + end + "0\r\n", out: full, done: true},
		"more than that":     {screen: begin + full + "x" + end + "0\r\n", done: true, fails: "Jupyter: run in a terminal: too large: what it printed is not all there any more"},
	} {
		out, code, done, err := finished(c.screen, "ID")
		if out != c.out || code != c.code || done != c.done || (err == nil) != (c.fails == "") || err != nil && err.Error() != c.fails {
			t.Errorf("%s: %d bytes %.40q, %d, %v, %v", name, len(out), out, code, done, err)
		}
	}
}

func TestAScreenKeepsTheLastOfWhatItShows(t *testing.T) {
	t.Parallel()
	tm := &terminal{fresh: make(chan struct{})}
	for _, c := range []struct{ frame, screen string }{
		{`["stdout","a"]`, "a"}, {`["stdout","b","more"]`, "ab"}, {`["setup",{}]`, "ab"}, {`["stdout"]`, "ab"}, {`["stdout",1]`, "ab"}, {`[1,"c"]`, "ab"}, {`{"stdout":"c"}`, "ab"}, {`x`, "ab"},
	} {
		before := tm.fresh
		tm.hear([]byte(c.frame))
		if grew := before != tm.fresh; string(tm.screen) != c.screen || grew != strings.HasPrefix(c.frame, `["stdout","`) {
			t.Errorf("%s: it shows %q, and tells so: %v", c.frame, tm.screen, grew)
		}
	}
	tm.screen = []byte("0" + strings.Repeat("x", 2*maxScreen-2))
	tm.hear([]byte(`["stdout","y"]`))
	if len(tm.screen) != 2*maxScreen || tm.screen[0] != '0' {
		t.Errorf("it keeps %d bytes", len(tm.screen))
	}
	tm.hear([]byte(`["stdout","zz"]`))
	if len(tm.screen) != 2*maxScreen || tm.screen[0] != 'x' || !strings.HasSuffix(string(tm.screen), "yzz") {
		t.Errorf("it keeps %d bytes, from %q", len(tm.screen), tm.screen[0])
	}
}

// TestWhatIsTypedFitsALine of a terminal, and holds no control characters.
func TestWhatIsTypedFitsALine(t *testing.T) {
	t.Parallel()
	c := &console{wire: &wire{login: login{opts: Options{}.withDefaults(), secrets: &secrets{}}}, typing: make(lock, 1)}
	ended, end := context.WithCancel(t.Context())
	end()
	c.typing <- struct{}{} // whoever waits for its turn waits for ever
	room := maxLine - len("bash -c '' nbscope")
	for name, x := range map[string]struct {
		script string
		args   []string
		kind   error
	}{
		"as long as may be": {strings.Repeat("x", room), nil, ErrTemporary}, "one more": {strings.Repeat("x", room+1), nil, ErrTooLarge},
		"with an argument": {strings.Repeat("x", room-4), []string{"a"}, ErrTemporary}, "and one more": {strings.Repeat("x", room-3), []string{"a"}, ErrTooLarge},
		"a space": {"a b", nil, ErrTemporary}, "a tab": {"a\tb", nil, ErrName}, "a delete": {"a\x7fb", nil, ErrName}, "no UTF-8": {"a", []string{"\xff"}, ErrName}, "a tilde": {"~", nil, ErrTemporary},
	} {
		if _, _, err := c.Shell(ended, x.script, x.args...); !errors.Is(err, x.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.close(ended); !errors.Is(err, ErrTemporary) || !errors.Is(err, context.Canceled) {
		t.Errorf("while a command runs, it is closed: %v", err)
	}
}

func TestNamesOfJobsAndFolders(t *testing.T) {
	t.Parallel()
	long := "nbscope-" + strings.Repeat("a", 192)
	for _, c := range []struct {
		j    Job
		good bool
	}{
		{Job{"nbscope-1", "copy"}, true}, {Job{"nbscope-1/a.b", "copy.2-x_y"}, true}, {Job{long, "x"}, true}, {Job{long + "a", "x"}, false}, {Job{"nbscope-1", ""}, false}, {Job{"", "x"}, false}, {Job{"other", "x"}, false},
		{Job{"nbscope-1", "a/b"}, false}, {Job{"nbscope-1", "-a"}, false}, {Job{"nbscope-1", ".a"}, false}, {Job{"nbscope-1/../x", "a"}, false}, {Job{"nbscope-1/", "a"}, false}, {Job{"nbscope-1/.x", "a"}, false}, {Job{"nbscope-1", "a b"}, false}, {Job{"nbscope-1", "a;b"}, false}, {Job{"nbscope-1", "ä"}, false},
	} {
		if err := c.j.check(); (err == nil) != c.good || err != nil && !errors.Is(err, ErrName) {
			t.Errorf("%+v: %v", c.j, err)
		}
	}
	b := &jobs{}
	bad := Job{Dir: "other", Name: "x"}
	_, out := b.Output(t.Context(), bad)
	_, look := b.Look(t.Context(), bad)
	_, root := (&console{}).Root(t.Context(), "other")
	measured := (&Client{}).Measure(t.Context(), "other", 1, 1, nil)
	for i, err := range []error{out, look, root, measured[0].Err, (&Client{}).EndKernels(t.Context(), "other"), b.Start(t.Context(), bad, nil), b.Halt(t.Context(), bad)} {
		if !errors.Is(err, ErrName) {
			t.Errorf("%d: %v", i, err)
		}
	}
	for code, want := range map[int]string{0: "<nil>", noRoot: `Jupyter: run "x": failed: a terminal does not see the folder that Jupyter serves`, 67: `Jupyter: run "x": failed: exit code 67`} {
		if err := rootError("run", "x", code); fmt.Sprint(err) != want {
			t.Errorf("%d: %v", code, err)
		}
	}
}

// TestWhatAKernelSaysOfItsFrames is told to who waits for each.
func TestWhatAKernelSaysOfItsFrames(t *testing.T) {
	t.Parallel()
	const ack = `{"header":{"msg_type":"comm_msg"},"content":{"data":{"id":"1",%s}}}`
	for name, c := range map[string]struct{ frame, want string }{
		"written":        {fmt.Sprintf(ack, `"n":3`), "<nil>"},
		"nothing of it":  {fmt.Sprintf(ack, `"n":0`), "<nil>"},
		"not written":    {fmt.Sprintf(ack, `"error":"no space"`), "Jupyter: write: failed: no space"},
		"of another":     {strings.Replace(fmt.Sprintf(ack, `"n":3`), `"id":"1"`, `"id":"2"`, 1), ""},
		"closed":         {`{"header":{"msg_type":"comm_close"},"content":{"comm_id":"c"}}`, "Jupyter: write: failed: the kernel closed the way in"},
		"another closed": {`{"header":{"msg_type":"comm_close"},"content":{"comm_id":"d"}}`, ""},
		"busy":           {`{"header":{"msg_type":"status"},"content":{"comm_id":"c"}}`, ""},
		"no JSON":        {`x`, ""},
	} {
		heard := make(chan error, 1)
		w := &kernelIn{wire: &wire{login: login{secrets: &secrets{}}}, comm: "c", key: "k", waiting: map[string]chan error{"1": heard}}
		w.hear([]byte(c.frame))
		got := ""
		select {
		case err := <-heard:
			got = fmt.Sprint(err)
		default:
		}
		if got != c.want || (len(w.waiting) == 0) != (c.want != "") {
			t.Errorf("%s: %q, want %q; %d wait", name, got, c.want, len(w.waiting))
		}
	}
	const reply = `{"header":{"msg_type":"execute_reply"},"parent_header":{"msg_id":%q},"content":{"status":%q,"ename":"KeyError","evalue":"x"}}`
	for name, c := range map[string]struct{ frame, want string }{
		"it is ready":      {fmt.Sprintf(reply, "k", "ok"), "<nil>"},
		"it is not":        {fmt.Sprintf(reply, "k", "error"), "Jupyter: reach the kernel: failed: KeyError: x"},
		"somebody else is": {fmt.Sprintf(reply, "other", "ok"), ""},
	} {
		ready := make(chan error, 1)
		w := &kernelIn{wire: &wire{login: login{secrets: &secrets{}}}, key: "k", ready: ready}
		w.hear([]byte(c.frame))
		w.hear([]byte(c.frame)) // once is enough
		got := ""
		if len(ready) > 0 {
			got = fmt.Sprint(<-ready)
		}
		if got != c.want || (w.ready == nil) != (c.want != "") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestWhoIsToBlameForARequestThatWasEnded is the watch, where it has fired.
func TestWhoIsToBlameForARequestThatWasEnded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fired bool
		cause error
		want  string
	}{
		{true, context.Canceled, "Jupyter: read: no answer from Jupyter: nothing came for 1m0s"}, {false, context.Canceled, "Jupyter: read: no answer from Jupyter: context canceled"},
		{true, errors.New("reset"), "Jupyter: read: no answer from Jupyter: reset"},
	} {
		w := &watch{limit: time.Minute}
		w.fired.Store(c.fired)
		e := w.blame((&secrets{}).fail("read", "", ErrTemporary, c.cause))
		if e.Error() != c.want || errors.Is(e, context.Canceled) != (!c.fired && errors.Is(c.cause, context.Canceled)) {
			t.Errorf("%+v: %v", c, e)
		}
	}
}

// TestPartsShareALineByItsWidth: two of them, or one for each half a megabyte a second.
func TestPartsShareALineByItsWidth(t *testing.T) {
	t.Parallel()
	for perSecond, parts := range map[int]int{1_000_000: 2, 3*perPart - 1: 2, 3 * perPart: 3, 100 * perPart: 100} {
		l := NewLine(perSecond)
		var leaves []func()
		for range parts {
			if l.Full() {
				t.Errorf("%d a second: it is full with %d parts", perSecond, len(leaves))
			}
			leave, err := l.Enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			leaves = append(leaves, leave)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if _, err := l.Enter(ended); !l.Full() || !errors.Is(err, context.Canceled) {
			t.Errorf("%d a second: with %d parts it is not full (%v)", perSecond, parts, err)
		}
		leaves[0]()
		if l.Full() {
			t.Errorf("%d a second: it is full with one part less", perSecond)
		}
	}
	var none *Line
	leave, err := none.Enter(t.Context())
	leave()
	if err != nil || none.Full() {
		t.Errorf("no limit is one: %v", err)
	}
	odd := errors.New("no route")
	if c, err := NewLine(1_000_000).dialed(func(context.Context, string, string) (net.Conn, error) { return nil, odd })(t.Context(), "tcp", "x"); c != nil || !errors.Is(err, odd) {
		t.Errorf("a connection that is none: %v", err)
	}
}
