package ui

import (
	"os"
	"testing"
)

func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		return
	}
	for _, s := range []struct {
		n    string
		w, h int
	}{{"80", 80, 24}, {"120", 120, 40}, {"200", 200, 60}, {"40", 40, 12}} {
		d := loaded(t, s.w, s.h, nil)
		save := func(name string) {
			d.view()
			os.WriteFile(dir+"/"+name+s.n+".ansi", []byte(d.app.View().Content), 0o644)
		}
		save("list")
		d.keys("enter")
		save("detail")
		d.keys("esc", "esc")
		d.keys("/", "fr")
		save("filter")
		d.keys("esc")
		d.keys("/", "vcp:x")
		save("issue")
		d.keys("esc")
		d.keys("?")
		save("help")
		d.keys("esc")
		d.keys(":", "sort")
		save("palette")
		d.keys("esc")
		d.keys("b")
		save("group")
		d.keys("tab", "j", "j")
		save("targets")
	}
}
