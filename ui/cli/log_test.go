package cli

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// broken is a file that takes some lines and no more.
type broken struct {
	lines []string
	most  int
}

func (b *broken) Write(p []byte) (int, error) {
	if len(b.lines) == b.most {
		return 0, errors.New("no space left")
	}
	b.lines = append(b.lines, string(p))
	return len(p), nil
}

func (*broken) Close() error { return nil }

func TestTheLogMasksWhatItIsGivenAndSaysThatItHasGaps(t *testing.T) {
	t.Parallel()
	file := &broken{most: 2}
	s := Settings{LogFile: "log", LogLevel: "info"}
	log, closeLog, err := s.OpenLog(func(string) (io.WriteCloser, error) { return file, nil })
	if err != nil {
		t.Fatal(err)
	}
	log.Debug("quiet")
	log.Info("call", "text", "password=hunter2 \x1b[2J\u202e", "error", errors.New("https://ana:hunter2@git.example is odd"))
	log.Error("two\nlines", "n", 3)
	log.Info("lost")
	log.Info("lost too")
	if err := closeLog(); err == nil || err.Error() != "the log has gaps: no space left" {
		t.Errorf("it was closed with %v", err)
	}
	if len(file.lines) != 2 {
		t.Fatalf("the log has %q", file.lines)
	}
	all := strings.Join(file.lines, "")
	for _, not := range []string{"hunter2", "\x1b", "\u202e", "quiet"} {
		if strings.Contains(all, not) {
			t.Errorf("the log holds %q: %q", not, all)
		}
	}
	if strings.Count(all, "\n") != 2 || !strings.Contains(all, "password=****") || !strings.Contains(all, "n=3") {
		t.Errorf("the log is %q", all)
	}
}

func TestALogThatCannotBeOpenedIsAnErrorAndNoneIsSilent(t *testing.T) {
	t.Parallel()
	odd := errors.New("open the log x: it is a link")
	s := Settings{LogFile: "x", LogLevel: "info"}
	if _, closeLog, err := s.OpenLog(func(string) (io.WriteCloser, error) { return nil, odd }); !errors.Is(err, odd) || closeLog() != nil {
		t.Errorf("opened with %v", err)
	}
	none := Settings{LogLevel: "debug"}
	log, closeLog, err := none.OpenLog(nil)
	if err != nil {
		t.Fatal(err)
	}
	log.Error("nobody reads this")
	if err := closeLog(); err != nil {
		t.Error(err)
	}
}
