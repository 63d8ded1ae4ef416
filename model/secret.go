package model

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Mask stands in the place of a secret.
const Mask = "****"

// Masks is the version of the rules in this file. What was masked by others is masked
// again when it is read.
const Masks = 1

// secretRule finds one kind of secret: its last group is what is hidden, and of
// a named one the first is the name it is given to.
type secretRule struct {
	pattern *regexp.Regexp
	named   bool
	needs   []string // one of these, in small letters, is in each line that it finds something in; none: a long word is
}

// MaskSecrets hides what looks like a secret in a script, a message or another text
// and counts the places. What makes it recognisable stays: the name it is given to,
// the prefix of its kind, the user of a URL. References such as $TOKEN or $(command)
// are no secrets and stay whole.
//
// It is a courtesy to whoever shares a screen, not a proof: a secret that looks
// like nothing in particular is shown.
func MaskSecrets(script string) (masked string, count int) {
	if script == "" {
		return "", 0
	}
	rules := secretRules()
	for _, rule := range rules.whole {
		script = rule.hide(script, &count)
	}
	lines := strings.Split(script, "\n")
	for i, line := range lines {
		lower := strings.ToLower(line)
		for _, rule := range rules.line {
			if rule.concerns(lower) {
				line = rule.hide(line, &count)
			}
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n"), count
}

// concerns is a cheap look at whether the rule can find anything in a line, given in
// small letters.
func (r *secretRule) concerns(lower string) bool {
	if len(r.needs) == 0 {
		return hasLongWord(lower)
	}
	return slices.ContainsFunc(r.needs, func(word string) bool { return strings.Contains(lower, word) })
}

// hasLongWord reports whether a line has a word as long as the shortest token.
func hasLongWord(s string) bool {
	run := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_', c == '-', c == '+', c == '/', c == '.':
			run++
			if run >= shortestToken {
				return true
			}
		default:
			run = 0
		}
	}
	return false
}

// hide puts the mask in the place of what the rule finds.
func (r *secretRule) hide(text string, count *int) string {
	var out strings.Builder
	at := 0
	for _, m := range r.pattern.FindAllStringSubmatchIndex(text, -1) {
		start, end := m[len(m)-2], m[len(m)-1]
		if start < at || !looksSecret(text[start:end]) || (r.named && harmless(text[m[2]:m[3]], text[start:end])) {
			continue
		}
		out.WriteString(text[at:start])
		out.WriteString(Mask)
		at = end
		*count += 1 - strings.Count(text[start:end], Mask) // it may hold what an earlier rule hid
	}
	if at == 0 {
		return text
	}
	out.WriteString(text[at:])
	return out.String()
}

// Masked is MaskSecrets for a text of which nobody wants to know how much it hides.
func Masked(text string) string {
	out, _ := MaskSecrets(text)
	return out
}

// MaskURL hides in the address of a repository whatever may sign in there: what
// stands before the @ of its host, the user too, since a token often stands in that
// place; its query and its fragment; and what looks like a secret. A name, and an
// address that signs nobody in, stay as they are.
func MaskURL(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return Masked(address)
	}
	end := len(rest)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		end = i
	}
	if at := strings.LastIndex(rest[:end], "@"); at >= 0 {
		rest = Mask + rest[at:]
	} else if i := strings.Index(rest[:end], ":"); i >= 0 && strings.Trim(rest[i+1:end], "0123456789") != "" {
		if at := strings.LastIndex(rest, "@"); at > end { // no port, so a password with a slash in it
			rest = Mask + rest[at:]
		}
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 && i+1 < len(rest) {
		rest = rest[:i+1] + Mask
	}
	return Masked(scheme + "://" + rest)
}

// MaskURLs is MaskURL for each; the list given stays as it is.
func MaskURLs(addresses []string) []string {
	var out []string
	for i, a := range addresses {
		m := MaskURL(a)
		if m != a && out == nil {
			out = append(make([]string, 0, len(addresses)), addresses[:i]...)
		}
		if out != nil {
			out = append(out, m)
		}
	}
	if out == nil {
		return addresses
	}
	return out
}

// shortestToken is the length of the shortest token that is known by its prefix.
const shortestToken = 16

