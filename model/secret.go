package model

import (
	"regexp"
	"strings"
)

// mask stands in the place of a secret.
const mask = "****"

// MaskSecrets hides what looks like a secret in a script and counts the places.
// What makes it recognisable stays: the name it is given to, the prefix of its
// kind, the user of a URL. References such as $TOKEN or $(command) are no
// secrets and stay whole.
//
// It is a courtesy to whoever shares a screen, not a proof: a secret that looks
// like nothing in particular is shown.
func MaskSecrets(script string) (masked string, count int) {
	for _, rule := range secretRules() {
		re := regexp.MustCompile(rule.pattern)
		var out strings.Builder
		at := 0
		for _, m := range re.FindAllStringSubmatchIndex(script, -1) {
			start, end := m[len(m)-2], m[len(m)-1]
			if start < at || !looksSecret(script[start:end]) || (rule.named && harmlessName(script[m[2]:m[3]])) {
				continue
			}
			out.WriteString(script[at:start])
			out.WriteString(mask)
			at = end
			count += 1 - strings.Count(script[start:end], mask) // it may hold what an earlier rule hid
		}
		out.WriteString(script[at:])
		script = out.String()
	}
	return script, count
}

// secretRule finds one kind of secret: its last group is what is hidden, and of
// a named one the first is the name it is given to.
type secretRule struct {
	pattern string
	named   bool
}

// secretName is a name that speaks of a secret.
const secretName = `(?i)([a-z0-9_.-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|` +
	`private[_-]?key|credentials?)[a-z0-9_.-]*)`

// secretRules lists the kinds. A value ends where its quotes do, or at a
// character that ends a word of a shell.
func secretRules() []secretRule {
	const gap, word = `(?:\s|\\[nt])+`, `[^\s"'\\]+` // also as printf writes them
	return []secretRule{
		{pattern: `(?i)\b(?:machine|login)` + gap + word + `(?:` + gap + `(?:login|account)` + gap + word + `)*` + gap + `password` + gap + `["']?(` + word + `)`},
		{pattern: `(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----\r?\n(.+?)(?:\r?\n[ \t]*-----END|\z)`},
		{pattern: `\b(?:AKIA|ASIA|ABIA|ACCA)([A-Z0-9]{16})\b`},
		{pattern: `\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|hf_|npm_|pypi-|dapi|sk-|AIza)([A-Za-z0-9_-]{16,})`},
		{pattern: `\beyJ([A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+)`},
		{pattern: `(?i)\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token|digest|negotiate)\s+)?([^\s"']+)`},
		{pattern: `(?i)\b(?:bearer|basic)\s+([A-Za-z0-9+/._~-]{16,}=*)`},
		{pattern: `(?i)\b[a-z][a-z0-9+.-]*://[^\s/:@"']*:([^\s/@"']+)@`},
		{pattern: `(?i)\bcurl\b[^\n]*?\s(?:-u|--user)[ =]?["']?[^\s:"']+:([^\s"']+)`},
		{pattern: secretName + `["']?(?:[ \t]*[:=]>?[ \t]*)"([^"\n]+)"`, named: true},
		{pattern: secretName + `["']?(?:[ \t]*[:=]>?[ \t]*)'([^'\n]+)'`, named: true},
		{pattern: secretName + `["']?(?:[ \t]*[:=]>?[ \t]*)([^\s"';&|<>()]+)`, named: true},
		{pattern: `(?i)(?:^|\s)(--?[a-z0-9-]*(?:password|passwd|passphrase|secret|token|api-?key))[ \t]+["']?([^\s"';&|<>()-][^\s"';&|<>()]*)`, named: true},
		{pattern: `(?i)(aws_secret_access_key|aws_session_token)[ \t]+["']?([^\s"']+)`, named: true},
	}
}

// looksSecret is false for what only refers to a secret, is masked already, or
// is too plain to be one.
func looksSecret(value string) bool {
	switch {
	case strings.HasPrefix(value, "$"), strings.HasPrefix(value, "`"), strings.HasPrefix(value, "{{"):
		return false
	case strings.HasSuffix(value, mask):
		return false
	}
	switch strings.ToLower(value) {
	case "true", "false", "none", "null", "yes", "no", "=", "==":
		return false
	}
	return true
}

// harmlessName reports whether a name that speaks of a secret names something
// about it, such as where it is kept.
func harmlessName(name string) bool {
	name = strings.ToLower(strings.Trim(name, "-_."))
	for _, end := range []string{
		"name", "id", "arn", "url", "uri", "file", "path", "dir", "ttl", "type", "endpoint", "length", "count", "seconds", "version",
	} {
		if rest, ok := strings.CutSuffix(name, end); ok && strings.TrimRight(rest, "-_.") != rest {
			return true
		}
	}
	return false
}
