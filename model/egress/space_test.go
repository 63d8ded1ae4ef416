package egress

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// bits is the same set as a space over the first 64 addresses, one bit each.
func bits(s space) (b uint64) {
	for _, r := range s {
		for i := r.lo; i <= r.hi; i++ {
			b |= 1 << i
		}
	}
	return b
}

func TestSpacesAreSets(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	random := func() space {
		var spans []span
		for range r.IntN(6) {
			lo := r.Uint64N(60)
			spans = append(spans, span{lo, min(63, lo+r.Uint64N(12))})
		}
		return union(spans)
	}
	for range 20000 {
		a, b := random(), random()
		if got, want := bits(a.minus(b)), bits(a)&^bits(b); got != want {
			t.Fatalf("%v minus %v is %b, want %b", a, b, got, want)
		}
		if got, want := bits(a.and(b)), bits(a)&bits(b); got != want {
			t.Fatalf("%v and %v is %b, want %b", a, b, got, want)
		}
		both := union(slices.Concat(a, b))
		if bits(both) != bits(a)|bits(b) {
			t.Fatalf("the union of %v and %v is %v", a, b, both)
		}
		for i := 1; i < len(both); i++ {
			if both[i].lo <= both[i-1].hi+1 {
				t.Fatalf("the spans of %v touch", both)
			}
		}
	}
}

func TestCIDRsBecomeSpans(t *testing.T) {
	t.Parallel()
	cases := []struct {
		cidr string
		v4   bool
		want span
		ok   bool
	}{
		{"0.0.0.0/0", true, span{0, 1<<32 - 1}, true},
		{"10.1.2.3/8", true, span{0x0a000000, 0x0affffff}, true},
		{"1.2.3.4/32", true, span{0x01020304, 0x01020304}, true},
		{"::/0", false, span{0, ^uint64(0)}, true},
		{"2000::/3", false, span{0x2000 << 48, 0x4000<<48 - 1}, true},
		{"64:ff9b::/96", false, span{0x0064ff9b << 32, 0x0064ff9b << 32}, true},
		{"::/0", true, span{}, false},
		{"1.2.3.4/8", false, span{}, false},
		{"1.2.3.4", true, span{}, false},
	}
	for _, c := range cases {
		if got, ok := cidrSpan(c.cidr, c.v4); got != c.want || ok != c.ok {
			t.Errorf("%s is %v %v, want %v %v", c.cidr, got, ok, c.want, c.ok)
		}
	}
	if n := everything(false).size(); n != ^uint64(0) {
		t.Errorf("every IPv6 address counts %d", n)
	}
}