// secretName is a name that speaks of a secret.
const secretName = `(?i)(?:^|[^a-z0-9_.-])(` +
	`[a-z0-9_.-]*(?:password|passwd|passphrase|passcode|secret|token|credentials?)[a-z0-9_.-]*|` +
	`[a-z0-9_.-]*(?:api|access|account|app|auth|consumer|deploy|encryption|ingest|integration|license|master|private|service|session|signing|storage)` +
	`[_-]?key[a-z0-9_.-]*|` +
	`[a-z0-9_.-]*[_.-](?:creds?|auth)|` +
	`(?:[a-z0-9_.-]*[_.-])?(?:pwd|pass|creds?)[0-9]*|(?:admin|db|ftp|mail|my|root|smtp|sql|user)(?:pwd|pass))`

// What follows the prefix of a token: most have this alphabet, some are in base64,
// and where the prefix could begin an ordinary word there must be no hyphen.
const (
	opaque     = `([A-Za-z0-9_-]{16,}(?:[.~][A-Za-z0-9_-]+)*=*)`
	opaque64   = `([A-Za-z0-9+/_-]{16,}=*)`
	opaqueOnly = `([A-Za-z0-9]{20,})`
)

// tokenPrefixes are how the tokens of known services begin, by what follows. They
// are what public secret scanners look for (the default rules of gitleaks; GitHub's
// secret scanning patterns).
func tokenPrefixes() map[string][]string {
	return map[string][]string{
		opaque: {
			`gh[pousr]_`, `github_pat_`, // GitHub
			`gl(?:pat|dt|ft|imt|rt|ptt|oas|soat|agent|ffct)-`, `glcbt-[0-9a-zA-Z]{1,5}_`, `GR1348941`, // GitLab
			`dckr_[po]at_`, `npm_`, `pypi-`, `rubygems_`, `CLOJARS_`, // registries
			`hf_`, `api_org_`, `sk-`, `gsk_`, `pplx-`, `xai-`, `lsv2_[ps][kt]_`, // models
			`dapi`, `pnu_`, `pscale_(?:tkn|pw|oauth)_`, `sbp_`, `dp\.(?:pt|st|ct|sa|scim|audit)\.`, `hv[sbr]\.`, // data and infrastructure
			`do[opr]_v1_`, `fo1_`, `tskey-`, `nfp_`, `HRKU-`, `bkua_`, `CCIPAT_`, `sha256~`, `ops_`, // hosts and pipelines
			`xox[abeoprs](?:\.xox[bp])?-`, `xapp-`, `lin_api_`, `ntn_`, `figd_`, `PMAK-`, `fio-u-`, `tfp_`, `rdme_`, `SSWS[ \t]`, // work
			`(?:sk|rk)_(?:test|live|prod)_`, `whsec_`, `sq0[a-z]{3}-`, `shp(?:at|ca|pa|ss)_`, `shippo_(?:live|test)_`, // money
			`FLWSECK(?:_TEST)?-`, `duffel_(?:test|live)_`,
			`glsa_`, `NR(?:AK|JS|II)-`, `dt0[a-z]\d\d\.`, `sntry[su]_`, `sgp_`, `SG\.`, `xkeysib-`, // watching and mail
			`AIza`, `GOCSPX-`, `ya29\.`, `ATATT3`, `ATBB`, `AGE-SECRET-KEY-1`, `tk-us-`, `sm_[aps]at_`, `s-s4t2(?:ud|af)-`,
		},
		opaque64: {
			`glc_`, `fm1[ar]_`, `fm2_`, `ABSK`, `bedrock-api-key-`, // Grafana, Fly.io, Bedrock
			`IQoJb3JpZ2lu`, `FwoGZXIvYXdz`, `FQoGZXIvYXdz`, // session tokens of AWS
			`hooks\.slack\.com/(?:services|workflows|triggers)/`, `discord(?:app)?\.com/api/webhooks/`, `\.webhook\.office\.com/webhookb2/`,
		},
		opaqueOnly: {`pul-`, `ico-`, `p8e-`, `API-`, `key-`, `r8_`, `sq[pua]_`, `EZ[AT]K`, `LTAI`, `AKCp`, `cmVmd`, `oy2`},
	}
}

// ruleSet are the rules for a whole text, and those for each of its lines.
type ruleSet struct{ whole, line []*secretRule }

