package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// epoch is a time as JSON 1.1 writes it: seconds with milliseconds.
type epoch time.Time

// MarshalJSON writes the seconds since 1970.
func (e epoch) MarshalJSON() ([]byte, error) {
	ms := time.Time(e).UnixMilli()
	return strconv.AppendFloat(nil, float64(ms)/1000, 'f', -1, 64), nil
}

// UnmarshalJSON reads the seconds since 1970.
func (e *epoch) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	seconds, err := strconv.ParseFloat(string(b), 64)
	if err != nil || !(seconds > -1e11 && seconds < 1e12) {
		return errors.New("not a timestamp")
	}
	*e = epoch(time.UnixMilli(int64(seconds * 1000)))
	return nil
}

// decodeJSON reads the body of a JSON request. Members that are not known are
// ignored, as AWS does.
func decodeJSON(r *request, into any) *apiError {
	if len(bytes.TrimSpace(r.body)) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(r.body))
	if err := dec.Decode(into); err != nil {
		return serialization()
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return serialization()
	}
	return nil
}

func serialization() *apiError { return badRequest("SerializationException", "") }

func writeAnswer(w http.ResponseWriter, r *request, answer any) {
	switch r.service.proto {
	case jsonProtocol, restProtocol:
		writeJSON(w, r, http.StatusOK, answer)
	case queryProtocol:
		body, _ := answer.(element)
		writeXML(w, r, http.StatusOK, queryAnswer(r, body))
	case ec2Protocol:
		body, _ := answer.(element)
		writeXML(w, r, http.StatusOK, ec2Answer(r, body))
	case s3Protocol:
		writeS3(w, r, answer)
	}
}

type jsonError struct {
	Type    string `json:"__type"`
	Message string `json:"message,omitempty"`
}

func writeError(w http.ResponseWriter, r *request, e *apiError) {
	for k, v := range e.header {
		w.Header().Set(k, v)
	}
	switch r.service.proto {
	case jsonProtocol:
		writeJSON(w, r, e.status, jsonError{e.code, e.message})
	case restProtocol:
		w.Header().Set("X-Amzn-Errortype", e.code)
		writeJSON(w, r, e.status, struct {
			Message string `json:"message,omitempty"`
		}{e.message})
	case queryProtocol:
		writeXML(w, r, e.status, queryError(r, e))
	case ec2Protocol:
		writeXML(w, r, e.status, ec2Error(r, e))
	case s3Protocol:
		writeXML(w, r, e.status, group("Error", leaf("Code", e.code), leaf("Message", e.message), leaf("RequestId", r.id)))
	}
}

// writeS3 writes a document, or what is none.
func writeS3(w http.ResponseWriter, r *request, answer any) {
	if body, ok := answer.(element); ok {
		body.attr = r.service.xmlns
		writeXML(w, r, http.StatusOK, body)
		return
	}
	a, _ := answer.(raw)
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	send(w, r, max(a.status, http.StatusOK), a.body)
}

func writeJSON(w http.ResponseWriter, r *request, status int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		status, raw = http.StatusInternalServerError, []byte(`{"__type":"InternalFailure"}`)
	}
	contentType := "application/x-amz-json-1.1"
	if r.service.proto == restProtocol {
		contentType = "application/json"
	}
	w.Header().Set("Content-Type", contentType)
	send(w, r, status, raw)
}

func writeXML(w http.ResponseWriter, r *request, status int, root element) {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	root.write(&b)
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	send(w, r, status, b.Bytes())
}

func send(w http.ResponseWriter, r *request, status int, raw []byte) {
	id := "X-Amzn-Requestid"
	if r.service.proto == s3Protocol {
		id = "X-Amz-Request-Id"
	}
	w.Header().Set(id, r.id)
	if status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	}
	w.WriteHeader(status)
	_, _ = w.Write(raw) // a client that left is no concern of ours
}
