package table

import "sort"

// window is the part of a list that is on screen: the rows of a view and the heads of
// groups between them are lines, which scroll.
type window struct {
	view   []int32 // row numbers of the source, in the order to show
	groups []Group // ascending, each before a row that exists
	height int     // of the table, with its header
	top    int     // first line shown
}

// headerLines is 1 unless the table is too low for a header.
func (w *window) headerLines() int {
	if w.height < 2 {
		return 0
	}
	return 1
}

// body is the number of lines for rows.
func (w *window) body() int { return w.height - w.headerLines() }

// lines is the number of lines that all rows and heads of groups take.
func (w *window) lines() int { return len(w.view) + len(w.groups) }

// lineOf is the line of a row, counting heads of groups.
func (w *window) lineOf(pos int) int {
	return pos + sort.Search(len(w.groups), func(i int) bool { return w.groups[i].Before > pos })
}

// headsBefore is the number of heads on lines up to and including this one.
func (w *window) headsBefore(line int) int {
	return sort.Search(len(w.groups), func(i int) bool { return w.groups[i].Before+i > line })
}

// rowAt is the row on a line; false for a head or beyond the end.
func (w *window) rowAt(line int) (pos int, ok bool) {
	heads := w.headsBefore(line)
	if line < 0 || line >= w.lines() || heads > 0 && w.groups[heads-1].Before+heads-1 == line {
		return 0, false
	}
	return line - heads, true
}

// headAt is the head of a group on a line.
func (w *window) headAt(line int) (g Group, ok bool) {
	heads := w.headsBefore(line)
	if heads > 0 && w.groups[heads-1].Before+heads-1 == line {
		return w.groups[heads-1], true
	}
	return Group{}, false
}

// visible is the positions of the first and the last row on screen; -1 and -1 when there
// is none.
func (w *window) visible() (first, last int) {
	first, last = -1, -1
	for y := range w.body() {
		if pos, ok := w.rowAt(w.top + y); ok {
			if first < 0 {
				first = pos
			}
			last = pos
		}
	}
	return first, last
}

// at returns the position in the view drawn on line y of the table, and false for
// the header, a group's head or an empty line.
func (w *window) at(y int) (pos int, ok bool) {
	y -= w.headerLines()
	if y < 0 || y >= w.body() {
		return 0, false
	}
	return w.rowAt(w.top + y)
}

// scrollTo sets the first line, within what there is.
func (w *window) scrollTo(top int) {
	w.top = max(min(top, w.lines()-w.body()), 0)
}

// reveal scrolls as little as possible so that a row, some lines around it and the head of
// a group right above it are on screen.
func (w *window) reveal(pos, around int) {
	body := w.body()
	if body < 1 || len(w.view) == 0 {
		return
	}
	around = min(around, (body-1)/2)
	at := w.lineOf(pos)
	first := at - around
	if _, head := w.headAt(at - 1); head && body > 1 {
		first = min(first, at-1)
	}
	top := max(w.top, at+around-body+1)
	w.scrollTo(min(top, first))
}