// secretRules are compiled when they are first needed.
var secretRules = sync.OnceValue(func() ruleSet { //nolint:gochecknoglobals // never changed
	var set ruleSet
	add := func(pattern string, named bool, needs ...string) {
		set.line = append(set.line, &secretRule{regexp.MustCompile(pattern), named, needs})
	}
	for _, p := range wholeRules() {
		set.whole = append(set.whole, &secretRule{pattern: regexp.MustCompile(p)})
	}
	for _, r := range formRules() {
		add(r.pattern, false, r.needs...)
	}
	for _, follows := range []string{opaque, opaque64, opaqueOnly} {
		add(`(?:^|[^A-Za-z0-9])(?:`+strings.Join(tokenPrefixes()[follows], "|")+`)`+follows, false)
	}
	names := []string{"pass", "pwd", "secret", "token", "key", "cred", "auth"}
	for _, value := range shellValues() {
		for _, r := range commandRules() {
			add(r.pattern+value, false, r.needs...)
		}
		add(secretName+`["']?(?:[ \t]*[:=]>?[ \t]*)`+value, true, names...)
	}
	add(`(?i)(?:^|\s)(--?[a-z0-9-]*(?:password|passwd|passphrase|passcode|pass|pwd|secret|token|api-?key))[ \t]+`+
		`["']?([^\s"';&|<>()-][^\s"';&|<>()]*)`, true, names...)
	add(`(?i)(aws_secret_access_key|aws_session_token)[ \t]+["']?([^\s"']+)`, true, "aws_")
	return set
})

// shellValues are a value in quotes of either kind, and one without: it ends where
// its quotes do, or at a character that ends a word of a shell.
func shellValues() []string {
	return []string{`"([^"\n]+)"`, `'([^'\n]+)'`, `([^\s"';&|<>()]+)`}
}

// wholeRules are the forms that go over several lines.
func wholeRules() []string {
	const gap, word = `(?:\s|\\[nt])+`, `[^\s"'\\]+` // also as printf writes them
	return []string{
		`(?i)\b(?:machine|login)` + gap + word + `(?:` + gap + `(?:login|account)` + gap + word + `)*` + gap + `password` + gap + `["']?(` + word + `)`,
		`(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:\r?\n|\\n)(.+?)(?:(?:\r?\n|\\n)[ \t]*-----END|\z)`,
	}
}

// sought is a pattern with the words of which a line must have one.
type sought struct {
	pattern string
	needs   []string
}

// formRules are secrets that are known by the form around them.
func formRules() []sought {
	const scheme = `(?i)\b[a-z][a-z0-9+.-]*://`
	url := []string{"://"}
	return []sought{
		{`\b(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])([A-Z0-9]{16})\b`, nil},
		{`\beyJ([A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+)`, []string{"eyj"}},
		{`\beyJrIjoi([A-Za-z0-9]{40,}=*)`, []string{"eyj"}}, // Grafana
		{`(?i)\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token|digest|negotiate)\s+)?([^\s"']+)`, []string{"authorization"}},
		{`(?i)\b(?:bearer|basic)\s+([A-Za-z0-9+/._~-]{16,}=*)`, []string{"bearer", "basic"}},
		{`(?i)\b(?:set-)?cookie["']?\s*:\s*([^\n"']+)`, []string{"cookie"}},
		{scheme + `([^\s/:@"']+):x-oauth-basic@`, url},
		{scheme + `[^\s/:@"']*:([^\s/@"']+)@`, url},
		{scheme + `([^\s/:@"'*]{16,})@`, url}, // a token where a user would stand
		{`(?i)[?&](?:sig|signature|x-amz-signature|x-amz-credential|x-amz-security-token|authtoken|key|code)=([^&\s"'#]+)`, []string{"="}},
		{`(?:^|["'])[^\s:#"'/]+:(?:\d{2,5}|\*):[^\s:"']+:[^\s:"']+:([^\s"':]+)`, []string{":"}}, // a line of .pgpass
		{`\b\d{8,10}:(AA[A-Za-z0-9_-]{33})\b`, []string{":aa"}},                                 // Telegram
		{`\bSK([0-9a-f]{32})\b`, nil},                                                           // Twilio
		{`(?i)\b[a-z0-9]{14}\.atlasv1\.([a-z0-9_=-]{60,70})`, []string{"atlasv1"}},              // Terraform
		{`\b[A-Za-z0-9_~.]{3}\dQ~([A-Za-z0-9_~.-]{31,34})`, []string{"q~"}},                     // Entra ID
		{`["']auth["']\s*:\s*["']([A-Za-z0-9+/=]{8,})["']`, []string{"auth"}},                   // of a registry, in Docker's configuration
		{`["']?\bkey["']?\s*[:=]\s*["']?([0-9a-f]{32})\b`, []string{"key"}},                     // Kaggle's
		{`/t/([A-Za-z0-9_-]{12,})/`, []string{"/t/"}},                                           // a channel of conda's
		{`\becho[ \t]+["']?[^\s:"'|]+:([^\s"'|]+)["']?[ \t]*\|[^\n|;&]*\bchpasswd\b`, []string{"chpasswd"}},
		{
			`\b(?:echo|printf)(?:[ \t]+-\w+)*[ \t]+["']?([^"'|\n]+?)["']?[ \t]*\|[^\n|;&]*(?:--password-stdin|--with-token|passwd[ \t]+--stdin|sudo[ \t]+-S)\b`,
			[]string{"-stdin", "--with-token", "sudo"},
		},
	}
}

