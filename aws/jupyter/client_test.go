package jupyter

import (
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
