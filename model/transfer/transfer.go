// Package transfer holds what nbscope runs inside notebooks to copy their data: one
// script for python 3.7 with a verb for each thing to do, what it is told, and what it
// says. It moves nothing itself: whoever carries the parts from one notebook to the
// other talks to both ends by files of the work folder.
//
// The work folder is at the top of the tree that is copied, and named by WorkFolder.
// In it, and in the folder of a stream (1, 2, …) in it:
//
//	notebook.py, VERB.json   the script and its Parameters, before it is started
//	VERB.status              its Status, replaced as a whole
//	VERB.err                 what tar complained of
//	beat                     written again and again by the client: without it for Idle, both ends clean up and end
//	abort                    its presence ends every verb, which removes the work folder
//	1/parts/p0000001         of the source: a part, until it is acknowledged
//	1/parts/p0000001-SIZE-SHA256   of the replacement: a part as it comes; it counts when all bytes are there, and are right
//	1/ack                    of the source: the number of parts that the replacement has fed to tar, and a newline
//	1/last                   of the replacement: how many parts there are, and a newline, once the source has cut all
//	1/urls/p0000001.json     with URLs: an Order to put or get that part, taken away once it was tried; another one has it tried again
//	stage                    of the replacement: what is unpacked, until it is placed
//
// A stream that broke off, because an end was killed or a notebook stopped, is not
// taken up: the manifests of both trees (that of the stage, before it was placed) say
// what is missing, and the next stream sends that. The lock of a verb is held by its
// tar as well, so that a second start does nothing while either lives.
package transfer

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"nbscope/model"
	"nbscope/model/manifest"
	"nbscope/model/probe"
)

//go:embed notebook/*.py
var parts embed.FS

// Script is the text of the script. It is uploaded as a file and run with Command:
// nothing of it, and nothing that it is told, goes through a shell.
func Script() string {
	files, err := parts.ReadDir("notebook")
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, f := range files {
		text, err := parts.ReadFile("notebook/" + f.Name())
		if err != nil {
			return ""
		}
		b.Write(text)
	}
	return b.String()
}

// Names in the work folder.
const (
	ScriptFile = "notebook.py"
	BeatFile   = "beat"
	AbortFile  = "abort"
	StageDir   = "stage"
)

// WorkFolder is the name of the folder that a run works in, at the top of the tree.
func WorkFolder(run string) string { return "nbscope-" + run }

// LookFolder is the name of the folder that a look into a run's notebooks works in.
func LookFolder(run string) string { return WorkFolder(run) + "-look" }

// AskFolder is the name of the folder from which a run asks something in a notebook.
func AskFolder(run string) string { return probe.FolderPrefix + run }

// Folders are all those of a run: known from it alone, so that what a process that was
// killed has left can be taken away.
func Folders(run string) []string {
	return []string{WorkFolder(run), LookFolder(run), AskFolder(run)}
}

// Rules are those of a run's copy, see [manifest.Rules]. What a probe has left that was
// killed is of no run.
func Rules(run string, repositories ...string) []manifest.Rule {
	return manifest.Rules([]string{WorkFolder(run), LookFolder(run), probe.FolderPrefix + "*"}, repositories...)
}

// Verb is one thing that the script does.
type Verb string

// The verbs. Clean ends all others, and removes the work folder.
const (
	Survey       Verb = "survey"
	MakeManifest Verb = "manifest"
	Exchange     Verb = "exchange"
	Send         Verb = "send"
	Receive      Verb = "receive"
	Place        Verb = "place"
	Clean        Verb = "clean"
)

// ParameterFile and StatusFile are the names of a verb's files in the work folder.
func (v Verb) ParameterFile() string { return string(v) + ".json" }

// StatusFile is where the verb says how it is; see Status.
func (v Verb) StatusFile() string { return string(v) + ".status" }

