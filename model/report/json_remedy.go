package report

import "nbscope/model"

type jsonRemedy struct {
	Title      string         `json:"title"`
	Why        string         `json:"why"`
	Recreates  bool           `json:"recreates"`
	MonthlyUSD *float64       `json:"monthlyUSD"` // null: not known, 0: free
	Cost       string         `json:"cost"`       // the same in words, with the parts that are not known
	Commands   []string       `json:"commands"`
	After      jsonAfter      `json:"after"`
	Affects    []jsonAffected `json:"affects"`
}

type jsonAfter struct {
	Verdict string `json:"verdict"`
}

type jsonAffected struct {
	What   string `json:"what"`
	Before string `json:"before"`
	After  string `json:"after"`
	Worse  bool   `json:"worse,omitempty"`
}

func remediesOf(all []model.Remedy) []jsonRemedy {
	out := make([]jsonRemedy, 0, len(all))
	for i := range all {
		r := &all[i]
		one := jsonRemedy{
			Title: r.Title, Why: r.Why, Recreates: r.Recreates, MonthlyUSD: r.Cost.Total(), Cost: r.Cost.String(), Commands: r.Commands,
			After: jsonAfter{string(r.After)}, Affects: make([]jsonAffected, 0, len(r.Affects)),
		}
		for _, a := range r.Affects {
			one.Affects = append(one.Affects, jsonAffected{a.What, a.Before, a.After, a.Worse})
		}
		out = append(out, one)
	}
	return out
}
