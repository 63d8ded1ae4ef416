package recreate

import "testing"

func TestEveryStandOfARunHasItsWords(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		make func(*testing.T) *story
		want string
	}{
		"before the create":       {func(t *testing.T) *story { t.Helper(); return tell(t, nil) }, "waits for you: approve create"},
		"before the copy":         {func(t *testing.T) *story { t.Helper(); return tell(t, nil).to(StepCopy) }, "waits for you: copy the data"},
		"before the stop":         {func(t *testing.T) *story { t.Helper(); return tell(t, nil).to(StepStop) }, "waits for you: approve stop source"},
		"before the deletion":     {func(t *testing.T) *story { t.Helper(); return tell(t, nil).to(StepDelete) }, "stopped and kept"},
		"while a call is made":    {func(t *testing.T) *story { t.Helper(); return tell(t, nil).approve() }, "interrupted at create"},
		"after it was closed":     {func(t *testing.T) *story { t.Helper(); return tell(t, nil).does(Event{Kind: EventClosed}) }, "closed"},
		"after a failed creation": {failedStory, "wait failed"},
		"paused": {func(t *testing.T) *story {
			t.Helper()
			k := tell(t, nil).approve()
			return k.does(Event{Kind: EventFailed, Effect: k.next.ID, Problem: failing409()})
		}, "paused at create"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := c.make(t)
			if got := k.run.Says(); got != c.want {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}

func failedStory(t *testing.T) *story {
	t.Helper()
	k := tell(t, nil)
	k.w.fails = "no"
	return k.approve().goesOn()
}
