package ui

import (
	"errors"
	"testing"
)

func TestFiltersAreSavedPickedAndForgottenByName(t *testing.T) {
	kept := map[string]string{}
	var fails error
	d := loaded(t, 120, 40, func(c *Config) {
		c.Saved = map[string]string{"old ones": "platform:al1"}
		c.KeepFilter = func(name, filter string) error { kept[name] = filter; return fails }
	}).withPump()
	d.keys("/", "net:vpc-only", "enter", ":", "save this", "enter")
	d.sees("Save this filter", "The filter net:vpc-only is listed")
	d.keys("enter")
	d.sees("type a name")
	d.keys("no way out")
	d.run(d.keys("enter"))
	d.sees("the filter is saved as no way out")
	if kept["no way out"] != "net:vpc-only" {
		t.Errorf("kept is %q", kept)
	}
	d.keys("esc", ":", "no way")
	d.sees("no way out", "saved filter, net:vpc-only")
	d.keys("enter")
	d.sees("/ net:vpc-only", "5/12")
	d.keys("esc", ":", "forget the saved filter old")
	d.run(d.keys("enter"))
	d.sees("the saved filter old ones is forgotten")
	fails = errors.New("the disk is full")
	d.keys(":", "forget the saved filter no")
	d.run(d.keys("enter"))
	d.sees("could not be kept: the disk is full")
	if len(d.app.saved.filters) != 1 {
		t.Errorf("saved are %q", d.app.saved.filters)
	}
	d = loaded(t, 120, 40, nil)
	d.keys("/", "net:vpc-only", "enter", ":", "save this", "enter", "x")
	d.run(d.keys("enter"))
	d.sees("for this session: nothing is remembered here")
}

func TestAFilterThatMeansNothingIsNeitherSavedNorKept(t *testing.T) {
	for filter, why := range map[string]string{
		"vcp:x": `no field "vcp"; did you mean vpc:?`, "churn vpc:": "the field vpc has no value", `"churn`: "the quote is never closed",
	} {
		d := loaded(t, 160, 40, func(c *Config) {
			c.KeepFilter = func(string, string) error { t.Errorf("%s is saved", filter); return nil }
		})
		d.keys("/", filter, "enter")
		d.sees("this filter is not kept for later: " + why)
		if got := d.app.notebooks.Look().History; len(got) > 0 {
			t.Errorf("%s: the history is %q", filter, got)
		}
		d.keys(":", "save this", "enter")
		d.sees("this filter is not saved: " + why)
		d.keys("x", "enter")
		d.seesNot("Save this filter")
	}
}
