package journal

import (
	"bytes"
	"encoding/hex"
	"hash/crc32"
)

// A record ends with a sum of what stands before it, so that a flipped bit is told from
// what a newer program has written: whoever writes more than this program knows, sums
// it up as well.

const (
	sealBegins = `,"sum":"`
	sealEnds   = `"}`
	sealBytes  = len(sealBegins) + 2*crc32.Size + len(sealEnds)
)

// seal appends the sum, a CRC-32C in hexadecimal, to a JSON object.
func seal(object []byte) []byte {
	body := bytes.TrimSuffix(object, []byte("}"))
	return append(append(append(bytes.Clone(body), sealBegins...), sum(body)...), sealEnds...)
}

// unseal takes the sum off a line; sealed is false where it has none. What remains is
// the object that was sealed, and whole says whether the sum is right.
func unseal(line []byte) (object []byte, sealed, whole bool) {
	at := len(line) - sealBytes
	if at < 0 || !bytes.HasPrefix(line[at:], []byte(sealBegins)) || !bytes.HasSuffix(line, []byte(sealEnds)) {
		return line, false, false
	}
	body, given := line[:at], line[at+len(sealBegins):len(line)-len(sealEnds)]
	return append(bytes.Clone(body), '}'), true, string(given) == sum(body)
}

func sum(body []byte) string {
	s := crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli))
	return hex.EncodeToString([]byte{byte(s >> 24), byte(s >> 16), byte(s >> 8), byte(s)})
}
