package sim

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"time"
)

// element is a piece of an XML answer.
type element struct {
	name string
	attr string // xmlns
	text string
	kids []element
}

func (e element) write(b *bytes.Buffer) {
	b.WriteByte('<')
	b.WriteString(e.name)
	if e.attr != "" {
		b.WriteString(` xmlns="` + e.attr + `"`)
	}
	if e.text == "" && len(e.kids) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	_ = xml.EscapeText(b, []byte(e.text)) // a buffer takes everything
	for _, k := range e.kids {
		k.write(b)
	}
	b.WriteString("</" + e.name + ">")
}

// group is an element of elements; those without a name are left out.
func group(name string, kids ...element) element {
	out := element{name: name, kids: make([]element, 0, len(kids))}
	for _, k := range kids {
		if k.name != "" {
			out.kids = append(out.kids, k)
		}
	}
	return out
}

// leaf is a text, and nothing at all when the text is empty.
func leaf(name, text string) element {
	if text == "" {
		return element{}
	}
	return element{name: name, text: text}
}

func flag(name string, on bool) element { return leaf(name, strconv.FormatBool(on)) }

func number(name string, n int) element { return leaf(name, strconv.Itoa(n)) }

func moment(name string, t time.Time) element {
	return leaf(name, t.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// list is a list in EC2's dialect: items by that name.
func list(name string, items []element) element {
	for i := range items {
		items[i].name = "item"
	}
	return element{name: name, kids: items}
}

// texts is a list of texts.
func texts(name string, values []string) element {
	out := element{name: name}
	for _, v := range values {
		out.kids = append(out.kids, element{name: "item", text: v})
	}
	return out
}

// members is a list in the dialect of STS and IAM.
func members(name string, items []element) element {
	for i := range items {
		items[i].name = "member"
	}
	return element{name: name, kids: items}
}

func queryAnswer(r *request, result element) element {
	result.name = r.op + "Result"
	root := group(r.op+"Response", result, group("ResponseMetadata", leaf("RequestId", r.id)))
	root.attr = r.service.xmlns
	return root
}

func ec2Answer(r *request, body element) element {
	root := group(r.op+"Response", leaf("requestId", r.id))
	root.kids = append(root.kids, body.kids...)
	root.attr = r.service.xmlns
	return root
}

func queryError(r *request, e *apiError) element {
	kind := "Sender"
	if e.status >= 500 {
		kind = "Receiver"
	}
	root := group("ErrorResponse",
		group("Error", leaf("Type", kind), leaf("Code", e.code), leaf("Message", e.message)),
		leaf("RequestId", r.id))
	root.attr = r.service.xmlns
	return root
}

func ec2Error(r *request, e *apiError) element {
	return group("Response",
		group("Errors", group("Error", leaf("Code", e.code), leaf("Message", e.message))),
		leaf("RequestID", r.id))
}