// Command starts a verb in a shell of the notebook. dir is the path of the work folder
// there. python3 is run apart from the user's own settings and packages. With sudo it
// runs as root, where that is allowed without a password, else it fails.
func (v Verb) Command(dir string, sudo bool) string {
	words := []string{"python3", "-I", "-S", dir + "/" + ScriptFile, string(v), dir + "/" + v.ParameterFile()}
	if sudo {
		words = append([]string{"sudo", "-n"}, words...)
	}
	for i, w := range words {
		words[i] = model.ShellQuote(w)
	}
	return strings.Join(words, " ")
}

// Parameters are what a verb is told. Not every verb needs all.
type Parameters struct {
	Root   string          `json:"root"` // the path of the tree
	Work   string          `json:"work"` // WorkFolder of the run
	Run    string          `json:"run"`
	Rules  []manifest.Rule `json:"rules,omitempty"`
	Detach bool            `json:"detach,omitempty"` // leave the terminal
	Idle   int             `json:"idle,omitempty"`   // seconds without a heartbeat until an end gives up; three days if 0: a laptop sleeps

	// Of a manifest.
	Request string        `json:"request,omitempty"`
	Side    manifest.Side `json:"side,omitempty"`
	Cold    bool          `json:"cold,omitempty"` // read from the disk, not from the page cache
	Out     string        `json:"out,omitempty"`  // its name in the work folder
	Of      string        `json:"of,omitempty"`   // StageDir for what is unpacked and not placed yet, else the root

	// Of both ends of a stream.
	Stream  string `json:"stream,omitempty"`  // its number: one more each time. The other verbs only repeat it in their status
	Part    int    `json:"part,omitempty"`    // bytes of a part
	Window  int    `json:"window,omitempty"`  // how many parts may be on the source's disk, or ordered ahead by the replacement
	URLs    bool   `json:"urls,omitempty"`    // parts go by Orders
	Streams int    `json:"streams,omitempty"` // at most so many of them at once, four if 0
	List    string `json:"list,omitempty"`    // of a delta: the name of the file of what to send; empty for everything

	Order *Order `json:"order,omitempty"` // of an exchange: what is tried, once
	Text  string `json:"text,omitempty"`  // what is put by it

	Changes  string `json:"changes,omitempty"`  // of place, after a delta: the name of the file of what may be replaced
	Patience int    `json:"patience,omitempty"` // of clean: seconds to wait for what runs, 60 if 0
}

// File is the parameters as they are uploaded.
func (p *Parameters) File() ([]byte, error) {
	out, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write the parameters: %w", err)
	}
	return out, nil
}

// State is how a verb is.
type State string

// The states. A work folder that is gone was cleaned.
const (
	Running State = "running"
	Cut     State = "cut" // the source has cut every part, and waits until they are acknowledged
	Done    State = "done"
	Failed  State = "failed"
)

