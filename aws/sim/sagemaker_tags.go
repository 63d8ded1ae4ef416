package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// byARN finds the notebook behind an ARN, with p.mu held.
func (p *place) byARN(arn string, now time.Time) *notebook {
	name, ok := strings.CutPrefix(arn, p.arn("sagemaker", "notebook-instance/"))
	n := p.find(name)
	if !ok || n == nil || n.gone(now) {
		return nil
	}
	return n
}

// retag changes the tags of the notebook behind an ARN. AWS lets tags change
// in every status, and the time of the last modification stays.
func (p *place) retag(r *request, arn string, change func(tags []tag) ([]tag, *apiError)) *apiError {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.byARN(arn, r.now)
	if old == nil {
		return recordNotFound()
	}
	n := *old
	tags, e := change(slices.Clone(old.tags))
	if e != nil {
		return e
	}
	n.tags, n.everTagged = tags, true
	p.put(&n)
	return nil
}

func addTags(s *cloud, r *request) (any, *apiError) {
	var in struct {
		ResourceArn string
		Tags        []tag
	}
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	var c constraints
	c.required("resourceArn", in.ResourceArn)
	if in.Tags == nil {
		c.required("tags", "")
	}
	c.tags(in.Tags)
	if e := c.err("ValidationException"); e != nil {
		return nil, e
	}
	e := s.world.place(r.account, r.region).retag(r, in.ResourceArn, func(tags []tag) ([]tag, *apiError) {
		return mergeTags(tags, in.Tags), mayTag(tags, in.Tags)
	})
	if e != nil {
		return nil, e
	}
	return struct{ Tags []tag }{in.Tags}, nil
}

func deleteTags(s *cloud, r *request) (any, *apiError) {
	var in struct {
		ResourceArn string
		TagKeys     []string
	}
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	var c constraints
	c.required("resourceArn", in.ResourceArn)
	if len(in.TagKeys) == 0 {
		c.required("tagKeys", "")
	}
	c.most("tagKeys", in.TagKeys, maxTags)
	for i, key := range in.TagKeys {
		c.tagKey(fmt.Sprintf("tagKeys.%d.member", i+1), key)
	}
	if e := c.err("ValidationException"); e != nil {
		return nil, e
	}
	if slices.ContainsFunc(in.TagKeys, reserved) {
		return nil, invalid("aws: prefixed tag key names are not allowed for external use.")
	}
	e := s.world.place(r.account, r.region).retag(r, in.ResourceArn, func(tags []tag) ([]tag, *apiError) {
		return slices.DeleteFunc(tags, func(t tag) bool { return slices.Contains(in.TagKeys, t.Key) }), nil
	})
	if e != nil {
		return nil, e
	}
	return struct{}{}, nil
}
