package probe

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"

	"nbscope/model"
)

// Place is a destination with the hosts that are tried for it.
type Place struct {
	Destination string
	Hosts       []string // names, or one address; all of them have to be reached
	Own         bool     // of the user's, where a certificate of one's own is usual
	Skip        string   // why nothing can be tried, "" where something is
}

// Places are what is tried in a notebook: what it is judged for, in the same order,
// and the user's own places behind. The account is that of the notebook.
func Places(region, partition, account string, own []model.Destination) []Place {
	names := model.Destinations()
	out := make([]Place, 0, len(names)+len(own))
	suffix, known := model.ServiceSuffix(partition)
	for _, name := range names {
		p := Place{Destination: name, Hosts: model.Hosts(name)}
		switch {
		case p.Hosts != nil:
		case !known:
			p.Skip = "the names of services in the partition " + partition + " are not known"
		default:
			for _, h := range serviceHosts(name, region, account) {
				p.Hosts = append(p.Hosts, h+"."+region+"."+suffix)
			}
		}
		out = append(out, p)
	}
	for _, d := range own {
		p := Place{Destination: d.Name, Own: true, Hosts: []string{d.Name}}
		switch {
		case d.Host():
		case d.Range.IsSingleIP():
			p.Hosts = []string{d.Range.Addr().String()}
		default:
			p.Hosts, p.Skip = nil, "no address stands for a range: give one address of it"
		}
		out = append(out, p)
	}
	return out
}

// serviceHosts are the hosts of a service, as AWS's endpoints and quotas name them,
// without region and suffix. CodeArtifact's repositories have a host for each domain,
// which nobody knows.
func serviceHosts(destination, region, account string) []string {
	switch destination {
	case model.DestinationCodeArtifact:
		return []string{"codeartifact"}
	case model.DestinationS3:
		return []string{"s3"}
	case model.DestinationSTS:
		return []string{"sts"}
	case model.DestinationSageMaker:
		return []string{"api.sagemaker"}
	case model.DestinationRuntime:
		return []string{"runtime.sagemaker"}
	case model.DestinationECR:
		return []string{"api.ecr", account + ".dkr.ecr", "prod-" + region + "-starport-layer-bucket.s3"}
	case model.DestinationLogs:
		return []string{"logs"}
	}
	return nil
}

// try is one thing that the script is told to do, and what it says of it.
type try struct {
	Host   string `json:"host"`
	Port   int    `json:"port"`
	Family string `json:"family"`
}

// tries are those of a place; none where it is skipped.
func (p *Place) tries() []try {
	var out []try
	for _, family := range []string{model.FamilyIPv4, model.FamilyIPv6} {
		for _, h := range p.Hosts {
			if fits(h, family) {
				out = append(out, try{h, port, family})
			}
		}
	}
	return out
}

// port is what everything is tried on, and judged for.
const port = 443

// fits reports whether a host can have an address of an IP version: a literal address
// has one only.
func fits(host, family string) bool {
	a, err := netip.ParseAddr(host)
	return err != nil || a.Is4() == (family == model.FamilyIPv4)
}

// Parameters are what the script is told, as a file.
func Parameters(places []Place) ([]byte, error) {
	var all struct {
		V     int   `json:"v"`
		Tries []try `json:"tries"`
	}
	all.V = version
	for i := range places {
		all.Tries = slices.Concat(all.Tries, places[i].tries())
	}
	out, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("write what is to be tried: %w", err)
	}
	return out, nil
}

// version is that of what goes to the script and comes from it.
const version = 1
