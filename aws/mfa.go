package aws

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"nbscope/model"
)

// asker brings the SDK's wish for an MFA code, which comes without a context and
// from any goroutine, to the scan that is running, and its answer back. One
// question is open at a time.
type asker struct {
	one chan struct{} // held while a question is open

	mu    sync.Mutex
	scans []*listener
}

// listener is a running scan as the asker sees it.
type listener struct {
	ended <-chan struct{}
	cause func() error // why it ended
	tell  func(*model.Question)
}

func newAsker() *asker { return &asker{one: make(chan struct{}, 1)} }

// listen makes a scan the one that questions go to, until it calls the result.
func (a *asker) listen(ctx context.Context, tell func(*model.Question)) (leave func()) {
	l := &listener{ended: ctx.Done(), cause: func() error { return context.Cause(ctx) }, tell: tell}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.scans = append(a.scans, l)
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.scans = slices.DeleteFunc(a.scans, func(x *listener) bool { return x == l })
	}
}

func (a *asker) newest() *listener {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.scans) == 0 {
		return nil
	}
	return a.scans[len(a.scans)-1]
}

// ask puts the question and waits for the answer, for its cancellation or for the
// end of the scan.
func (a *asker) ask(profile, prompt string) (string, error) {
	l := a.newest()
	if l == nil {
		return "", errNobodyAsks
	}
	release, err := a.hold()
	if err != nil {
		return "", err
	}
	defer release()
	reply := make(chan string, 1)
	var once sync.Once
	answer := func(code string) { once.Do(func() { reply <- strings.TrimSpace(code) }) }
	l.tell(&model.Question{Profile: profile, Prompt: prompt, Answer: answer, Cancel: func() { answer("") }})
	select {
	case code := <-reply:
		if code == "" {
			return "", errMFACanceled
		}
		return code, nil
	case <-l.ended:
		return "", l.cause()
	}
}

// hold waits until nobody else asks the user. It ends with the scan that waits.
func (a *asker) hold() (release func(), err error) {
	var ended <-chan struct{}
	l := a.newest()
	if l != nil {
		ended = l.ended
	}
	select {
	case a.one <- struct{}{}:
		return func() { <-a.one }, nil
	case <-ended:
		return nil, l.cause()
	}
}

// pause waits, or ends with the scan.
func (a *asker) pause(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	l := a.newest()
	if l == nil {
		return errNobodyAsks
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-l.ended:
		return l.cause()
	}
}
