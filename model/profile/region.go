package profile

import (
	"regexp"
	"strings"

	"nbscope/model"
)

var (
	regionName = regexp.MustCompile(`^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$`)
	zoneName   = regexp.MustCompile(`^([a-z]{2,5}(?:-[a-z]+)+-\d{1,2})(?:-[a-z]{3}-\d{1,2})?[a-z]$`)
)

// regionProblem says what is wrong with the name of a region, false for nothing.
func regionProblem(region, from string) (model.Problem, bool) {
	if region == "" || regionName.MatchString(region) {
		return model.Problem{}, false
	}
	p := model.Problem{Kind: model.KindBadProfile, Message: region + ", the region of " + from + ", is not the name of a region"}
	what, code := StandsFor(region)
	if p.Hint = "set " + code; code == "" {
		p.Hint = "set one such as eu-west-1"
	}
	if what == zone {
		p.Message = region + ", the region of " + from + ", is " + what
	}
	return p, true
}

const zone = "an availability zone"

// StandsFor says what a name is that people write for that of a region, and the region
// that it lies in: an availability zone, or a place. Both are "" for any other name.
func StandsFor(name string) (what, region string) {
	if m := zoneName.FindStringSubmatch(name); m != nil {
		return zone, m[1]
	}
	if code := regionOfPlace(name); code != "" {
		return "a place", code
	}
	return "", ""
}

// regionOfPlace is the region that AWS calls after a place, "" for none. Source:
// "AWS Regions", AWS Regions and Availability Zones user guide.
func regionOfPlace(place string) string {
	for row := range strings.Lines(places) {
		code, names, _ := strings.Cut(strings.TrimSpace(row), " ")
		for name := range strings.SplitSeq(names, ",") {
			if strings.EqualFold(place, name) {
				return code
			}
		}
	}
	return ""
}

const places = `us-east-1 N. Virginia,Virginia,US East (N. Virginia)
us-east-2 Ohio,US East (Ohio)
us-west-1 N. California,California,US West (N. California)
us-west-2 Oregon,US West (Oregon)
af-south-1 Cape Town,Africa (Cape Town)
ap-east-1 Hong Kong,Asia Pacific (Hong Kong)
ap-east-2 Taipei,Asia Pacific (Taipei)
ap-northeast-1 Tokyo,Asia Pacific (Tokyo)
ap-northeast-2 Seoul,Asia Pacific (Seoul)
ap-northeast-3 Osaka,Asia Pacific (Osaka)
ap-south-1 Mumbai,Asia Pacific (Mumbai)
ap-south-2 Hyderabad,Asia Pacific (Hyderabad)
ap-southeast-1 Singapore,Asia Pacific (Singapore)
ap-southeast-2 Sydney,Asia Pacific (Sydney)
ap-southeast-3 Jakarta,Asia Pacific (Jakarta)
ap-southeast-4 Melbourne,Asia Pacific (Melbourne)
ap-southeast-5 Malaysia,Asia Pacific (Malaysia)
ap-southeast-6 New Zealand,Asia Pacific (New Zealand)
ap-southeast-7 Thailand,Asia Pacific (Thailand)
ca-central-1 Canada,Montreal,Canada (Central)
ca-west-1 Calgary,Canada West (Calgary)
eu-central-1 Frankfurt,Europe (Frankfurt)
eu-central-2 Zurich,Europe (Zurich)
eu-north-1 Stockholm,Europe (Stockholm)
eu-south-1 Milan,Europe (Milan)
eu-south-2 Spain,Europe (Spain)
eu-west-1 Ireland,Europe (Ireland)
eu-west-2 London,Europe (London)
eu-west-3 Paris,Europe (Paris)
il-central-1 Tel Aviv,Israel (Tel Aviv)
me-central-1 UAE,Middle East (UAE)
me-south-1 Bahrain,Middle East (Bahrain)
mx-central-1 Mexico,Mexico (Central)
sa-east-1 Sao Paulo,São Paulo,South America (São Paulo)
us-gov-east-1 AWS GovCloud (US-East)
us-gov-west-1 AWS GovCloud (US-West)
cn-north-1 Beijing,China (Beijing)
cn-northwest-1 Ningxia,China (Ningxia)`

// PartitionOf is the partition that a region lies in, by its name.
func PartitionOf(region string) string {
	for _, p := range []struct{ prefix, partition string }{
		{"cn-", "aws-cn"}, {"us-gov-", "aws-us-gov"}, {"us-iso-", "aws-iso"}, {"us-isob-", "aws-iso-b"},
		{"eu-isoe-", "aws-iso-e"}, {"us-isof-", "aws-iso-f"}, {"eusc-", "aws-eusc"},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p.partition
		}
	}
	return "aws"
}

// HomeRegion is the region that a partition's sign-ins go to where none is set, ""
// for a partition that is not known.
func HomeRegion(partition string) string {
	switch partition {
	case "aws":
		return "us-east-1"
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	case "aws-iso":
		return "us-iso-east-1"
	case "aws-iso-b":
		return "us-isob-east-1"
	case "aws-iso-e":
		return "eu-isoe-west-1"
	case "aws-iso-f":
		return "us-isof-south-1"
	case "aws-eusc":
		return "eusc-de-east-1"
	}
	return ""
}
