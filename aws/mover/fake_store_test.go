package mover

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"nbscope/model/transfer"
)

// fakeStore is a bucket whose signed URLs lead to it.
type fakeStore struct {
	t        *testing.T
	mu       sync.Mutex
	objects  map[Object][]byte
	signed   map[string]transfer.Order // by URL, and once each
	versions bool
	most     int // objects at a time
	log      []string

	hooks sync.Mutex                  // held while fault runs
	fault func(op, key string) error  // of the operator's own calls; nil for none
	mood  func(op, key string) string // what a notebook gets in place of the object; "" for nothing else
}

func newFakeStore(t *testing.T) *fakeStore {
	return &fakeStore{t: t, objects: map[Object][]byte{}, signed: map[string]transfer.Order{}}
}

func (f *fakeStore) enter(op, key string) error {
	f.log = append(f.log, op+" "+key)
	if f.fault != nil {
		f.hooks.Lock()
		defer f.hooks.Unlock()
		return f.fault(op, key)
	}
	return nil
}

func (f *fakeStore) Ready(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.enter("ready", "")
}

func (f *fakeStore) sign(o transfer.Order, key, version string) (transfer.Order, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enter("sign "+o.Method, key); err != nil {
		return transfer.Order{}, err
	}
	o.URL = fmt.Sprintf("s3:%s?%s#%d", key, version, len(f.signed))
	f.signed[o.URL] = o
	return o, nil
}

func (f *fakeStore) Put(_ context.Context, key string, size int64, sum string) (transfer.Order, error) {
	return f.sign(transfer.Order{Method: http.MethodPut, Size: size, SHA256: sum}, key, "")
}

func (f *fakeStore) Get(_ context.Context, key, version string) (transfer.Order, error) {
	return f.sign(transfer.Order{Method: http.MethodGet}, key, version)
}

func (f *fakeStore) Delete(ctx context.Context, o Object) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := errors.Join(f.enter("delete", o.Key), ctx.Err()); err != nil {
		return err
	}
	if f.versions && o.Version == "" {
		f.objects[Object{o.Key, "mark"}] = nil
		return nil
	}
	delete(f.objects, o)
	return nil
}

func (f *fakeStore) List(_ context.Context, prefix string, versions bool) (out []Object, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for o := range f.objects {
		if strings.HasPrefix(o.Key, prefix) && (versions || o.Version == "") {
			out = append(out, o)
		}
	}
	op := "list"
	if versions {
		op = "list versions"
	}
	return out, f.enter(op, prefix)
}

// taken is an order that a notebook uses, and the object that it is about.
func (f *fakeStore) taken(o *transfer.Order) (at Object, mood string) {
	signed, ok := f.signed[o.URL]
	key, version, _ := strings.Cut(strings.TrimPrefix(o.URL, "s3:"), "?")
	version, _, _ = strings.Cut(version, "#")
	delete(f.signed, o.URL)
	if !ok || signed.Method != o.Method {
		return Object{}, "HTTP 403"
	}
	if f.mood != nil {
		mood = f.mood(o.Method, key)
	}
	return Object{key, version}, mood
}

func (f *fakeStore) put(o *transfer.Order, data []byte) transfer.Carried {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, mood := f.taken(o)
	if sum := sha256.Sum256(data); mood == "" && (int64(len(data)) != o.Size || hex.EncodeToString(sum[:]) != o.SHA256) {
		mood = "HTTP 400"
	}
	if mood != "" {
		return transfer.Carried{Again: mood}
	}
	if f.versions {
		at.Version = fmt.Sprintf("v%d", len(f.log))
	}
	f.log = append(f.log, "put "+at.Key)
	f.objects[at] = bytes.Clone(data)
	f.most = max(f.most, len(f.objects))
	return transfer.Carried{Stored: true, Version: at.Version}
}

func (f *fakeStore) get(o *transfer.Order) ([]byte, transfer.Carried) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, mood := f.taken(o)
	data, ok := f.objects[at]
	switch sum := sha256.Sum256(data); {
	case mood == "lost":
		delete(f.objects, at)
		return nil, transfer.Carried{Again: "HTTP 404"}
	case mood != "":
		return nil, transfer.Carried{Again: mood}
	case !ok:
		return nil, transfer.Carried{Again: "HTTP 404"}
	case hex.EncodeToString(sum[:]) != o.SHA256:
		return nil, transfer.Carried{Again: "another content"}
	}
	return bytes.Clone(data), transfer.Carried{Stored: true}
}
