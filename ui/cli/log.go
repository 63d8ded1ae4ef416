package cli

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"

	"nbscope/model"
	"nbscope/ui/text"
)

// The log holds what a report of a fault needs: sign-ins, targets, calls with their
// fate, cuts of the limiter, what was done to the cache and to journals. It holds no
// answer and no request, so no credentials, tags or scripts; whoever writes to it
// passes names, numbers and codes. As a second line everything goes through the masks
// for secrets.

// level is the lowest that is logged.
func (s *Settings) level() (slog.Level, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(s.LogLevel)); err != nil {
		return 0, faultOf([]any{"log-level"}, " %q: use debug, info, warn or error%s", s.LogLevel,
			didYouMean(s.LogLevel, []string{"debug", "info", "warn", "error"}))
	}
	return l, nil
}

// OpenLog opens the log that the settings ask for with open; with none it returns a
// logger that discards. closeLog is never nil: it says when the log could not be
// written.
func (s *Settings) OpenLog(open func(path string) (io.WriteCloser, error)) (log *slog.Logger, closeLog func() error, err error) {
	none := func() error { return nil }
	level, err := s.level()
	if err != nil {
		return nil, none, err
	}
	if s.LogFile == "" {
		return slog.New(slog.DiscardHandler), none, nil
	}
	file, err := open(s.LogFile)
	if err != nil {
		return nil, none, err //nolint:wrapcheck // it names the log and what to do
	}
	w := &logFile{file: file}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: masked})), w.Close, nil
}

// masked hides what looks like a secret in what is logged, and what cannot be seen.
func masked(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(text.Clean(model.Masked(v.String())))
	case slog.KindAny:
		a.Value = slog.StringValue(text.Clean(model.Masked(fmt.Sprint(v.Any()))))
	case slog.KindBool, slog.KindDuration, slog.KindFloat64, slog.KindInt64, slog.KindTime, slog.KindUint64, slog.KindGroup, slog.KindLogValuer:
	}
	return a
}

// logFile remembers that a line could not be written, which slog does not tell.
type logFile struct {
	file io.WriteCloser

	mu     sync.Mutex
	failed error
}

// Write is for slog, which writes a line at a time.
func (l *logFile) Write(line []byte) (int, error) {
	n, err := l.file.Write(line)
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.failed == nil {
			l.failed = fmt.Errorf("the log has gaps: %w", err)
		}
	}
	return n, err //nolint:wrapcheck // slog drops it
}

// Close closes the log and says what it lacks.
func (l *logFile) Close() error {
	err := l.file.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.failed, err)
}
