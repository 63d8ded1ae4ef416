//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"nbscope/model/manifest"
	"nbscope/model/transfer"
)

// TestCopyKeepsEverythingThatATreeCanHold copies the tree that every known procedure
// loses something of, as root and without, and has it compared by find and sha256sum
// as well as by the manifests.
func TestCopyKeepsEverythingThatATreeCanHold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		owner, small int
		sparse       string
	}{"root": {0, 20000, "20G"}, "without root": {nobody, 2000, "1G"}} {
		t.Run(name, func(t *testing.T) {
			source, replacement := homes(t, c.owner)
			source.fill(c.small, c.sparse)
			before := source.snapshot(t)
			placed := copyAll(t, source, replacement)
			if placed.Differ != 0 {
				t.Errorf("not in place: %v", placed.Differences)
			}
			c, all := proof(t, source, replacement, "")
			if got := names(all); !slices.Equal(got, []string{`"socket" missing`}) {
				t.Errorf("beside the socket: %q", got)
			}
			if c.LeftOut != 4 || c.Source.Files < 2000 || c.Proven() {
				t.Errorf("%+v", c)
			}
			if got := source.snapshot(t); got != before {
				t.Error("the source is not as it was")
			}
			if got := replacement.snapshot(t); got != before {
				t.Errorf("find and sha256sum see another tree:\n%s", firstDifference(before, got))
			}
			var st syscall.Stat_t
			must(t, syscall.Stat(filepath.Join(replacement.root, "sparse"), &st))
			if st.Blocks*512 > 1<<20 {
				t.Errorf("the sparse file takes %d bytes on the disk", st.Blocks*512)
			}
			closed(t, source, replacement)
			if left := processes(t, source.root[:len(source.root)-len("source")]); len(left) > 0 {
				t.Errorf("still running: %q", left)
			}
		})
	}
}

func firstDifference(a, b string) string {
	x, y := strings.FieldsFunc(a, breaks), strings.FieldsFunc(b, breaks)
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + "\n" + y[i]
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}

func breaks(r rune) bool { return r == 0 || r == '\n' }

// TestCopyNamesWhatCannotBeRead has files and folders that only root can read, and
// one that is written all the time: none counts as equal, and each is named.
func TestCopyNamesWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	source, replacement := homes(t, nobody)
	source.shell(`mkdir open; echo x >open/x; mkdir -p shut/in; echo y >shut/in/y; echo secret >secret; head -c 64M /dev/zero >grows; chmod 0 shut secret`)
	if os.Geteuid() == 0 {
		source.run(`chown 0:0 secret shut`, 0)
	}
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		f, err := os.OpenFile(filepath.Join(source.root, "grows"), os.O_WRONLY, 0)
		if err != nil {
			return
		}
		defer f.Close()
		// It never shrinks: an empty file would be read whole between two writes.
		for at := int64(0); ; at = (at + 1<<20) % (1 << 28) {
			select {
			case <-stop:
				return
			default:
				_, _ = f.WriteAt(make([]byte, 1<<20), at)
			}
		}
	}()
	copyAll(t, source, replacement)
	c, all := proof(t, source, replacement, "")
	close(stop)
	<-done
	got := strings.Join(names(all), "\n")
	for _, want := range []string{`"secret"`, `"shut"`, `"grows" not compared: on the source it changed while it was read`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not said:\n%s", want, got)
		}
	}
	if c.Proven() || c.Equal < 2 || c.NotCompared < 1 {
		t.Errorf("%+v", c)
	}
	if strings.Contains(got, `"open/x"`) {
		t.Errorf("what can be read is not equal: %s", got)
	}
	source.run(`chmod 700 shut`, os.Geteuid())
	closed(t, source, replacement)
}

// TestCopyTakesNoDamagedPart damages, cuts short and swaps parts on the way.
func TestCopyTakesNoDamagedPart(t *testing.T) {
	t.Parallel()
	source, replacement := homes(t, nobody)
	source.shell(`for i in 1 2 3 4 5 6 7 8; do head -c 1500000 /dev/urandom >big$i; done`)
	s := newStream(source, replacement, 1)
	damaged := map[int64]int{}
	s.tamper = func(p transfer.Part, data []byte) []byte {
		damaged[p.N]++
		if damaged[p.N] > 2 {
			return data
		}
		out := slices.Clone(data)
		switch p.N % 3 {
		case 0:
			out[len(out)/2] ^= 1
		case 1:
			return append(out, "more"...)
		case 2:
			clear(out)
		}
		return out
	}
	s.start()
	s.must()
	if st := replacement.status(transfer.Receive); st.Files != 8 {
		t.Errorf("it says that it has unpacked %d files", st.Files)
	}
	for n, times := range damaged {
		if times < 3 {
			t.Errorf("part %d was damaged and came %d times", n, times)
		}
	}
	replacement.must(transfer.Place, transfer.Parameters{})
	if c, all := proof(t, source, replacement, ""); !c.Proven() || c.Source.Files != 8 || c.Source.Digest != c.Replacement.Digest {
		t.Errorf("%+v: %q", c, names(all))
	}
	closed(t, source, replacement)
}

