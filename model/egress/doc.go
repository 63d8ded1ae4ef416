// Package egress judges whether and how a notebook reaches the internet.
//
// The judgement rests on facts that were read from EC2 and on nothing else. It
// follows the way of a packet to tcp/443 of a public address: security groups,
// network ACL, route table, gateway, and the gateway's own way out. Each
// station answers ok, broken or unknown. One unknown station makes the verdict
// unknown, with the reason: "no internet" is said only where every station of
// the way was seen, and "isolated" only where every endpoint was seen as well.
//
// A way is asked for a set of addresses and its fate says how each of them fares:
// all of the internet must be reached for a verdict that says so, and what is not is
// named.
//
// Start with Facts and the Index of them, whose parts answer for tables (tables.go),
// lists, ACLs and interfaces; then Judge in judge.go and the notebook in its subnet in
// tenant.go; then walk.go, road.go and exits.go for what happens behind a route,
// answers.go for the way back, coverage.go for endpoints.
package egress
