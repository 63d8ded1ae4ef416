package table

import (
	"maps"
	"slices"
)

// ToggleMark marks or unmarks the cursor's row; marks hold by key.
func (m *Model) ToggleMark() {
	if len(m.view) == 0 {
		return
	}
	m.SetMark(m.key, !m.Marked(m.key))
}

// SetMark marks or unmarks a key, also one that is not in the view.
func (m *Model) SetMark(key string, marked bool) {
	if marked {
		m.marks[key] = struct{}{}
	} else {
		delete(m.marks, key)
	}
}

// Marked reports whether a key is marked.
func (m *Model) Marked(key string) bool {
	_, ok := m.marks[key]
	return ok
}

// Marks returns the marked keys, sorted.
func (m *Model) Marks() []string { return slices.Sorted(maps.Keys(m.marks)) }

// MarkCount is the number of marked keys.
func (m *Model) MarkCount() int { return len(m.marks) }

// MarkAll marks every row of the view; ClearMarks removes every mark.
func (m *Model) MarkAll() {
	for pos := range m.view {
		m.marks[m.keyAt(pos)] = struct{}{}
	}
}

// ClearMarks removes every mark, also of rows that are not in the view.
func (m *Model) ClearMarks() { clear(m.marks) }
