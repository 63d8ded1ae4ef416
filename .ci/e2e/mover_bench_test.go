//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"nbscope/aws/mover"
)

// TestMoverAgainstCurl compares the relay with curl that does both legs of the same
// bytes, eight parts at a time, without tar and hashes. NBSCOPE_BENCH is the megabytes.
func TestMoverAgainstCurl(t *testing.T) {
	size, err := strconv.Atoi(os.Getenv("NBSCOPE_BENCH"))
	if err != nil {
		t.Skip("NBSCOPE_BENCH says how many megabytes")
	}
	p := newPair(t, "jupyter_server", "jupyter_server", nobody)
	p.source.shell(fmt.Sprintf(`for i in $(seq 1 %d); do head -c 50000000 /dev/urandom >big$i; done; cat big* | split -b 8M -d -a 4 - part`, size/50))
	bodies := t.TempDir()
	script := `set -euo pipefail
cd "$1"; for f in "$2"/part*; do { printf '{"type":"file","format":"base64","content":"'; base64 -w0 "$f"; printf '"}'; } >"$(basename "$f")"; done
begin=$(date +%s.%N)
ls | xargs -P8 -I{} sh -c 'curl -sf -H "Authorization: token $3" -o /dev/null "$1/files/{}" && curl -sf -H "Authorization: token $3" -H "Content-Type: application/json" -o /dev/null -T {} "$2/api/contents/{}"' sh "$3" "$4" "$5"
echo "$begin $(date +%s.%N)" | awk '{print $2 - $1}'`
	out, err := exec.CommandContext(t.Context(), "bash", "-c", script, "bench", bodies, p.source.root, p.labs[0].base, p.labs[1].base, jupyterToken).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	curl, err := strconv.ParseFloat(string(out[:len(out)-1]), 64)
	must(t, err)
	p.source.shell(`rm part*`)
	p.replaced.shell(`rm part*`)
	j := p.job()
	var began, ended time.Time
	bounds := map[mover.Bound]int{}
	way := ""
	must(t, j.Copy(t.Context(), func(q mover.Progress) {
		switch {
		case q.Phase == mover.Streaming && began.IsZero():
			began = time.Now()
		case q.Phase == mover.Checking && ended.IsZero():
			ended = time.Now()
		case q.Phase == mover.Streaming:
			bounds[q.Bound]++
			way = q.Way
		}
	}))
	relay := ended.Sub(began).Seconds()
	total := float64(size/50) * 50
	t.Logf("curl %.1f s, %.0f MB/s; relay by %s %.1f s, %.0f MB/s: ratio %.2f; bound %v", curl, total/curl, way, relay, total/relay, curl/relay, bounds)
	p.cleaned(j)
}
