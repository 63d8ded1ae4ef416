package egress

import (
	"fmt"
	"testing"
)

// BenchmarkJudge judges one notebook of a VPC with NAT and endpoints, and one
// whose table holds hundreds of routes.
func BenchmarkJudge(b *testing.B) {
	plain := newWorld().nat().interfaceEndpoint("sts").s3Gateway("rtb-a")
	many := newWorld().nat()
	for i := range 300 {
		many.route("rtb-a", to(fmt.Sprintf("52.%d.%d.0/24", i%256, i/2), "tgw-1"))
	}
	for name, w := range map[string]*world{"plain": plain, "300 routes": many} {
		ix := NewIndex(w.Facts)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Judge(ix, w.n)
			}
		})
	}
}
