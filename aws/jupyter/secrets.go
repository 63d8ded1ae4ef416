package jupyter

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// maxDetail bounds what an error says in words of others, in bytes.
const maxDetail = 300

// secrets are the texts that nobody may see. An error is made without them; hiding
// what a server echoes is the second line of defence.
type secrets struct {
	mu    sync.Mutex
	known map[string]bool
}

// minSecret is the length from which a value is hidden: shorter ones are flags, and
// hiding them would make errors unreadable.
const minSecret = 6

func (s *secrets) add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[string]bool{}
	}
	for _, v := range values {
		if len(v) >= minSecret {
			s.known[v] = true
			s.known[url.QueryEscape(v)] = true
		}
	}
}

// addURL remembers every part of a URL that may be a key.
func (s *secrets) addURL(u *url.URL) {
	for _, values := range u.Query() {
		s.add(values...)
	}
	s.add(u.RawQuery, u.Fragment)
}

func (s *secrets) addCookies(cookies []*http.Cookie) {
	for _, k := range cookies {
		s.add(k.Value)
	}
}

// pattern finds URLs, of which no more than the host is told.
func urlPattern() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b((?:https?|wss?)://)(?:[^/\s"'@]*@)?([^/?#\s"'<>]*)[^\s"'<>]*`)
}

// hide makes a text of others fit for an error: one line, short, without secrets.
func (s *secrets) hide(text string) string {
	s.mu.Lock()
	for v := range s.known {
		text = strings.ReplaceAll(text, v, "...")
	}
	s.mu.Unlock()
	text = urlPattern().ReplaceAllString(text, "$1$2/...")
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(text, "�"))
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxDetail {
		text = strings.ToValidUTF8(text[:maxDetail], "") + "..."
	}
	return text
}
