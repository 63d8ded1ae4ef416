package jupyter

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// What went wrong, for [errors.Is].
var (
	// ErrNotSignedIn: the answer is a page where data was due, or Jupyter says so,
	// and a new URL did not help.
	ErrNotSignedIn = errors.New("not signed in to Jupyter")
	// ErrHost: the URL leads elsewhere than to the notebook. Nothing was sent.
	ErrHost = errors.New("the URL is not the notebook's")
	// ErrNotFound: Jupyter itself says that there is no such thing.
	ErrNotFound = errors.New("not found")
	// ErrRefused: the session is good, and Jupyter may not or will not do this.
	ErrRefused = errors.New("refused")
	// ErrTemporary: the connection or what stands before Jupyter failed. Whether
	// the request arrived is not known.
	ErrTemporary = errors.New("no answer from Jupyter")
	// ErrTooLarge: more bytes than this client or the server takes.
	ErrTooLarge = errors.New("too large")
	// ErrName: a name that Jupyter cannot be asked for. Nothing was sent.
	ErrName = errors.New("the name cannot be used")
	// ErrChanged: a file is not as it was when its download began.
	ErrChanged = errors.New("the file changed while it was read")
	// ErrFailed: Jupyter answered that it could not, or what no Jupyter answers.
	ErrFailed = errors.New("failed")
	// ErrDied: a job ended without leaving its exit code.
	ErrDied = errors.New("the job ended without saying so")
	// ErrClosed: the client was closed.
	ErrClosed = errors.New("the client is closed")
)

// Error is a failed operation.
type Error struct {
	Op     string // what was to be done: "read", "write", "open a terminal"
	Path   string // the file or folder, "" for none
	Kind   error  // one of the errors above
	Status int    // of the HTTP answer, 0 for none
	Detail string // the server's or the network's words, made safe; may be empty
	cause  error  // context.Canceled or context.DeadlineExceeded, otherwise nil
}

// Error is one line without anything secret.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("Jupyter: " + e.Op)
	if e.Path != "" {
		fmt.Fprintf(&b, " %q", e.Path)
	}
	b.WriteString(": " + e.Kind.Error())
	if e.Status != 0 {
		fmt.Fprintf(&b, " (status %d)", e.Status)
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	return b.String()
}

// Unwrap gives the kind, and the context's error where that ended it.
func (e *Error) Unwrap() []error {
	if e.cause != nil {
		return []error{e.Kind, e.cause}
	}
	return []error{e.Kind}
}

// fail makes an error from one of the network's, whose text may hold a URL. The
// original is not kept: whoever prints a chain of errors would print it.
func (s *secrets) fail(op, path string, kind, err error) *Error {
	e := &Error{Op: op, Path: path, Kind: kind}
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			e.cause = end
		}
	}
	if in, ok := errors.AsType[*url.Error](err); ok {
		err = in.Err // the rest of a url.Error is the URL
	}
	if err != nil {
		e.Detail = s.hide(err.Error())
	}
	return e
}

// tell makes an error of the words of this program.
func tell(op, path string, kind error, format string, args ...any) *Error {
	return &Error{Op: op, Path: path, Kind: kind, Detail: fmt.Sprintf(format, args...)}
}
