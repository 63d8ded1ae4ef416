//go:build e2e

package e2e

import "time"

const (
	userA = "{a} nbscope-demo"
	userB = "{b} nbscope-demo"
	userC = "{c} nbscope-demo"
	roleB = "{b} nbscope-read"
	roleC = "{c} nbscope-read"
	ssoB  = "{b} AWSReservedSSO_ViewOnly_6e6273636f706531/ana"
)

// base is a profile of the config file that others take their keys from.
const base = "[profile base]\n{keys:a}"

func signInCases() []signInCase {
	var out []signInCase
	for _, part := range [][]signInCase{
		headCases(), fileCases(), chainCases(), variableCases(), webCases(), ssoCases(), processCases(), endpointCases(), settingCases(), loginCases(),
	} {
		out = append(out, part...)
	}
	return out
}

// headCases are heads of sections as people write them.
func headCases() []signInCase {
	role := "role_arn = {role:b}\nsource_profile = base\n"
	return []signInCase{
		{name: "head in double quotes", config: base + "[profile \"x\"]\n" + role, profile: "x", who: roleB},
		{name: "head in single quotes, with a blank in the name", config: base + "[profile 'my corp']\n" + role, profile: "my corp", who: roleB},
		{name: "quoted head with a role, keys of that name in credentials", config: base + "[profile 'x']\n" + role, credentials: "[x]\n{keys:a}", profile: "x", who: roleB},
		{name: "two words without quotes", config: base + "[profile my corp]\n" + role, profile: "my corp", who: noProfile},
		{name: "blanks inside the brackets", config: base + "[ profile x ]\n" + role, profile: "x", who: noProfile},
		{name: "blanks inside the brackets, keys of that name in credentials", config: base + "[ profile x ]\n" + role, credentials: "[x]\n{keys:a}", profile: "x",
			who: badFiles, differs: "the AWS CLI passes over the head and signs in with the keys; nbscope refuses: a role is meant"},
		{name: "blanks inside the brackets, a region below, keys of that name in credentials", config: "[ profile x ]\nregion = eu-west-1\n", credentials: "[x]\n{keys:a}", profile: "x", who: userA},
		{name: "blanks inside the brackets, the same keys in credentials", config: "[ profile x ]\n{keys:a}", credentials: "[x]\n{keys:a}", profile: "x", who: userA},
		{name: "a blank before the word profile", config: base + "[ profile x]\n" + role, profile: "x", who: noProfile},
		{name: "a blank behind the name", config: base + "[profile x ]\n" + role, profile: "x", who: roleB},
		{name: "blanks within, before and behind", config: base + "[profile   x  ]\n" + role, profile: "x", who: roleB},
		{name: "a blank behind default", config: "[default ]\nregion = us-east-1\n", credentials: "[default]\n{keys:a}", who: userA},
		{name: "blanks around a source's head", config: "[ profile base ]\n{keys:a}[profile x]\n" + role, profile: "x", who: badFiles},
		{name: "blanks around a source's head, its keys in credentials", config: "[ profile base ]\noutput = json\n[profile x]\n" + role, credentials: "[base]\n{keys:a}", profile: "x", who: roleB},
		{name: "blanks in a head of credentials", credentials: "[ x ]\n{keys:a}", profile: "x", who: noProfile},
		{name: "a word that begins with profile", config: base + "[profiles x]\n" + role, profile: "x", who: roleB},
		{name: "more than one blank, and a tab", config: base + "[profile \t x]\n" + role, profile: "x", who: roleB},
		{name: "a part of the name in quotes", config: base + "[profile x\"y z\"]\n" + role, profile: "xy z", who: roleB},
		{name: "a quote without its end", config: base + "[profile ana's]\n" + role, profile: "ana's", who: noProfile},
		{name: "Profile with a capital", config: base + "[Profile x]\n" + role, profile: "x", who: noProfile},
		{name: "no word profile in the config file", config: base + "[x]\n" + role, profile: "x", who: noProfile},
		{name: "the word profile in credentials", credentials: "[profile x]\n{keys:a}", profile: "x", who: noProfile},
		{name: "the word profile in credentials, the whole head named", credentials: "[profile x]\n{keys:a}", profile: "profile x", who: userA},
		{name: "quotes in credentials", credentials: "[\"x\"]\n{keys:a}", profile: "x", who: noProfile},
		{name: "default named as a profile", config: "[profile default]\n{keys:b}", who: userB},
		{name: "default in both forms: the later counts", config: "[profile default]\n{keys:b}[default]\n{keys:c}", who: userC},
		{name: "blanks around default", config: "[ default ]\n{keys:b}", who: badFiles, differs: "the AWS CLI does not see the section and finds no credentials; nbscope says which line it is"},
		{name: "one profile under two heads: the later counts", config: base + "[profile x]\n{keys:b}[profile \"x\"]\n" + role, profile: "x", who: roleB},
		{name: "a comment behind a head", config: base + "[profile x] # mine\n" + role, profile: "x", who: roleB},
		{name: "a bracket in the comment behind a head", config: base + "[profile x] # see [1]\n" + role, profile: "x", who: noProfile},
		{name: "source_profile with a quoted head", config: "[profile 'my base']\n{keys:a}[profile x]\nrole_arn = {role:b}\nsource_profile = my base\n", profile: "x", who: roleB},
		{name: "DEFAULT in capitals lends its values to all", config: "[DEFAULT]\n{keys:b}[profile x]\nregion = us-east-1\n", profile: "x", who: userB},
	}
}

