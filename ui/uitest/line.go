package uitest

import "io"

// Line carries what an emulated terminal answers to a program's input, until the
// terminal ends. It keeps what the program has not read yet, as the line of a real one
// does: without that, a program that is asked to draw while it is answered waits for itself.
func Line(terminal io.Reader, in io.Writer) (ended <-chan struct{}) {
	kept, done := make(chan []byte, 4096), make(chan struct{})
	go func() {
		defer close(kept)
		for {
			b := make([]byte, 4096)
			n, err := terminal.Read(b)
			if n > 0 {
				kept <- b[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	go func() {
		defer close(done)
		for b := range kept {
			_, _ = in.Write(b) // the program may be gone: go on draining
		}
	}()
	return done
}
