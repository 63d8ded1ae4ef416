package aws

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"

	awsmw "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

const (
	longestName = 256 // bytes of a member's name, or of a tag, that are looked at
	mostMembers = 64  // of the outermost object: AWS's answers have two dozen at most

	longestHead = 1024 // bytes of a refusal that are kept to be told

	neitherForm = "it is neither JSON nor XML"
)

// document looks at the text of an answer while it is read. The SDK reads the first
// document of a body and no further, and takes the last of two members of one name; an
// answer of AWS's is one document, of JSON or XML, that names each of its members once.
// That it is well formed is the decoder's to find.
type document struct {
	wrong string // what is wrong with it, "" for nothing so far
	head  []byte // how it begins, as much as there is room for
	many  bool   // members may stand there again: S3 writes its lists so

	at      documentState
	depth   int
	members []string // names that the outermost object has so far

	key, escaped bool   // JSON: the string is a name; its next character stands for itself
	text         []byte // JSON: the name so far; XML: the begin of the tag
	quote        byte   // XML: that an attribute ends with
	last         [2]byte
}

// documentState is where in a document its reader is.
type documentState uint8

const (
	beforeDocument documentState = iota
	inJSON
	inString
	inXML
	inTag
	behindDocument
)

// take looks at what was read next.
func (d *document) take(p []byte) {
	d.head = append(d.head, p[:min(cap(d.head)-len(d.head), len(p))]...)
	for len(p) > 0 && d.wrong == "" {
		switch d.at {
		case beforeDocument:
			p = d.start(p)
		case inJSON:
			p = d.json(p)
		case inString:
			p = d.string(p)
		case inXML:
			p = d.xml(p)
		case inTag:
			p = d.tag(p)
		case behindDocument:
			p = d.end(p)
		}
	}
}

func (d *document) start(p []byte) []byte {
	p = bytes.TrimLeft(p, " \t\r\n")
	switch {
	case len(p) == 0:
	case p[0] == '{':
		d.at = inJSON
	case p[0] == '<':
		d.at = inXML
	default:
		d.wrong = neitherForm
	}
	return p
}

func (d *document) end(p []byte) []byte {
	if p = bytes.TrimLeft(p, " \t\r\n"); len(p) > 0 {
		d.wrong = "something stands behind its end"
	}
	return p
}

// json goes on to where a string begins or the document ends.
func (d *document) json(p []byte) []byte {
	for i, c := range p {
		switch c {
		case '{', '[':
			d.depth++
			d.key = d.depth == 1
		case '}', ']':
			d.depth--
			if d.depth <= 0 {
				d.at = behindDocument
				return p[i+1:]
			}
		case ',':
			d.key = d.depth == 1
		case '"':
			d.at = inString
			return p[i+1:]
		}
	}
	return nil
}

// string goes on to where the string ends.
func (d *document) string(p []byte) []byte {
	for i, c := range p {
		if d.key && len(d.text) < longestName && (c != '"' || d.escaped) {
			d.text = append(d.text, c)
		}
		switch {
		case d.escaped:
			d.escaped = false
		case c == '\\':
			d.escaped = true
		case c == '"':
			if d.key {
				d.name(unescaped(d.text))
			}
			d.key, d.text, d.at = false, d.text[:0], inJSON
			return p[i+1:]
		}
	}
	return nil
}

func unescaped(name []byte) string {
	var out string
	if bytes.IndexByte(name, '\\') < 0 || json.Unmarshal(slices.Concat([]byte{'"'}, name, []byte{'"'}), &out) != nil {
		return string(name)
	}
	return out
}

// name counts a member of the outermost object.
func (d *document) name(name string) {
	switch {
	case d.many:
	case slices.Contains(d.members, name):
		d.wrong = fmt.Sprintf("it has %q twice", name)
	case len(d.members) == mostMembers:
		d.wrong = "it has more members than any of AWS's"
	default:
		d.members = append(d.members, name)
	}
}

// xml goes on to where a tag begins.
func (d *document) xml(p []byte) []byte {
	if d.depth == 0 {
		if p = bytes.TrimLeft(p, " \t\r\n"); len(p) > 0 && p[0] != '<' {
			d.wrong = "something stands before its begin"
			return p
		}
	}
	i := bytes.IndexByte(p, '<')
	if i < 0 {
		return nil
	}
	d.text, d.last, d.at = d.text[:0], [2]byte{}, inTag
	return p[i+1:]
}

