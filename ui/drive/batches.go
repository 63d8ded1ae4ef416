package drive

import "nbscope/model/recreate"

// KeepBatch has a batch kept for another time, beside the caller. Of what comes faster
// than it can be written, the newest is. What went wrong is told in a notice with the
// id of the batch.
func (d *Driver) KeepBatch(b recreate.KeptBatch) {
	d.batch(b.ID, func() error { return d.cfg.Runs.KeepBatch(b) })
}

// DropBatch ends the keeping of a batch, after whatever is being written of it.
func (d *Driver) DropBatch(id string) {
	d.batch(id, func() error { return d.cfg.Runs.DropBatch(id) })
}

// Batches reads every batch that is kept; the error is about those that cannot be read.
func (d *Driver) Batches() ([]recreate.KeptBatch, error) {
	if d.cfg.Runs == nil {
		return nil, nil
	}
	return d.cfg.Runs.Batches()
}

// batch has something done about a batch, one after the other.
func (d *Driver) batch(id string, do func() error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, busy := d.batches[id]
	if d.cfg.Runs == nil {
		return
	}
	if !busy {
		if _, ok := d.begin(); !ok {
			return
		}
		d.spawn(func() { d.keep(id) })
	}
	d.batches[id] = do
}

// keep does what is due about a batch until nothing is.
func (d *Driver) keep(id string) {
	for {
		d.mu.Lock()
		do := d.batches[id]
		d.batches[id] = nil
		if do == nil {
			delete(d.batches, id)
			d.mu.Unlock()
			return
		}
		d.mu.Unlock()
		if _, err := guarded(func() (any, error) { return nil, do() }); err != nil {
			d.mu.Lock()
			d.post(&run{Snapshot: Snapshot{ID: id}}, Notice{Problem: err})
			d.mu.Unlock()
			d.deliver()
		}
	}
}
