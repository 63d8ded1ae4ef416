package sim

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// named is the request of the operations that take a notebook's name alone.
type named struct{ NotebookInstanceName string }

// transition is a change of status that a user asks for.
type transition struct {
	from []string
	to   string
}

// refuse is the error for a notebook that is in another status.
func (t transition) refuse(n *notebook, now time.Time) *apiError {
	status := n.status(now)
	if slices.Contains(t.from, status) {
		return nil
	}
	return invalid("Status (%s) not in ([%s]). Unable to transition to (%s) for Notebook Instance (%s)",
		status, strings.Join(t.from, ", "), t.to, n.arn())
}

// move changes the notebook that a request names. Change works on a copy, which
// replaces the notebook unless there is an error.
func (p *place) move(r *request, name string, t transition, change func(n *notebook) *apiError) (any, *apiError) {
	if e := checkName("notebookInstanceName", name); e != nil {
		return nil, e
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.find(name)
	if old == nil || old.gone(r.now) {
		return nil, recordNotFound()
	}
	if e := t.refuse(old, r.now); e != nil {
		return nil, e
	}
	n := *old
	if e := change(&n); e != nil {
		return nil, e
	}
	p.put(&n)
	return struct{}{}, nil
}

// settleFrom lets a notebook go on by itself from a status.
func (n *notebook) settleFrom(status string, now time.Time) {
	n.modified = now.UTC().Truncate(time.Millisecond)
	n.failureReason, n.dooms = n.reason(now), ""
	n.life = life{since: n.modified, phases: settle(status)}
}

func startNotebook(s *cloud, r *request) (any, *apiError) {
	var in named
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	t := transition{[]string{stopped, failed}, pending}
	p := s.world.place(r.account, r.region)
	return p.move(r, in.NotebookInstanceName, t, func(n *notebook) *apiError {
		if r.faults.deniesOp("iam:PassRole", r.region) {
			return deniedFor(r, "iam:PassRole", n.role, noPolicyAllows)
		}
		if e := p.checkParts(n, settings{}); e != nil {
			return e
		}
		if e := p.limits.roomOfType(n.instanceType, 0, r.now); e != nil {
			return e
		}
		p.begin(n, r)
		return nil
	})
}

func stopNotebook(s *cloud, r *request) (any, *apiError) {
	var in named
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	t := transition{[]string{inService}, stopping}
	return s.world.place(r.account, r.region).move(r, in.NotebookInstanceName, t, func(n *notebook) *apiError {
		n.settleFrom(stopping, r.now)
		s.labs.stop(n)
		return nil
	})
}

func deleteNotebook(s *cloud, r *request) (any, *apiError) {
	var in named
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	t := transition{[]string{stopped, failed}, deleting}
	return s.world.place(r.account, r.region).move(r, in.NotebookInstanceName, t, func(n *notebook) *apiError {
		n.settleFrom(deleting, r.now)
		s.labs.remove(n)
		return nil
	})
}

// presignedFor is how long the link of a presigned URL opens the notebook.
const presignedFor = 5 * time.Minute

// createPresignedURL makes the URL that opens a notebook. Its token carries whom
// it is for and until when, signed, as the sessions' tokens do.
func createPresignedURL(s *cloud, r *request) (any, *apiError) {
	var in struct {
		named
		SessionExpirationDurationInSeconds *int
	}
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	var c constraints
	c.required("notebookInstanceName", in.NotebookInstanceName)
	c.text("notebookInstanceName", in.NotebookInstanceName, 63, namePattern)
	c.between("sessionExpirationDurationInSeconds", in.SessionExpirationDurationInSeconds, 1800, 43200)
	if e := c.err("ValidationException"); e != nil {
		return nil, e
	}
	n := s.world.place(r.account, r.region).get(in.NotebookInstanceName, r.now)
	if n == nil {
		return nil, recordNotFound()
	}
	if status := n.status(r.now); status != inService {
		return nil, invalid("Status (%s) not in ([%s]). Unable to create a presigned URL for Notebook Instance (%s)", status, inService, n.arn())
	}
	if at, err := s.labs.presign(n); at != "" || err != nil {
		if err != nil {
			return nil, &apiError{code: "InternalFailure", message: err.Error(), status: http.StatusInternalServerError}
		}
		return struct{ AuthorizedUrl string }{at}, nil //nolint:revive // the API's name
	}
	plain := fmt.Sprintf("%s|%d|%d|%s", n.arn(), r.now.Add(presignedFor).Unix(), sizeOf(in.SessionExpirationDurationInSeconds, 43200), r.id)
	token := base64.RawURLEncoding.EncodeToString([]byte(plain)) + "." + hex.EncodeToString(s.world.mac("presigned", plain)[:16])
	return struct{ AuthorizedUrl string }{"https://" + n.url() + "?authToken=" + token}, nil //nolint:revive // the API's name
}
