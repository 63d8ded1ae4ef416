package sim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Who may be assumed. Every account has these roles; a role that does not exist
// is refused as AWS refuses it, without saying so.
const (
	// OrgRole is the name of a role that exists in every account and may be assumed.
	OrgRole = "OrganizationAccountAccessRole"
	// ReadRole is a second role that exists in every account and may be assumed.
	ReadRole = "nbscope-read"
	// MFARole exists in every account and may be assumed only with a code.
	MFARole = "nbscope-mfa"
	// LockedRole exists in every account and trusts nobody here.
	LockedRole = "locked-down"
	// MFACode is the code that the simulated device always shows.
	MFACode = "123456"
	// UserName is the user that the static credentials of an account belong to.
	UserName = "nbscope-demo"
)

// MFASerial is the device of the user of an account.
func MFASerial(account string) string {
	return "arn:aws:iam::" + account + ":mfa/" + UserName
}

// caller is who signed a request.
type caller struct {
	arn     string
	userID  string
	session bool // by session credentials
	mfa     bool // the session was begun with a code
}

// user reports whether it is the user itself, with keys or in a session.
func (c caller) user() bool { return strings.Contains(c.arn, ":user/") }

// session is what the token of session credentials holds. The token carries all
// of it, signed, so that the server has nothing to remember or forget.
type session struct {
	account string
	role    string // "" for a session of the user itself
	name    string
	mfa     bool // begun with a code
	expires time.Time
}

const sessionPrefix = "nbscope-sim."

func (w *world) mac(parts ...string) []byte {
	var seed [8]byte
	binary.BigEndian.PutUint64(seed[:], w.seed)
	h := hmac.New(sha256.New, seed[:])
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum(nil)
}

// issue makes the credentials of a session.
func (w *world) issue(s session) (key, secret, token string) {
	plain := strings.Join([]string{s.account, s.role, s.name, strconv.FormatInt(s.expires.Unix(), 10), strconv.FormatBool(s.mfa)}, "|")
	mac := w.mac("session", plain)
	token = sessionPrefix + base64.RawURLEncoding.EncodeToString([]byte(plain)) + "." +
		base64.RawURLEncoding.EncodeToString(mac[:16])
	return w.sessionKey(token), w.sessionSecret(token), token
}

func (w *world) sessionSecret(token string) string {
	return base64.RawStdEncoding.EncodeToString(w.mac("secret", token))[:40]
}

// sessionKey is the access key that belongs to a token, as the two do in AWS.
func (w *world) sessionKey(token string) string {
	return "ASIA" + strings.ToUpper(hex.EncodeToString(w.mac("key", token)))[:16]
}

func (w *world) openToken(key, token string) (session, bool) {
	body, ok := strings.CutPrefix(token, sessionPrefix)
	if !ok {
		return session{}, false
	}
	plain64, mac64, _ := strings.Cut(body, ".")
	plain, err1 := base64.RawURLEncoding.DecodeString(plain64)
	mac, err2 := base64.RawURLEncoding.DecodeString(mac64)
	if err1 != nil || err2 != nil || !hmac.Equal(mac, w.mac("session", string(plain))[:16]) || w.sessionKey(token) != key {
		return session{}, false
	}
	parts := strings.Split(string(plain), "|")
	if len(parts) != 5 {
		return session{}, false
	}
	expires, err := strconv.ParseInt(parts[3], 10, 64)
	if err != nil {
		return session{}, false
	}
	return session{account: parts[0], role: parts[1], name: parts[2], mfa: parts[4] == "true", expires: time.Unix(expires, 0)}, true
}

// whoSigned finds the account and the identity behind a scope.
func (w *world) whoSigned(sc scope, p protocol, now time.Time) (*account, caller, *apiError) {
	if sc.token == "" {
		a := w.byKey[sc.key]
		if a == nil {
			return nil, caller{}, unknownKey(p)
		}
		return a, userOf(a), nil
	}
	s, ok := w.openToken(sc.key, sc.token)
	if !ok || w.byID[s.account] == nil {
		return nil, caller{}, unknownKey(p)
	}
	if !now.Before(s.expires) {
		return nil, caller{}, expiredKey(p)
	}
	a := w.byID[s.account]
	if s.role == "" {
		who := userOf(a)
		who.session, who.mfa = true, s.mfa
		return a, who, nil
	}
	who := caller{
		arn:     fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", a.id, s.role, s.name),
		userID:  w.roleID(a.id, s.role) + ":" + s.name,
		session: true,
	}
	return a, who, nil
}

// userOf is the user of an account.
func userOf(a *account) caller {
	return caller{arn: "arn:aws:iam::" + a.id + ":user/" + UserName, userID: a.userID}
}

// roleID is the stable id of a role.
func (w *world) roleID(account, role string) string {
	return "AROA" + newRNG(w.seed, account, role).text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17)
}
