package aws

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
)

// Whatever answers, AWS or not, must not fill this machine's memory. The bounds are
// far above what the calls of this program are answered with: a page of a list has
// some ten kilobytes, the largest some hundred.
const (
	maxAnswer  = 16 << 20  // bytes of one answer, decompressed
	maxWeight  = 32 << 20  // of one answer, by what it becomes in memory
	maxReading = 128 << 20 // bytes of all answers that are being read

	// Bytes of an answer's headers. net/http reads them whole, before anything here can
	// make answers wait for one another, and short ones take many times their bytes in
	// memory: with 64 answers at a time a megabyte of them came to 830 MB, this to 130.
	maxHeaders = 256 << 10

	// From here on an answer is a large one, of which one is read at a time.
	largeAnswer = 256 << 10
)

const hintTooLarge = "AWS gives no such answer: look for a proxy or a wrong endpoint URL on the way"

// floodError is an answer that was given up because there was too much of it.
type floodError struct {
	what    string
	most    int64
	passing bool // the next try may find more room
}

func (e *floodError) Error() string {
	if e.most < 1<<20 {
		return fmt.Sprintf("%s more than %d KB", e.what, e.most>>10)
	}
	return fmt.Sprintf("%s more than %d MB", e.what, e.most>>20)
}

// intake bounds what is read of answers at a time. One serves all clients.
type intake struct {
	reading atomic.Int64
	large   chan struct{} // held by the one large answer
	most    int64         // of reading
}

func newIntake() *intake {
	return &intake{large: make(chan struct{}, 1), most: maxReading}
}

const boundsID = "nbscope.bounds"

// install puts the bounds right behind the wire, before anything reads an answer.
func (i *intake) install(s *middleware.Stack) error {
	step := middleware.DeserializeMiddlewareFunc(boundsID, func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, md, err := next.HandleDeserialize(ctx, in)
		if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && resp.Response != nil && resp.Body != nil {
			doc, _ := ctx.Value(documentKey{}).(*document)
			if doc != nil && resp.StatusCode >= http.StatusBadRequest {
				doc.head = make([]byte, 0, longestHead)
			}
			resp.Body = &boundedBody{body: resp.Body, intake: i, doc: doc, ended: ctx.Done(), why: func() error { return context.Cause(ctx) }}
		}
		return out, md, err
	})
	if err := s.Deserialize.Add(step, middleware.After); err != nil {
		return fmt.Errorf("add the bounds of answers: %w", err)
	}
	return nil
}

// boundedBody is the body of an answer. Reading it fails when there is too much of
// it, and goes on failing.
type boundedBody struct {
	body   io.ReadCloser
	intake *intake
	doc    *document // that the body is to be, nil where it need be none
	ended  <-chan struct{}
	why    func() error // ended was closed

	size, weight int64
	large        bool // holds the intake's turn
	failed       error
}

// Read is for the SDK.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.failed != nil {
		return 0, b.failed
	}
	n, err := b.body.Read(p)
	if n > 0 {
		b.failed = b.take(p[:n])
	}
	if b.failed != nil {
		return 0, b.failed
	}
	if b.doc != nil {
		b.doc.take(p[:n])
	}
	return n, err //nolint:wrapcheck // io.EOF must stay what it is
}

// take counts what was read.
func (b *boundedBody) take(p []byte) error {
	b.size += int64(len(p))
	b.weight += weigh(p)
	reading := b.intake.reading.Add(int64(len(p)))
	switch {
	case b.size > maxAnswer:
		return &floodError{what: "the answer has", most: maxAnswer}
	case b.weight > maxWeight:
		return &floodError{what: "the answer takes", most: maxWeight}
	case reading > b.intake.most:
		return &floodError{what: "the answers that are being read have", most: b.intake.most, passing: true}
	case b.size <= largeAnswer || b.large:
		return nil
	}
	select {
	case b.intake.large <- struct{}{}:
		b.large = true
		return nil
	case <-b.ended:
		return b.why()
	}
}

// weigh is about what a piece of an answer takes in memory: its bytes, and the
// records, elements and members that it is made of. The smallest of them, {} and its
// like, become fifty times as large as they are.
func weigh(p []byte) int64 {
	return int64(len(p)) + 64*int64(bytes.Count(p, []byte{'{'})) + 48*int64(bytes.Count(p, []byte{'<'})) + 8*int64(bytes.Count(p, []byte{','}))
}

// Close is for the SDK, which has decoded the answer by then.
func (b *boundedBody) Close() error {
	b.intake.reading.Add(-b.size)
	b.size = 0
	if b.large {
		b.large = false
		<-b.intake.large
	}
	if b.failed == nil {
		b.failed = errBodyClosed
	}
	return b.body.Close() //nolint:wrapcheck // the SDK's own
}

var errBodyClosed = errors.New("the answer's body was closed")

// classifyFlood knows answers that are larger than any of AWS's.
func classifyFlood(err error, p *model.Problem) bool {
	said := ""
	if flood, ok := errors.AsType[*floodError](err); ok {
		said = flood.Error()
	} else if isHeaderFlood(err) {
		said = (&floodError{what: "the answer's headers have", most: maxHeaders}).Error()
	}
	if said == "" {
		return false
	}
	p.Kind, p.Message = model.KindTooLarge, said
	p.Hint = hintTooLarge
	return true
}

// isHeaderFlood reports whether net/http gave up reading headers. It has no type for
// that, of neither version of HTTP.
func isHeaderFlood(err error) bool {
	said := innermost(err).Error()
	return strings.Contains(said, "server response headers exceeded") || strings.Contains(said, "response header list larger than")
}
