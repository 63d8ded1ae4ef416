package sim

// rng is a splitmix64 generator: tiny, fast, and the same on every platform and
// Go version, which a world that must not change with the toolchain needs.
type rng struct{ state uint64 }

// newRNG seeds a generator from a number and words, so that every part of the
// world draws from a stream of its own and does not shift when another changes.
func newRNG(seed uint64, words ...string) *rng {
	h := seed ^ 0xcbf29ce484222325
	for _, w := range words {
		h = hashInto(h, w)
	}
	return &rng{state: h}
}

func hashInto(h uint64, word string) uint64 {
	for i := range len(word) {
		h ^= uint64(word[i])
		h *= 0x100000001b3
	}
	return mix(h ^ 0xff51afd7ed558ccd)
}

func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

func (r *rng) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	return mix(r.state)
}

// below returns a number in [0, n).
func (r *rng) below(n int) int { return int(r.next() % uint64(n)) }

// chance is true in p of a hundred.
func (r *rng) chance(p int) bool { return r.below(100) < p }

// unit returns a number in [0, 1).
func (r *rng) unit() float64 { return float64(r.next()>>11) / (1 << 53) }

// digits and hex return text of n characters, as ids have it.
func (r *rng) hex(n int) string { return r.text("0123456789abcdef", n) }

func (r *rng) text(alphabet string, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[r.below(len(alphabet))]
	}
	return string(out)
}

func pick[T any](r *rng, from []T) T { return from[r.below(len(from))] }

// shuffled returns a copy of a deck in a random order.
func shuffled[T any](r *rng, deck []T) []T {
	out := append([]T(nil), deck...)
	for i := len(out) - 1; i > 0; i-- {
		j := r.below(i + 1)
		out[i], out[j] = out[j], out[i]
	}
	return out
}