// Part is one that is on the source's disk.
type Part struct {
	N      int64  `json:"n"` // from 1
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`

	Carried
}

// Carried is what came of the last try to put or get something by its URL.
type Carried struct {
	Stored  bool   `json:"stored"`  // it was; else another URL is wanted
	Version string `json:"version"` // of the object, where the bucket keeps versions
	Again   string `json:"again"`   // why not: "HTTP 403", "curl 28", the name of an error; no URL is in it
	Disk    string `json:"disk"`    // there was no room for it
	Try     int    `json:"try"`     // how often it was tried
	MS      int64  `json:"ms"`      // of an exchange: how long it took, in milliseconds
}

// Status is what a verb says of itself.
type Status struct {
	V      int    `json:"v"` // 1
	Verb   Verb   `json:"verb"`
	Run    string `json:"run"`
	Stream string `json:"stream"` // of an end, or what else it was started with: the status of an earlier one says nothing of this
	State  State  `json:"state"`
	Why    string `json:"why"`    // where it failed: "full", an error number's name, or "program"
	Text   string `json:"text"`   // of the failure
	Full   *int64 `json:"full"`   // the disk is full, and it waits: the bytes that are left
	Clock  int64  `json:"clock"`  // the notebook's, in seconds
	PID    int    `json:"pid"`    // of the script
	Tar    int    `json:"tar"`    // tar's exit code; it is no verdict
	Errors string `json:"errors"` // the end of what tar said
	Bytes  int64  `json:"bytes"`  // cut or fed so far; of a manifest, the sizes of the files so far

	// Of a survey, which also counts entries, files and bytes.
	Unread     int64       `json:"unread"`
	Excluded   int64       `json:"excluded"`
	Changing   int64       `json:"changing"`   // files that were written within the last minute
	Unreadable [][2]string `json:"unreadable"` // the first thousand: a path as in a manifest, and the error's name
	Mounts     []string    `json:"mounts"`     // the first thousand, as in a manifest: what is mounted is not copied

	// Of a manifest.
	Entries int64             `json:"entries"`
	Files   int64             `json:"files"` // also of the replacement: unpacked so far, by every name that is no folder
	Read    int64             `json:"read"`  // bytes read from files
	End     *manifest.Summary `json:"end"`   // once it is done

	// Of the source.
	Parts []Part `json:"parts"` // on its disk
	Cut   int64  `json:"cut"`   // how many were cut
	Acked int64  `json:"acked"`
	Last  int64  `json:"last"` // once it is Cut: how many parts there are

	// Of the replacement.
	Fed   int64             `json:"fed"`   // parts that tar has
	Bad   map[int64]int     `json:"bad"`   // parts that came damaged, and how often: each has to come again
	Again map[int64]Carried `json:"again"` // parts that want another URL
	Come  int               `json:"come"`  // parts that came by their URLs, and are not fed

	Exchanged *Carried `json:"exchanged"` // of an exchange, once it is done

	// Of place.
	Placed      int64       `json:"placed"`
	Equal       int64       `json:"equal"`
	Replaced    int64       `json:"replaced"`
	Removed     int64       `json:"removed"`
	Differ      int64       `json:"differ"`
	Differences [][2]string `json:"differences"` // the first thousand: a path as in a manifest, and why it is not in place
}

// ReadStatus reads a status file. What cannot be read is an error, never a status.
func ReadStatus(raw []byte, run string, verb Verb) (*Status, error) {
	var s Status
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("the status of %s cannot be read: %w", verb, err)
	}
	switch {
	case s.V != 1:
		return nil, fmt.Errorf("the status of %s has version %d", verb, s.V)
	case s.Verb != verb || s.Run != run:
		return nil, fmt.Errorf("the status is of %s of the run %q, not of %s of %q", s.Verb, s.Run, verb, run)
	}
	return &s, nil
}

// Order is a URL that one part goes to or comes from, with the headers that were
// signed. It is written into the folder of URLs, which only its owner can read, and is
// in no list of processes.
type Order struct {
	Method  string            `json:"method"` // GET or PUT
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers,omitempty"`
	Size    int64             `json:"size"`
	SHA256  string            `json:"sha256"`
}

// Paths of a stream, below the work folder.

// CutFile is a part on the source.
func CutFile(stream string, n int64) string { return fmt.Sprintf("%s/parts/p%07d", stream, n) }

// ComeFile is a part on the replacement.
func ComeFile(stream string, p *Part) string {
	return fmt.Sprintf("%s/parts/p%07d-%d-%s", stream, p.N, p.Size, p.SHA256)
}

// AckFile is where the source is told how many parts were fed; Number is its content.
func AckFile(stream string) string { return stream + "/ack" }

// LastFile is where the replacement is told how many parts there are.
func LastFile(stream string) string { return stream + "/last" }

// OrderFile is where either end finds the URL of a part.
func OrderFile(stream string, n int64) string { return fmt.Sprintf("%s/urls/p%07d.json", stream, n) }

// Number is a number as either end reads it: without its newline it is half of one.
func Number(n int64) []byte { return fmt.Appendf(nil, "%d\n", n) }
