package store

import "encoding/binary"

// codec holds values one after another as numbers; a string is the number of a
// word. Each function moves a value either way, in or out, so that
// what is written and what is read cannot disagree. What is written is not changed:
// others read it meanwhile.
type codec struct {
	words    []string
	numbers  []byte         // written so far, or left to read
	index    map[string]int // of words, while writing; nil while reading
	read     map[int]any    // values read that many share, by their words; nil while writing
	bad      bool           // numbers and words do not fit together
	schema   int            // of the file that is read or written
	unmasked bool           // while reading: secrets are hidden by other rules than today's
}

func newCodec() *codec { return &codec{index: map[string]int{}, schema: schema} }

func (c *codec) writing() bool { return c.index != nil }

func (c *codec) number(n *int) {
	if c.writing() {
		c.numbers = binary.AppendVarint(c.numbers, int64(*n))
		return
	}
	v, size := binary.Varint(c.numbers)
	if size <= 0 {
		c.bad, c.numbers = true, nil
		return
	}
	*n, c.numbers = int(v), c.numbers[size:]
}

func (c *codec) flag(b *bool) {
	n := 0
	if *b {
		n = 1
	}
	c.number(&n)
	if !c.writing() {
		*b = n != 0
	}
}

// add makes a new word and returns its number.
func (c *codec) add(s string) int {
	n := len(c.words)
	c.words, c.index[s] = append(c.words, s), n
	return n
}

// take reads a word.
func (c *codec) take() (n int, s string) {
	c.number(&n)
	if n < 0 || n >= len(c.words) {
		c.bad = true
		return 0, ""
	}
	return n, c.words[n]
}

func word[S ~string](c *codec, s *S) {
	if c.writing() {
		n, ok := c.index[string(*s)]
		if !ok {
			n = c.add(string(*s))
		}
		c.number(&n)
		return
	}
	_, got := c.take()
	*s = S(got)
}

func list[T any](c *codec, l *[]T, move func(*codec, *T)) {
	n := len(*l)
	c.number(&n)
	if !c.writing() {
		if n < 0 || n > len(c.numbers) { // an item takes a byte at least
			c.bad = true
			return
		}
		if n > 0 {
			*l = make([]T, n)
		}
	}
	for i := range *l {
		move(c, &(*l)[i])
	}
}

func optional[T any](c *codec, p **T, move func(*codec, *T)) {
	there := *p != nil
	c.flag(&there)
	if !there {
		return
	}
	if !c.writing() {
		*p = new(T)
	}
	move(c, *p)
}

// once moves a value that many have alike. Its numbers make one word, which is
// written once and read once, and all who name it share what was read.
func once[T any](c *codec, v *T, move func(*codec, *T)) {
	if c.writing() {
		start := len(c.numbers)
		move(c, v)
		n, ok := c.index[string(c.numbers[start:])]
		if !ok {
			n = c.add(string(c.numbers[start:]))
		}
		c.numbers = c.numbers[:start]
		c.number(&n)
		return
	}
	n, s := c.take()
	// Another type may have the same numbers: an empty list, say.
	if had, ok := c.read[n].(T); ok {
		*v = had
		return
	}
	inner := codec{words: c.words, numbers: []byte(s), read: c.read, schema: c.schema}
	move(&inner, v)
	c.bad = c.bad || inner.bad || len(inner.numbers) > 0
	c.read[n] = *v
}

// pack returns the length of every word, for before the numbers, and how long the words
// are that come behind them.
func (c *codec) pack() (lengths []byte, text int) {
	lengths = binary.AppendVarint(make([]byte, 0, 2*len(c.words)), int64(len(c.words)))
	for _, w := range c.words {
		lengths = binary.AppendVarint(lengths, int64(len(w)))
		text += len(w)
	}
	return lengths, text
}

// unpack makes a codec that reads what pack returned. The words stay parts of text.
func unpack(numbers []byte, text string, schema int) *codec {
	c := &codec{numbers: numbers, read: map[int]any{}, schema: schema}
	list(c, &c.words, func(c *codec, w *string) {
		n := 0
		c.number(&n)
		if n < 0 || n > len(text) {
			c.bad = true
			return
		}
		*w, text = text[:n], text[n:]
	})
	c.bad = c.bad || text != ""
	return c
}
