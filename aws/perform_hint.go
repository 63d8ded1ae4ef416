package aws

import (
	"regexp"

	"nbscope/model"
	"nbscope/model/recreate"
)

// deniedAction finds the action that a refusal is about. A create is refused over
// the role that is passed, or over its tags, too.
var deniedAction = regexp.MustCompile(`not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)`)

// explain gives a refused call the hint that fits a change. Those of a scan speak
// of regions that can be left out.
func (a *act) explain(p *model.Problem) {
	switch p.Kind {
	case model.KindSCP:
		p.Hint = "the organization forbids it, and nothing was changed; only its administrators can allow it"
		if e := a.effect; e.Kind == recreate.EffectCreate && e.Spec.DirectInternet != "" {
			p.Hint += "; such a policy often looks at sagemaker:DirectInternetAccess, which is " + e.Spec.DirectInternet + " here"
		}
	case model.KindDenied:
		if found := deniedAction.FindStringSubmatch(p.Message); found != nil {
			p.Hint = "ask for " + found[1] + " in this account; nothing was changed"
		}
	case model.KindThrottled:
		p.Hint = "AWS takes no more calls at this moment; try again in a minute"
	case model.KindLimit:
		p.Hint = "ask for a higher quota in Service Quotas, or make room by removing a notebook that is not needed"
	case model.KindConflict:
		p.Hint = "look at the notebook's status, and try again once AWS is done with it"
	case model.KindSSOExpired, model.KindExpired, model.KindNoCredentials, model.KindBadCredentials, model.KindSignature, model.KindUnsigned, model.KindClock, model.KindWrongRegion, model.KindNoProfile,
		model.KindBadProfile, model.KindMFA, model.KindNotOffered, model.KindNotEnabled, model.KindNotFound, model.KindInvalid,
		model.KindTimeout, model.KindNetwork, model.KindService, model.KindProtocol, model.KindTooLarge, model.KindCanceled, model.KindConfig, model.KindUnknown:
	}
}
