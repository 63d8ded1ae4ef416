//go:build linux

package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// load is what the processes of a copy take, by who they are. It looks at them often: who
// ends between two looks has taken a little more than it knows.
type load struct {
	top  string         // the folder of both notebooks, in the command line of all that runs in them
	own  map[int]string // processes that are known by their number
	stop chan struct{}

	mu   sync.Mutex
	used map[int]taken
}

type taken struct {
	who  string
	cpu  time.Duration
	read int64 // bytes that were asked of files and pipes
}

// busy is the processor time by who took it.
type busy map[string]time.Duration

func watchLoad(top string, own map[int]string) *load {
	l := &load{top: top, own: own, stop: make(chan struct{}), used: map[int]taken{}}
	go func() {
		for {
			select {
			case <-l.stop:
				return
			case <-time.After(100 * time.Millisecond):
				l.look()
			}
		}
	}()
	return l
}

func (l *load) look() {
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range all {
		pid, err := strconv.Atoi(strings.Split(f, "/")[2])
		if err != nil {
			continue
		}
		raw, err := os.ReadFile(f)
		if err != nil {
			continue // it has ended
		}
		who := l.who(pid, string(raw))
		if who == "" {
			continue
		}
		if used, err := cpu(pid); err == nil {
			l.used[pid] = taken{who, used, asked(pid)}
		}
	}
}

// who is what a process is in a copy, "" for nothing.
func (l *load) who(pid int, command string) string {
	if own := l.own[pid]; own != "" {
		return own
	}
	for _, side := range []string{"source", "replacement"} {
		switch at := filepath.Join(l.top, side); {
		case !strings.Contains(command, at):
		case strings.Contains(command, "--port="):
			return side + "'s Jupyter"
		case strings.Contains(command, "manifest.json"):
			return side + "'s manifest"
		default:
			return side + "'s script and tar"
		}
	}
	return ""
}

// asked are the bytes that a process has read, also from the page cache.
func asked(pid int) int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid))
	if err != nil {
		return 0
	}
	first, _, _ := bytes.Cut(bytes.TrimPrefix(raw, []byte("rchar: ")), []byte("\n"))
	n, err := strconv.ParseInt(string(first), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// so is what was taken so far.
func (l *load) so() busy {
	l.look()
	l.mu.Lock()
	defer l.mu.Unlock()
	out := busy{}
	for _, t := range l.used {
		out[t.who] += t.cpu
	}
	return out
}

// read are the bytes that a kind of process has read.
func (l *load) read(who string) (n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.used {
		if t.who == who {
			n += t.read
		}
	}
	return n
}

// since is what was taken after something.
func (b busy) since(before busy) busy {
	out := busy{}
	for who, d := range b {
		if d -= before[who]; d > 50*time.Millisecond {
			out[who] = d
		}
	}
	return out
}

// says are those who took most, first, and what all of it is of the processors.
func (b busy) says(took time.Duration, processors int) string {
	names := slices.SortedFunc(maps.Keys(b), func(x, y string) int { return int(b[y] - b[x]) })
	var all time.Duration
	words := make([]string, 0, len(names))
	for _, n := range names {
		all += b[n]
		words = append(words, fmt.Sprintf("%s %.1f s", n, b[n].Seconds()))
	}
	return fmt.Sprintf("%s; %.0f %% of %d processors", strings.Join(words, ", "), 100*all.Seconds()/took.Seconds()/float64(processors), processors)
}
