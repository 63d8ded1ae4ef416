package table

import (
	"maps"
	"slices"
)

// marks are the keys that are marked, whatever the view shows.
type marks map[string]struct{}

// ToggleMark marks or unmarks the cursor's row; marks hold by key.
func (m *Model) ToggleMark() {
	if len(m.view) == 0 {
		return
	}
	m.SetMark(m.key, !m.Marked(m.key))
}

// MarkAll marks every row of the view.
func (m *Model) MarkAll() {
	for pos := range m.view {
		m.marks[m.keyAt(pos)] = struct{}{}
	}
}

// SetMark marks or unmarks a key, also one that is not in the view.
func (m marks) SetMark(key string, marked bool) {
	if marked {
		m[key] = struct{}{}
	} else {
		delete(m, key)
	}
}

// Marked reports whether a key is marked.
func (m marks) Marked(key string) bool {
	_, ok := m[key]
	return ok
}

// Marks returns the marked keys, sorted.
func (m marks) Marks() []string { return slices.Sorted(maps.Keys(m)) }

// MarkCount is the number of marked keys.
func (m marks) MarkCount() int { return len(m) }

// ClearMarks removes every mark, also of rows that are not in the view.
func (m marks) ClearMarks() { clear(m) }
