// Package model holds nbscope's values and its decisions: what a notebook, a
// target, a scan and a problem are, and the pure functions over them.
//
// It imports the standard library only. There is no clock, no I/O, no AWS SDK
// and no terminal here: time comes in as an argument, effects live in package
// aws, and package ui shows what stands here. The words are those of the
// glossary in docs/CODEBASE.md, one meaning each.
//
// Unknown is a value. A field that was not fetched, or that AWS refused to
// tell, is known to be unknown, with the reason; it never reads as absent, as
// compliant or as "no internet".
package model
