package sim

import (
	"encoding/base64"
	"fmt"
	"slices"
)

// createLifecycle makes a lifecycle configuration. Content that is not base64 is
// refused with a text of the simulation's.
func createLifecycle(s *cloud, r *request) (any, *apiError) {
	var in struct {
		NotebookInstanceLifecycleConfigName string
		OnCreate, OnStart                   []hook
		Tags                                []tag
	}
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	name := in.NotebookInstanceLifecycleConfigName
	var c constraints
	c.required("notebookInstanceLifecycleConfigName", name)
	c.text("notebookInstanceLifecycleConfigName", name, 63, namePattern)
	c.hooks("onCreate", in.OnCreate)
	c.hooks("onStart", in.OnStart)
	c.tags(in.Tags)
	if e := c.err("ValidationException"); e != nil {
		return nil, e
	}
	l := &lifecycle{name: name, created: r.now.UTC(), modified: r.now.UTC()}
	var ok1, ok2 bool
	l.onCreate, ok1 = script(in.OnCreate)
	l.onStart, ok2 = script(in.OnStart)
	if !ok1 || !ok2 {
		return nil, invalid("The content of a lifecycle script has to be base64.")
	}
	p := s.world.place(r.account, r.region)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.config(name) != nil {
		return nil, invalid("Unable to create Notebook Instance Lifecycle Config %s. (Details: Notebook Instance Lifecycle Config already exists.)", p.configARN(name))
	}
	p.configs = append(slices.Clone(p.configs), l)
	return struct{ NotebookInstanceLifecycleConfigArn string }{p.configARN(name)}, nil
}

func (c *constraints) hooks(member string, hooks []hook) {
	if len(hooks) > 1 {
		c.add(fmt.Sprintf("%d hooks", len(hooks)), member, "have length less than or equal to 1")
	}
	for i, h := range hooks {
		at := fmt.Sprintf("%s.%d.member.content", member, i+1)
		switch n := len(h.Content); {
		case n == 0:
			c.add("", at, "have length greater than or equal to 1")
		case n > 16384:
			c.add(h.Content, at, "have length less than or equal to 16384")
		}
	}
}

// script is the plain text of a hook.
func script(hooks []hook) (text string, ok bool) {
	if len(hooks) == 0 {
		return "", true
	}
	raw, err := base64.StdEncoding.DecodeString(hooks[0].Content)
	return string(raw), err == nil
}
