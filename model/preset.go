package model

// Preset is a filter that a number key sets.
type Preset struct {
	Key    rune
	Name   string
	Filter string // in the filter language of package query
}

// Presets lists the filters that one asks for most, in the order of their keys.
func Presets() []Preset {
	return []Preset{
		{'1', "all", ""},
		{'2', "VPC only", "net:vpc-only"},
		{'3', "direct internet on", "net:enabled"},
		{'4', "no VPC", "net:no-vpc"},
		{'5', "failed", "status:failed"},
		{'6', "in transition", "status:pending|updating|stopping|deleting|pendingmaintenance|inmaintenance"},
		{'7', "network unknown", "net:unknown"},
		{'8', "Amazon Linux 1 and 2", "platform:al1|al2"},
		{'9', "older than half a year", "age:>180d"},
	}
}
