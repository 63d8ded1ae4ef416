package recreate

import (
	"fmt"
	"slices"
	"time"
)

// Time is how long a part of the copy takes, at least or at most.
type Time struct {
	Of    string        `json:"of"`
	Takes time.Duration `json:"takes"` // 0: not known
	Bound string        `json:"bound"` // what it waits for
	Most  bool          `json:"most"`  // it takes so long at most, and else at least
}

// Says is the time with what bounds it.
func (t *Time) Says() string {
	if t.Takes == 0 {
		return t.Of + ": not known, " + t.Bound
	}
	word := "at least"
	if t.Most {
		word = "at most"
	}
	return fmt.Sprintf("%s %s %s (%s)", t.Of, word, Roughly(t.Takes), t.Bound)
}

// Times are how long each transport takes, and the proof; none where it is not known how
// much there is. What one connection carries was measured: several carry more, so that
// relay takes at most so long. Through S3 and in the proof a volume is what is known.
func (p *Plan) Times(s *Survey) []Time {
	n := &s.Source
	if n.Bytes < 0 {
		return nil
	}
	slow, disk := volumeRate(p.Source.VolumeGB), "the source's volume"
	if other := volumeRate(p.Spec.VolumeGB); other < slow {
		slow, disk = other, "the replacement's volume"
	}
	relay := Time{Of: "relay", Bound: "the way into the replacement, which is measured once it is there"}
	_, out := n.rate()
	if r := s.Replacement; r != nil && out > 0 {
		in, _ := r.rate()
		rate, bound := out, "the way out of the source"
		if in < out {
			rate, bound = in, "the way into the replacement"
		}
		if in > 0 {
			relay = Time{Of: "relay", Takes: lasts(n.Bytes, rate), Bound: fmt.Sprintf("%s, %s/s over one connection", bound, Size(int64(rate))), Most: true}
		}
	}
	volume := fmt.Sprintf("%s, %s/s", disk, Size(int64(slow)))
	return []Time{
		relay,
		{Of: "S3", Takes: lasts(n.Bytes, slow), Bound: volume},
		{Of: "by hand", Bound: "it is your own way"},
		{Of: "the proof", Takes: lasts(n.Bytes, slow), Bound: volume},
	}
}

// volumeRate is how many bytes a second a gp2 volume of that size gives at most: 128 MiB
// up to 170 GiB, 250 MiB from 334 GiB (EBS volume types).
func volumeRate(gb int) float64 {
	switch {
	case gb <= 170:
		return 128 << 20
	case gb >= 334:
		return 250 << 20
	}
	return 128<<20 + float64(gb-170)/(334-170)*(122<<20)
}

func lasts(bytes int64, rate float64) time.Duration {
	return max(time.Second, time.Duration(float64(bytes)/rate*float64(time.Second)))
}

// Roughly is a time as one says it: "40s", "12m", "3h20m".
func Roughly(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return fmt.Sprintf("%ds", int64(d.Round(time.Second)/time.Second))
	case d < 100*time.Minute:
		return fmt.Sprintf("%dm", int64(d.Round(time.Minute)/time.Minute))
	}
	d = d.Round(10 * time.Minute)
	if rest := d % time.Hour; rest > 0 {
		return fmt.Sprintf("%dh%02dm", d/time.Hour, rest/time.Minute)
	}
	return fmt.Sprintf("%dh", d/time.Hour)
}

// reachesS3 reports whether every notebook that was looked into has reached S3: the
// bucket, where that was tried.
func (s *Survey) reachesS3() bool {
	return !slices.ContainsFunc([]*Interior{&s.Source, s.Replacement}, func(n *Interior) bool {
		return n != nil && !n.reachesS3()
	})
}

func (n *Interior) reachesS3() bool {
	if n.Bucket != nil {
		return n.Bucket.Why == ""
	}
	return n.S3 != nil && n.S3.State.Reached()
}
