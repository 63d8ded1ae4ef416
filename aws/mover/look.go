package mover

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"nbscope/aws/jupyter"
	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// Sight is what a look into one notebook found. Numbers that are not known are -1.
type Sight struct {
	Root         string // the path of the folder that is copied
	UID          int
	Sudo         bool // files of others can be read and written
	Python       string
	Curl         bool
	Size, Free   int64 // of the disk, in bytes
	Inodes       int64 // free
	Files, Bytes int64 // that a copy would take
	Entries      int64
	Excluded     int64       // left out by a rule
	Changing     int64       // files written within the last minute
	Unread       int64       // names that cannot be read
	Unreadable   [][2]string // the first thousand: a path as in a manifest, and why
	Mounts       []string    // what is mounted, and not copied
	AutoStop     string      // lines of crontabs that may stop the notebook; "" for none that could be seen
	Ways         []Way       // how fast it can be written and read; the fastest way in first
	Bucket       *Reach      // the bucket of the copy, nil where it was not tried
}

// Reach is what came of one small object that the source puts into a bucket and the
// replacement gets.
type Reach struct {
	Bucket string
	Why    string // it did not arrive; "" when it did
}

// Way is a way in that was tried with a round trip of 16 MiB, compared.
type Way struct {
	Name    string
	In, Out float64 // bytes a second
	Why     string  // it cannot be taken; "" when it can
}

// Sights is what a copy would meet.
type Sights struct {
	Source      Sight
	Replacement *Sight // nil while there is none
}

// Look looks into both notebooks, or into the source while there is no replacement. It
// writes into a folder of its own there, and into the bucket where there is one, and takes
// all of it away again, also when it failed.
func (j *Job) Look(ctx context.Context) (out Sights, err error) {
	work := transfer.LookFolder(j.Run)
	source, replaced := j.end(manifest.Source, work), j.end(manifest.Replacement, work)
	defer func() {
		for _, e := range []*end{source, replaced} {
			if e.Session == nil {
				continue
			}
			if err2 := e.closeWork(context.WithoutCancel(ctx)); err == nil {
				err = err2
			}
		}
	}()
	err = together(ctx, func(ctx context.Context) (err error) {
		out.Source, err = j.sight(ctx, source)
		return err
	}, func(ctx context.Context) error {
		if replaced.Session == nil {
			return nil
		}
		s, err := j.sight(ctx, replaced)
		out.Replacement = &s
		return err
	})
	if err != nil || j.Transport == Relay || j.Bucket == "" || j.Stores == nil {
		return out, err
	}
	err = j.lookAtBucket(ctx, source, replaced, &out)
	return out, err
}

// lookAtBucket tries the bucket from both notebooks. That it is not reached is what was
// asked, and no error.
func (j *Job) lookAtBucket(ctx context.Context, source, replaced *end, out *Sights) error {
	store := j.Stores(j.Bucket)
	if err := store.Ready(ctx); err != nil {
		return j.reached(&out.Source, j.refused(ctx, err))
	}
	if replaced.Session == nil {
		return j.cross(ctx, store, source, replaced, out)
	}
	s, err := j.load()
	if err != nil {
		return err
	}
	owed := s.Bucket
	s.Bucket = j.Bucket // where it is killed here, what it has put is swept in the end
	if err := errors.Join(s.save(), j.cross(ctx, store, source, replaced, out)); err != nil {
		return err
	}
	s.Bucket = owed
	return s.save()
}

// cross has one small object go through the bucket, as far as there is a replacement. An
// error is of what may be left in it.
func (j *Job) cross(ctx context.Context, store Store, source, replaced *end, out *Sights) error {
	o, put := j.tryPut(ctx, store, source)
	err := j.reached(&out.Source, put)
	if put == nil && replaced.Session != nil {
		err = j.reached(out.Replacement, j.tryGet(ctx, store, replaced, o))
	}
	bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if gone := store.Delete(bye, o); gone != nil && put == nil {
		return &Error{Kind: ErrLeft, Text: fmt.Sprintf("s3://%s/%s: %v", j.Bucket, o.Key, gone), cause: gone}
	}
	return err
}

// reached notes what came of the bucket. An error is of a look that was let go.
func (j *Job) reached(s *Sight, err error) error {
	switch {
	case err == nil:
		s.Bucket = &Reach{Bucket: j.Bucket}
	case errors.Is(err, ErrDetached):
		return err
	default:
		s.Bucket = &Reach{j.Bucket, err.Error()}
	}
	return nil
}

// sight looks into one notebook.
func (j *Job) sight(ctx context.Context, e *end) (s Sight, err error) {
	s = Sight{UID: -1, Size: -1, Free: -1, Inodes: -1, Files: -1, Bytes: -1, Entries: -1, Excluded: -1, Changing: -1, Unread: -1}
	if err := e.closeWork(ctx); err != nil { // what a look that was killed has left
		return s, err
	}
	err = e.open(ctx)
	s.read(e)
	if err != nil {
		return s, err
	}
	st, err := e.follow(ctx, transfer.Survey, transfer.Parameters{Rules: j.rules()}, rand.Text(), func(*transfer.Status, string) {})
	if err != nil {
		return s, err
	}
	s.Files, s.Bytes, s.Entries, s.Excluded, s.Changing = st.Files, st.Bytes, st.Entries, st.Excluded, st.Changing
	s.Unread, s.Unreadable, s.Mounts = st.Unread, st.Unreadable, st.Mounts
	const cron = `for f in /etc/crontab /etc/cron.d/* /var/spool/cron/*; do cat "$f" 2>/dev/null; done; crontab -l 2>/dev/null; true`
	script := cron
	if e.sudo {
		script = "sudo -n bash -c " + jupyter.Quote(cron)
	}
	lines, _, err := e.Session.Shell(ctx, script)
	if err != nil {
		return s, e.terminal(ctx, err)
	}
	s.AutoStop = stopping(lines)
	for _, m := range e.Session.Measure(ctx, e.work, jupyter.MaxPut, 1, j.Now) {
		w := Way{Name: m.Way, In: m.In, Out: m.Out}
		if m.Err != nil {
			w.Why = m.Err.Error()
		}
		s.Ways = append(s.Ways, w)
	}
	if ctx.Err() != nil {
		return s, e.judge(ctx, ctx.Err())
	}
	return s, nil
}

// read takes what the look around found.
func (s *Sight) read(e *end) {
	number := func(name string, unit int64) int64 {
		n, err := strconv.ParseInt(e.tools[name], 10, 64)
		if err != nil {
			return -1
		}
		return n * unit
	}
	s.Root, s.Sudo, s.Python, s.Curl = e.root, e.sudo || e.tools["uid"] == "0", e.tools["python"], e.tools["curl"] != ""
	s.UID, s.Size, s.Free, s.Inodes = int(number("uid", 1)), number("size", 1024), number("free", 1024), number("inodes", 1)
}

// stopping are the lines of crontabs that look as if they stop an idle notebook.
func stopping(crontabs string) string {
	var out []string
	for line := range strings.SplitSeq(crontabs, "\n") {
		low := strings.ToLower(line)
		if !strings.HasPrefix(strings.TrimSpace(low), "#") && (strings.Contains(low, "autostop") || strings.Contains(low, "auto-stop") || strings.Contains(low, "stop-notebook") || strings.Contains(low, "idle")) {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return strings.Join(out, "\n")
}
