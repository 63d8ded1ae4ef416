package recreate

import (
	"fmt"
	"strings"
	"time"

	"nbscope/model"
)

// What a copy will meet: both notebooks are looked into before anything of it is begun,
// the source also before the replacement is made.

// OpSurvey is what a look into the notebooks is called in a problem.
const OpSurvey = "survey"

// MaxNamed is how many names of files, mounts or lines a survey holds of a kind.
const MaxNamed = 20

// Survey is what was found inside the notebooks of a run.
type Survey struct {
	At          time.Time `json:"at"`
	Source      Interior  `json:"source"`
	Replacement *Interior `json:"replacement,omitempty"` // nil before there is one
	ClonedAgain []string  `json:"clonedAgain,omitempty"` // folders of which the replacement has all, as they were cloned for it: not copied
}

// Interior is what was found inside one notebook. A number that is not known is -1.
type Interior struct {
	UID        int          `json:"uid"`
	Sudo       bool         `json:"sudo"`   // files of others can be read and written
	Python     string       `json:"python"` // its version
	Curl       bool         `json:"curl"`
	Size       int64        `json:"size"` // of the volume, in bytes
	Free       int64        `json:"free"`
	Inodes     int64        `json:"inodes"` // free
	Entries    int64        `json:"entries"`
	Files      int64        `json:"files"` // that a copy would take
	Bytes      int64        `json:"bytes"`
	Excluded   int64        `json:"excluded"` // left out by a rule
	Changing   int64        `json:"changing"` // files written within the last minute
	Unread     int64        `json:"unread"`   // names that cannot be read
	Unreadable []Unreadable `json:"unreadable,omitempty"`
	Mounts     []string     `json:"mounts,omitempty"`   // what is mounted below the folder, and not copied
	AutoStop   []string     `json:"autoStop,omitempty"` // lines of crontabs that may stop the notebook
	Ways       []WayIn      `json:"ways,omitempty"`     // the fastest way in first
	S3         *model.Tried `json:"s3,omitempty"`       // its host alone; nil where it could not be tried
	Bucket     *Reach       `json:"bucket,omitempty"`   // the bucket of the plan; nil where it was not tried
	Clones     []Clone      `json:"clones,omitempty"`   // of repositories, at the top
}

// Unreadable is a name that cannot be read, as a manifest writes it.
type Unreadable struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

// WayIn is a way into a notebook's Jupyter that was tried with a round trip of 16 MiB,
// compared.
type WayIn struct {
	Name string  `json:"name"`
	In   float64 `json:"in"` // bytes a second
	Out  float64 `json:"out"`
	Why  string  `json:"why,omitempty"` // it cannot be taken; "" when it can
}

// Reach is what came of one small object that the source puts into a bucket and the
// replacement gets: the way that a copy takes.
type Reach struct {
	Bucket string `json:"bucket"`
	Why    string `json:"why,omitempty"` // it did not arrive; "" when it did
}

// Clone is a folder that creating a notebook has cloned from a repository.
type Clone struct {
	Folder string     `json:"folder"`
	State  CloneState `json:"state"`
	Says   string     `json:"says,omitempty"` // what would be lost, or why it is not known
}

// CloneState is whether a clone holds what its repository does not.
type CloneState string

// The states of a clone.
const (
	CloneClean   CloneState = "clean"   // all of it is in the repository
	CloneChanged CloneState = "changed" // something of it is nowhere else
	CloneUnknown CloneState = "unknown"
)

// rate is how fast a notebook is read and written by the best of its ways; 0 where none
// can be taken.
func (n *Interior) rate() (in, out float64) {
	for i := range n.Ways {
		if w := &n.Ways[i]; w.Why == "" {
			in, out = max(in, w.In), max(out, w.Out)
		}
	}
	return in, out
}

// Surveyed is what a run has found in both notebooks.
type Surveyed struct {
	Survey Survey  `json:"survey"`
	Checks []Check `json:"checks"`
	Waived *Waived `json:"waived,omitempty"` // nil as long as nobody has gone on in spite of it
}

// surveys reports whether a run of the plan looks into both notebooks before the copy.
func (p *Plan) surveys() bool { return p.LooksInside && p.Transport.Moves() }

// surveyed takes in what is in both notebooks.
func (m afterEffect) surveyed(s *Survey) {
	m.Inside = &Surveyed{Survey: *s, Checks: dataChecks(&m.Plan, s)}
	var broken []string
	for i := range m.Inside.Checks {
		if c := &m.Inside.Checks[i]; c.Result == Fail {
			broken = append(broken, c.Evidence)
		}
	}
	if len(broken) == 0 {
		m.complete(surveyNote(s))
		return
	}
	m.fail(model.KindConflict, OpSurvey, "the copy would not come to its end: "+strings.Join(broken, "; "),
		"mend it and try again, go on in spite of it, take another way for the data, or roll back")
}

// amountUnknown is said where nobody could count what is to be copied.
const amountUnknown = "the amount of data is not known"

func surveyNote(s *Survey) string {
	if s.Source.Files < 0 || s.Source.Bytes < 0 {
		return amountUnknown
	}
	return fmt.Sprintf("%s files, %s", Number(s.Source.Files), Size(s.Source.Bytes))
}

// KeepsBusy reports whether a copy does its heartbeat through kernels, as a script may
// stop a notebook whose kernels are idle.
func (r *Run) KeepsBusy() bool {
	if r.Plan.StayBusy() != "" {
		return true
	}
	if r.Inside == nil {
		return false
	}
	s := &r.Inside.Survey
	return len(s.Source.AutoStop) > 0 || s.Replacement != nil && len(s.Replacement.AutoStop) > 0
}

// passSurvey goes on in spite of what was found.
func (m decision) passSurvey() {
	if m.Inside == nil {
		m.Steps[m.At].Idle = true // what was tried came to nothing
		m.complete("not looked at, gone on all the same")
		return
	}
	next := *m.Inside
	next.Waived = &Waived{By: m.event.By, At: m.event.At}
	m.Inside = &next
	m.complete(surveyNote(&next.Survey) + ", gone on in spite of what is in the way")
}

// stakes are what it means to go on in spite of what was found.
func (x *Surveyed) stakes() []Risk {
	if x == nil {
		return []Risk{high("Nobody has looked into the notebooks", "Whether the data fits, and what cannot be read, shows in the middle of the copy.")}
	}
	var out []Risk
	for i := range x.Checks {
		if c := &x.Checks[i]; c.Result == Fail {
			out = append(out, high(c.Title+": no", upperFirst(c.Evidence)+"."))
		}
	}
	return out
}
