package recreate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nbscope/model"
)

// Transport is how the data gets from the source to the replacement.
type Transport string

// The transports.
const (
	TransportManual Transport = "manual" // the user's own way, attested by the user
	TransportRelay  Transport = "relay"  // through this machine, by both notebooks' Jupyter
	TransportS3     Transport = "s3"     // through a bucket, by URLs that the user's session signs
)

// TransportAuto stands for the one that is recommended. No plan holds it.
const TransportAuto Transport = "auto"

// Moves reports whether nbscope moves the data itself, and compares it.
func (t Transport) Moves() bool { return t == TransportRelay || t == TransportS3 }

// Way is a transport with what speaks for it and against.
type Way struct {
	Transport Transport
	Title     string // one or two words
	Needs     string // a sentence each
	Costs     string
	Leaves    string // what is left behind when the copy is proven
}

// Ways are the transports as a form shows them, in the order of Transports.
func Ways() []Way {
	return []Way{
		{
			TransportRelay, "relay",
			"You may sign in to both notebooks (" + callPresign + "). It works also where a notebook has no way out.",
			"Nothing but your line: every byte comes to this machine and goes out again. The source's disk needs room for a few parts.",
			"Nothing: its folder is taken away from both notebooks.",
		},
		{
			TransportS3, "S3",
			"You may sign in to both, and list, put, get and delete objects of a bucket in the same region, with the source's key where it has one. Both notebooks reach S3; their roles need nothing.",
			"Requests to S3, a gigabyte's for less than a cent; NAT gateways and endpoints charge what goes through them.",
			"Nothing: an object is deleted when the replacement has it. A bucket that was made for it stays, empty.",
		},
		{
			TransportManual, "by hand",
			"A terminal in both notebooks, and your time.",
			"What you use for it.",
			"What you leave: the last commands clean up.",
		},
	}
}

// WayOf is a transport with what speaks for it; zero for one that there is not.
func WayOf(t Transport) Way {
	for _, w := range Ways() {
		if w.Transport == t {
			return w
		}
	}
	return Way{}
}

// manyGB is from where on a bucket is faster than a line, mostly.
const manyGB = 5

// Recommend chooses among the transports that this program can carry out, and says
// why. As long as nobody has looked into the notebooks, the size of the volume is the
// most that there can be; a survey, nil for none, says how much there is, and whether S3
// is reached.
func Recommend(src *Snapshot, e *model.Egress, bucket string, can []Transport, s *Survey) (t Transport, why string) {
	isolated, known, cutOff := e != nil && e.Verdict == model.VerdictIsolated, "the source is not known to be cut off", "the source has no way out"
	relay, s3 := slices.Contains(can, TransportRelay), slices.Contains(can, TransportS3)
	size, much := fmt.Sprintf("at most %d GB", src.VolumeGB), src.VolumeGB >= manyGB
	if s != nil && s.Source.Bytes >= 0 {
		size, much = Size(s.Source.Bytes), s.Source.Bytes >= manyGB*1e9
		isolated, known, cutOff = !s.reachesS3(), "S3 is reached", "S3 is not reached from inside"
	}
	switch {
	case !relay && !s3:
		return TransportManual, "this session moves no data itself"
	case s3 && bucket != "" && !isolated && much:
		return TransportS3, size + " on the source, a bucket is named, and " + known
	case !relay:
		return TransportManual, "S3 is all that this session has, and it needs a bucket and a way to it from both notebooks"
	case isolated:
		return TransportRelay, cutOff + ", and relay needs no way out"
	case !much:
		return TransportRelay, size + " on the source: so little needs no bucket"
	case bucket == "":
		return TransportRelay, size + " on the source, and no bucket was named: auto makes none"
	}
	return TransportRelay, size + " on the source: that needs no bucket"
}

// ParseTransport reads a transport, or auto. The error is a sentence for the user.
func ParseTransport(word string) (Transport, error) {
	t := Transport(strings.ToLower(word))
	if t == TransportAuto || t.known() {
		return t, nil
	}
	return "", fmt.Errorf("%q is not a transport: use relay, s3, manual or auto", word)
}

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// BadBucket says why a name is that of no bucket that parts can go through, "" for one
// that may be. Directory buckets sign another way.
func BadBucket(name string) string {
	switch {
	case !bucketName.MatchString(name) || strings.Contains(name, ".."):
		return "a bucket's name has 3 to 63 small letters, digits, dots and dashes"
	case strings.HasSuffix(name, "--x-s3"):
		return "it is a directory bucket: name one for general purposes"
	}
	return ""
}

// FieldBucket names the buckets among what a form chooses from; it is no member of Create.
const FieldBucket = "Bucket"

// newBucket begins the value of a bucket that is yet to be made.
const newBucket = "new:"

// NewBucketChoice is the choice of having a bucket made for the notebooks of an account and
// region.
func NewBucketChoice(account, region string) Choice {
	name := "nbscope-" + account + "-" + region
	return Choice{Value: newBucket + name, Label: "make " + name, Note: "there is none of that name yet"}
}

// ReadBucketChoice is the bucket that a choice names, and whether it is to be made.
func ReadBucketChoice(value string) (name string, made bool) {
	name, made = strings.CutPrefix(value, newBucket)
	return name, made
}

// By is the transport as the end of a sentence.
func (t Transport) By() string {
	switch t {
	case TransportRelay:
		return "by relay"
	case TransportS3:
		return "through S3"
	case TransportManual, TransportAuto:
	}
	return "by hand"
}

// EffectCalls are the API calls that a transport makes for a step, as IAM spells them.
func (t Transport) calls(k StepKind) []string {
	switch {
	case (k == StepCopy || k == StepSurvey) && t == TransportS3:
		return []string{callPresign, "s3:ListBucket", "s3:PutObject", "s3:GetObject", "s3:DeleteObject"}
	case (k == StepVerify || k == StepClean) && t == TransportS3:
		return []string{callPresign, "s3:ListBucket", "s3:DeleteObject"}
	case k == StepCopy, (k == StepVerify || k == StepSurvey) && t.Moves(), k == StepClean:
		return []string{callPresign}
	}
	return nil
}
