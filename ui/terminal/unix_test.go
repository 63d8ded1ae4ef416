//go:build unix

package terminal

import (
	"os"
	"testing"
	"time"

	"github.com/creack/pty"
)

func TestWhatIsThereToReadOnATerminal(t *testing.T) {
	t.Parallel()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo terminal: ", err)
	}
	defer master.Close()
	defer tty.Close()
	if readable(tty, time.Millisecond) {
		t.Error("something is there before anything was typed")
	}
	if _, err := master.WriteString("x\n"); err != nil {
		t.Fatal(err)
	}
	if !readable(tty, time.Minute) {
		t.Error("what was typed is not there")
	}
	closed, _, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	if readable(closed, time.Millisecond) {
		t.Error("a closed file has something to read")
	}
}
