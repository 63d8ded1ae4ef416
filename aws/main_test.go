package aws

import (
	"runtime/debug"
	"testing"
)

// TestMain lets garbage be: the tests end before their memory matters, and a quarter of
// their time went into collecting it.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	m.Run()
}
