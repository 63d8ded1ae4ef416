package sim

import (
	"encoding/json"
	"strings"
	"sync"
	"time"
)

// Write is one request to change the world that reached the operation, whether
// that refused it or not. A request whose connection was reset before is not one.
type Write struct {
	Operation string    `json:"operation"` // such as "SageMaker.CreateNotebookInstance"
	Account   string    `json:"account,omitempty"`
	Region    string    `json:"region"`
	Name      string    `json:"name,omitempty"` // of the notebook, or of the lifecycle configuration
	Code      string    `json:"code"`           // of the error that it was answered with, "" for none
	Lost      bool      `json:"lost,omitempty"` // the answer never reached the caller
	Time      time.Time `json:"time"`

	DirectInternetAccess string            `json:"directInternetAccess,omitempty"` // as it was sent, "" when it was left out
	Tags                 map[string]string `json:"tags,omitempty"`                 // of a Create or an AddTags
	RemoveTags           []string          `json:"removeTags,omitempty"`           // of a DeleteTags
}

// writeLog keeps the writes in the order in which they were carried out.
type writeLog struct {
	mu  sync.Mutex
	all []Write
}

func (l *writeLog) add(r *request, fail *apiError, lost bool) {
	w := r.write()
	w.Operation, w.Region, w.Time, w.Lost = r.service.name+"."+r.op, r.region, r.now.UTC(), lost
	if r.account != nil {
		w.Account = r.account.id
	}
	if fail != nil {
		w.Code = fail.code
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, w)
}

func (l *writeLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = nil
}

// write reads out of the body what the log tells. A body that cannot be read
// tells nothing: the operation refuses it, and the log says so.
func (r *request) write() Write {
	var in struct {
		NotebookInstanceName                string
		NotebookInstanceLifecycleConfigName string
		ResourceArn                         string
		DirectInternetAccess                string
		Tags                                []tag
		TagKeys                             []string
	}
	if r.service.proto != jsonProtocol || json.Unmarshal(r.body, &in) != nil {
		return Write{}
	}
	w := Write{Name: in.NotebookInstanceName, DirectInternetAccess: in.DirectInternetAccess, RemoveTags: in.TagKeys}
	if w.Name == "" {
		w.Name = in.NotebookInstanceLifecycleConfigName
	}
	if w.Name == "" {
		w.Name = in.ResourceArn[strings.LastIndexByte(in.ResourceArn, '/')+1:]
	}
	if len(in.Tags) > 0 {
		w.Tags = make(map[string]string, len(in.Tags))
		for _, t := range in.Tags {
			w.Tags[t.Key] = t.Value
		}
	}
	return w
}

// Writes returns, in order, every request to change the world since the start or
// the last reset.
func (f *front) Writes() []Write {
	f.writes.mu.Lock()
	defer f.writes.mu.Unlock()
	return append([]Write{}, f.writes.all...)
}
