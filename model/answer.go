package model

// Answer is what a scan has in hand of one target when it is done with it.
type Answer struct {
	Listed  bool       // AWS's list of the notebooks came to its end, and every page held what it must
	Found   int        // how many it named
	Problem *Problem   // what went wrong, nil where nothing did
	Region  RegionWord // what AWS's list of the account's regions says of this one
	Proven  bool       // the credentials were proven elsewhere after they were refused here
	Offers  bool       // the region is known to offer notebook instances
	Kept    bool       // an earlier scan saw a notebook here
}

// RegionWord is what DescribeRegions or ListRegions says of a region.
type RegionWord uint8

// What AWS may say of a region. One that its list merely does not name has not been
// called off.
const (
	RegionNotAsked   RegionWord = iota // nobody asked, or the lists were refused
	RegionNotNamed                     // its list has no such region
	RegionEnabled                      // for the account
	RegionNotEnabled                   // named as one that is off
)

// Settle is the one place where it is decided whether a target has answered. Only
// two things are an answer:
//
//   - AWS's list of the notebooks, whole;
//   - AWS's own word that there can be none: the account's regions are listed, and
//     this one as not enabled; or SageMaker says that it does not know the call
//     here, and nothing that is known speaks against it.
//
// Everything else is a target that failed: no failure proves that there is nothing.
// The problem is the one to tell, which says what the evidence together means; it
// is nil where there is none.
func (a Answer) Settle() (TargetState, *Problem) {
	if a.Problem == nil {
		switch {
		case !a.Listed:
			return StateFailed, &Problem{Kind: KindUnknown, Message: "the notebooks were not listed to the end"}
		case a.Found == 0:
			return StateEmpty, nil
		}
		return StateOK, nil
	}
	p := *a.Problem
	switch {
	case a.Region == RegionNotEnabled && !a.Listed:
		p.Kind, p.Message = KindNotEnabled, "the region is not enabled for this account"
		p.Hint = "enable the region for the account, or leave it out with --region"
		return StateNotEnabled, &p
	case p.Kind == KindNotOffered && !a.Offers && !a.Kept:
		p.Message, p.Hint = "SageMaker does not offer notebook instances in this region", ""
		return StateNotOffered, &p
	}
	a.doubt(&p)
	return p.Kind.State(), &p
}

// doubt says of a refusal that could be taken for an absence why it is none.
func (a Answer) doubt(p *Problem) {
	switch p.Kind {
	case KindNotOffered:
		p.Message = "SageMaker says that it does not know this call, in a region that is known to offer notebook instances"
		if a.Kept {
			p.Message = "SageMaker says that it does not know this call, in a region where notebook instances were seen before"
		}
		p.Hint = "look for a proxy or a wrong endpoint URL on the way"
	case KindNotEnabled, KindBadCredentials:
		if a.Proven {
			a.doubtRegion(p)
		}
	case KindSSOExpired, KindExpired, KindNoCredentials, KindSignature, KindUnsigned, KindClock, KindWrongRegion, KindNoProfile,
		KindBadProfile, KindMFA, KindDenied, KindSCP, KindThrottled, KindNotFound, KindInvalid, KindConflict, KindLimit,
		KindTimeout, KindNetwork, KindService, KindProtocol, KindTooLarge, KindCanceled, KindConfig, KindUnknown:
	}
}

// doubtRegion is doubt for credentials that are good elsewhere.
func (a Answer) doubtRegion(p *Problem) {
	switch a.Region {
	case RegionEnabled:
		p.Message = "SageMaker refuses the credentials that STS takes, in a region that is enabled for the account: " + p.Message
		p.Hint = "in a region to opt in to, a session token of the global STS endpoint is not valid: get one with AWS_STS_REGIONAL_ENDPOINTS=regional"
		if p.Kind == KindNotEnabled {
			p.Hint = "sign the account up for SageMaker in the console, or leave the region out with --region"
		}
	case RegionNotNamed:
		p.Message = "AWS refuses the credentials in this region, and does not list it among its regions: " + p.Message
		p.Hint = "check the region's name, or leave it out with --region"
	case RegionNotAsked:
		p.Message = "AWS refuses the credentials in this region, and whether it is enabled is not known: " + p.Message
		p.Hint = "allow ec2:DescribeRegions or account:ListRegions, or leave the region out with --region"
	case RegionNotEnabled: // which is an answer
	}
}
