//go:build !unix

package journal

// noFollow is nothing here: what is opened is held against what was looked at.
const noFollow = 0
