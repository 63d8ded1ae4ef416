package sim

import (
	"net/http"
	"net/url"
	"strings"
)

// scope is what the Authorization header of a request says: who signed it, and
// for which region and service. The signature itself is not checked.
type scope struct {
	key     string
	date    string
	region  string
	service string
	token   string // of session credentials
}

const algorithm = "AWS4-HMAC-SHA256"

// readScope takes the credential scope from the header, or from the query of a
// presigned URL. It is false when there is none or it is not whole.
func readScope(h http.Header, query url.Values) (scope, bool) {
	credential, token := "", h.Get("X-Amz-Security-Token")
	auth := h.Get("Authorization")
	switch {
	case strings.HasPrefix(auth, algorithm+" "):
		credential = authField(auth[len(algorithm)+1:], "Credential")
		if authField(auth[len(algorithm)+1:], "Signature") == "" {
			return scope{}, false
		}
	case query.Get("X-Amz-Algorithm") == algorithm && query.Get("X-Amz-Signature") != "":
		credential, token = query.Get("X-Amz-Credential"), query.Get("X-Amz-Security-Token")
	}
	parts := strings.Split(credential, "/")
	if len(parts) != 5 || parts[4] != "aws4_request" {
		return scope{}, false
	}
	s := scope{key: parts[0], date: parts[1], region: parts[2], service: parts[3], token: token}
	return s, s.key != "" && s.region != "" && s.service != ""
}

func authField(fields, name string) string {
	for part := range strings.SplitSeq(fields, ",") {
		key, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if ok && key == name {
			return value
		}
	}
	return ""
}
