package profile

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// settings reads what stands beside the credentials. It is that of the profile
// that signs in, also for the roles on the way: their sources have no say.
func (r *resolver) settings(p *Profile) error {
	v := reader{name: p.Name, values: r.files.profiles[p.Name]}
	for _, step := range []func(*Profile, *reader) error{r.heads, r.region, r.choices, r.numbers, r.bundle, r.flags, r.moved} {
		if err := step(p, &v); err != nil {
			return err
		}
	}
	if v.bad != nil {
		return *v.bad
	}
	return nil
}

// set is a setting as the AWS CLI finds it: the variable counts where it is set, be it
// empty, then the file.
func (r *resolver) set(v *reader, key, variable string) (value, from string, ok bool) {
	if value, ok = r.lookup(variable); ok {
		return value, variable, true
	}
	if !v.has(key) {
		return "", "", false
	}
	s := v.values[key]
	return v.text(key), fmt.Sprintf("%s line %d", s.path, s.line), true
}

// first is the first of these variables that says something, or the setting.
func (r *resolver) first(v *reader, key string, variables ...string) (value, from string) {
	for _, name := range variables {
		if value := r.env(name); value != "" {
			return value, name
		}
	}
	if !v.has(key) {
		return "", ""
	}
	s := v.values[key]
	return v.text(key), fmt.Sprintf("%s line %d", s.path, s.line)
}

// heads tells of those that the AWS CLI passes over: what stands below one has no
// effect.
func (r *resolver) heads(p *Profile, _ *reader) error {
	for _, m := range r.files.misreadAs(p.Name) {
		if m.blanks() {
			p.Notices = append(p.Notices, m.String()+" has no effect because of the blanks inside its brackets: write "+m.write)
		}
	}
	return nil
}

func (r *resolver) region(p *Profile, v *reader) error {
	p.Region, p.RegionFrom = r.first(v, "region", "AWS_REGION", "AWS_DEFAULT_REGION")
	if v.bad != nil {
		return *v.bad
	}
	if bad, ok := regionProblem(p.Region, p.RegionFrom); ok {
		bad.Profile = p.Name
		return bad
	}
	return nil
}

// choice is a setting that takes one of a few words.
type choice struct {
	key, variable string
	words         string // in lower case
	anyCase       bool
	mayBeEmpty    bool
}

// choices are checked although most have no effect here: with another word in one of
// them the AWS CLI does nothing at all.
func choices() []choice {
	return []choice{
		{"retry_mode", "AWS_RETRY_MODE", "standard adaptive legacy", false, false},
		{"sts_regional_endpoints", "AWS_STS_REGIONAL_ENDPOINTS", "regional legacy", false, true},
		{"defaults_mode", "AWS_DEFAULTS_MODE", "legacy auto standard in-region cross-region mobile", true, false},
		{"account_id_endpoint_mode", "AWS_ACCOUNT_ID_ENDPOINT_MODE", "preferred disabled required", true, false},
		{"request_checksum_calculation", "AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported when_required", true, false},
		{"response_checksum_validation", "AWS_RESPONSE_CHECKSUM_VALIDATION", "when_supported when_required", true, false},
		{"ec2_metadata_service_endpoint_mode", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv4 ipv6", true, false},
	}
}

func (r *resolver) choices(p *Profile, v *reader) error {
	for _, c := range choices() {
		value, from, ok := r.set(v, c.key, c.variable)
		word := value
		if c.anyCase {
			word = strings.ToLower(value)
		}
		words := strings.Fields(c.words)
		switch known := slices.Contains(words, word); {
		case !ok, value == "" && c.mayBeEmpty, known && (word != "legacy" || c.key == "defaults_mode"):
		case known:
			p.Notices = append(p.Notices, c.key+" = "+value+" ("+from+") has no effect: nbscope has retries of its own, and asks the endpoints of regions")
		default:
			what := c.key + " = " + value + " (" + from + ") does not exist"
			if value == "" {
				what = c.key + " is empty (" + from + ")"
			}
			return problem(p.Name, what, "write "+strings.Join(words[:len(words)-1], ", ")+" or "+words[len(words)-1]+", or take it out")
		}
		if c.key == "ec2_metadata_service_endpoint_mode" {
			p.MetadataMode = value
		}
	}
	return nil
}

// numbers are checked as choices are. That nbscope has retries of its own, and
// patience, makes them mean nothing here.
func (r *resolver) numbers(p *Profile, v *reader) error {
	for _, n := range []struct {
		key, variable string
		least         int
	}{
		{"max_attempts", "AWS_MAX_ATTEMPTS", 1},
		{"metadata_service_timeout", "AWS_METADATA_SERVICE_TIMEOUT", math.MinInt},
		{"metadata_service_num_attempts", "AWS_METADATA_SERVICE_NUM_ATTEMPTS", math.MinInt},
	} {
		value, from, ok := r.set(v, n.key, n.variable)
		if got, err := strconv.Atoi(value); ok && (err != nil || got < n.least) {
			return problem(p.Name, n.key+" = "+value+" ("+from+") is not a number that it takes", "write a number such as 3, or take it out")
		}
	}
	return nil
}

func (r *resolver) bundle(p *Profile, v *reader) error {
	p.CABundle, p.CABundleFrom = r.first(v, "ca_bundle", "AWS_CA_BUNDLE")
	return nil
}

func (r *resolver) flags(p *Profile, v *reader) error {
	on := func(key, variable string) bool {
		value, _ := r.first(v, key, variable)
		return strings.EqualFold(value, "true")
	}
	p.FIPS = on("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT")
	p.DualStack = on("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT")
	p.ignored = on("ignore_configured_endpoint_urls", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
	p.MetadataV1Off = on("ec2_metadata_v1_disabled", "AWS_EC2_METADATA_V1_DISABLED")
	p.MetadataEndpoint, _ = r.first(v, "ec2_metadata_service_endpoint", "AWS_EC2_METADATA_SERVICE_ENDPOINT")
	return nil
}

// moved are the endpoints of the profile and of its services section.
func (r *resolver) moved(p *Profile, v *reader) error {
	if p.ignored {
		return nil
	}
	p.endpoints = map[string]Endpoint{}
	if v.has("endpoint_url") {
		s := v.values["endpoint_url"]
		p.endpoint = Endpoint{v.text("endpoint_url"), fmt.Sprintf("endpoint_url in %s line %d", s.path, s.line)}
	}
	name := v.text("services")
	if name == "" {
		return nil
	}
	section, ok := r.files.services[name]
	if !ok {
		return v.wrong("services", "its services section "+name+" does not exist", "add a section [services "+quoteName(name)+"], or take the line out")
	}
	for _, service := range sortedKeys(section) {
		s := section[service]
		if url := s.table["endpoint_url"]; url != "" {
			p.endpoints[service] = Endpoint{url, fmt.Sprintf("endpoint_url of %s in %s line %d", service, s.path, s.line)}
		}
	}
	return nil
}

// Partition is the partition that the role or session of a source lies in, "" where
// nothing says one.
func (p *Profile) Partition() string {
	for s := p.Source; s != nil; s = s.From {
		for _, arn := range []string{s.RoleARN, s.LoginSession, s.MFASerial} {
			if parts := strings.SplitN(arn, ":", 3); len(parts) == 3 && parts[0] == "arn" {
				return parts[1]
			}
		}
	}
	return ""
}
