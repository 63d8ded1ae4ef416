package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"nbscope/model/recreate"
)

// schema is the version of the format. A journal of another version is shown as
// what it is and not touched.
const schema = 1

// record is a line of a journal. The first has the plan; every other an event, or
// the intent to carry out an effect.
type record struct {
	Schema int              `json:"schema,omitempty"` // in the first record
	N      int              `json:"n"`                // from 1, without gaps
	At     time.Time        `json:"at"`
	Plan   *recreate.Plan   `json:"plan,omitempty"`
	Event  *recreate.Event  `json:"event,omitempty"`
	Intent *recreate.Effect `json:"intent,omitempty"`
}

// line is the record as it stands in the file.
func (r *record) line() ([]byte, error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write record %d: %w", r.N, err)
	}
	return append(raw, '\n'), nil
}

// replayed is a journal that was read.
type replayed struct {
	run     recreate.Run
	records int
	size    int64  // of the records that hold
	torn    bool   // something stands behind them that is no whole record
	damaged string // why the rest cannot be used, "" when nothing is wrong
	begun   bool   // there is a run at all
}

// replay reads a journal as far as it holds. A last line that was not written
// whole is torn, which is what a crash leaves; anything else that does not fit is
// damage.
func replay(raw []byte) replayed {
	var out replayed
	for len(raw) > 0 {
		end := bytes.IndexByte(raw, '\n')
		if end < 0 {
			out.torn = true
			return out
		}
		if why := out.take(raw[:end]); why != "" {
			out.damaged = fmt.Sprintf("record %d: %s", out.records+1, why)
			return out
		}
		out.size += int64(end + 1)
		raw = raw[end+1:]
	}
	return out
}

// take reads one record; the answer is what is wrong with it.
func (p *replayed) take(line []byte) string {
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		return "it is not JSON: " + err.Error()
	}
	switch {
	case r.N != p.records+1:
		return fmt.Sprintf("it has the number %d", r.N)
	case p.records == 0 && r.Schema != schema:
		return fmt.Sprintf("it is of version %d, and this program reads version %d", r.Schema, schema)
	case p.records == 0 && r.Plan == nil:
		return "it holds no plan"
	case p.records == 0:
		p.run, p.begun = recreate.Begin(*r.Plan, r.At), true
	case r.Event != nil:
		next, _, err := p.run.Apply(*r.Event)
		if err != nil {
			return err.Error()
		}
		p.run = next
	case r.Intent == nil:
		return "it holds neither an event nor an intent"
	}
	p.records++
	return ""
}
