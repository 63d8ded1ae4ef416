package jupyter

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestWhatAnOptionIsWhenItIsLeftOut(t *testing.T) {
	t.Parallel()
	all := Options{
		Timeout: time.Minute, Pause: 250 * time.Millisecond, Tries: 5, Poll: 2 * time.Second,
		UpFor: 10 * time.Minute, Ping: 20 * time.Second, Linger: 5 * time.Minute,
	}
	own := Options{
		Timeout: time.Second, Pause: time.Millisecond, Tries: 2, Poll: time.Minute,
		UpFor: time.Hour, Ping: time.Second, Linger: time.Hour,
	}
	for _, c := range []struct{ given, want Options }{{Options{}, all}, {own, own}} {
		if got := c.given.withDefaults(); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("got %+v, want %+v", got, c.want)
		}
	}
}

func TestWhatFailsForNowIsTriedAsOftenAsIsSaid(t *testing.T) {
	t.Parallel()
	o := Options{Tries: 3, Pause: time.Nanosecond}
	none := &Error{Kind: ErrTemporary}
	for try, want := range map[int]bool{1: true, 2: true, 3: false, 4: false} {
		if o.again(t.Context(), try, none) != want {
			t.Errorf("after try %d another one is made: %v", try, !want)
		}
	}
	if o.again(t.Context(), 1, errors.New("for good")) || o.again(t.Context(), 1, nil) {
		t.Error("what another try does not change is tried again")
	}
	ended, end := context.WithCancel(t.Context())
	end()
	o.Pause = time.Hour
	if o.again(ended, 1, none) {
		t.Error("it is tried again where nobody waits for it")
	}
}
