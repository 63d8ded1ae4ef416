package jupyter

import "strings"

// Quote makes one word of bash of any text without zero bytes. It is the only way
// in which data gets into a script or a command line here.
func Quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
