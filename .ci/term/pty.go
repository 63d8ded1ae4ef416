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
	"syscall"
	"time"
	"unsafe"
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
	master, slave, err := pair(width, height)
	if err != nil {
		return nil, err
	}
	defer slave.Close()
	s := &Session{cmd: exec.Command(name, args...), master: master, ended: make(chan struct{})}
	s.cmd.Env = env
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = slave, slave, slave
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	s.started = time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go s.read(mirror)
	go func() {
		_ = s.cmd.Wait()
		close(s.ended)
	}()
	return s, nil
}

// pair opens both sides of a new pseudo terminal.
func pair(width, height int) (master, slave *os.File, err error) {
	master, err = os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("open a pseudo terminal: %w", err)
	}
	var number uint32
	var unlock int32
	size := struct{ rows, cols, x, y uint16 }{uint16(height), uint16(width), 0, 0}
	for request, arg := range map[uintptr]unsafe.Pointer{
		syscall.TIOCGPTN: unsafe.Pointer(&number), syscall.TIOCSPTLCK: unsafe.Pointer(&unlock), syscall.TIOCSWINSZ: unsafe.Pointer(&size),
	} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), request, uintptr(arg)); errno != 0 {
			return nil, nil, fmt.Errorf("set up the terminal: %w", errno)
		}
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("open the terminal's program side: %w", err)
	}
	return master, slave, nil
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

// Quit asks the program to leave by its own key and waits for its end.
func (s *Session) Quit(limit time.Duration) error {
	if _, err := s.Write([]byte("q")); err != nil {
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