// tag goes on to where the tag ends.
func (d *document) tag(p []byte) []byte {
	for i, c := range p {
		switch {
		case d.quote != 0:
			if c == d.quote {
				d.quote = 0
			}
		case (c == '"' || c == '\'') && len(d.text) > 0 && d.text[0] != '!' && d.text[0] != '?':
			d.quote = c
		case c == '>' && d.ends():
			d.at = inXML
			d.element()
			return p[i+1:]
		}
		if len(d.text) < longestName {
			d.text = append(d.text, c)
		}
		d.last = [2]byte{d.last[1], c}
	}
	return nil
}

// ends reports whether a > ends what is being read.
func (d *document) ends() bool {
	switch {
	case bytes.HasPrefix(d.text, []byte("!--")):
		return len(d.text) >= len("!----") && d.last == [2]byte{'-', '-'}
	case bytes.HasPrefix(d.text, []byte("![CDATA[")):
		return d.last == [2]byte{']', ']'}
	case bytes.HasPrefix(d.text, []byte("?")):
		return d.last[1] == '?'
	}
	return true
}

// element follows a whole tag.
func (d *document) element() {
	switch {
	case len(d.text) == 0 || d.text[0] == '!' || d.text[0] == '?':
		return
	case d.text[0] == '/':
		d.depth--
	default:
		if d.depth == 1 {
			d.name(tagName(d.text))
		}
		if d.last[1] != '/' {
			d.depth++
			return
		}
	}
	if d.depth <= 0 {
		d.at = behindDocument
	}
}

func tagName(tag []byte) string {
	if i := bytes.IndexAny(tag, " \t\r\n/"); i >= 0 {
		tag = tag[:i]
	}
	return string(tag)
}

// isForeign reports whether a refusal is a web page, or text: those who stand on the way
// to AWS refuse so, and AWS's services do not.
func (d *document) isForeign() bool {
	head := bytes.ToLower(bytes.TrimSpace(d.head))
	return len(head) > 0 && (d.wrong == neitherForm || bytes.HasPrefix(head, []byte("<html")) || bytes.HasPrefix(head, []byte("<!doctype")))
}

// foreignError is a refusal by somebody else than AWS.
type foreignError struct {
	err               error
	status            int
	contentType, says string
}

func (e *foreignError) Unwrap() error { return e.err }

func (e *foreignError) Error() string {
	kind, _, _ := strings.Cut(e.contentType, ";")
	out := fmt.Sprintf("not an answer of AWS (%s, HTTP %d)", orWord(strings.TrimSpace(kind), "of no type"), e.status)
	if e.says != "" {
		out += ": " + e.says
	}
	return out
}

var markup = regexp.MustCompile(`(?is)<(?:style|script)\b.*?(?:</(?:style|script)>|$)|<[^>]*(?:>|$)`)

// firstWords are the words that a page begins with.
func firstWords(page []byte) string {
	return shortened(strings.Join(strings.Fields(strings.ToValidUTF8(markup.ReplaceAllString(string(page), " "), "")), " "), 120)
}

// shortened is so many characters of what somebody else said, with a sign where there
// are more.
func shortened(says string, most int) string {
	if runes := []rune(says); len(runes) > most {
		return string(runes[:most]) + " [...]"
	}
	return says
}

type documentKey struct{}

// readWhole refuses an answer whose body is more than one document. The SDK has read it
// to its end by then.
func readWhole(s *middleware.Stack) error {
	step := middleware.DeserializeMiddlewareFunc("nbscope.document", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (out middleware.DeserializeOutput, md middleware.Metadata, err error) {
		defer func() {
			switch r := recover().(type) {
			case nil:
			case big.ErrNaN: // the SDK's, of a time that is no number
				out, err = middleware.DeserializeOutput{}, &answerError{"the answer is not one that AWS gives: a time in it is no number"}
			default:
				panic(r)
			}
		}()
		service := awsmw.GetServiceID(ctx)
		if service == "" || service == imds.ServiceID { // the metadata service answers in words
			return next.HandleDeserialize(ctx, in)
		}
		d := &document{many: service == s3ServiceID}
		out, md, err = next.HandleDeserialize(context.WithValue(ctx, documentKey{}, d), in)
		switch res, ok := out.RawResponse.(*smithyhttp.Response); {
		case err == nil && d.wrong != "":
			err = &answerError{"the answer is not one that AWS gives: " + d.wrong}
		case err != nil && ok && d.isForeign():
			err = &foreignError{err: err, status: res.StatusCode, contentType: res.Header.Get("Content-Type"), says: firstWords(d.head)}
		}
		return out, md, err
	})
	if err := s.Deserialize.Add(step, middleware.Before); err != nil {
		return fmt.Errorf("add the check of documents: %w", err)
	}
	return nil
}
