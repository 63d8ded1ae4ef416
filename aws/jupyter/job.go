package jupyter

import (
	"bytes"
	"context"
	_ "embed" // the keeper of jobs
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed keep.sh
var keeper string

// jobs are the scripts that run in a notebook.
type jobs struct {
	wire    *wire
	files   *files
	console *console
}

// Job is a script that runs in the notebook, detached from every connection. It is a
// value to write down before Start: whoever has it can follow the job, also in another
// process, in another session, days later.
type Job struct {
	Dir  string `json:"dir"`  // the folder of its files, its first part begins with "nbscope-"
	Name string `json:"name"` // of its files: Name.sh, .run, .status, .out
}

// JobState is what a job's status file says.
type JobState struct {
	Phase JobPhase
	PID   int   // of the process group in the notebook, while it runs
	Beat  int   // rises while it runs
	Exit  int   // once it ended; 128+n where signal n ended it
	Lost  error // why the last look failed, nil when it did not; the rest is then of an earlier one
}

// JobPhase is how far a job is.
type JobPhase int

// The phases of a job.
const (
	JobNew     JobPhase = iota + 1 // its files are there, it has not begun
	JobRunning                     // it has begun, and not told its end
	JobEnded                       // it has told its exit code
)

const (
	statusSize = 64
	// silence is for how many of the longest pauses a beat may stay away, while looks
	// are answered, before the lock is asked. The beat comes every 2 s.
	silence = 15
)

// check refuses what could not be typed into a terminal as it is.
func (j Job) check() error {
	if err := checkWork("run", j.Dir); err != nil {
		return err
	}
	if !isPlain(j.Name) || strings.Contains(j.Name, "/") {
		return tell("run", j.Dir+"/"+j.Name, ErrName, "a job's name is of letters, digits, dots, dashes")
	}
	return nil
}

// checkWork refuses a folder that is not one of ours: jobs are written into it, and
// all of it is deleted in the end.
func checkWork(op, dir string) error {
	if !isPlain(dir) || !strings.HasPrefix(dir, "nbscope-") {
		return tell(op, dir, ErrName, `a folder of nbscope's begins with "nbscope-" and is of letters, digits, dots, dashes`)
	}
	return nil
}

// isPlain is true of a path that means itself to every shell.
func isPlain(p string) bool {
	if p == "" || len(p) > 200 || path.Clean(p) != p {
		return false
	}
	for segment := range strings.SplitSeq(p, "/") {
		if segment == "" || segment[0] == '.' || segment[0] == '-' {
			return false
		}
	}
	return strings.Trim(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") == ""
}

func (j Job) file(end string) string { return j.Dir + "/" + j.Name + end }

// Start runs a script with bash, once: a job that has begun is left alone, so that
// Start may be repeated after any failure. The script runs in the folder that Jupyter
// serves, with its arguments as they are given, no input, and its output in Name.out.
// It must end when it is sent SIGTERM.
func (b *jobs) Start(ctx context.Context, j Job, script []byte, args ...string) error {
	if err := j.check(); err != nil {
		return err
	}
	st, err := b.Look(ctx, j)
	switch {
	case err == nil && st.Phase != JobNew:
		return nil
	case errors.Is(err, ErrNotFound):
		err = b.upload(ctx, j, script, args)
	}
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		if err = b.launch(ctx, j); !b.wire.opts.again(ctx, try, err) {
			return err
		}
	}
}

// upload writes a job's files. The status comes last: with it, all are there.
func (b *jobs) upload(ctx context.Context, j Job, script []byte, args []string) error {
	var run strings.Builder
	run.WriteString(keeper)
	run.WriteString(`bash "$job.sh"`)
	for _, a := range args {
		if strings.ContainsRune(a, 0) {
			return tell("run", j.file(".sh"), ErrName, "an argument holds a zero byte")
		}
		run.WriteString(" " + Quote(a))
	}
	run.WriteString(` >"$job.out" 2>&1 </dev/null &` + "\n" + keeperEnd)
	if err := b.files.Mkdir(ctx, j.Dir); err != nil {
		return err
	}
	for _, f := range []struct {
		end  string
		data []byte
	}{{".sh", script}, {".run", []byte(run.String())}, {".status", fmt.Appendf(nil, "%-62s.\n", "new")}} {
		if err := b.files.Put(ctx, j.file(f.end), f.data); err != nil {
			return err
		}
	}
	return nil
}

// keeperEnd waits for the script. A signal ends the waiting but not the script, which
// got it too.
const keeperEnd = `script=$!
wait $script
code=$?
while kill -0 $script 2>/dev/null; do
	wait $script
	code=$?
done
kill $beater 2>/dev/null
wait $beater
put "exit $code"
`

// findRoot is bash that goes to the folder that Jupyter serves, where $1 is. A
// terminal may begin elsewhere.
const findRoot = `for d in "${JUPYTER_SERVER_ROOT:-}" "$PWD" "$HOME" "$HOME/SageMaker" /home/ec2-user/SageMaker; do ` +
	`test -n "$d" && test -e "$d/$1" && cd "$d" && break; done; test -e "$1" || exit 66; `

const noRoot = 66 // its exit code where $1 was not found

// launch starts a job's keeper in a session of its own and returns when it holds the
// lock or has done so.
func (b *jobs) launch(ctx context.Context, j Job) error {
	const script = `nohup setsid bash "$1" >/dev/null 2>&1 </dev/null & ` +
		`for i in {1..50}; do read -r s _ <"${1%.run}.status"; test "$s" = new || exit 0; sleep 0.1; done; exit 67`
	_, err := b.console.inRoot(ctx, "run", j.file(".sh"), script, j.file(".run"))
	return err
}

// inRoot runs a script in the folder that Jupyter serves, where its argument is.
func (c *console) inRoot(ctx context.Context, op, at, script, arg string) (out string, err error) {
	out, code, err := c.Shell(ctx, findRoot+script, arg)
	if err != nil {
		return "", err
	}
	return out, rootError(op, at, code)
}

// rootError is what the exit code of a script that began with findRoot means.
func rootError(op, at string, code int) error {
	switch code {
	case 0:
		return nil
	case noRoot:
		return tell(op, at, ErrFailed, "a terminal does not see the folder that Jupyter serves")
	}
	return tell(op, at, ErrFailed, "exit code %d", code)
}

// Look reads a job's state once.
func (b *jobs) Look(ctx context.Context, j Job) (JobState, error) {
	if err := j.check(); err != nil {
		return JobState{}, err
	}
	data, err := b.files.Get(ctx, j.file(".status"), statusSize)
	if err != nil {
		return JobState{}, err
	}
	st, ok := parseStatus(data)
	if !ok {
		return JobState{}, tell("look at", j.file(".status"), ErrTemporary, "it is being written")
	}
	return st, nil
}

// parseStatus reads "new", "running PID BEAT" or "exit CODE" from a whole line.
func parseStatus(data []byte) (JobState, bool) {
	line, whole := bytes.CutSuffix(data, []byte(".\n"))
	if len(data) != statusSize || !whole {
		return JobState{}, false
	}
	words := strings.Fields(string(line))
	numbers := make([]int, 0, 2)
	for _, w := range words[min(1, len(words)):] {
		n, err := strconv.Atoi(w)
		if err != nil {
			return JobState{}, false
		}
		numbers = append(numbers, n)
	}
	switch {
	case len(words) == 1 && words[0] == "new":
		return JobState{Phase: JobNew}, true
	case len(words) == 3 && words[0] == "running":
		return JobState{Phase: JobRunning, PID: numbers[0], Beat: numbers[1]}, true
	case len(words) == 2 && words[0] == "exit":
		return JobState{Phase: JobEnded, Exit: numbers[0]}, true
	}
	return JobState{}, false
}

// Follow waits for the end of a job and returns its exit code. Each new state is told,
// also that the notebook cannot be reached: such a failure does not end following, the
// context does. ErrDied: the job ended and did not say how, as when the notebook was
// stopped. What Options.Presign fails with ends it too, and Follow may be called again.
func (b *jobs) Follow(ctx context.Context, j Job, report func(JobState)) (exit int, err error) {
	var last JobState
	var quiet time.Duration
	for wait := b.wire.opts.Pause; ; wait = min(wait*3/2, b.wire.opts.Poll) {
		st, err := b.Look(ctx, j)
		switch {
		case errors.Is(err, ErrTemporary) && ctx.Err() == nil:
			st = last
			st.Lost = err
		case err != nil:
			return 0, err
		case st.Phase == JobEnded:
			report(st)
			return st.Exit, nil
		case st != last:
			quiet = 0
		case quiet >= silence*b.wire.opts.Poll:
			if err := b.askLock(ctx, j); err != nil {
				return 0, err
			}
			quiet = 0
		}
		if st != last {
			report(st)
		}
		if last = st; last.Lost != nil {
			quiet = 0
		}
		last.Lost = nil
		if err := pause(ctx, wait); err != nil {
			return 0, b.wire.secrets.fail("follow", j.file(".sh"), ErrTemporary, err)
		}
		quiet += wait
	}
}

// askLock looks whether anything of a silent job still runs; nil when it does, or when
// that cannot be told now.
func (b *jobs) askLock(ctx context.Context, j Job) error {
	_, code, err := b.console.Shell(ctx, findRoot+`flock -n "$1" true && exit 68; exit 0`, j.file(".status"))
	if err != nil || code != 68 {
		return nil //nolint:nilerr // not known: asked again after the next silence
	}
	if st, err := b.Look(ctx, j); err != nil || st.Phase == JobEnded {
		return nil //nolint:nilerr // it ended meanwhile and said so, or the next look tells
	}
	return tell("follow", j.file(".sh"), ErrDied, "nothing of it runs any more")
}

// Halt ends a job and everything it started in its session, and returns when nothing
// of it runs. One that has ended, or was never there, is no error.
func (b *jobs) Halt(ctx context.Context, j Job) error {
	switch st, err := b.Look(ctx, j); {
	case errors.Is(err, ErrNotFound), err == nil && st.Phase == JobEnded:
		return nil
	case err != nil && !errors.Is(err, ErrTemporary):
		return err
	}
	const script = `exec 9<>"$1"; flock -n 9 && { read -r s _ <"$1"; test "$s" = new && printf "%-62s.\n" "exit 143" 1<>"$1"; exit 0; }; ` +
		`for k in TERM KILL; do read -r s p _ <"$1"; test "$s" = running && kill -$k -- "-$p"; flock -w 8 9 && exit 0; done; exit 69`
	_, err := b.console.inRoot(ctx, "end", j.file(".sh"), script, j.file(".status"))
	return err
}

// Output returns the end of what a job has printed, to 64 KiB.
func (b *jobs) Output(ctx context.Context, j Job) (string, error) {
	if err := j.check(); err != nil {
		return "", err
	}
	return b.console.inRoot(ctx, "read", j.file(".out"), `tail -c 65536 "$1"`, j.file(".out"))
}
