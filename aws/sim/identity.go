package sim

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

func stsOperations() []operation {
	return []operation{
		{name: "STS.GetCallerIdentity", handle: getCallerIdentity, open: true},
		{name: "STS.AssumeRole", handle: assumeRole},
		{name: "STS.AssumeRoleWithWebIdentity", handle: assumeRoleWithWebIdentity, unsigned: true},
		{name: "STS.GetSessionToken", handle: getSessionToken, open: true},
		{name: "STS.DecodeAuthorizationMessage", handle: decodeMessage},
	}
}

func iamOperations() []operation {
	return []operation{
		{name: "IAM.ListAccountAliases", handle: listAccountAliases},
		{name: "IAM.GetRole", handle: getRole},
		{name: "IAM.ListRoles", handle: listRoles},
		{name: "IAM.SimulatePrincipalPolicy", handle: simulatePolicy},
	}
}

func getCallerIdentity(_ *cloud, r *request) (any, *apiError) {
	arn := r.caller.arn
	if p := r.faults.Partition; p != "" {
		arn = strings.Replace(arn, "arn:aws:", "arn:"+p+":", 1)
	}
	return group("", leaf("Arn", arn), leaf("UserId", r.caller.userID), leaf("Account", r.account.id)), nil
}

type roleRef struct{ account, name string }

// parseRole takes account and name from the ARN of a role.
func parseRole(arn string) (roleRef, bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" || !isAccountID(parts[4]) {
		return roleRef{}, false
	}
	path, ok := strings.CutPrefix(parts[5], "role/")
	return roleRef{parts[4], path[strings.LastIndexByte(path, '/')+1:]}, ok && path != ""
}

