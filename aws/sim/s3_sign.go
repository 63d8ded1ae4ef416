package sim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// S3 is the one service here whose signatures are checked: whoever has a URL may do what
// was signed, and nothing else.

const (
	amzDate         = "20060102T150405Z"
	longestURL      = 7 * 24 * time.Hour
	unsignedPayload = "UNSIGNED-PAYLOAD"
)

// checkSigned refuses a request that is not what its key has signed, or not at its time.
func (r *request) checkSigned(sc scope) *apiError {
	query, now := r.http.URL.Query(), r.now.Add(r.faults.Clock)
	presigned := query.Has("X-Amz-Signature")
	headers, signature, date := query.Get("X-Amz-SignedHeaders"), query.Get("X-Amz-Signature"), query.Get("X-Amz-Date")
	if !presigned {
		auth := strings.TrimPrefix(r.http.Header.Get("Authorization"), algorithm+" ")
		headers, signature, date = authField(auth, "SignedHeaders"), authField(auth, "Signature"), r.http.Header.Get("X-Amz-Date")
	}
	if !slices.Contains(strings.Split(headers, ";"), "host") {
		return &apiError{code: "AccessDenied", message: "There were headers present in the request which were not signed", status: http.StatusForbidden}
	}
	payload := r.http.Header.Get("X-Amz-Content-Sha256")
	if payload == "" {
		payload = unsignedPayload
	}
	if sum := sha256.Sum256(r.body); payload != unsignedPayload && payload != hex.EncodeToString(sum[:]) {
		return badRequest("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")
	}
	mac := hmacOf(signingKey(r.account.world.secretOf(sc), sc), stringToSign(sc, date, canonical(r.http, strings.Split(headers, ";"), payload)))
	if hex.EncodeToString(mac) != signature {
		return refusedSignature("SignatureDoesNotMatch")
	}
	if presigned {
		return outOfTime(query, date, now)
	}
	return nil
}

// outOfTime refuses a URL before and after its time.
func outOfTime(query url.Values, date string, now time.Time) *apiError {
	signed, err := time.Parse(amzDate, date)
	seconds, err2 := strconv.Atoi(query.Get("X-Amz-Expires"))
	life := time.Duration(seconds) * time.Second
	switch {
	case err != nil || err2 != nil || life <= 0 || life > longestURL:
		return badRequest("AuthorizationQueryParametersError", "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds")
	case now.Before(signed.Add(-dateTolerance)):
		return &apiError{code: "AccessDenied", message: "Request is not yet valid", status: http.StatusForbidden}
	case now.After(signed.Add(life)):
		return &apiError{code: "AccessDenied", message: "Request has expired", status: http.StatusForbidden}
	}
	return nil
}

// canonical is the request as signatures see it.
func canonical(hr *http.Request, headers []string, payload string) string {
	query := hr.URL.Query()
	query.Del("X-Amz-Signature")
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n%s\n", hr.Method, hr.URL.EscapedPath(), strings.ReplaceAll(query.Encode(), "+", "%20"))
	for _, h := range headers {
		value := strings.Join(hr.Header.Values(h), ",")
		switch h {
		case "host":
			value = hr.Host
		case "content-length":
			value = strconv.FormatInt(hr.ContentLength, 10)
		}
		fmt.Fprintf(&b, "%s:%s\n", h, strings.TrimSpace(value))
	}
	fmt.Fprintf(&b, "\n%s\n%s", strings.Join(headers, ";"), payload)
	return b.String()
}

func stringToSign(sc scope, date, request string) string {
	sum := sha256.Sum256([]byte(request))
	return strings.Join([]string{algorithm, date, sc.date + "/" + sc.region + "/" + sc.service + "/aws4_request", hex.EncodeToString(sum[:])}, "\n")
}

func signingKey(secret string, sc scope) []byte {
	key := []byte("AWS4" + secret)
	for _, part := range []string{sc.date, sc.region, sc.service, "aws4_request"} {
		key = hmacOf(key, part)
	}
	return key
}

func hmacOf(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// secretOf is the secret that belongs to a key that is known.
func (w *world) secretOf(sc scope) string {
	if sc.token != "" {
		return w.sessionSecret(sc.token)
	}
	return w.byKey[sc.key].secret
}
