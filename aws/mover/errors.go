package mover

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"nbscope/aws/jupyter"
	"nbscope/model"
	"nbscope/model/manifest"
)

// What ended a copy, for [errors.Is].
var (
	ErrStopped     = errors.New("the notebook does not serve any more")    // AWS says so
	ErrNoURL       = errors.New("AWS gives no URL to the notebook")        // its cause is what Options.Presign failed with
	ErrUnreachable = errors.New("the notebook does not answer")            // for longer than is waited
	ErrNotSignedIn = errors.New("nobody is signed in to the notebook")     // a new URL did not help
	ErrHost        = errors.New("the URL is not the notebook's")           // nothing was sent
	ErrRefused     = errors.New("the notebook refuses it")                 // a policy, or Jupyter's configuration
	ErrNoPython    = errors.New("python3 does not run in the notebook")    // only a copy by hand is left
	ErrNoTerminal  = errors.New("the notebook opens no terminal")          // only a copy by hand is left
	ErrFull        = errors.New("the disk is full")                        // it waits, and can be taken up
	ErrScript      = errors.New("what runs in the notebook failed")        // with its own words
	ErrUnproven    = errors.New("what the notebook says is no proof")      // its cause is a *manifest.Unproven
	ErrEmpty       = errors.New("there is nothing to copy")                // and an empty list proves nothing
	ErrStore       = errors.New("the bucket cannot be used")               // its cause is the store's error
	ErrNoWay       = errors.New("the notebook does not get to the bucket") // or is refused there
	ErrLeft        = errors.New("objects may be left in the bucket")       // its cause says why
	ErrFolder      = errors.New("this machine cannot keep the manifests")  // the run's folder
	ErrDetached    = errors.New("let go")                                  // the context ended; what runs goes on
)

// Error is why a copy or its proof did not come to its end.
type Error struct {
	Kind     error         // one of the errors above
	Side     manifest.Side // "" where it is neither
	Notebook string        // its name, "" where it is neither
	Text     string        // what was seen, one sentence; may be empty
	cause    error
}

// Error is one line.
func (e *Error) Error() string {
	out := e.Kind.Error()
	if e.Notebook != "" {
		out = e.Notebook + " (" + string(e.Side) + "): " + out
	}
	if e.Text != "" {
		out += ": " + e.Text
	}
	return out
}

// Unwrap gives the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.cause}
}

// kind is what a kind of error is for the user.
type kind struct {
	of      error
	problem model.ProblemKind
	hint    string // %s stands for the side
}

func kinds() []kind {
	const goOn, byHand = "go on: it is done again", "copy by hand"
	return []kind{
		{ErrStopped, model.KindConflict, "start the notebook and go on: what is missing is found by its manifest"},
		{ErrNoURL, model.KindService, "look whether the notebook is in service and who is signed in, and go on"},
		{ErrUnreachable, model.KindNetwork, "look at the network and go on: at most the parts on their way are sent again"},
		{ErrNotSignedIn, model.KindDenied, "look whether the role may call sagemaker:CreatePresignedNotebookInstanceUrl from this address, and go on"},
		{ErrHost, model.KindProtocol, "look at the endpoint that is configured"},
		{ErrRefused, model.KindDenied, "look at the policies for the notebook's URL and at Jupyter's configuration; the copy by hand needs neither"},
		{ErrNoPython, model.KindNotOffered, byHand},
		{ErrNoTerminal, model.KindNotOffered, byHand},
		{ErrFull, model.KindLimit, "make room on the disk of the %s and go on"},
		{ErrScript, model.KindService, goOn},
		{ErrUnproven, model.KindProtocol, goOn},
		{ErrEmpty, model.KindConflict, "look into the source's folder; if it is to be empty, say so as for a copy by hand"},
		{ErrStore, model.KindService, "look whether the bucket is yours, in the notebooks' region, and may be read, written and listed by you; or take relay, which needs none"},
		{ErrNoWay, model.KindNetwork, "take relay, which needs no way to S3, or give its VPC an endpoint for S3 whose policy allows the bucket"},
		{ErrLeft, model.KindService, "go on: it is looked again, and what is left is deleted"},
		{ErrFolder, model.KindConfig, "make room on this machine, or look who may write into the run's folder, and go on"},
		{ErrDetached, model.KindCanceled, "go on: it is taken up where it is"},
	}
}

// kind is the error's own.
func (e *Error) kind() kind {
	for _, k := range kinds() {
		if errors.Is(e.Kind, k.of) {
			k.hint = strings.ReplaceAll(k.hint, "%s", string(e.Side))
			return k
		}
	}
	return kind{problem: model.KindUnknown}
}

// Hint says what mends it; "" where nothing of the user's would.
func (e *Error) Hint() string { return e.kind().hint }

// Problem is the error as the user meets it. What AWS said of the notebook comes first,
// and what mends it is the copy's own, where AWS's words have none.
func (e *Error) Problem() model.Problem {
	if own, ok := errors.AsType[model.Problem](e.cause); ok {
		own.Hint = cmp.Or(own.Hint, e.Hint())
		return own
	}
	return model.Problem{Kind: e.kind().problem, Operation: "copy", Message: e.Error(), Hint: e.Hint()}
}

// local is an error of this machine.
func local(err error) error {
	return &Error{Kind: ErrFolder, Text: err.Error(), cause: err}
}

// fail makes an error of one side.
func (e *end) fail(kind, cause error, format string, args ...any) error {
	if own, ok := errors.AsType[*Error](cause); ok {
		return own
	}
	return &Error{Kind: kind, Side: e.side, Notebook: e.Name, Text: fmt.Sprintf(format, args...), cause: cause}
}

// judge makes an error of a session's.
func (e *end) judge(ctx context.Context, err error) error {
	own, ok := errors.AsType[*Error](err)
	var j *jupyter.Error
	switch {
	case err == nil:
		return nil
	case ok:
		return own
	case ctx.Err() != nil:
		return &Error{Kind: ErrDetached, cause: context.Cause(ctx)}
	case !errors.As(err, &j): // of making a URL, in the words of AWS
		if e.Serves != nil {
			if gone := e.Serves(ctx); gone != nil {
				return e.fail(ErrStopped, gone, "%v", gone)
			}
		}
		return e.fail(ErrNoURL, err, "%v", err)
	}
	for _, k := range []struct{ of, is error }{
		{jupyter.ErrNotSignedIn, ErrNotSignedIn}, {jupyter.ErrHost, ErrHost}, {jupyter.ErrRefused, ErrRefused}, {jupyter.ErrTemporary, ErrUnreachable},
	} {
		if errors.Is(err, k.of) {
			return e.fail(k.is, err, "%v", err)
		}
	}
	return e.fail(ErrScript, err, "%v", err)
}
