package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/text"
)

// Small words that every page needs.

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// upper begins a sentence.
func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func lower(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return text.Clean(s)
}

func onOff(v string) string {
	if v == model.Enabled {
		return "on"
	}
	return "off"
}

// turned is what a recreate turns, for a cell.
func turned(src *recreate.Snapshot, spec *recreate.Spec, arrow string) string {
	if recreate.DirectionTo(src, spec.DirectInternet) == recreate.IntoVPC {
		return arrow + " VPC"
	}
	return onOff(src.DirectInternet) + " " + arrow + " " + onOff(spec.DirectInternet)
}

func accountLong(id string, aliases map[string]string) string {
	if a := aliases[id]; a != "" {
		return a + " " + id
	}
	return id
}

func accountShort(id string, aliases map[string]string) string {
	if a := aliases[id]; a != "" {
		return a
	}
	return id
}

// stamp is how absolute times are written.
const stamp = "2006-01-02 15:04:05 MST"

// seconds is a wait in words that change once a second.
func seconds(d time.Duration) string {
	s := max(0, int(d.Seconds()))
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d:%02d min", s/60, s%60)
	case s >= 48*3600:
		return fmt.Sprintf("%d days", s/86400)
	}
	return fmt.Sprintf("%d:%02d h", s/3600, s/60%60)
}

// tail is the end of a text in at most width cells.
func tail(s string, width int, ellipsis string) string {
	s = text.Clean(s)
	if text.Width(s) <= width {
		return s
	}
	for left := text.Width(s); left > width-text.Width(ellipsis) && s != ""; {
		size, w := text.Next(s)
		s, left = s[size:], left-w
	}
	return ellipsis + s
}

// cleanTitle keeps a window title harmless.
func cleanTitle(s string) string { return strings.TrimSpace(text.Clean(s)) }

func itoa(n int) string { return strconv.Itoa(n) }

// joinLines writes each text on a line of its own.
func joinLines(all []string) string { return strings.Join(all, "\n") + "\n" }

// nameOfARN is the notebook's name in its ARN.
func nameOfARN(arn string) string {
	if arn == "" {
		return "another notebook"
	}
	return arn[strings.LastIndexByte(arn, '/')+1:]
}

func tagValue(n *model.Notebook, key string) string {
	for _, t := range n.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}
