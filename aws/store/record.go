package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"nbscope/model"
)

// schema is the version of the files. A file of any other is set aside.
const schema = 2 // 2: with the judgement of the network

// file is one account as it stands on disk. Values that repeat from notebook to
// notebook stand in Words once: reading is most of what a start waits for.
type file struct {
	Schema   int            `json:"schema"`
	Key      string         `json:"key"`
	Identity model.Identity `json:"identity"`
	Words    []string       `json:"words"`
	Rows     []row          `json:"rows"`
	Times    []int64        `json:"times"`  // seconds since 1970 and nanoseconds, four pairs a row
	Judged   [][]int        `json:"judged"` // see judgement.go
	index    map[string]int // of Words, while writing
	judged   map[string]int // of Judged, while writing

	read      map[int]any     // Words that hold JSON, while reading
	judgement []*model.Egress // of Judged, while reading
}

// row is a notebook. Each number is the place of a word in file.Words.
type row struct {
	ARN  string `json:"a"`
	Name string `json:"n"`
	URL  string `json:"u,omitempty"`
	ENI  string `json:"e,omitempty"`
	Why  string `json:"f,omitempty"` // FailureReason
	W    []int  `json:"w"`           // see words
	GB   int    `json:"g,omitempty"`
	Def  bool   `json:"d,omitempty"` // HasDefaultRepo
	SG   []int  `json:"s,omitempty"`
	Repo []int  `json:"r,omitempty"`
	Tags []int  `json:"t,omitempty"` // key, value, key, value
	Load []int  `json:"l,omitempty"` // state and reason of each part
	Net  int    `json:"j,omitempty"` // the judgement: its place in file.Judged, from 1
}

// words lists the fields that are kept as words, in the order of row.W.
func words(n *model.Notebook, status *string) []*string {
	return []*string{
		&n.Region, status, &n.InstanceType, &n.LifecycleName, &n.SubnetID, &n.DirectInternet, &n.RootAccess, &n.RoleARN,
		&n.KMSKeyID, &n.Platform, &n.IMDSVersion, &n.IPAddressType, &n.VPCID, &n.VPCName, &n.SubnetName,
	}
}

func parts(n *model.Notebook) []*model.Part {
	return []*model.Part{&n.Described, &n.Located, &n.Tagged, &n.Networked}
}

func times(n *model.Notebook) []*time.Time {
	return []*time.Time{&n.Created, &n.Modified, &n.SeenAt, &n.NetworkedAt}
}

func (f *file) word(s string) int {
	if i, ok := f.index[s]; ok {
		return i
	}
	f.index[s] = len(f.Words)
	f.Words = append(f.Words, s)
	return len(f.Words) - 1
}

func (f *file) wordsOf(list []string) []int {
	out := make([]int, len(list))
	for i, s := range list {
		out[i] = f.word(s)
	}
	return out
}

// newFile makes the file of an account.
func newFile(key string, id model.Identity, notebooks []*model.Notebook) (*file, error) {
	f := &file{Schema: schema, Key: key, Identity: id, index: map[string]int{}, judged: map[string]int{}, Rows: make([]row, 0, len(notebooks))}
	sorted := slices.Clone(notebooks)
	slices.SortFunc(sorted, func(a, b *model.Notebook) int { return cmp.Compare(a.ARN, b.ARN) })
	for _, n := range sorted {
		if err := f.add(*n); err != nil {
			return nil, fmt.Errorf("write %s: %w", n.ARN, err)
		}
	}
	return f, nil
}

func (f *file) add(n model.Notebook) error {
	status := string(n.Status)
	r := row{
		ARN: n.ARN, Name: n.Name, URL: n.URL, ENI: n.NetworkID, Why: n.FailureReason, GB: n.VolumeGB,
		Def: n.HasDefaultRepo, SG: f.wordsOf(n.SecurityGroups), Repo: f.wordsOf(n.Repositories),
	}
	for _, w := range words(&n, &status) {
		r.W = append(r.W, f.word(*w))
	}
	for _, t := range n.Tags {
		r.Tags = append(r.Tags, f.word(t.Key), f.word(t.Value))
	}
	for _, p := range parts(&n) {
		r.Load = append(r.Load, int(p.State), f.word(p.Reason))
	}
	for _, t := range times(&n) {
		if t.IsZero() {
			f.Times = append(f.Times, 0, -1)
			continue
		}
		f.Times = append(f.Times, t.Unix(), int64(t.Nanosecond()))
	}
	var err error
	r.Net, err = f.putEgress(n.Egress)
	f.Rows = append(f.Rows, r)
	return err
}

// notebooks reads the rows back; ok is false where they do not fit together.
func (f *file) notebooks() (out []*model.Notebook, ok bool) {
	if !f.readJudged() {
		return nil, false
	}
	all := make([]model.Notebook, len(f.Rows))
	out = make([]*model.Notebook, len(f.Rows))
	for i := range f.Rows {
		if !f.fill(&all[i], i) {
			return nil, false
		}
		out[i] = &all[i]
	}
	return out, true
}

// fill fills in row i; false where it does not fit.
func (f *file) fill(n *model.Notebook, i int) bool {
	r := &f.Rows[i]
	var status string
	fields := words(n, &status)
	switch {
	case r.ARN == "" || r.Name == "" || !strings.Contains(r.ARN, ":"+f.Identity.Account+":"),
		len(r.W) != len(fields), len(r.Load) != 2*len(parts(n)), len(r.Tags)%2 != 0, len(f.Times) != 2*len(times(n))*len(f.Rows),
		!f.fits(r.W, r.SG, r.Repo, r.Tags), r.Net < 0 || r.Net > len(f.judgement):
		return false
	}
	n.ARN, n.Name, n.URL, n.NetworkID, n.FailureReason = r.ARN, r.Name, r.URL, r.ENI, r.Why
	n.VolumeGB, n.HasDefaultRepo, n.Account, n.Stale = r.GB, r.Def, f.Identity.Account, true
	for j, w := range fields {
		*w = f.Words[r.W[j]]
	}
	n.Status = model.Status(status)
	n.SecurityGroups, n.Repositories = f.texts(r.SG), f.texts(r.Repo)
	for j := 0; j < len(r.Tags); j += 2 {
		n.Tags = append(n.Tags, model.Tag{Key: f.Words[r.Tags[j]], Value: f.Words[r.Tags[j+1]]})
	}
	at := times(n)
	for j, t := range at {
		if s, ns := f.Times[2*(len(at)*i+j)], f.Times[2*(len(at)*i+j)+1]; ns >= 0 {
			*t = time.Unix(s, ns).UTC()
		}
	}
	if r.Net > 0 {
		n.Egress = f.judgement[r.Net-1]
	}
	return n.Region != "" && f.load(n, r.Load)
}

// load reads the state of the parts.
func (f *file) load(n *model.Notebook, pairs []int) bool {
	for j, p := range parts(n) {
		state, reason := pairs[2*j], pairs[2*j+1]
		if state < 0 || state > int(model.LoadFailed) || !f.fits([]int{reason}) {
			return false
		}
		*p = model.Part{State: model.Load(state), Reason: f.Words[reason]}
	}
	return true
}

// fits reports whether every number is the place of a word.
func (f *file) fits(lists ...[]int) bool {
	for _, list := range lists {
		for _, w := range list {
			if w < 0 || w >= len(f.Words) {
				return false
			}
		}
	}
	return true
}

func (f *file) texts(list []int) []string {
	if len(list) == 0 {
		return nil
	}
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = f.Words[w]
	}
	return out
}
