package model

import "testing"

func TestMoneyIsWrittenInOneWay(t *testing.T) {
	t.Parallel()
	amount := func(v float64) *float64 { return &v }
	for want, got := range map[string]string{
		"cost not known":  Money(nil, "a month"),
		"free":            Money(amount(0), "a month"),
		"$29.20 a month":  Money(amount(29.2), "a month"),
		"$0.0046 an hour": Money(amount(0.0046), "an hour"),
		"$0.0464 an hour": Money(amount(0.0464), "an hour"),
		"$0.045 per GB":   Money(amount(0.045), "per GB"),
		"$0.05 an hour":   Money(amount(0.05), "an hour"),
		"$0.43 an hour":   Money(amount(0.4347), "an hour"),
		"$1234.50":        Money(amount(1234.5), ""),
		"$36.50 a month":  Cost{USD: 36.5}.String(),
		"free ":           Cost{}.String() + " ",
		"cost not known ": Cost{Unknown: []string{"a NAT gateway"}}.String() + " ",
		"$3.65 a month and a NAT gateway, whose price is not known": Cost{USD: 3.65, Unknown: []string{"a NAT gateway"}}.String(),
		"$3.65 a month and what has no known price: a NAT gateway, an endpoint": Cost{USD: 3.65, Unknown: []string{"a NAT gateway"}}.
			Plus(Cost{Unknown: []string{"an endpoint"}}).String(),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if total := (Cost{USD: 3.65, Unknown: []string{"a NAT gateway"}}).Total(); total != nil {
		t.Errorf("a sum with an unknown part is told as %v", *total)
	}
	if total := (Cost{}).Total(); total == nil || *total != 0 {
		t.Error("what is free has no total")
	}
}
