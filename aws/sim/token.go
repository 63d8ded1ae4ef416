package sim

import (
	"crypto/hmac"
	"encoding/base64"
	"strconv"
	"strings"
)

// page tokens hold where the next page begins and a mark over that and what was
// asked. A token that somebody made up, or that belongs to another account,
// region or set of filters, is refused.

// issueToken makes the token of a page that begins after the given place.
func (r *request) issueToken(asked string, after ...string) string {
	where := strings.Join(after, "\x00")
	mark := r.tokenMark(asked, where)
	return base64.StdEncoding.EncodeToString(append(mark, where...))
}

const markLen = 15

func (r *request) tokenMark(asked, where string) []byte {
	return r.account.world.mac("page", r.account.id, r.region, r.service.name, r.op, asked, where)[:markLen]
}

// openToken returns where a page begins.
func (r *request) openToken(asked, token string) (after []string, ok bool) {
	raw, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(raw) < markLen || r.faults.BadToken {
		return nil, false
	}
	where := string(raw[markLen:])
	if !hmac.Equal(raw[:markLen], r.tokenMark(asked, where)) {
		return nil, false
	}
	return strings.Split(where, "\x00"), true
}

// page cuts one page out of a list by number. The next token is "" at the end.
func page[T any](r *request, all []T, size int, asked, token string) (out []T, next string, ok bool) {
	start := 0
	if token != "" {
		after, ok := r.openToken(asked, token)
		if !ok || len(after) != 1 {
			return nil, "", false
		}
		for _, c := range after[0] {
			start = start*10 + int(c-'0')
		}
	}
	start = min(start, len(all))
	end := min(start+size, len(all))
	if end < len(all) {
		next = r.issueToken(asked, strconv.Itoa(end))
	}
	return all[start:end], next, true
}

// sizeOf is what is asked for, or what is usual.
func sizeOf(asked *int, usual int) int {
	if asked == nil {
		return usual
	}
	return *asked
}
