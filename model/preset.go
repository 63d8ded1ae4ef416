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
		{'2', "needs internet", "net:vpc-only !egress:nat|inspected"},
		{'3', "isolated", "egress:isolated"},
		{'4', "direct on", "net:enabled"},
		{'5', "unknown", "egress:unknown"},
		{'6', "VPC only", "net:vpc-only"},
		{'7', "no VPC", "net:no-vpc"},
		{'8', "failed", "status:failed"},
		{'9', "Amazon Linux 1 and 2", "platform:al1|al2"},
	}
}

// PresetsWith are the presets with some of the user's own in place of those on their keys.
func PresetsWith(own []Preset) []Preset {
	out := Presets()
	for _, p := range own {
		for i := range out {
			if out[i].Key == p.Key {
				out[i] = p
			}
		}
	}
	return out
}
