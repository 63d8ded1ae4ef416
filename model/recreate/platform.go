package recreate

import "strings"

// isAL2 reports whether a platform is Amazon Linux 2, whose notebooks cannot be
// created or, once stopped, started any more.
func isAL2(platform string) bool { return strings.HasPrefix(platform, "notebook-al2-") }

// isAL1 reports whether a platform is the first Amazon Linux, which has no update
// in place. A describe that names no platform is of that time too.
func isAL1(platform string) bool { return strings.HasPrefix(platform, "notebook-al1-") }

// StartRefused reports whether AWS refuses to start a notebook of this platform
// once it has been stopped.
func StartRefused(platform string) bool { return isAL1(platform) || isAL2(platform) }

// forEver is what a stop means for a notebook that AWS does not start again, as a
// clause with its comma; "" where it starts as before.
func forEver(platform string) string {
	switch {
	case isAL1(platform):
		return ", for ever: AWS no longer starts " + platform + ", and there is no update in place"
	case isAL2(platform):
		return ", and it would not start again as it is: AWS starts " + platform + " only after an update in place to " + PlatformSupported
	}
	return ""
}
