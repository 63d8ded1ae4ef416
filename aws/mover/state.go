package mover

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// step is what a copy has to do next.
type step string

const (
	stepStream step = "stream" // send the stream of this number
	stepCheck  step = "check"  // compare what arrived
	stepPlace  step = "place"  // put it into place
	stepPlaced step = "placed" // it is; the next copy brings what changed
)

// state is where a copy is. It is written before each thing that is begun, so that
// another process goes on with it. Later versions read it: members are only added.
type state struct {
	V      int               `json:"v"`
	Run    string            `json:"run"`
	Step   step              `json:"step"`
	Stream int               `json:"stream"` // the number of the newest
	Begun  bool              `json:"begun"`  // both ends of it were started
	Delta  bool              `json:"delta"`  // it sends a list
	Broken bool              `json:"broken"` // it broke off
	Breaks int               `json:"breaks"` // how many broke off in a row before anything went
	Rounds int               `json:"rounds"` // streams since the copy began, or was called again
	Total  int64             `json:"total"`  // bytes that the stream is about
	Files  int64             `json:"files"`  // that were counted before the first
	Made   int               `json:"made"`   // manifests of the source, for their names
	Asking string            `json:"asking"` // the one that is being made
	Newest string            `json:"newest"` // the one that the stream was listed by
	Base   string            `json:"base"`   // the one that is in place
	Again  bool              `json:"again"`  // something is in place already: only what changed is sent
	Left   string            `json:"left"`   // a digest of what the last comparison found
	Tokens map[string]string `json:"tokens"` // by what was asked for: manifests by their file's name
	Way    string            `json:"way"`    // the way in that was the fastest
	Part   int               `json:"part"`   // bytes of a part, that this way takes

	By       Transport `json:"by,omitempty"`       // of the stream, once it was begun; of earlier versions all went by relay
	Chosen   Transport `json:"chosen,omitempty"`   // where the choice was free
	Why      string    `json:"why,omitempty"`      // of Chosen
	Bucket   string    `json:"bucket,omitempty"`   // that objects of the run may be in
	Tried    string    `json:"tried,omitempty"`    // the bucket that both notebooks reach
	Versions bool      `json:"versions,omitempty"` // it keeps versions

	path string
	mu   sync.Mutex // of the tokens: both sides may ask at once
}

// load reads where the copy of a run is; that of a new one is its beginning.
func (j *Job) load() (*state, error) {
	path := filepath.Join(j.Folder, "copy.json")
	s := &state{V: 1, Run: j.Run, Step: stepStream, Stream: 1, Tokens: map[string]string{}, path: path}
	if err := os.MkdirAll(j.Folder, 0o700); err != nil {
		return nil, local(err)
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, s)
	}
	switch {
	case err != nil:
	case s.V != 1:
		err = fmt.Errorf("%s is of a newer version", path)
	case s.Run != j.Run:
		err = fmt.Errorf("%s is of the run %q", path, s.Run)
	}
	if err != nil {
		return nil, local(err)
	}
	if s.Tokens == nil {
		s.Tokens = map[string]string{}
	}
	return s, nil
}

// save replaces the file as a whole.
func (s *state) save() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write()
}

func (s *state) write() error {
	raw, err := json.MarshalIndent(s, "", "\t")
	if err == nil {
		err = replace(s.path, raw)
	}
	if err != nil {
		return local(err)
	}
	return nil
}

func replace(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "coming-*")
	if err != nil {
		return err //nolint:wrapcheck // it names the file
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error says more
	}
	return err
}

// token is what something is asked for with: the same until it is dropped, also in
// another process.
func (s *state) token(name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.Tokens[name]; t != "" {
		return t, nil
	}
	t := strings.ToLower(rand.Text())
	s.Tokens[name] = t
	return t, s.write()
}

// peek is the token of something that was asked for, "" where it was not.
func (s *state) peek(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Tokens[name]
}

// drop lets tokens go: what they were for is asked for anew.
func (s *state) drop(names ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range names {
		delete(s.Tokens, n)
	}
	return s.write()
}

// next prepares the next stream.
func (s *state) next(delta bool, total int64) {
	s.Stream++
	s.Rounds++
	s.Delta, s.Begun, s.By, s.Step = delta, false, "", stepStream
	if delta {
		s.Total = total
	}
}

// tidy removes the manifests of earlier rounds and what was left half written.
func (s *state) tidy() error {
	all, err := os.ReadDir(filepath.Dir(s.path))
	if err != nil {
		return local(err)
	}
	for _, f := range all {
		name := f.Name()
		old := strings.HasPrefix(name, "source-") || strings.HasPrefix(name, "stage-")
		if old && name != s.Base && name != s.Newest && name != s.Asking || strings.HasPrefix(name, "coming-") {
			err = errors.Join(err, os.Remove(filepath.Join(filepath.Dir(s.path), name)), s.drop(name))
		}
	}
	if err != nil {
		return local(err)
	}
	return nil
}
