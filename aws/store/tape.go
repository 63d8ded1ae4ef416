package store

import "encoding/binary"

// tape holds values one after another as numbers; a string is the number of a
// word. Each function moves a value either way, onto the tape or off it, so that
// what is written and what is read cannot disagree. What is written is not changed:
// others read it meanwhile.
type tape struct {
	words   []string
	numbers []byte         // written so far, or left to read
	index   map[string]int // of words, while writing; nil while reading
	read    map[int]any    // values read that many share, by their words; nil while writing
	bad     bool           // numbers and words do not fit together
	schema  int            // of the file that is read or written
}

func newTape() *tape { return &tape{index: map[string]int{}, schema: schema} }

func (t *tape) writing() bool { return t.index != nil }

func (t *tape) number(n *int) {
	if t.writing() {
		t.numbers = binary.AppendVarint(t.numbers, int64(*n))
		return
	}
	v, size := binary.Varint(t.numbers)
	if size <= 0 {
		t.bad, t.numbers = true, nil
		return
	}
	*n, t.numbers = int(v), t.numbers[size:]
}

func (t *tape) flag(b *bool) {
	n := 0
	if *b {
		n = 1
	}
	t.number(&n)
	if !t.writing() {
		*b = n != 0
	}
}

// add makes a new word and returns its number.
func (t *tape) add(s string) int {
	n := len(t.words)
	t.words, t.index[s] = append(t.words, s), n
	return n
}

// take reads a word.
func (t *tape) take() (n int, s string) {
	t.number(&n)
	if n < 0 || n >= len(t.words) {
		t.bad = true
		return 0, ""
	}
	return n, t.words[n]
}

func word[S ~string](t *tape, s *S) {
	if t.writing() {
		n, ok := t.index[string(*s)]
		if !ok {
			n = t.add(string(*s))
		}
		t.number(&n)
		return
	}
	_, got := t.take()
	*s = S(got)
}

func list[T any](t *tape, l *[]T, move func(*tape, *T)) {
	n := len(*l)
	t.number(&n)
	if !t.writing() {
		if n < 0 || n > len(t.numbers) { // an item takes a byte at least
			t.bad = true
			return
		}
		if n > 0 {
			*l = make([]T, n)
		}
	}
	for i := range *l {
		move(t, &(*l)[i])
	}
}

func optional[T any](t *tape, p **T, move func(*tape, *T)) {
	there := *p != nil
	t.flag(&there)
	if !there {
		return
	}
	if !t.writing() {
		*p = new(T)
	}
	move(t, *p)
}

// once moves a value that many have alike. Its numbers make one word, which is
// written once and read once, and all who name it share what was read.
func once[T any](t *tape, v *T, move func(*tape, *T)) {
	if t.writing() {
		start := len(t.numbers)
		move(t, v)
		n, ok := t.index[string(t.numbers[start:])]
		if !ok {
			n = t.add(string(t.numbers[start:]))
		}
		t.numbers = t.numbers[:start]
		t.number(&n)
		return
	}
	n, s := t.take()
	// Another type may have the same numbers: an empty list, say.
	if had, ok := t.read[n].(T); ok {
		*v = had
		return
	}
	inner := tape{words: t.words, numbers: []byte(s), read: t.read, schema: t.schema}
	move(&inner, v)
	t.bad = t.bad || inner.bad || len(inner.numbers) > 0
	t.read[n] = *v
}

// pack returns the length of every word and then the numbers, and beside them the
// words.
func (t *tape) pack() (numbers, text []byte) {
	numbers = binary.AppendVarint(nil, int64(len(t.words)))
	for _, w := range t.words {
		numbers, text = binary.AppendVarint(numbers, int64(len(w))), append(text, w...)
	}
	return append(numbers, t.numbers...), text
}

// unpack makes a tape to read of what pack returned. The words stay parts of text.
func unpack(numbers []byte, text string, schema int) *tape {
	t := &tape{numbers: numbers, read: map[int]any{}, schema: schema}
	list(t, &t.words, func(t *tape, w *string) {
		n := 0
		t.number(&n)
		if n < 0 || n > len(text) {
			t.bad = true
			return
		}
		*w, text = text[:n], text[n:]
	})
	t.bad = t.bad || text != ""
	return t
}
