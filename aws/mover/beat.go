package mover

import (
	"context"
	"fmt"
	"time"

	"nbscope/model/transfer"
)

// keepBeating writes the heartbeat on both sides until the returned function is called.
// Without one for three days both ends clean up and end.
func (c *copying) keepBeating(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{}, 2)
	for _, e := range []*end{c.source, c.replaced} {
		go func() {
			defer func() { done <- struct{}{} }()
			way := e.Session.ContentsIn(e.work)
			if c.KeepAwake {
				if kernel, err := e.Session.KernelIn(ctx, e.work); err == nil {
					way = kernel
				}
			}
			for n := 0; ; n++ {
				_ = way.Send(ctx, transfer.BeatFile, fmt.Appendf(nil, "%d %d\n", n, c.Now().UnixNano())) // the next one may arrive
				if pause(ctx, c.pacing().beat) != nil {
					break
				}
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			_ = way.Close(ctx) // Clean ends what is left
		}()
	}
	return func() {
		cancel()
		<-done
		<-done
	}
}
