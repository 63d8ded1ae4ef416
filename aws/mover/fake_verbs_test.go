package mover

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"nbscope/aws/jupyter"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// played is a verb that runs.
type played struct {
	p     transfer.Parameters
	st    transfer.Status
	rest  []byte // of the archive, on either side
	ticks int64
}

func (n *notebook) begin(v transfer.Verb, parameters string) error {
	var p transfer.Parameters
	if err := json.Unmarshal(n.files[parameters], &p); err != nil {
		n.t.Errorf("%s of %s: %v", parameters, v, err)
		return fault(jupyter.ErrFailed)
	}
	if n.begins != nil {
		n.begins(v)
	}
	if v == transfer.Clean {
		clear(n.running)
		n.stage = nil
		maps.DeleteFunc(n.files, func(f string, _ []byte) bool { return strings.HasPrefix(f, p.Work+"/") })
		return nil
	}
	if n.running[v] != nil {
		return nil // its lock is taken
	}
	s := &played{p: p, st: transfer.Status{V: 1, Verb: v, Run: p.Run, Stream: p.Stream, State: transfer.Running, PID: 7}}
	n.running[v] = s
	if v == transfer.Send {
		s.rest = n.archive(p)
	}
	if v == transfer.Receive {
		if n.stage == nil {
			n.stage = map[string]string{}
		}
		for verb, name := range n.changes(p) {
			if strings.HasPrefix(verb, "remove") {
				delete(n.stage, name)
			}
		}
	}
	if v == transfer.Send || v == transfer.Receive {
		maps.DeleteFunc(n.files, func(f string, _ []byte) bool {
			first, _, _ := strings.Cut(strings.TrimPrefix(f, p.Work+"/"), "/")
			_, err := strconv.Atoi(first)
			return err == nil && first != p.Stream
		})
		n.files[p.Work+"/"+p.Stream+"/parts/"], n.files[p.Work+"/"+p.Stream+"/urls/"] = nil, nil
	}
	n.put(s, v)
	return nil
}

func (n *notebook) put(s *played, v transfer.Verb) {
	s.ticks++
	s.st.Clock = s.ticks
	raw, err := json.Marshal(s.st)
	if err != nil {
		n.t.Error(err)
	}
	n.files[s.p.Work+"/"+v.StatusFile()] = raw
}

func (n *notebook) turn(v transfer.Verb) {
	s := n.running[v]
	if s == nil {
		return
	}
	if n.turns != nil {
		n.turns(v, s)
		if n.running[v] == nil {
			return // it was ended
		}
	}
	switch v {
	case transfer.Send:
		n.cut(s)
	case transfer.Receive:
		n.feed(s)
	case transfer.Survey:
		s.st.State, s.st.Entries, s.st.Files = transfer.Done, int64(len(n.tree)), int64(len(n.tree))
		for _, content := range n.tree {
			s.st.Bytes += int64(len(content))
		}
	case transfer.MakeManifest:
		tree := n.tree
		if s.p.Of == transfer.StageDir {
			tree = n.stage
		}
		s.st.Files = int64(len(tree))
		if s.ticks > 1 { // one look sees it read
			n.files[s.p.Work+"/"+s.p.Out] = manifestOf(s.p, tree)
			s.st.State = transfer.Done
		}
	case transfer.Place:
		n.place(s)
	case transfer.Exchange:
		s.st.State, s.st.Exchanged = transfer.Done, &transfer.Carried{}
		if s.p.Order.Method == http.MethodPut {
			*s.st.Exchanged = n.s3.put(s.p.Order, []byte(s.p.Text))
		} else {
			_, *s.st.Exchanged = n.s3.get(s.p.Order)
		}
	case transfer.Clean:
	}
	n.put(s, v)
	if s.st.State == transfer.Done || s.st.State == transfer.Failed {
		delete(n.running, v)
	}
}

func (n *notebook) archive(p transfer.Parameters) []byte {
	names := slices.Sorted(maps.Keys(n.tree))
	if p.List != "" {
		list := strings.Split(string(n.files[p.Work+"/"+p.List]), "\x00")
		names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(list, "./"+name) })
	}
	out := []byte("begin\n")
	for _, name := range names {
		out = fmt.Appendf(out, "%s\t%s\n", name, n.tree[name])
	}
	return out
}

func (n *notebook) number(s *played, name string) int64 {
	k, err := strconv.ParseInt(strings.TrimSpace(string(n.files[s.p.Work+"/"+name])), 10, 64)
	if err != nil {
		return -1
	}
	return k
}

func (n *notebook) cut(s *played) {
	s.st.Acked = max(s.st.Acked, n.number(s, transfer.AckFile(s.p.Stream)))
	s.st.Parts = slices.DeleteFunc(s.st.Parts, func(p transfer.Part) bool {
		if p.N <= s.st.Acked {
			delete(n.files, s.p.Work+"/"+transfer.CutFile(s.p.Stream, p.N))
		}
		return p.N <= s.st.Acked
	})
	for len(s.rest) > 0 && s.st.Full == nil && s.st.Cut < s.st.Acked+int64(s.p.Window) {
		data := s.rest[:min(len(s.rest), s.p.Part)]
		s.rest = s.rest[len(data):]
		s.st.Cut++
		sum := sha256.Sum256(data)
		s.st.Bytes += int64(len(data))
		s.st.Parts = append(s.st.Parts, transfer.Part{N: s.st.Cut, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])})
		n.files[s.p.Work+"/"+transfer.CutFile(s.p.Stream, s.st.Cut)] = data
	}
	for i := range s.st.Parts {
		p := &s.st.Parts[i]
		if o := n.order(s, p.N); o != nil {
			try := p.Try + 1
			p.Carried = n.s3.put(o, n.files[s.p.Work+"/"+transfer.CutFile(s.p.Stream, p.N)])
			p.Try = try
		}
	}
	if len(s.rest) == 0 {
		s.st.State, s.st.Last = transfer.Cut, s.st.Cut
		if s.st.Acked == s.st.Last {
			s.st.State = transfer.Done
		}
	}
}

