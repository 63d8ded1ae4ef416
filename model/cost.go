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

// String is the cost of a month in words.
func (c Cost) String() string { return c.In("a month") }

// In is the cost in words, of a month or of what else it was summed up for. A sum
// with unknown parts says which they are.
func (c Cost) In(per string) string {
	switch {
	case len(c.Unknown) == 0 || c.USD == 0:
		return Money(c.Total(), per)
	case len(c.Unknown) == 1:
		return Money(&c.USD, per) + " and " + c.Unknown[0] + ", whose price is not known"
	}
	return Money(&c.USD, per) + " and what has no known price: " + strings.Join(c.Unknown, ", ")
}

// Money writes an amount of US dollars with what it is for, such as "a month" or
// "an hour". Every amount that a person reads is written by it. Small amounts keep
// four digits behind the point, as price lists do.
func Money(usd *float64, per string) string {
	switch {
	case usd == nil:
		return "cost not known"
	case *usd == 0:
		return "free"
	}
	out := fmt.Sprintf("$%.2f", *usd)
	if *usd < 0.1 {
		out = strings.TrimRight(fmt.Sprintf("$%.4f", *usd), "0")
		for strings.IndexByte(out, '.') > len(out)-3 {
			out += "0"
		}
	}
	return strings.TrimSpace(out + " " + per)
}
