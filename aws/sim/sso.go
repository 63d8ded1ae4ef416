package sim

import (
	"net/http"
	"net/url"
	"time"
)

// What IAM Identity Center and web identities know here. A client leaves the tokens
// in the files where the AWS CLI keeps them.
const (
	// SSOToken is the token that the portal takes.
	SSOToken = "nbscope-sim-sso-token" //nolint:gosec // for a world that is made up
	// SSORefresh is the token that SSOToken is renewed with.
	SSORefresh = "nbscope-sim-sso-refresh"
	// SSORole is the permission set that the user has in every account.
	SSORole = "ViewOnly"
	// SSOUser is the user of the portal.
	SSOUser = "ana"
	// WebToken is the web identity that roles trust.
	WebToken = "nbscope-sim-web-identity" //nolint:gosec // as above
)

func ssoOperations() []operation {
	return []operation{
		{name: "SSO.GetRoleCredentials", handle: getRoleCredentials, unsigned: true},
		{name: "SSO.ListAccounts", handle: listSSOAccounts, unsigned: true},
		{name: "SSO.ListAccountRoles", handle: listSSORoles, unsigned: true},
		{name: "SSOOIDC.CreateToken", handle: createToken, unsigned: true},
	}
}

// unsignedOperation is the operation that a request without a signature is for, ""
// for none.
func unsignedOperation(hr *http.Request, form url.Values) (service, op string) {
	switch hr.Method + " " + hr.URL.Path {
	case "GET /federation/credentials":
		return "SSO", "GetRoleCredentials"
	case "GET /assignment/accounts":
		return "SSO", "ListAccounts"
	case "GET /assignment/roles":
		return "SSO", "ListAccountRoles"
	case "POST /token":
		return "SSOOIDC", "CreateToken"
	}
	if form.Get("Action") == "AssumeRoleWithWebIdentity" {
		return "STS", "AssumeRoleWithWebIdentity"
	}
	return "", ""
}

func mayUsePortal(r *request) *apiError {
	if r.bearer == SSOToken {
		return nil
	}
	return &apiError{code: "UnauthorizedException", message: "Session token not found or invalid", status: http.StatusUnauthorized}
}

func noAccess() *apiError {
	return &apiError{code: "ForbiddenException", message: "No access", status: http.StatusForbidden}
}

// getRoleCredentials answers as the portal does: it does not say whether the
// account, the role or the assignment is what is missing.
func getRoleCredentials(s *cloud, r *request) (any, *apiError) {
	if e := mayUsePortal(r); e != nil {
		return nil, e
	}
	account, role := r.form.Get("account_id"), r.form.Get("role_name")
	if s.world.byID[account] == nil || role != SSORole {
		return nil, noAccess()
	}
	ends := r.now.Add(time.Hour)
	key, secret, token := s.world.issue(session{account: account, role: "AWSReservedSSO_" + SSORole + "_6e6273636f706531", name: SSOUser, expires: ends})
	return map[string]any{"roleCredentials": map[string]any{
		"accessKeyId": key, "secretAccessKey": secret, "sessionToken": token, "expiration": ends.UnixMilli(),
	}}, nil
}

func listSSOAccounts(s *cloud, r *request) (any, *apiError) {
	if e := mayUsePortal(r); e != nil {
		return nil, e
	}
	accounts := []map[string]string{}
	for _, a := range s.world.accounts {
		accounts = append(accounts, map[string]string{"accountId": a.id, "accountName": a.name})
	}
	return map[string]any{"accountList": accounts}, nil
}

func listSSORoles(s *cloud, r *request) (any, *apiError) {
	if e := mayUsePortal(r); e != nil {
		return nil, e
	}
	account := r.form.Get("account_id")
	if s.world.byID[account] == nil {
		return nil, noAccess()
	}
	return map[string]any{"roleList": []map[string]string{{"accountId": account, "roleName": SSORole}}}, nil
}

// createToken renews a token. The sign-in itself needs a browser, which is not here.
func createToken(_ *cloud, r *request) (any, *apiError) {
	var in struct{ ClientID, ClientSecret, GrantType, RefreshToken string }
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	switch {
	case in.ClientID == "" || in.ClientSecret == "":
		return nil, badRequest("InvalidRequestException", "clientId and clientSecret are required")
	case in.GrantType != "refresh_token":
		return nil, badRequest("UnsupportedGrantTypeException", "the grant type is not supported")
	case in.RefreshToken != SSORefresh:
		return nil, badRequest("InvalidGrantException", "the refresh token is not valid")
	}
	return map[string]any{"accessToken": SSOToken, "tokenType": "Bearer", "expiresIn": 3600, "refreshToken": SSORefresh}, nil
}
