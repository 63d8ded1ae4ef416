package model

import (
	"fmt"
	"strings"
)

// Cost is what something costs by the month at list prices. Its zero value is
// free.
type Cost struct {
	USD     float64  // of the parts whose price is known
	Unknown []string // the parts whose price is not, each as "a NAT gateway"
}

// Plus adds two costs up.
func (c Cost) Plus(d Cost) Cost {
	out := Cost{USD: c.USD + d.USD}
	out.Unknown = append(append(out.Unknown, c.Unknown...), d.Unknown...)
	return out
}

// Total is the sum in USD, nil when a part of it is not known.
func (c Cost) Total() *float64 {
	if len(c.Unknown) > 0 {
		return nil
	}
	return &c.USD
}

// String is the cost in words. A sum with unknown parts says which they are.
func (c Cost) String() string {
	switch {
	case len(c.Unknown) == 0 || c.USD == 0:
		return Money(c.Total(), perMonth)
	case len(c.Unknown) == 1:
		return Money(&c.USD, perMonth) + " and " + c.Unknown[0] + ", whose price here is not known"
	}
	return Money(&c.USD, perMonth) + " and what is not known here: " + strings.Join(c.Unknown, ", ")
}

const perMonth = "a month"

// Money writes an amount of US dollars with what it is for, such as "a month" or
// "an hour". Every amount that a person reads is written by it.
func Money(usd *float64, per string) string {
	switch {
	case usd == nil:
		return "cost not known"
	case *usd == 0:
		return "free"
	case *usd > -0.01 && *usd < 0.01:
		return strings.TrimSpace(fmt.Sprintf("$%.4f %s", *usd, per))
	}
	return strings.TrimSpace(fmt.Sprintf("$%.2f %s", *usd, per))
}