// order takes what the mover has written for a part.
func (n *notebook) order(s *played, part int64) *transfer.Order {
	at := s.p.Work + "/" + transfer.OrderFile(s.p.Stream, part)
	raw, ok := n.files[at]
	if !ok || !s.p.URLs {
		return nil
	}
	delete(n.files, at)
	var o transfer.Order
	if err := json.Unmarshal(raw, &o); err != nil {
		n.t.Error(err)
	}
	return &o
}

// come has parts come by their URLs.
func (n *notebook) come(s *played) {
	for part := s.st.Fed + 1; part <= s.st.Fed+int64(s.p.Window); part++ {
		o := n.order(s, part)
		if o == nil {
			continue
		}
		data, c := n.s3.get(o)
		c.Try = s.st.Again[part].Try + 1
		if s.st.Again == nil {
			s.st.Again = map[int64]transfer.Carried{}
		}
		s.st.Again[part] = c
		if c.Stored {
			delete(s.st.Again, part)
			n.files[s.p.Work+"/"+transfer.ComeFile(s.p.Stream, &transfer.Part{N: part, Size: o.Size, SHA256: o.SHA256})] = data
		}
	}
}

func (n *notebook) feed(s *played) {
	n.come(s)
	for s.st.Full == nil {
		head := fmt.Sprintf("%s/%s/parts/p%07d-", s.p.Work, s.p.Stream, s.st.Fed+1)
		at := ""
		for f := range n.files {
			if strings.HasPrefix(f, head) {
				at = f
			}
		}
		if at == "" {
			break
		}
		data := n.files[at]
		delete(n.files, at)
		if sum := sha256.Sum256(data); !strings.HasSuffix(at, fmt.Sprintf("-%d-%x", len(data), sum)) {
			if s.st.Bad == nil {
				s.st.Bad = map[int64]int{}
			}
			s.st.Bad[s.st.Fed+1]++
			break
		}
		s.st.Fed++
		s.st.Bytes += int64(len(data))
		lines := strings.SplitAfter(string(s.rest)+string(data), "\n")
		s.rest = []byte(lines[len(lines)-1])
		for _, l := range lines[:len(lines)-1] {
			if name, content, ok := strings.Cut(strings.TrimSuffix(l, "\n"), "\t"); ok {
				n.stage[name] = content
				s.st.Files++
			} else if l != "begin\n" {
				n.t.Errorf("the archive holds %q", l)
			}
		}
	}
	if last := n.number(s, transfer.LastFile(s.p.Stream)); last >= 0 && s.st.Fed == last {
		s.st.State = transfer.Done
	}
}

// changes are the lines of a delta: by verb and line, the name.
func (n *notebook) changes(p transfer.Parameters) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(string(n.files[p.Work+"/"+p.Changes])) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		out[fields[0]+" "+fields[5]+" "+fields[9]] = fields[9]
	}
	return out
}

func (n *notebook) place(s *played) {
	changes := n.changes(s.p)
	still := func(verb, name string) bool {
		sum := sha256.Sum256([]byte(n.tree[name]))
		_, ok := changes[fmt.Sprintf("%s %x %s", verb, sum, name)]
		return ok
	}
	for name := range n.tree {
		if still("remove", name) {
			delete(n.tree, name)
			s.st.Removed++
		}
	}
	for name, content := range n.stage {
		was, there := n.tree[name]
		if there && was != content && !still("replace", name) {
			s.st.Differ++
			continue
		}
		n.tree[name] = content
		delete(n.stage, name)
		s.st.Placed++
	}
	s.st.State = transfer.Done
}

// manifestOf is the manifest of a tree of files at the top.
func manifestOf(p transfer.Parameters, tree map[string]string) []byte {
	head, err := json.Marshal(manifest.Header{Run: p.Run, Request: p.Request, Side: p.Side, Root: p.Root, Made: 1795906000, UID: 1000, Cold: p.Cold, Rules: p.Rules})
	if err != nil {
		panic(err)
	}
	all, lines := sha256.New(), sha256.New()
	var out bytes.Buffer
	w := io.MultiWriter(&out, all)
	fmt.Fprintf(w, "#nbscope-manifest\t1\t%s\n", head)
	var s manifest.Summary
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		sum := sha256.Sum256([]byte(tree[name]))
		line := fmt.Sprintf("f\t644\t%d\t1000000000\t%x\t-\t-\t-\t%s\n", len(tree[name]), sum, name)
		_, _ = io.WriteString(w, line)
		_, _ = io.WriteString(lines, line)
		s.Entries++
		s.Files++
		s.Bytes += int64(len(tree[name]))
	}
	s.Tree, s.Sum = hex.EncodeToString(lines.Sum(nil)), hex.EncodeToString(all.Sum(nil))
	end, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(&out, "#end\t%s\n", end)
	return out.Bytes()
}
