package recreate

// Result is the answer of a check.
type Result string

// The results. Unknown blocks nothing and is never shown as passed.
const (
	Pass         Result = "pass"
	Warn         Result = "warn"
	Fail         Result = "fail"
	CheckUnknown Result = "unknown"
)

// Results lists every result, the one to look at first first.
func Results() []Result { return []Result{Fail, Warn, CheckUnknown, Pass} }

// Check is one answer of preflight with its evidence.
type Check struct {
	ID       string   `json:"check"` // "subnet-addresses": stable, for JSON and for overriding
	Title    string   `json:"title"`
	Result   Result   `json:"result"`
	Evidence string   `json:"evidence"`           // what was seen
	Hint     string   `json:"hint,omitempty"`     // what mends it
	Commands []string `json:"commands,omitempty"` // that mend it, for a POSIX shell
	Field    string   `json:"field,omitempty"`    // the field of the form that it is about, as the API names it in Create
	Owner    bool     `json:"owner,omitempty"`    // something else manages the notebook: it blocks unless overridden by typing the name
}

// CountChecks counts the checks by their result.
func CountChecks(checks []Check) map[Result]int {
	out := map[Result]int{}
	for i := range checks {
		out[checks[i].Result]++
	}
	return out
}

// Blocked reports whether a check forbids the create. A failed check about who
// owns the notebook can be overridden, for which overridden is true.
func Blocked(checks []Check, overridden bool) bool {
	for i := range checks {
		if checks[i].Result == Fail && (!checks[i].Owner || !overridden) {
			return true
		}
	}
	return false
}
