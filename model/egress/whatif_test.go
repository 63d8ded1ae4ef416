package egress

import (
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

func TestWhatDirectInternetTakesAway(t *testing.T) {
	t.Parallel()
	w := newWorld().nat().s3Gateway("rtb-a").route("rtb-a", to("10.9.0.0/16", "pcx-1"), dead("10.8.0.0/16", "pcx-2"))
	off := w.judge()
	loses := strings.Join(off.WhatIf.Loses, "\n")
	if off.WhatIf.Verdict != model.VerdictDirect || off.WhatIf.DirectInternet != model.Enabled {
		t.Errorf("what if: %+v", off.WhatIf)
	}
	for _, want := range []string{"10.9.0.0/16 through VPC peering pcx-1", "vpce-s3 (s3)", "aws:SourceVpce"} {
		if !strings.Contains(loses, want) {
			t.Errorf("losses do not tell %q: %s", want, loses)
		}
	}
	if strings.Contains(loses, "pcx-2") {
		t.Error("a blackhole route cannot be lost")
	}
	w.n.DirectInternet = model.Enabled
	on := w.judge()
	if on.WhatIf.Verdict != model.VerdictNAT || len(on.WhatIf.Loses) != 0 || !slices.Equal(on.Warnings, off.WhatIf.Loses) {
		t.Errorf("direct internet on: %+v, warnings %v", on.WhatIf, on.Warnings)
	}
	w.RouteTables = Refused[RouteTable]("AccessDenied")
	if on = w.judge(); on.Verdict != model.VerdictDirect || !strings.Contains(strings.Join(on.Warnings, ""), "AccessDenied") {
		t.Errorf("a denied table is not told beside a direct verdict: %v", on.Warnings)
	}
}

func TestIPv6IsJudgedBesideIPv4(t *testing.T) {
	t.Parallel()
	e := newWorld().dual().nat().route("rtb-a", to("::/0", "eigw-1")).judge()
	if e.Verdict != model.VerdictNAT || e.IPv6 == nil || e.IPv6.Verdict != model.VerdictNAT || e.IPv6.Chain[len(e.IPv6.Chain)-2].ID != "eigw-1" {
		t.Errorf("verdict %s, IPv6 %+v", e.Verdict, e.IPv6)
	}
	if e = newWorld().nat().judge(); e.IPv6 != nil {
		t.Error("a notebook without IPv6 has a verdict for it")
	}
	e = newWorld().dual().route("rtb-a", to("::/0", "eigw-1")).with(func(w *world) { w.EgressOnly = Refused[InternetGateway]("AccessDenied") }).judge()
	if e.Verdict != model.VerdictUnknown {
		t.Errorf("a denied egress-only gateway gives %s", e.Verdict)
	}
}
