package model

// ProblemKind is the class of an error as the user meets it.
type ProblemKind string

// The kinds of problems. A kind decides the state of the target and the hint.
const (
	KindSSOExpired     ProblemKind = "sso-expired"     // the cached SSO token is gone or too old
	KindExpired        ProblemKind = "expired"         // temporary credentials are too old
	KindNoCredentials  ProblemKind = "no-credentials"  // the chain found none
	KindBadCredentials ProblemKind = "bad-credentials" // AWS does not know the key or the token
	KindSignature      ProblemKind = "signature"       // AWS computes another signature than the request has
	KindUnsigned       ProblemKind = "unsigned"        // the request arrived without a signature
	KindClock          ProblemKind = "clock"           // the request is dated too far from AWS's clock
	KindWrongRegion    ProblemKind = "wrong-region"    // the endpoint serves another region
	KindNoProfile      ProblemKind = "no-profile"      // the named profile does not exist
	KindBadProfile     ProblemKind = "bad-profile"     // the profile cannot be used (source profile, syntax)
	KindMFA            ProblemKind = "mfa"             // the code was refused, or not given
	KindDenied         ProblemKind = "denied"          // IAM says no
	KindSCP            ProblemKind = "scp"             // a service control policy says no
	KindNotOffered     ProblemKind = "not-offered"     // the service says that it does not know the call
	KindNotEnabled     ProblemKind = "not-enabled"     // the account has not enabled this region
	KindThrottled      ProblemKind = "throttled"       // still throttled after every retry
	KindNotFound       ProblemKind = "not-found"       // the named thing is gone
	KindInvalid        ProblemKind = "invalid"         // AWS refused the request's values
	KindConflict       ProblemKind = "conflict"        // the thing is in a state that forbids this
	KindLimit          ProblemKind = "limit"           // a quota is used up
	KindTimeout        ProblemKind = "timeout"         // no answer in time
	KindNetwork        ProblemKind = "network"         // the endpoint cannot be reached
	KindService        ProblemKind = "service"         // AWS answered with a fault of its own
	KindProtocol       ProblemKind = "protocol"        // the answer is not what the API speaks
	KindTooLarge       ProblemKind = "too-large"       // there is more of the answer than AWS ever gives
	KindCanceled       ProblemKind = "canceled"        // the user stopped it
	KindConfig         ProblemKind = "config"          // a file or a flag of ours is wrong
	KindUnknown        ProblemKind = "unknown"
)

// Problem is an error as the user meets it: what kind, in doing what, where,
// and what mends it. It is a value: the error it was made from stays behind in
// package aws.
type Problem struct {
	Kind      ProblemKind
	Operation string // "sagemaker:ListNotebookInstances", "sign in", …; may be empty
	Target    Target // zero when it concerns no single target
	Profile   string // the sign-in concerned, "" when none
	Code      string // AWS's error code, "" when there was none
	Message   string // one sentence, without the SDK's wrapping
	Hint      string // what to do, a sentence or a command; may be empty
	RequestID string
}

// HidesRegions reports whether the problem is that the regions of an account, which
// was signed in to, cannot be listed.
func (p Problem) HidesRegions() bool {
	return p.Profile == "" && p.Target.Account != "" && p.Target.Region == ""
}

// Error makes a Problem usable as an error: operation, message and hint in one
// line.
func (p Problem) Error() string {
	out := p.Message
	if p.Operation != "" {
		out = p.Operation + ": " + out
	}
	if p.Hint != "" {
		out += " (" + p.Hint + ")"
	}
	return out
}

// State is the final state that a problem of this kind puts a target into when
// its notebooks could not be listed. It is never one that counts as an answer: a
// problem alone proves no absence, see Answer.
func (k ProblemKind) State() TargetState {
	switch k {
	case KindSSOExpired, KindExpired, KindNoCredentials, KindNoProfile, KindBadProfile, KindMFA:
		return StateExpired
	case KindBadCredentials, KindSignature, KindUnsigned:
		return StateRefused
	case KindDenied, KindSCP:
		return StateDenied
	case KindThrottled:
		return StateThrottled
	case KindTimeout:
		return StateTimedOut
	case KindCanceled:
		return StateCanceled
	case KindNotOffered, KindNotEnabled, KindClock, KindWrongRegion, KindNotFound, KindInvalid, KindConflict, KindLimit,
		KindNetwork, KindService, KindProtocol, KindTooLarge, KindConfig, KindUnknown:
		return StateFailed
	}
	return StateFailed
}
