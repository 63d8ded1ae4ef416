package aws

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"nbscope/model"
)

// session is a proven sign-in to one account. All logins of the account share it.
type session struct {
	client    *Client
	account   string
	partition string
	home      string // the sign-in region
	cfg       sdkaws.Config

	mu       sync.Mutex
	identity model.Identity
	logins   []*login
	regional map[string]*regional
	lists    *sagemaker.Client // see lister
	assumes  *sts.Client       // roles, from these credentials
	regions  regionList        // once they were asked for
	told     *regionsTold      // what AWS has said of the regions, nil once it was taken
	settled  map[string]bool   // regions whose odd answer was confirmed by proving again
	aliased  bool              // the alias was asked for
	members  []string          // accounts of the organization, once they were listed
	broken   bool              // AWS refused the credentials
}

// regional are the clients of one account and region.
type regional struct {
	sagemaker *sagemaker.Client
	ec2       func() *ec2.Client
	tagging   func() *tagging.Client
	s3        func() *s3Client
}

// enroll keeps a proven sign-in. The first that works for an account is used;
// others only add their name.
func (c *Client) enroll(cfg sdkaws.Config, identity model.Identity, l *login) *session {
	c.mu.Lock()
	s := c.accounts[identity.Account]
	if s == nil || s.isBroken() {
		cfg = cfg.Copy()
		cfg.APIOptions = c.apiOptions(identity.Account, settingsOf(cfg))
		s = &session{
			client: c, account: identity.Account, partition: identity.Partition, home: cfg.Region, cfg: cfg,
			identity: identity, regional: map[string]*regional{}, settled: map[string]bool{},
		}
		c.accounts[identity.Account] = s
	}
	c.mu.Unlock()
	c.join(s, l)
	return s
}

// join adds a login to the names that a session goes by.
func (c *Client) join(s *session, l *login) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.logins, func(x *login) bool { return x.label == l.label && x.profile == l.profile }) {
		return
	}
	s.logins = append(s.logins, l)
	slices.SortStableFunc(s.logins, func(a, b *login) int { return cmp.Compare(a.order, b.order) })
	var names []string
	for _, l := range s.logins {
		if l.label != "" { // credentials of variables and of the host have no name
			names = append(names, l.label)
		}
	}
	s.identity.Profiles = names
}

func (s *session) isBroken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

func (s *session) breakUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = true
}

// hear keeps what AWS has said of the regions beside the proof of the sign-in.
func (s *session) hear(told *regionsTold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = told
}

// holds reports whether the session can be gone on with: nothing was refused, and
// its credentials are valid or can be renewed.
func (s *session) holds(ctx context.Context) bool {
	if s.isBroken() {
		return false
	}
	_, err := s.cfg.Credentials.Retrieve(ctx)
	return err == nil
}

// who returns the identity as it is known by now.
func (s *session) who() model.Identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.identity
	id.Profiles = slices.Clone(id.Profiles)
	return id
}

// lister is the client that lists notebooks in every region, each named with the call.
// Most regions have none, and need no client of their own. It may serve them all because
// what clients keep from call to call is switched off: the limiters stand in for it.
func (s *session) lister() *sagemaker.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lists == nil {
		s.lists = sagemaker.NewFromConfig(s.client.aimed(s.cfg, sagemaker.ServiceID), func(o *sagemaker.Options) { o.HTTPSignerV4 = forgetful{} })
	}
	return s.lists
}

// forgetful signs, and keeps no key: most regions are asked once, and the SDK's signer keeps
// the key of each.
type forgetful struct{}

// SignHTTP is for the SDK.
func (forgetful) SignHTTP(
	ctx context.Context, who sdkaws.Credentials, r *http.Request, hash, service, region string, at time.Time, change ...func(*v4.SignerOptions),
) error {
	return v4.NewSigner().SignHTTP(ctx, who, r, hash, service, region, at, change...)
}

func (s *session) assumer() *sts.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.assumes == nil {
		s.assumes = s.client.sts(s.cfg)
	}
	return s.assumes
}

// in returns the clients for a region, made once.
func (s *session) in(region string) *regional {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.regional[region]
	if r == nil {
		cfg := s.cfg.Copy()
		cfg.Region = region
		c := s.client
		r = &regional{
			sagemaker: sagemaker.NewFromConfig(c.aimed(cfg, sagemaker.ServiceID)),
			ec2: sync.OnceValue(func() *ec2.Client {
				return ec2.NewFromConfig(c.aimed(cfg, ec2.ServiceID))
			}),
			tagging: sync.OnceValue(func() *tagging.Client {
				return tagging.NewFromConfig(c.aimed(cfg, tagging.ServiceID))
			}),
			s3: sync.OnceValue(func() *s3Client { return newS3Client(c, cfg, s.partition) }),
		}
		s.regional[region] = r
	}
	return r
}

// confirm checks an answer that means either that the region is off or that the
// credentials are no longer good, by proving the credentials again. It returns
// what is wrong with them, nil when nothing is. Each region is checked once.
func (s *session) confirm(ctx context.Context, region string) *model.Problem {
	s.mu.Lock()
	known := s.settled[region]
	s.mu.Unlock()
	if known {
		return nil
	}
	if _, err := s.client.prove(ctx, s.cfg); err != nil {
		p := classify(err)
		if p.Kind != model.KindCanceled {
			s.breakUp()
		}
		return &p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settled[region] = true
	return nil
}
