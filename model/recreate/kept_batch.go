package recreate

import "time"

// KeptBatch is a batch as it outlives the program: plans in the making, and what the
// user has chosen for each. What was begun of it has a journal of its own.
type KeptBatch struct {
	ID     string      `json:"id"`
	At     time.Time   `json:"at"` // when it was opened
	Drafts []KeptDraft `json:"drafts"`
}

// KeptDraft is one plan in the making. Its notebook is looked at anew before anything
// can be approved.
type KeptDraft struct {
	RunID      string    `json:"runId"`
	ARN        string    `json:"arn"`
	Name       string    `json:"name"`
	Account    string    `json:"account"`
	Region     string    `json:"region"`
	Source     *Snapshot `json:"source,omitempty"` // as last seen; nil where it was not
	Spec       *Spec     `json:"spec,omitempty"`   // with what the user has chosen; nil as long as the source is
	Transport  Transport `json:"transport,omitempty"`
	Bucket     string    `json:"bucket,omitempty"`
	MakeBucket bool      `json:"makeBucket,omitempty"` // it is made where there is none of that name
	Promised   *[]string `json:"promised,omitempty"`   // what the replacement has to keep; nil: as the policy says
}

// Unknown is the first word of a batch that this program does not know, "" when it
// knows all.
func (b *KeptBatch) Unknown() string {
	for i := range b.Drafts {
		if t := b.Drafts[i].Transport; t != "" && !t.known() {
			return firstUnknown(word{"transport", string(t), false})
		}
	}
	return ""
}
