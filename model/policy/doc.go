// Package policy turns facts about a notebook into findings and remedies.
//
// Published guidance points both ways: some controls want direct internet access
// off, others want a notebook to reach what it needs. A policy picks a side; no
// setting is a fault without one. Each policy is one pure function.
package policy
