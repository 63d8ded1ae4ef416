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
