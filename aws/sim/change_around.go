package sim

import (
	"fmt"
	"slices"
	"time"
)

// changeAround changes what notebooks depend on.
func (s *Server) changeAround(p *place, c Change) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.Value < 0 {
		return fmt.Errorf("value %d is negative", c.Value)
	}
	switch c.Op {
	case "quota":
		q, ok := p.quotaOf(c.Quota)
		if !ok {
			return fmt.Errorf("quota %q is none of SageMaker's", c.Quota)
		}
		if p.limits == nil {
			p.limits = map[string]int{}
		}
		p.limits[q.code] = c.Value
	case "key":
		return p.setKey(c)
	case "role":
		return s.world.setRole(p.account, c)
	case "subnet":
		return p.setFree(c, s.opts.Now())
	}
	return nil
}

func (p *place) setKey(c Change) error {
	k, ok := p.key(c.Key)
	if !ok {
		return fmt.Errorf("key %q does not exist in %s of %s", c.Key, p.region.name, p.account.id)
	}
	if states := []string{keyEnabled, keyDisabled, keyDoomed}; !slices.Contains(states, c.State) {
		return fmt.Errorf("state %q is none of a key; the states are %v", c.State, states)
	}
	if p.locks == nil {
		p.locks = map[string]string{}
	}
	p.locks[k.id] = c.State
	return nil
}

// setRole changes whom a role trusts. One that was removed comes back.
func (w *world) setRole(a *account, c Change) error {
	if !slices.ContainsFunc(w.everyRole(a), func(v iamRole) bool { return v.name == c.Name }) {
		return fmt.Errorf("role %q does not exist in %s", c.Name, a.id)
	}
	w.changed.mu.Lock()
	defer w.changed.mu.Unlock()
	w.changed.by[roleRef{a.id, c.Name}] = c.Trust
	return nil
}

// setFree sets the free addresses of a subnet as they are counted now.
func (p *place) setFree(c Change, now time.Time) error {
	for n, free := range p.freeIn(now) {
		if n.id == c.SubnetID {
			n.free += c.Value - free
			return nil
		}
	}
	return fmt.Errorf("subnet %q does not exist in %s of %s", c.SubnetID, p.region.name, p.account.id)
}
