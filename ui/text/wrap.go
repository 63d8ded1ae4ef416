package text

import "strings"

const tabStop = 4

// Lines splits a text of several lines, such as a script, and makes each line
// clean. Tabs become spaces up to the next stop.
func Lines(s string) []string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = Clean(expand(l))
	}
	return lines
}

func expand(s string) string {
	if !strings.Contains(s, "\t") {
		return s
	}
	var b strings.Builder
	col := 0
	for i, part := range strings.Split(s, "\t") {
		if i > 0 {
			n := tabStop - col%tabStop
			b.WriteString(strings.Repeat(" ", n))
			col += n
		}
		b.WriteString(part)
		col += Width(part)
	}
	return b.String()
}

// Wrap breaks s into clean lines of at most width cells, at spaces where there
// are any and inside words where there are none. There is always at least one
// line.
func Wrap(s string, width int) []string {
	if width < 1 {
		return []string{""}
	}
	var out []string
	for _, l := range Lines(s) {
		out = wrapLine(out, l, width)
	}
	return out
}

func wrapLine(out []string, l string, width int) []string {
	for {
		end, _ := measure(l, width)
		if end == len(l) {
			return append(out, l)
		}
		if end == 0 { // a letter wider than the line
			size, _ := Next(l)
			out = append(out, "")
			if l = l[size:]; l == "" {
				return out
			}
			continue
		}
		next := end
		if l[end] == ' ' {
			next = end + 1
		} else if space := strings.LastIndexByte(l[:end], ' '); space > 0 && strings.TrimSpace(l[:space]) != "" {
			end, next = space, space+1
		}
		out = append(out, strings.TrimRight(l[:end], " "))
		l = l[next:]
	}
}
