package query

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"nbscope/model"
)

// operator is how a number or an age is compared.
type operator uint8

const (
	opEqual operator = iota
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
)

// cutOperator takes the operator off the value.
func cutOperator(s string) (operator, string, bool) {
	for _, o := range []struct {
		text string
		op   operator
	}{{"<=", opLessEqual}, {">=", opGreaterEqual}, {"<", opLess}, {">", opGreater}, {"=", opEqual}} {
		if rest, ok := strings.CutPrefix(s, o.text); ok {
			return o.op, rest, true
		}
	}
	return opEqual, s, false
}

// holds compares what c says of have against want: negative, zero or positive.
func (o operator) holds(c int) bool {
	switch o {
	case opLess:
		return c < 0
	case opLessEqual:
		return c <= 0
	case opGreater:
		return c > 0
	case opGreaterEqual:
		return c >= 0
	case opEqual:
		return c == 0
	}
	return false
}

// parseVolume reads "100", ">100" or "<=5gb".
func parseVolume(text string, _ time.Time) (holds, *fault) {
	op, rest, _ := cutOperator(text)
	digits := strings.TrimSuffix(strings.TrimSuffix(rest, "gb"), "g")
	want, err := strconv.Atoi(digits)
	if err != nil || want < 0 {
		return nil, &fault{
			message: fmt.Sprintf("volume needs a number of GB, not %q", text), suggest: "volume:>100", partial: rest == "",
		}
	}
	return func(n *model.Notebook, _ *model.Lens) bool {
		return n.Described.Known() && n.VolumeGB > 0 && op.holds(n.VolumeGB-want)
	}, nil
}

// parseAge reads "<2h" or ">=1y". An age without a comparison would match almost
// nothing, so it is asked for.
func parseAge(text string, now time.Time) (holds, *fault) {
	op, rest, compared := cutOperator(text)
	digits := strings.TrimRight(rest, "abcdefghijklmnopqrstuvwxyz")
	unit, known := ageUnit(rest[len(digits):])
	count, err := strconv.Atoi(digits)
	switch {
	case !compared || op == opEqual:
		suggest := "age:>30d"
		if known && err == nil {
			suggest = "age:>" + rest
		}
		return nil, &fault{message: "age needs < or > before it", suggest: suggest, partial: text == "="}
	case rest == "" || (err == nil && digits == rest):
		return nil, &fault{
			message: "age needs a unit: s m h d w mo y", suggest: "age:" + text[:len(text)-len(rest)] + cmp.Or(digits, "30") + "d", partial: true,
		}
	case err != nil || !known || count < 0 || time.Duration(count) > maxAge/unit:
		return nil, &fault{message: fmt.Sprintf("%q is not an age", text), suggest: "age:>30d"}
	}
	limit := now.Add(-time.Duration(count) * unit)
	return func(n *model.Notebook, _ *model.Lens) bool {
		return !n.Created.IsZero() && op.holds(limit.Compare(n.Created))
	}, nil
}

// maxAge keeps an age inside what a duration can hold.
const maxAge = 250 * 365 * 24 * time.Hour

func ageUnit(s string) (time.Duration, bool) {
	const day = 24 * time.Hour
	switch s {
	case "s":
		return time.Second, true
	case "m":
		return time.Minute, true
	case "h":
		return time.Hour, true
	case "d":
		return day, true
	case "w":
		return 7 * day, true
	case "mo":
		return 30 * day, true
	case "y":
		return 365 * day, true
	}
	return 0, false
}