// TestCopyPutsNothingOverWhatIsThere has the replacement hold files already.
func TestCopyPutsNothingOverWhatIsThere(t *testing.T) {
	t.Parallel()
	for name, owner := range map[string]int{"root": 0, "without root": nobody} {
		t.Run(name, func(t *testing.T) {
			source, replacement := homes(t, owner)
			source.shell(`mkdir -p repo/sub d ro; echo same >repo/same; echo theirs >repo/other; echo new >repo/sub/new; echo in >d/in; echo f >f; ln -s a l; echo r >ro/r; chmod 555 ro`)
			replacement.shell(`mkdir -p repo/sub f ro; echo same >repo/same; echo mine >repo/other; echo mine >repo/mine; echo file >d; ln -s b l; chmod 700 repo; touch -d 2001-01-01 repo; chmod 555 ro`)
			mine := replacement.snapshot(t)
			copyAll(t, source, replacement)
			if raw, err := os.ReadFile(filepath.Join(replacement.root, "repo", "other")); err != nil || string(raw) != "mine\n" {
				t.Errorf("the file that was there became %q, %v", raw, err)
			}
			_, all := proof(t, source, replacement, "")
			got := strings.Join(names(all), "\n")
			for _, want := range []string{
				`"d" folder became file`, `"d/in" missing`, `"f" file became folder`, `leads to "b", led to "a"`, `"repo" mode 755 became 700`,
				`"repo/mine" extra`, `"repo/other" size 7 became 5, content`, `"repo/same" time `,
			} {
				if !strings.Contains(got, want) {
					t.Errorf("%s is not said:\n%s", want, got)
				}
			}
			if len(all) != 8 {
				t.Errorf("%d differences:\n%s", len(all), got)
			}
			if mine == replacement.snapshot(t) {
				t.Error("nothing arrived")
			}
			closed(t, source, replacement)
		})
	}
}

// TestCopyAgainWhatChangedMeanwhile changes the source behind a copy that is in place.
// What the copy put there is replaced; what somebody changed there since is not.
func TestCopyAgainWhatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, owner := range map[string]int{"root": 0, "without root": nobody} {
		t.Run(name, func(t *testing.T) {
			source, replacement := homes(t, owner)
			source.fill(100, "10M")
			source.run(`rm socket; mkdir goes turns; echo x >goes/x; echo x >turns/x; echo x >turns2`, os.Geteuid())
			s := newStream(source, replacement, 1)
			s.start()
			s.must()
			// Before it is in place, what is unpacked is brought up to date.
			source.run(`rm -r goes turns turns2; echo late >late; echo now a file >turns; mkdir turns2; echo x >turns2/x; echo late >many/1/f5`, os.Geteuid())
			_, all := proof(t, source, replacement, transfer.StageDir)
			again(t, source, replacement, all)
			next := func(number int) {
				s = newStream(source, replacement, number)
				s.p.List, s.p.Changes = "list", "changes"
				s.start()
				s.must()
			}
			next(2)
			replacement.must(transfer.Place, transfer.Parameters{})
			if c, all := proof(t, source, replacement, ""); !c.Proven() {
				t.Fatalf("%q", names(all))
			}
			old := source.keep()
			source.shell(`chmod u+w hard; echo more >>hard; chmod 444 hard; rm -r many/3; mkdir many/new; echo n >many/new/n
rm sym; mkdir sym; echo in >sym/in; rm -r .hidden; echo now a file >.hidden; ln zero zero2; ln closed/in closed2; rm many/2/f1; ln many/2/f2 many/2/f1; chmod 711 'odd name'; ln -sfn elsewhere cycle; chmod 755 closed; rm closed/in; echo z >closed/z; chmod 555 closed
echo again >many/1/f1; echo again >many/1/f2; touch -d 2020-01-01 many/1/f3; python3 -c 'import os; os.setxattr("many/1/f4", "user.n", b"v")'; rm fifo`)
			replacement.shell(`echo by hand >many/1/f2`)
			all = nil
			_, err := manifest.Compare(source.manifest(""), old(), nil, func(d *manifest.Difference) error {
				all = append(all, *d)
				return nil
			})
			must(t, err)
			again(t, source, replacement, all)
			s = newStream(source, replacement, 3)
			s.p.List = "list"
			s.start()
			s.must()
			// The user goes on there meanwhile.
			replacement.shell(`echo by hand as well >many/1/f1`)
			replacement.must(transfer.Place, transfer.Parameters{Changes: "changes"})
			_, all = proof(t, source, replacement, "")
			var left []string
			for _, d := range all {
				left = append(left, d.Path)
			}
			if !slices.Equal(left, []string{"many/1/f1", "many/1/f2"}) {
				t.Errorf("left are %q", names(all))
			}
			for name, want := range map[string]string{"f1": "by hand as well\n", "f2": "by hand\n"} {
				if raw, err := os.ReadFile(filepath.Join(replacement.root, "many", "1", name)); err != nil || string(raw) != want {
					t.Errorf("what the user wrote into %s became %q, %v", name, raw, err)
				}
			}
			closed(t, source, replacement)
		})
	}
}

