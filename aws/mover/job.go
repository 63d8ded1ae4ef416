package mover

import (
	"context"
	"io"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/manifest"
)

// Session is what is needed of a notebook's Jupyter; *jupyter.Client is one.
type Session interface {
	Up(ctx context.Context) error
	Get(ctx context.Context, path string, limit int64) ([]byte, error)
	Put(ctx context.Context, path string, data []byte) error
	Mkdir(ctx context.Context, path string) error
	Stat(ctx context.Context, path string) (jupyter.Entry, error)
	List(ctx context.Context, path string) ([]jupyter.Entry, error)
	Download(ctx context.Context, path string, from, to int64, w io.Writer) (int64, error)
	Root(ctx context.Context, seen string) (string, error)
	Shell(ctx context.Context, script string, args ...string) (out string, code int, err error)
	ContentsIn(dir string) jupyter.WayIn
	KernelIn(ctx context.Context, dir string) (jupyter.WayIn, error)
	Measure(ctx context.Context, dir string, size, parallel int, now func() time.Time) []jupyter.Measured
	EndKernels(ctx context.Context, dir string) error
	Clear(ctx context.Context, dir string) error
}

// Side is one of the two notebooks.
type Side struct {
	Session Session
	Name    string // of the notebook
	Root    bool   // root access is enabled: what the user may not read can be copied too
	// Serves asks AWS whether the notebook is still there and in service, once it has not
	// answered for a while; nil when nobody can be asked. Its error ends the copy.
	Serves func(ctx context.Context) error
}

// Transport is how the parts of a copy travel.
type Transport string

// The transports.
const (
	Relay Transport = "relay" // through this machine
	S3    Transport = "s3"    // through a bucket, by URLs that this machine signs
	Auto  Transport = "auto"  // S3 where there is much and both notebooks reach the bucket, else relay
)

// Job is the copy of one run. Run and Folder are all that another process needs to take
// it up.
type Job struct {
	Run          string // letters, digits, dots and dashes; the work folder is named after it
	Source       Side
	Replacement  Side   // without a Session while there is none: only Look can do without
	Folder       string // of this run on this machine, for manifests and where the copy is; made with mode 0700
	Transport    Transport
	Bucket       string                    // that S3 goes through; "" for none
	Prefix       string                    // of the keys of its objects: of this run alone
	Stores       func(bucket string) Store // nil for a session that has no way to S3
	Repositories []string                  // folders at the top that creating the replacement clones again; not copied
	Line         *jupyter.Line             // of this machine, that relay shares with other copies; nil for no limit
	KeepAwake    bool                      // do the heartbeat through a kernel, which scripts that stop idle notebooks look at
	Now          func() time.Time          // the clock, for rates and for how long nobody answered

	pace *pace // of tests; nil for what is usual
}

// pace is how patient a copy is.
type pace struct {
	tick     time.Duration // between two looks at both ends
	beat     time.Duration // between two heartbeats
	silence  time.Duration // after which what says nothing new is asked whether it runs
	lost     time.Duration // without an answer, after which AWS is asked
	patience time.Duration // without an answer, or with a full disk, after which the copy lets go
	part     int           // bytes
	window   int           // parts on the source's disk
	parallel int           // parts on their way
	rounds   int           // of what changed meanwhile
	small    int64         // bytes that are moved sooner than the ways in are measured
	object   int           // bytes of a part that goes through a bucket
	objects  int           // such parts on the source's disk
	many     int64         // bytes that are worth a bucket that nobody asked for
}

// usual is what was measured to be good: eight parts of 8 MiB on their way keep the
// replacement's Jupyter below 300 MiB, and fill a line of 80 ms.
func usual() *pace {
	return &pace{
		tick: 250 * time.Millisecond, beat: 20 * time.Second, silence: 20 * time.Second, lost: 15 * time.Second, patience: 15 * time.Minute,
		part: 8 << 20, window: 24, parallel: 8, rounds: 6, small: 64 << 20, object: 16 << 20, objects: 16, many: 5e9,
	}
}

func (j *Job) pacing() *pace {
	if j.pace != nil {
		return j.pace
	}
	return usual()
}

// Phase is what a copy or its proof is at.
type Phase string

// The phases, in their order.
const (
	Preparing Phase = "prepare" // sign in, look at both ends
	Trying    Phase = "try"     // the way through a bucket
	Measuring Phase = "measure" // the ways in
	Streaming Phase = "copy"    // parts travel
	Checking  Phase = "check"   // what arrived is compared with the source
	Placing   Phase = "place"   // it goes to where it belongs
	Reading   Phase = "prove"   // both notebooks read everything
	Comparing Phase = "compare" // the manifests, on this machine
)

// Bound is what a copy waits for at the moment.
type Bound string

// What bounds.
const (
	BySource      Bound = "the source's disk"
	ByLine        Bound = "the limit that is set on this machine's line"
	ByDownload    Bound = "the way out of the source"
	ByUpload      Bound = "the way into the replacement"
	ByPut         Bound = "the source's way to S3"
	ByGet         Bound = "the replacement's way to S3"
	ByReplacement Bound = "the replacement's disk"
)

// Progress is how far it is.
type Progress struct {
	Phase                Phase
	Round                int   // of the stream, from 1
	Files, TotalFiles    int64 // read, unpacked or placed; 0 where it is not known
	Bytes, TotalBytes    int64 // the total is what was counted before, and may be off
	Rate                 float64
	Part, Parts, Retries int64 // unpacked, cut so far, sent again
	Way                  string
	By                   Transport // that was taken, once it is known
	Why                  string    // of By, where the choice was free: a clause
	Bound                Bound
	Note                 string // what is being waited for or tried again, a sentence; "" for nothing
}

// Result is a proof, or why it is none.
type Result struct {
	manifest.Comparison
	Source, Replacement Summary
	At                  time.Time // when both were compared, by this machine's clock
	Differences         string    // the path of the file with every difference, a JSON object for each line; see Line
}

// Summary is a manifest as it is kept with the run.
type Summary struct {
	manifest.Summary
	Made time.Time // by the notebook's clock
	Root bool      // made as root
	Cold bool      // read from the disk, not from the page cache
	File string    // its path on this machine
}
