package table

import (
	"nbscope/ui/text"
	"nbscope/ui/theme"
)

// View draws the table: exactly as many lines as its height, each exactly as
// wide as its width.
func (m *Model) View() string {
	if m.width < 1 || m.height < 1 {
		return ""
	}
	b := brush{theme: m.theme, out: m.buf[:0]}
	if m.headerLines() > 0 {
		m.drawHeader(&b)
	}
	for y := range m.body() {
		if y > 0 || m.headerLines() > 0 {
			b.out = append(b.out, '\n')
		}
		m.drawLine(&b, m.top+y)
	}
	m.buf = b.out
	return string(b.out)
}

func (m *Model) drawLine(b *brush, line int) {
	b.begin(theme.Plain, m.width)
	if pos, ok := m.rowAt(line); ok {
		m.drawRow(b, pos)
	} else if g, ok := m.headAt(line); ok {
		b.to(m.gutter - 1)
		if g.Tone == theme.Normal {
			g.Tone = theme.Header
		}
		b.cell(Cell{Tone: g.Tone, Text: g.Text, Tail: g.Tail}, b.width-b.x)
	}
	b.end()
}

func (m *Model) drawRow(b *brush, pos int) {
	row := int(m.view[pos])
	marked := len(m.marks) > 0 && m.Marked(m.source.Key(row))
	cursor := pos == m.cursor
	switch {
	case cursor:
		b.begin(theme.Cursor, m.width)
		b.sign(m.theme.Glyphs.Cursor)
	case marked:
		b.begin(theme.Marked, m.width)
	}
	if marked && (!cursor || m.gutter > 1) {
		b.to(min(1, m.gutter-1))
		b.sign(m.theme.Glyphs.Mark)
	}
	for _, s := range m.slots {
		b.to(s.x)
		c := m.source.Cell(row, s.col)
		if m.columns[s.col].Right {
			b.right(c, s.width)
		} else {
			b.cell(c, s.width)
		}
	}
}

func (m *Model) drawHeader(b *brush) {
	b.begin(theme.Plain, m.width)
	for i, s := range m.slots {
		c := m.columns[s.col]
		if m.left > 0 && !c.Pinned && (i == 0 || m.columns[m.slots[i-1].col].Pinned) {
			b.to(s.x - 1)
			b.sign(m.theme.Glyphs.MoreLeft)
		}
		b.to(s.x)
		switch {
		case s.col == m.sortColumn:
			m.drawSorted(b, c, s.width, m.beside(i))
		case c.Right:
			b.right(Cell{Text: c.Title, Tone: theme.Header}, s.width)
		default:
			b.text(theme.Header, c.Title, nil, s.width)
		}
	}
	if m.right > 0 && b.x < m.width {
		b.to(m.width - 1)
		b.sign(m.theme.Glyphs.MoreRight)
	}
	b.end()
}

// drawSorted draws the head of the column that the rows are sorted by. The title
// stays in line with the column; the arrow stands beside it if it must.
func (m *Model) drawSorted(b *brush, c Column, width, beside int) {
	arrow := m.theme.Glyphs.SortUp
	if m.descending {
		arrow = m.theme.Glyphs.SortDown
	}
	title := text.Width(c.Title)
	air := 1
	if c.Right && beside > 0 {
		air = beside - 1
		b.to(b.x + width - min(title, width))
		title = min(title, width)
	} else {
		if title+2 > width+beside {
			air = 0
		}
		title = min(title, max(width+beside-1-air, 0))
		if c.Right {
			b.to(b.x + width - title - air - 1)
		}
	}
	b.text(theme.Accent, c.Title, nil, title)
	b.to(b.x + air)
	b.sign(arrow)
}
