package profile

import (
	"time"
)

// Kind is how a source gets credentials.
type Kind int

// The kinds of sources.
const (
	Keys        Kind = iota // fixed, from a file or from variables
	Role                    // AssumeRole with the credentials of another source
	WebIdentity             // AssumeRoleWithWebIdentity with a token in a file
	SSO                     // IAM Identity Center, with a token that `aws sso login` cached
	Login                   // with a token that `aws login` cached
	Process                 // a program that prints them
	Container               // the endpoint of a container, named by variables
	Metadata                // the metadata service of the host
)

// Source is where credentials come from. The fields of its kind are set.
type Source struct {
	Kind    Kind
	Profile string // that says so, "" for variables and the host

	ID, Secret, Token string    // Keys; Token is "" for keys that do not end
	Ends              time.Time // Keys of variables that say when they end; else zero

	RoleARN, SessionName string // Role and WebIdentity
	ExternalID           string
	MFASerial            string
	Duration             time.Duration // 0: the service's own
	From                 *Source       // Role

	TokenFile string // WebIdentity

	SSOSession, StartURL, SSORegion string // SSO; SSOSession is "" for the older form
	SSOAccount, SSORole             string

	LoginSession string // Login: the ARN that it is known by

	Command []string // Process
	Line    string   // Process: the same as it stands in the file, for Windows
}

// Root follows roles to where their credentials begin.
func (s *Source) Root() *Source {
	for s.Kind == Role {
		s = s.From
	}
	return s
}

// Profile is a way to sign in: a source of credentials with the settings beside it.
type Profile struct {
	Name   string // whose settings hold, "default" where none was named
	Source *Source

	Region     string // "" where nothing says one
	RegionFrom string // the variable, or the file and the line

	CABundle, CABundleFrom string // a file of certificates in place of the system's
	FIPS, DualStack        bool

	MetadataEndpoint, MetadataMode string // of the host's metadata service
	MetadataV1Off                  bool

	Notices []string // settings that are read and have no effect

	endpoint  Endpoint
	endpoints map[string]Endpoint // by service id, such as "sts"
	env       func(string) string
	ignored   bool
}

// Endpoint is a URL and what set it.
type Endpoint struct{ URL, From string }

// Endpoint is where the calls to a service go, named by the id that variables and
// the services section have for it, such as "sso_oidc". The zero Endpoint is AWS's
// own. A variable comes before a file, what names the service before what does not.
func (p *Profile) Endpoint(service string) Endpoint {
	if p.ignored {
		return Endpoint{}
	}
	for _, name := range []string{"AWS_ENDPOINT_URL_" + upper(service), "AWS_ENDPOINT_URL"} {
		if v := p.env(name); v != "" {
			return Endpoint{v, name}
		}
	}
	if e, ok := p.endpoints[service]; ok {
		return e
	}
	return p.endpoint
}