// commandRules are what stands before a secret on the command line of a program
// that has an option or a place of its own for it. A pipe or a semicolon ends the
// command.
func commandRules() []sought {
	const on, user = `\b[^\n|;&]*?\s`, `(?:-u|--user|-U|--proxy-user)[ =\t]?["']?[^\s:"']+:`
	return []sought{
		{`\b(?:mysql|mariadb)[a-z_-]*` + on + `-p`, []string{"mysql", "mariadb"}}, // with a space it would be the database
		{`\bsshpass` + on + `-p[ \t]*`, []string{"sshpass"}},
		{`\bredis-cli` + on + `(?:-a|--pass)[ \t]+`, []string{"redis-cli"}},
		{`\b(?:docker|podman|buildah|nerdctl|skopeo|helm|oras|crane|az|oc|cf|ibmcloud)` + on + `?login` + on + `-p[ =\t]*`, []string{"login"}},
		{`\bmongo[a-z]*` + on + `-p[ \t]+`, []string{"mongo"}},
		{`\b(?:sqlcmd|bcp|tsql)` + on + `-P[ \t]*`, []string{"sqlcmd", "bcp", "tsql"}},
		{`\bldap[a-z]+` + on + `-w[ \t]+`, []string{"ldap"}},
		{`\bssh-keygen` + on + `-N[ \t]+`, []string{"ssh-keygen"}},
		{`\bhtpasswd[ \t]+-\w*b\w*[ \t]+\S+[ \t]+(?:[^\s-]\S*[ \t]+)?`, []string{"htpasswd"}},
		{`\b(?:smbclient|rpcclient)` + on + `-U[ \t]*["']?[^\s%"']+%`, []string{"smbclient", "rpcclient"}},
		{`\blftp` + on + `-u[ \t]*["']?[^\s,"']+,`, []string{"lftp"}},
		{`\bcurl` + on + user, []string{"curl"}},
		{`--(?:src-|dest-)?creds[ =\t]["']?[^\s:"']+:`, []string{"creds"}},
		{`\bopenssl` + on + `-(?:pass|passin|passout)[ \t]+["']?pass:`, []string{"openssl"}},
		{`\bpoetry[ \t]+config[ \t]+(?:--\S+[ \t]+)*(?:http-basic\.\S+[ \t]+\S+|pypi-token\.\S+)[ \t]+`, []string{"poetry"}},
		{`\b(?:conda|anaconda)[ \t]+token[ \t]+set[ \t]+`, []string{"conda"}},
		{`\bwandb[ \t]+login[ \t]+(?:--\S+[ \t]+)*`, []string{"wandb"}},
		{`(?:--password-stdin|--with-token|--stdin)\b[^\n]*?<<<[ \t]*`, []string{"<<<"}},
	}
}

// looksSecret is false for what only refers to a secret, is masked already, or
// is too plain to be one.
func looksSecret(value string) bool {
	switch {
	case value == "", strings.HasPrefix(value, "$"), strings.HasPrefix(value, "`"), strings.HasPrefix(value, "{{"):
		return false
	case strings.HasSuffix(value, Mask):
		return false
	}
	switch strings.ToLower(value) {
	case "true", "false", "none", "null", "yes", "no", "=", "==", "x-oauth-basic":
		return false
	}
	return true
}

// harmless reports whether a name that speaks of a secret names something about it,
// such as where it is kept, or the working directory.
func harmless(name, value string) bool {
	name = strings.ToLower(strings.Trim(name, "-_."))
	if strings.HasSuffix(name, "pwd") && strings.HasPrefix(value, "/") {
		return true
	}
	for _, end := range []string{
		"name", "id", "arn", "url", "uri", "file", "path", "dir", "ttl", "type", "endpoint", "length", "count", "seconds", "version",
	} {
		if rest, ok := strings.CutSuffix(name, end); ok && strings.TrimRight(rest, "-_.") != rest {
			return true
		}
	}
	return false
}