// TestCopyWaitsForRoom fills the disk of either side in the middle, and makes room.
func TestCopyWaitsForRoom(t *testing.T) {
	t.Parallel()
	for _, full := range []manifest.Side{manifest.Source, manifest.Replacement} {
		t.Run(string(full), func(t *testing.T) {
			source, replacement := homes(t, nobody)
			h := source
			if full == manifest.Replacement {
				h = replacement
			}
			must(t, os.RemoveAll(h.work("")))
			disk(t, h.root, "size=40m,mode=0777")
			must(t, os.Chown(h.root, h.owner, h.owner))
			h.open()
			source.shell(`for i in $(seq 1 12); do head -c 1500000 /dev/urandom >big$i; done; mkdir many; for i in $(seq 1 2000); do echo $i >many/$i; done`)
			h.shell(fmt.Sprintf(`mkdir nbscope-%s/ballast; cat /dev/zero >nbscope-%s/ballast/x 2>/dev/null || true`, copyRun, copyRun))
			h.shell(fmt.Sprintf(`truncate -s -%s nbscope-%s/ballast/x`, map[manifest.Side]string{manifest.Source: "2500K", manifest.Replacement: "12M"}[full], copyRun))
			s := newStream(source, replacement, 1)
			waited := false
			s.look = func(send, receive *transfer.Status) {
				st := send
				if full == manifest.Replacement {
					st = receive
				}
				if !waited && st.Full != nil {
					waited = true
					must(t, os.Remove(h.work("ballast/x")))
				}
			}
			s.start()
			s.must()
			if !waited {
				t.Error("it never said that the disk is full")
			}
			replacement.must(transfer.Place, transfer.Parameters{})
			if c, all := proof(t, source, replacement, ""); !c.Proven() {
				t.Errorf("%+v: %q", c, names(all))
			}
			closed(t, source, replacement)
		})
	}
}

// disk mounts a small file system for the time of a test.
func disk(t *testing.T, at, options string) {
	t.Helper()
	if os.Geteuid() != 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("a small disk needs root")
		}
		t.Skip("a small disk needs root")
	}
	must(t, syscall.Mount("nbscope", at, "tmpfs", 0, options))
	t.Cleanup(func() {
		if err := syscall.Unmount(at, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// TestCopyEntersNoMount has another file system and a bound folder within the source.
func TestCopyEntersNoMount(t *testing.T) {
	t.Parallel()
	source, replacement := homes(t, nobody)
	source.shell(`mkdir efs bound 'odd mount' kept; echo kept >kept/x`)
	for _, at := range []string{"efs", "odd mount"} {
		disk(t, filepath.Join(source.root, at), "size=1m,mode=0777")
		source.shell(`echo elsewhere >'` + at + `/file'`)
	}
	must(t, syscall.Mount(filepath.Join(source.root, "kept"), filepath.Join(source.root, "bound"), "", syscall.MS_BIND, ""))
	t.Cleanup(func() { must(t, syscall.Unmount(filepath.Join(source.root, "bound"), syscall.MNT_DETACH)) })
	copyAll(t, source, replacement)
	c, all := proof(t, source, replacement, "")
	if !c.Proven() || c.LeftOut != 4 || c.Source.Files != 1 {
		t.Errorf("%+v: %q", c, names(all))
	}
	for _, at := range []string{"efs/file", "odd mount/file", "bound/x"} {
		if _, err := os.Lstat(filepath.Join(replacement.root, at)); err == nil {
			t.Errorf("%s was copied", at)
		}
	}
	r := source.manifest("")
	var mounts []string
	for {
		e, err := r.Next()
		if err != nil {
			break
		}
		if e.Type == manifest.Excluded && e.Content.Why == manifest.RuleMount {
			mounts = append(mounts, string(e.Path))
		}
	}
	if !slices.Equal(mounts, []string{"bound", "efs", "odd mount"}) {
		t.Errorf("named are %q", mounts)
	}
	closed(t, source, replacement)
}