// fileCases are whole files.
func fileCases() []signInCase {
	const bom = "\ufeff"
	return []signInCase{
		{name: "keys in both files: credentials count", config: "[profile x]\n{keys:a}", credentials: "[x]\n{keys:b}", profile: "x", who: userB},
		{name: "keys in the config file, the rest in credentials", config: "[profile x]\n{keys:a}", credentials: "[x]\nregion = us-east-1\n", profile: "x", who: userA},
		{name: "a role in credentials", config: base, credentials: "[x]\nrole_arn = {role:b}\nsource_profile = base\n", profile: "x", who: roleB},
		{name: "UTF-8 BOM before the config file", config: bom + "[profile x]\n{keys:b}", profile: "x", who: userB,
			differs: "the AWS CLI at hand refuses the file; the mark says nothing but that it is UTF-8"},
		{name: "UTF-8 BOM before credentials", credentials: bom + "[default]\n{keys:b}", who: userB, differs: "as above"},
		{name: "CRLF", config: "[profile x]\r\nrole_arn = {role:b}\r\nsource_profile = base\r\n\r\n[profile base]\r\n", credentials: "[base]\r\naws_access_key_id = {id:a}\r\naws_secret_access_key = {secret:a}\r\n", profile: "x", who: roleB},
		{name: "AWS_CONFIG_FILE with a tilde", files: map[string]string{"aws conf": "[profile x]\n{keys:b}"}, env: environment{"AWS_CONFIG_FILE": "~/aws conf"}, profile: "x", who: userB},
		{name: "AWS_SHARED_CREDENTIALS_FILE with a variable", files: map[string]string{"keys": "[default]\n{keys:b}"}, env: environment{"AWS_SHARED_CREDENTIALS_FILE": "$HOME/keys"}, who: userB},
		{name: "a section twice", config: "[profile x]\n{keys:a}[profile x]\n{keys:b}", profile: "x", who: badFiles},
		{name: "a setting twice", config: "[profile x]\n{keys:a}aws_access_key_id = {id:b}\n", profile: "x", who: badFiles},
		{name: "a line that is no setting", config: "[profile x]\n{keys:a}what is this\n", profile: "x", who: badFiles},
		{name: "settings before the first section", config: "region = us-east-1\n[profile x]\n{keys:a}", profile: "x", who: badFiles},
		{name: "comments on lines of their own", config: "# one\n[profile x]\n; two\n{keys:b}  # three\n", profile: "x", who: userB},
		{name: "a comment behind a role", config: base + "[profile x]\nrole_arn = {role:b} # read\nsource_profile = base\n", profile: "x", who: badFiles,
			differs: "the AWS CLI sends the comment as part of the ARN; nbscope says so before"},
		{name: "a comment behind source_profile", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = base # keys\n", profile: "x", who: badFiles},
		{name: "a setting indented under another", config: base + "[profile x]\nregion = us-east-1\n  role_arn = {role:b}\n  source_profile = base\n", credentials: "[x]\n{keys:a}", profile: "x", who: badFiles,
			differs: "the AWS CLI takes the role for a part of the region, and signs in with the keys"},
		{name: "a whole section indented", config: base + "[profile x]\n  role_arn = {role:b}\n  source_profile = base\n", profile: "x", who: roleB},
		{name: "values in quotes", config: base + "[profile x]\nrole_arn = \"{role:b}\"\nsource_profile = \"base\"\n", profile: "x", who: badFiles},
		{name: "settings in capitals, and a colon", config: "[profile x]\nAWS_ACCESS_KEY_ID : {id:b}\nAWS_SECRET_ACCESS_KEY={secret:b}\n", profile: "x", who: userB},
		{name: "no files at all", who: noKeys},
		{name: "a profile that does not exist", config: base, profile: "bsae", who: noProfile},
		{name: "a profile without credentials", config: "[profile x]\nregion = us-east-1\n", profile: "x", who: noKeys},
	}
}

// chainCases are roles and what they are assumed from.
func chainCases() []signInCase {
	return []signInCase{
		{name: "three roles in a chain", config: base + "[profile mid]\nrole_arn = {org:b}\nsource_profile = base\n[profile x]\nrole_arn = {role:c}\nsource_profile = mid\n", profile: "x", who: roleC},
		{name: "a profile that is its own source", config: "[profile x]\n{keys:a}role_arn = {role:b}\nsource_profile = x\n", profile: "x", who: roleB},
		{name: "sources in a circle", config: "[profile x]\nrole_arn = {role:b}\nsource_profile = y\n[profile y]\nrole_arn = {role:c}\nsource_profile = x\n", profile: "x", who: badFiles},
		{name: "a source that does not exist", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = bsae\n", profile: "x", who: badFiles},
		{name: "a source without credentials", config: "[profile base]\nregion = us-east-1\n[profile x]\nrole_arn = {role:b}\nsource_profile = base\n", profile: "x", who: badFiles},
		{name: "a source with a role and keys: its keys", config: "[profile mid]\n{keys:a}role_arn = {role:c}\nsource_profile = mid\n[profile x]\nrole_arn = {role:b}\nsource_profile = mid\n", profile: "x", who: roleB},
		{name: "a role with keys and without a source", config: "[profile x]\n{keys:a}role_arn = {role:b}\n", profile: "x", who: badFiles},
		{name: "a role with two sources", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = base\ncredential_source = Environment\n", profile: "x", who: badFiles},
		{name: "a source without a role", config: base + "[profile x]\nsource_profile = base\n", profile: "x", who: noKeys},
		{name: "credential_source Environment", config: "[profile x]\nrole_arn = {role:b}\ncredential_source = Environment\n", env: keysOf("a"), profile: "x", who: roleB},
		{name: "credential_source Environment without keys", config: "[profile x]\nrole_arn = {role:b}\ncredential_source = Environment\n", profile: "x", who: badFiles},
		{name: "credential_source in small letters", config: "[profile x]\nrole_arn = {role:b}\ncredential_source = environment\n", env: keysOf("a"), profile: "x", who: badFiles},
		{name: "credential_source EcsContainer outside of one", config: "[profile x]\nrole_arn = {role:b}\ncredential_source = EcsContainer\n", profile: "x", who: badFiles},
		{name: "a session's name and its length", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = base\nrole_session_name = ana\nduration_seconds = 900\n", profile: "x", who: roleB + "/ana"},
		{name: "a length that is no number", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = base\nduration_seconds = long\n", profile: "x", who: roleB},
		{name: "a length that is too short", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = base\nduration_seconds = 899\n", profile: "x", who: badFiles},
		{name: "a length of less than nothing", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = base\nduration_seconds = -1\n", profile: "x", who: badFiles},
		{name: "a length that is too long", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = base\nduration_seconds = 43201\n", profile: "x", who: refused},
		{name: "a length that is empty", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = base\nduration_seconds =\n", profile: "x", who: roleB},
		{name: "an external id that is empty", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = base\nexternal_id =\n", profile: "x", who: badFiles},
		{name: "a session's name that is empty", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = base\nrole_session_name =\n", profile: "x", who: roleB},
		{name: "an MFA device that is empty", config: base + "[profile x]\nrole_arn = {role:b}\nsource_profile = base\nmfa_serial =\n", profile: "x", who: badFiles,
			differs: "the AWS CLI asks for the code of a device without a name, and breaks off where nobody answers"},
		{name: "a role that may not be assumed", config: base + "[profile x]\nrole_arn = arn:aws:iam::{b}:role/locked-down\nsource_profile = base\n", profile: "x", who: refused},
	}
}

func keysOf(account string) environment {
	return environment{"AWS_ACCESS_KEY_ID": "{id:" + account + "}", "AWS_SECRET_ACCESS_KEY": "{secret:" + account + "}"}
}

// variableCases are environment variables beside files.
func variableCases() []signInCase {
	files := "[default]\n{keys:a}[profile x]\n{keys:b}"
	return []signInCase{
		{name: "keys in variables and a default", config: files, env: keysOf("c"), who: userC},
		{name: "keys in variables and AWS_PROFILE", config: files, env: keysOf("c").with(environment{"AWS_PROFILE": "x"}), who: userC},
		{name: "keys in variables and --profile", config: files, env: keysOf("c"), profile: "x", who: userB},
		{name: "keys in variables and an AWS_PROFILE that does not exist", config: files, env: keysOf("c").with(environment{"AWS_PROFILE": "nobody"}), who: noProfile},
		{name: "AWS_PROFILE", config: files, env: environment{"AWS_PROFILE": "x"}, who: userB},
		{name: "AWS_PROFILE, empty", config: files, env: environment{"AWS_PROFILE": "{empty}"}, who: noProfile},
		{name: "AWS_PROFILE, empty, and keys in variables", config: files, env: keysOf("c").with(environment{"AWS_PROFILE": "{empty}"}), who: noProfile},
		{name: "AWS_PROFILE, empty, and --profile", config: files, env: environment{"AWS_PROFILE": "{empty}"}, profile: "x", who: userB},
		{name: "AWS_DEFAULT_PROFILE, empty", config: files, env: environment{"AWS_DEFAULT_PROFILE": "{empty}"}, who: noProfile},
		{name: "AWS_DEFAULT_PROFILE, empty, beside AWS_PROFILE", config: files, env: environment{"AWS_PROFILE": "x", "AWS_DEFAULT_PROFILE": "{empty}"}, who: noProfile},
		{name: "AWS_PROFILE, empty, beside AWS_DEFAULT_PROFILE", config: files, env: environment{"AWS_PROFILE": "{empty}", "AWS_DEFAULT_PROFILE": "x"}, who: userB},
		{name: "AWS_DEFAULT_PROFILE beside AWS_PROFILE", config: files, env: environment{"AWS_PROFILE": "x", "AWS_DEFAULT_PROFILE": "default"}, who: badFiles,
			differs: "version 1 of the AWS CLI takes AWS_DEFAULT_PROFILE, everything else AWS_PROFILE"},
		{name: "a key id without its secret in variables", config: files, env: environment{"AWS_ACCESS_KEY_ID": "{id:c}"}, who: badFiles},
		{name: "a secret without its key id in variables", config: files, env: environment{"AWS_SECRET_ACCESS_KEY": "{secret:c}"}, who: userA},
		{name: "a key id without its secret in credentials", credentials: "[x]\naws_access_key_id = {id:a}\n", profile: "x", who: badFiles},
		{name: "a secret without its key id in credentials", credentials: "[x]\naws_secret_access_key = {secret:a}\n", profile: "x", who: noKeys},
		{name: "a key id in credentials, its secret in the config file", config: "[profile x]\naws_secret_access_key = {secret:a}\n", credentials: "[x]\naws_access_key_id = {id:a}\n", profile: "x", who: badFiles},
		{name: "keys that AWS does not know", credentials: "[default]\naws_access_key_id = AKIAAAAAAAAAAAAAAAAA\naws_secret_access_key = x\n", who: refused},
		{name: "AWS_SECURITY_TOKEN beside good keys", config: files, env: keysOf("c").with(environment{"AWS_SECURITY_TOKEN": "bad"}), who: refused},
		{name: "keys in variables, empty", config: files, env: environment{"AWS_ACCESS_KEY_ID": "{empty}", "AWS_SECRET_ACCESS_KEY": "{empty}", "AWS_SESSION_TOKEN": "{empty}"}, who: userA},
		{name: "AWS_CONFIG_FILE, empty", config: files, credentials: "[default]\n{keys:c}", env: environment{"AWS_CONFIG_FILE": "{empty}"}, who: userC},
		{name: "AWS_SHARED_CREDENTIALS_FILE, empty", config: files, credentials: "[default]\n{keys:c}", env: environment{"AWS_SHARED_CREDENTIALS_FILE": "{empty}"}, who: userA},
		{name: "AWS_CONFIG_FILE at nothing", config: files, env: environment{"AWS_CONFIG_FILE": "/nonexistent"}, profile: "x", who: noProfile},
	}
}

// webCases are web identities: the token of a pod or of a pipeline.
func webCases() []signInCase {
	token := map[string]string{"token": "{web}"}
	env := environment{"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token", "AWS_ROLE_ARN": "{role:b}", "AWS_ROLE_SESSION_NAME": "pod"}
	sso := "sso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = {b}\nsso_role_name = ViewOnly\n"
	return []signInCase{
		{name: "web identity by variables", files: token, env: env, who: roleB + "/pod"},
		{name: "web identity by a profile", files: token, config: "[profile x]\nrole_arn = {role:b}\nweb_identity_token_file = {home}/token\nrole_session_name = ci\n", profile: "x", who: roleB + "/ci"},
		{name: "web identity as the source of a role", files: token, config: "[profile web]\nrole_arn = {org:b}\nweb_identity_token_file = {home}/token\n[profile x]\nrole_arn = {role:c}\nsource_profile = web\n", profile: "x", who: roleC},
		{name: "web identity without a role", files: token, env: environment{"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token"}, who: badFiles},
		{name: "web identity without its token file", env: env, who: badFiles},
		{name: "web identity with a token that is refused", files: map[string]string{"token": "forged"}, env: env, who: refused},
		{name: "web identity by variables, the default's SSO expired", files: token, config: "[default]\n" + sso, env: env, who: roleB + "/pod"},
		{name: "web identity by variables, keys in the default", files: token, credentials: "[default]\n{keys:a}", env: env, who: roleB + "/pod"},
		{name: "web identity by variables and keys in variables", files: token, env: env.with(keysOf("c")), who: userC},
		{name: "web identity by variables and --profile", files: token, credentials: "[x]\n{keys:a}", env: env, profile: "x", who: userA},
		{name: "web identity by variables and a role in the default", files: token, config: base + "[default]\nrole_arn = {role:c}\nsource_profile = base\n", env: env, who: badFiles,
			differs: "the AWS CLI takes the role of the profile, the SDKs' documented order the variables; nbscope asks to say which"},
	}
}

// ssoCases are sign-ins through a browser, as their caches stand.
func ssoCases() []signInCase {
	role := "sso_account_id = {b}\nsso_role_name = ViewOnly\n"
	legacy := "[profile x]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n" + role
	session := "[profile x]\nsso_session = corp\n" + role + "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n"
	valid := `{"accessToken":"{sso}","expiresAt":"` + soon(8*time.Hour) + `","startUrl":"https://corp.awsapps.com/start","region":"us-east-1"}`
	old := `{"accessToken":"{sso}","expiresAt":"` + soon(-time.Hour) + `"}`
	renewable := `{"accessToken":"old","expiresAt":"` + soon(-time.Hour) + `","refreshToken":"{refresh}","clientId":"c","clientSecret":"s","registrationExpiresAt":"` + soon(24*time.Hour) + `"}`
	return []signInCase{
		{name: "SSO session", config: session, files: token("corp", valid), profile: "x", who: ssoB},
		{name: "SSO session with a quoted head", config: "[profile x]\nsso_session = My Corp\n" + role + "[sso-session 'My Corp']\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n", files: token("My Corp", valid), profile: "x", who: ssoB},
		{name: "SSO of the older form", config: legacy, files: token("https://corp.awsapps.com/start", valid), profile: "x", who: ssoB},
		{name: "SSO as the source of a role", config: session + "[profile y]\nrole_arn = {role:c}\nsource_profile = x\n", files: token("corp", valid), profile: "y", who: roleC},
		{name: "SSO session expired", config: session, files: token("corp", old), profile: "x", who: stale},
		{name: "SSO session expired, renewable", config: session, files: token("corp", renewable), profile: "x", who: ssoB},
		{name: "SSO session never begun", config: session, profile: "x", who: stale},
		{name: "SSO session with an empty cache file", config: session, files: token("corp", ""), profile: "x", who: stale,
			differs: "the AWS CLI breaks off with nothing but the name of the file"},
		{name: "SSO session with a damaged cache file", config: session, files: token("corp", "{"), profile: "x", who: stale,
			differs: "the AWS CLI breaks off with nothing but the name of the file"},
		{name: "SSO session with a time that ends in UTC", config: session, files: token("corp", `{"accessToken":"{sso}","expiresAt":"2099-01-01T00:00:00UTC"}`), profile: "x", who: ssoB},
		{name: "SSO of the older form with a time that ends in UTC", config: legacy, files: token("https://corp.awsapps.com/start", `{"accessToken":"{sso}","expiresAt":"2099-01-01T00:00:00UTC"}`), profile: "x", who: ssoB},
		{name: "SSO of the older form, expired, with a time that ends in UTC", config: legacy, files: token("https://corp.awsapps.com/start", `{"accessToken":"{sso}","expiresAt":"2020-01-01T00:00:00UTC"}`), profile: "x", who: stale},
		{name: "SSO session expired, renewable, with times that end in UTC", config: session,
			files: token("corp", `{"accessToken":"old","expiresAt":"2020-01-01T00:00:00UTC","refreshToken":"{refresh}","clientId":"c","clientSecret":"s","registrationExpiresAt":"2099-01-01T00:00:00UTC"}`), profile: "x", who: ssoB},
		{name: "SSO session with a time with an offset", config: session, files: token("corp", `{"accessToken":"{sso}","expiresAt":"2099-01-01 00:00:00+0200"}`), profile: "x", who: ssoB},
		{name: "SSO session with names in other letters", config: session, files: token("corp", `{"accesstoken":"{sso}","expiresat":"2099-01-01T00:00:00Z"}`), profile: "x", who: stale},
		{name: "SSO session expired, its refresh token in other letters", config: session,
			files: token("corp", `{"accessToken":"old","expiresAt":"2020-01-01T00:00:00Z","RefreshToken":"{refresh}","clientId":"c","clientSecret":"s","registrationExpiresAt":"2099-01-01T00:00:00Z"}`), profile: "x", who: stale},
		{name: "SSO session that is not there", config: "[profile x]\nsso_session = corp\n" + role, files: token("corp", valid), profile: "x", who: badFiles},
		{name: "SSO session that the profile contradicts", config: session + "[profile y]\nsso_session = corp\nsso_region = eu-west-1\n" + role, files: token("corp", valid), profile: "y", who: badFiles},
		{name: "SSO without a role", config: "[profile x]\nsso_session = corp\nsso_account_id = {b}\n[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n", files: token("corp", valid), profile: "x", who: badFiles},
		{name: "SSO role that is not assigned", config: "[profile x]\nsso_session = corp\nsso_account_id = {b}\nsso_role_name = Admin\n[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n", files: token("corp", valid), profile: "x", who: refused},
		{name: "SSO token that the portal refuses", config: session, files: token("corp", `{"accessToken":"revoked","expiresAt":"`+soon(8*time.Hour)+`"}`), profile: "x", who: stale},
		{name: "SSO and keys in one profile: SSO counts", config: session, credentials: "[x]\n{keys:a}", files: token("corp", valid), profile: "x", who: ssoB},
		{name: "sso_session alone, with keys: the keys count", config: "[profile x]\nsso_session = corp\n{keys:a}[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n", profile: "x", who: userA},
	}
}

// processCases are programs that hand out credentials.
func processCases() []signInCase {
	answer := `{"Version":1,"AccessKeyId":"{id:b}","SecretAccessKey":"{secret:b}"}`
	script := "#!/bin/sh\necho '" + answer + "'\n"
	prints := func(text string) map[string]string { return map[string]string{"p": "#!/bin/sh\necho '" + text + "'\n"} }
	const x = "[profile x]\ncredential_process = {home}/p\n"
	return []signInCase{
		{name: "credential_process with its names in other letters", files: prints(`{"version":1,"accesskeyid":"{id:b}","secretaccesskey":"{secret:b}"}`), config: x, profile: "x", who: badFiles},
		{name: "credential_process with one name in other letters", files: prints(`{"Version":1,"AccessKeyID":"{id:b}","SecretAccessKey":"{secret:b}"}`), config: x, profile: "x", who: badFiles},
		{name: "credential_process with a name in both forms", files: prints(`{"Version":1,"AccessKeyId":"{id:b}","accesskeyid":"{id:a}","SecretAccessKey":"{secret:b}"}`), config: x, profile: "x", who: userB},
		{name: "credential_process with a name twice", files: prints(`{"Version":1,"AccessKeyId":"{id:a}","AccessKeyId":"{id:b}","SecretAccessKey":"{secret:b}"}`), config: x, profile: "x", who: userB},
		{name: "credential_process with a token in other letters", files: prints(`{"Version":1,"AccessKeyId":"{id:b}","SecretAccessKey":"{secret:b}","sessiontoken":"bad"}`), config: x, profile: "x", who: userB},
		{name: "credential_process with an end in Python's form", files: prints(`{"Version":1,"AccessKeyId":"{id:b}","SecretAccessKey":"{secret:b}","Expiration":"2099-01-01 00:00:00+00:00"}`), config: x, profile: "x", who: userB},
		{name: "credential_process with an end in UTC", files: prints(`{"Version":1,"AccessKeyId":"{id:b}","SecretAccessKey":"{secret:b}","Expiration":"2099-01-01T00:00:00UTC"}`), config: x, profile: "x", who: userB},
		{name: "credential_process", files: map[string]string{"p": script}, config: "[profile x]\ncredential_process = {home}/p\n", profile: "x", who: userB},
		{name: "credential_process with quotes and blanks", files: map[string]string{"my p": "#!/bin/sh\n[ \"$1\" = 'a b' ] && echo '" + answer + "'\n"}, config: "[profile x]\ncredential_process = \"{home}/my p\" 'a b'\n", profile: "x", who: userB},
		{name: "credential_process with a comment sign in its arguments", files: map[string]string{"p": "#!/bin/sh\n[ \"$1\" = '#1' ] && echo '" + answer + "'\n"}, config: "[profile x]\ncredential_process = {home}/p #1\n", profile: "x", who: userB},
		{name: "credential_process that needs a shell", files: map[string]string{"p": "#!/bin/sh\n[ $# = 0 ] && echo '" + answer + "'\n"}, config: "[profile x]\ncredential_process = {home}/p | cat\n", profile: "x", who: badFiles},
		{name: "credential_process that fails", config: "[profile x]\ncredential_process = false\n", profile: "x", who: badFiles},
		{name: "credential_process that does not exist", config: "[profile x]\ncredential_process = /nonexistent/p\n", profile: "x", who: badFiles},
		{name: "credential_process that prints no JSON", config: "[profile x]\ncredential_process = echo hello\n", profile: "x", who: badFiles},
		{name: "credential_process of another version", config: "[profile x]\ncredential_process = echo '{\"Version\":2}'\n", profile: "x", who: badFiles},
		{name: "credential_process and keys in credentials: the keys", files: map[string]string{"p": script}, config: "[profile x]\ncredential_process = {home}/p\n", credentials: "[x]\n{keys:a}", profile: "x", who: userA},
		{name: "credential_process and keys in the config file: the process", files: map[string]string{"p": script}, config: "[profile x]\n{keys:a}credential_process = {home}/p\n", profile: "x", who: userB},
		{name: "credential_process as the source of a role", files: map[string]string{"p": script}, config: "[profile p]\ncredential_process = {home}/p\n[profile x]\nrole_arn = {role:c}\nsource_profile = p\n", profile: "x", who: roleC},
	}
}

// endpointCases move STS and SSO. A key of the second simulator is known there only.
func endpointCases() []signInCase {
	keys2 := "[profile base]\n{keys:a2}"
	role := "role_arn = {role:b}\nsource_profile = base\n"
	none := environment{"AWS_ENDPOINT_URL": ""}
	cutOff := environment{"HTTPS_PROXY": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"} // AWS itself is out of reach
	return []signInCase{
		{name: "endpoint_url in a profile", config: "[profile x]\n{keys:b2}endpoint_url = {sim2}\n", env: none, profile: "x", who: userB},
		{name: "endpoint_url in a profile, for its role", config: keys2 + "[profile x]\n" + role + "endpoint_url = {sim2}\n", env: none, profile: "x", who: roleB},
		{name: "AWS_ENDPOINT_URL beside endpoint_url: the variable", config: "[profile x]\n{keys:b}endpoint_url = {sim2}\n", profile: "x", who: userB},
		{name: "AWS_ENDPOINT_URL_STS beside AWS_ENDPOINT_URL", config: keys2 + "[profile x]\n" + role, env: environment{"AWS_ENDPOINT_URL_STS": "{sim2}"}, profile: "x", who: roleB},
		{name: "services section for sts", config: keys2 + "[profile x]\n" + role + "services = local\nendpoint_url = {sim}\n[services local]\nsts =\n  endpoint_url = {sim2}\n", env: none, profile: "x", who: roleB},
		{name: "services section with a quoted head", config: keys2 + "[profile x]\n" + role + "services = my stack\n[services 'my stack']\nsts =\n  endpoint_url = {sim2}\n", env: none.with(environment{"AWS_ENDPOINT_URL_SAGEMAKER": "{sim2}"}), profile: "x", who: roleB},
		{name: "services section that is not there", config: keys2 + "[profile x]\n" + role + "services = local\nendpoint_url = {sim2}\n", env: none, profile: "x", who: badFiles},
		{name: "the endpoint of the source is not that of the role", config: "[profile base]\n{keys:a2}endpoint_url = {sim}\n[profile x]\n" + role + "endpoint_url = {sim2}\n", env: none, profile: "x", who: roleB},
		{name: "ignore_configured_endpoint_urls in a profile", config: "[profile x]\n{keys:b}endpoint_url = {sim}\nignore_configured_endpoint_urls = true\n", env: cutOff, profile: "x", who: unreached},
		{name: "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, for a role", config: base + "[profile x]\n" + role + "endpoint_url = {sim}\n", env: cutOff.with(environment{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}), profile: "x", who: unreached},
		{name: "the variable says not to ignore what the profile does", config: "[profile x]\n{keys:b}endpoint_url = {sim2}\nignore_configured_endpoint_urls = true\n", env: cutOff.with(environment{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"}), profile: "x", who: userB},
		{name: "endpoint_url beside FIPS and dual stack", config: "[profile x]\n{keys:b2}endpoint_url = {sim2}\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n", env: none, profile: "x", who: userB},
		{name: "AWS_ENDPOINT_URL beside AWS_USE_FIPS_ENDPOINT", config: "[profile x]\n{keys:b}", env: environment{"AWS_USE_FIPS_ENDPOINT": "true"}, profile: "x", who: userB},
		{name: "endpoint_url for web identity", files: map[string]string{"token": "{web}"}, config: "[profile x]\nrole_arn = {role:b}\nweb_identity_token_file = {home}/token\nrole_session_name = ci\nendpoint_url = {sim2}\n", env: none, profile: "x", who: roleB + "/ci"},
		{name: "endpoint_url for SSO", config: "[profile x]\nsso_session = corp\nsso_account_id = {b}\nsso_role_name = ViewOnly\nendpoint_url = {sim2}\n[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n",
			files: token("corp", `{"accessToken":"{sso}","expiresAt":"`+soon(8*time.Hour)+`"}`), env: none, profile: "x", who: ssoB},
	}
}

// settingCases are settings beside the credentials.
func settingCases() []signInCase {
	// with is a case of keys beside one setting of the profile, or one variable.
	with := func(setting, who string) signInCase {
		return signInCase{name: "the setting " + setting, config: "[profile x]\n{keys:b}" + setting + "\n", profile: "x", who: who}
	}
	under := func(variable, value, who string) signInCase {
		return signInCase{name: variable + "=" + value, config: "[profile x]\n{keys:b}", env: environment{variable: value}, profile: "x", who: who}
	}
	return []signInCase{
		with("retry_mode =", badFiles), under("AWS_RETRY_MODE", "{empty}", badFiles), under("AWS_RETRY_MODE", "Standard", badFiles),
		with("max_attempts =", badFiles), under("AWS_MAX_ATTEMPTS", "{empty}", badFiles), under("AWS_MAX_ATTEMPTS", "+3", userB),
		with("sts_regional_endpoints = zz", badFiles), under("AWS_STS_REGIONAL_ENDPOINTS", "zz", badFiles), under("AWS_STS_REGIONAL_ENDPOINTS", "Legacy", badFiles),
		with("sts_regional_endpoints = legacy", userB), with("sts_regional_endpoints =", userB), under("AWS_STS_REGIONAL_ENDPOINTS", "{empty}", userB),
		with("defaults_mode = zz", badFiles), under("AWS_DEFAULTS_MODE", "zz", badFiles), under("AWS_DEFAULTS_MODE", "{empty}", badFiles), with("defaults_mode = In-Region", userB),
		with("account_id_endpoint_mode = zz", badFiles), under("AWS_ACCOUNT_ID_ENDPOINT_MODE", "{empty}", badFiles), under("AWS_ACCOUNT_ID_ENDPOINT_MODE", "Required", userB),
		with("request_checksum_calculation = zz", badFiles), under("AWS_REQUEST_CHECKSUM_CALCULATION", "When_Supported", userB), under("AWS_RESPONSE_CHECKSUM_VALIDATION", "zz", badFiles),
		with("ec2_metadata_service_endpoint_mode = zz", badFiles), under("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "{empty}", badFiles),
		with("metadata_service_timeout = soon", badFiles), under("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "few", badFiles), under("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "-4", userB),
		{name: "retry_mode = legacy", config: "[profile x]\n{keys:b}retry_mode = legacy\n", profile: "x", who: userB},
		{name: "retry_mode = fast", config: "[profile x]\n{keys:b}retry_mode = fast\n", profile: "x", who: badFiles},
		{name: "AWS_MAX_ATTEMPTS=abc", config: "[profile x]\n{keys:b}", env: environment{"AWS_MAX_ATTEMPTS": "abc"}, profile: "x", who: badFiles},
		{name: "max_attempts = many", config: "[profile x]\n{keys:b}max_attempts = many\n", profile: "x", who: badFiles},
		{name: "AWS_CA_BUNDLE at nothing", config: "[profile x]\n{keys:b}", env: environment{"AWS_CA_BUNDLE": "/nonexistent"}, profile: "x", who: badFiles,
			differs: "the AWS CLI reads the certificates with the first call that needs them, and the simulator speaks plain HTTP"},
		{name: "a zone in place of a region", config: "[profile x]\n{keys:b}region = us-east-1a\n", env: environment{"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, profile: "x", who: badFiles,
			differs: "the AWS CLI signs for any region; the simulator refuses it"},
		{name: "a place in place of a region", config: "[profile x]\n{keys:b}region = Ireland\n", env: environment{"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, profile: "x", who: badFiles,
			differs: "the AWS CLI signs for any region; the simulator refuses it"},
		{name: "no region at all", config: "[profile x]\n{keys:b}", env: environment{"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, profile: "x", who: userB,
			differs: "the AWS CLI wants a region for this call; nbscope scans every region, and signs in in one of the partition"},
	}
}

// loginCases are sign-ins by `aws login`, as their caches stand.
func loginCases() []signInCase {
	const who = "arn:aws:iam::111122223333:user/ana"
	x := "[profile x]\nlogin_session = " + who + "\n"
	y := x + "[profile y]\nrole_arn = {role:b}\nsource_profile = x\n"
	env := environment{"AWS_LOGIN_CACHE_DIRECTORY": "{home}/login"}
	cache := func(ends time.Duration, key string) map[string]string {
		return loginCache(who, `{"accessToken":{{session},"accountId":"{a}","expiresAt":"`+soon(ends)+`"},"tokenType":"aws_sigv4","refreshToken":"r","clientId":"arn:aws:signin:::devtools/same-device","dpopKey":"`+key+`"}`)
	}
	return []signInCase{
		{name: "aws login", config: x, files: cache(time.Hour, "{dpop}"), env: env, profile: "x", who: userA},
		{name: "aws login as the source of a role", config: y, files: cache(time.Hour, "{dpop}"), env: env, profile: "y", who: roleB},
		{name: "aws login with names in other letters", config: x, files: loginCache(who, `{"AccessToken":{{session},"accountId":"{a}","expiresAt":"`+soon(time.Hour)+`"},"refreshToken":"r","clientId":"c","dpopKey":"{dpop}"}`), env: env, profile: "x", who: stale},
		{name: "aws login never done", config: x, env: env, profile: "x", who: stale},
		{name: "aws login never done, as a source", config: y, env: env, profile: "y", who: stale},
		{name: "aws login with an empty cache file", config: x, files: loginCache(who, ""), env: env, profile: "x", who: stale},
		{name: "aws login with null for a cache", config: x, files: loginCache(who, "null"), env: env, profile: "x", who: stale},
		{name: "aws login with parts missing", config: x, files: loginCache(who, `{"accessToken":{{session},"accountId":"{a}","expiresAt":"2099-01-01T00:00:00Z"}}`), env: env, profile: "x", who: stale},
		{name: "aws login expired, its key damaged", config: x, files: cache(-time.Hour, "no key"), env: env, profile: "x", who: stale},
		{name: "aws login expired, its key damaged, as a source", config: y, files: cache(-time.Hour, "no key"), env: env, profile: "y", who: stale},
		{name: "aws login expired, and not renewed", config: x, files: cache(-time.Hour, "{dpop}"), env: env, profile: "x", who: stale},
	}
}
