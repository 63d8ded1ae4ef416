//go:build linux

// Package term runs a program on a pseudo terminal, for measurements and
// pictures. It needs Linux.
package term

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/creack/pty"
)

// Session is a program on a pseudo terminal, with everything it has written and
// when.
type Session struct {
	cmd     *exec.Cmd
	master  *os.File
	started time.Time
	ended   chan struct{}

	mu     sync.Mutex
	out    bytes.Buffer
	chunks []chunk
}

type chunk struct {
	end int // length of out after it
	at  time.Duration
}

// Open starts a program on a terminal of a size. What it writes goes to mirror
// too, which may be nil.
func Open(width, height int, mirror io.Writer, env []string, name string, args ...string) (*Session, error) {
	s := &Session{cmd: exec.Command(name, args...), ended: make(chan struct{}), started: time.Now()}
	s.cmd.Env = env
	var err error
	if s.master, err = pty.StartWithSize(s.cmd, &pty.Winsize{Rows: uint16(height), Cols: uint16(width)}); err != nil {
		return nil, fmt.Errorf("start %s on a pseudo terminal: %w", name, err)
	}
	go s.read(mirror)
	go func() {
		_ = s.cmd.Wait()
		close(s.ended)
	}()
	return s, nil
}

func (s *Session) read(mirror io.Writer) {
	buf := make([]byte, 64<<10)
	for {
		n, err := s.master.Read(buf)
		s.mu.Lock()
		s.out.Write(buf[:n])
		s.chunks = append(s.chunks, chunk{s.out.Len(), time.Since(s.started)})
		s.mu.Unlock()
		if mirror != nil && n > 0 {
			_, _ = mirror.Write(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

// PID is the program's process id.
func (s *Session) PID() int { return s.cmd.Process.Pid }

// Write types into the terminal.
func (s *Session) Write(p []byte) (int, error) {
	n, err := s.master.Write(p)
	if err != nil {
		return n, fmt.Errorf("type into the terminal: %w", err)
	}
	return n, nil
}

// When waits until the program has written a text and says how long after its
// start that was.
func (s *Session) When(text string, limit time.Duration) (time.Duration, error) {
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if at, ok := s.find(text); ok {
			return at, nil
		}
	}
	return 0, fmt.Errorf("%q did not appear within %s", text, limit)
}

func (s *Session) find(text string) (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := bytes.Index(s.out.Bytes(), []byte(text))
	if i < 0 {
		return 0, false
	}
	for _, c := range s.chunks {
		if c.end >= i+len(text) {
			return c.at, true
		}
	}
	return 0, false
}

// Quit asks the program to leave, says that it is meant, and waits for its end.
func (s *Session) Quit(limit time.Duration) error {
	if _, err := s.Write([]byte("q\r")); err != nil {
		return err
	}
	select {
	case <-s.ended:
		return nil
	case <-time.After(limit):
		return fmt.Errorf("the program did not leave within %s", limit)
	}
}

// Close ends the program.
func (s *Session) Close() {
	_ = s.cmd.Process.Kill()
	<-s.ended
	_ = s.master.Close()
}