func assumeRole(s *cloud, r *request) (any, *apiError) {
	arn, name, code := r.form.Get("RoleArn"), r.form.Get("RoleSessionName"), r.form.Get("TokenCode")
	var c constraints
	c.required("roleArn", arn)
	c.required("roleSessionName", name)
	if len(name) == 1 {
		c.add(name, "roleSessionName", "have length greater than or equal to 2")
	}
	c.text("roleSessionName", name, 64, sessionPattern)
	c.text("tokenCode", code, 6, tokenCode)
	lasts, e := c.duration(r, 3600, 43200)
	if e != nil {
		return nil, e
	}
	role, ok := parseRole(arn)
	if !ok {
		return nil, badRequest("ValidationError", "%s is invalid", arn)
	}
	if e := s.world.mayAssume(r, role, arn); e != nil {
		return nil, e
	}
	if r.caller.session && !r.caller.user() && lasts > 3600 {
		return nil, badRequest("ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	}
	return s.world.newSession(session{account: role.account, role: role.name, name: name, expires: r.now.Add(time.Duration(lasts) * time.Second)}), nil
}

// duration is how long a session is to last, in seconds, where nothing that was asked is
// broken.
func (c *constraints) duration(r *request, lasts, longest int) (int, *apiError) {
	if d := r.form.Get("DurationSeconds"); d != "" {
		n, err := strconv.Atoi(d)
		if err != nil {
			return 0, badRequest("ValidationError", "DurationSeconds is not a number")
		}
		lasts = n
		c.between("durationSeconds", &n, 900, longest)
	}
	return lasts, c.err("ValidationError")
}

// mayAssume is the trust of the roles. AWS refuses a role that does not exist
// like one that does not trust the caller.
func (w *world) mayAssume(r *request, role roleRef, arn string) *apiError {
	refused := &apiError{
		code: "AccessDenied", status: http.StatusForbidden,
		message: "User: " + r.caller.arn + " is not authorized to perform: sts:AssumeRole on resource: " + arn,
	}
	if w.byID[role.account] == nil {
		return refused
	}
	switch role.name {
	case OrgRole, ReadRole:
		return nil
	case MFARole:
		if given, e := mfaOf(r); given || r.caller.mfa {
			return e
		}
	}
	return refused
}

// mfaOf looks at the code of an MFA device that a request gives, if it gives one.
func mfaOf(r *request) (given bool, fail *apiError) {
	serial, code := r.form.Get("SerialNumber"), r.form.Get("TokenCode")
	refused := &apiError{code: "AccessDenied", status: http.StatusForbidden}
	switch {
	case serial == "" || code == "":
		return false, nil
	case serial != MFASerial(r.account.id):
		refused.message = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user."
		return true, refused
	case code != MFACode:
		refused.message = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
		return true, refused
	}
	return true, nil
}

// getSessionToken begins a session of the user, with the rights of one who gave a
// code where one is given.
func getSessionToken(s *cloud, r *request) (any, *apiError) {
	var c constraints
	c.text("tokenCode", r.form.Get("TokenCode"), 6, tokenCode)
	lasts, e := c.duration(r, 12*3600, 129600)
	if e != nil {
		return nil, e
	}
	if r.caller.session {
		return nil, &apiError{code: "AccessDenied", message: "Cannot call GetSessionToken with session credentials", status: http.StatusForbidden}
	}
	given, e := mfaOf(r)
	if e != nil {
		return nil, e
	}
	ends := r.now.Add(time.Duration(lasts) * time.Second)
	return group("", s.world.credentials(session{account: r.account.id, name: UserName, mfa: given, expires: ends})), nil
}

// assumeRoleWithWebIdentity trusts one token, which stands for what a pod or a
// pipeline is given.
func assumeRoleWithWebIdentity(s *cloud, r *request) (any, *apiError) {
	arn, name, token := r.form.Get("RoleArn"), r.form.Get("RoleSessionName"), r.form.Get("WebIdentityToken")
	var c constraints
	c.required("roleArn", arn)
	c.required("roleSessionName", name)
	c.required("webIdentityToken", token)
	if len(name) == 1 {
		c.add(name, "roleSessionName", "have length greater than or equal to 2")
	}
	c.text("roleSessionName", name, 64, sessionPattern)
	if e := c.err("ValidationError"); e != nil {
		return nil, e
	}
	role, ok := parseRole(arn)
	switch {
	case !ok:
		return nil, badRequest("ValidationError", "%s is invalid", arn)
	case token != WebToken:
		return nil, badRequest("InvalidIdentityToken", "The web identity token that was passed is not valid")
	case s.world.byID[role.account] == nil, role.name != OrgRole && role.name != ReadRole:
		return nil, &apiError{code: "AccessDenied", message: "Not authorized to perform sts:AssumeRoleWithWebIdentity", status: http.StatusForbidden}
	}
	out := s.world.newSession(session{account: role.account, role: role.name, name: name, expires: r.now.Add(time.Hour)})
	out.kids = append(out.kids, leaf("Provider", "oidc.example.com"), leaf("Audience", "sts.amazonaws.com"))
	return out, nil
}

func (w *world) newSession(ses session) element {
	return group("",
		w.credentials(ses),
		group("AssumedRoleUser",
			leaf("AssumedRoleId", w.roleID(ses.account, ses.role)+":"+ses.name),
			leaf("Arn", "arn:aws:sts::"+ses.account+":assumed-role/"+ses.role+"/"+ses.name)))
}

func (w *world) credentials(ses session) element {
	key, secret, token := w.issue(ses)
	return group("Credentials",
		leaf("AccessKeyId", key), leaf("SecretAccessKey", secret), leaf("SessionToken", token),
		leaf("Expiration", ses.expires.UTC().Format(time.RFC3339)))
}

func listAccountAliases(_ *cloud, r *request) (any, *apiError) {
	var aliases []element
	if r.account.alias != "" {
		aliases = append(aliases, leaf("member", r.account.alias))
	}
	return group("", members("AccountAliases", aliases), flag("IsTruncated", false)), nil
}

// decodeMessage is denied, as it is to most: it needs a permission of its own.
func decodeMessage(_ *cloud, r *request) (any, *apiError) {
	return nil, denied(r, "*", noPolicyAllows)
}
