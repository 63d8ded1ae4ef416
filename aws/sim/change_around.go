package sim

import (
	"fmt"
	"slices"
)

// around changes what notebooks depend on.
func (e edit) around() error {
	if e.Value < 0 {
		return fmt.Errorf("value %d is negative", e.Value)
	}
	switch e.Op {
	case "quota":
		q, ok := e.place.limits.find(e.Quota)
		if !ok {
			return fmt.Errorf("quota %q is none of SageMaker's", e.Quota)
		}
		if e.place.limits.changed == nil {
			e.place.limits.changed = map[string]int{}
		}
		e.place.limits.changed[q.code] = e.Value
	case "key":
		return e.place.keys.set(e.Change)
	case "role":
		return e.place.world.setRole(e.place.account, e.Change)
	case "subnet":
		return e.setFree()
	}
	return nil
}

func (g *keyring) set(c Change) error {
	k, ok := g.find(c.Key)
	if !ok {
		return fmt.Errorf("key %q does not exist in %s of %s", c.Key, g.place.region.name, g.place.account.id)
	}
	if states := []string{keyEnabled, keyDisabled, keyDoomed}; !slices.Contains(states, c.State) {
		return fmt.Errorf("state %q is none of a key; the states are %v", c.State, states)
	}
	if g.changed == nil {
		g.changed = map[string]string{}
	}
	g.changed[k.id] = c.State
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
func (e edit) setFree() error {
	for n, free := range e.place.freeIn(e.now) {
		if n.id == e.SubnetID {
			n.free += e.Value - free
			return nil
		}
	}
	return fmt.Errorf("subnet %q does not exist in %s of %s", e.SubnetID, e.place.region.name, e.place.account.id)
}
