package profile

import (
	"fmt"
	"strconv"
	"strings"
)

// settings reads what stands beside the credentials. It is that of the profile
// that signs in, also for the roles on the way: their sources have no say.
func (r *resolver) settings(p *Profile) error {
	v := reader{name: p.Name, values: r.files.profiles[p.Name]}
	for _, step := range []func(*Profile, *reader) error{r.region, r.retries, r.bundle, r.flags, r.moved} {
		if err := step(p, &v); err != nil {
			return err
		}
	}
	if v.bad != nil {
		return *v.bad
	}
	return nil
}

// first is the first of these variables that is set, or the setting.
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

// retries are checked, as the AWS CLI does, and have no other effect: nbscope has
// retries of its own.
func (r *resolver) retries(p *Profile, v *reader) error {
	mode, from := r.first(v, "retry_mode", "AWS_RETRY_MODE")
	switch mode {
	case "", "standard", "adaptive":
	case "legacy":
		p.Notices = append(p.Notices, "retry_mode = legacy ("+from+") has no effect: nbscope has retries of its own")
	default:
		return problem(p.Name, "retry_mode = "+mode+" ("+from+") does not exist", "write standard, adaptive or legacy, or take it out")
	}
	most, from := r.first(v, "max_attempts", "AWS_MAX_ATTEMPTS")
	if n, err := strconv.Atoi(most); most != "" && (err != nil || n < 1) {
		return problem(p.Name, "max_attempts = "+most+" ("+from+") is not a number of attempts", "write a number such as 3, or take it out")
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
	mode, from := r.first(v, "ec2_metadata_service_endpoint_mode", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
	if mode != "" && !strings.EqualFold(mode, "IPv4") && !strings.EqualFold(mode, "IPv6") {
		return problem(p.Name, "ec2_metadata_service_endpoint_mode = "+mode+" ("+from+") does not exist", "write IPv4 or IPv6, or take it out")
	}
	p.MetadataMode = mode
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
