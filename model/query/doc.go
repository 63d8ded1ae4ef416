// Package query is the filter language of the explorer and of nbscope list:
// parsing, matching, ranking and the places to light up.
//
// A filter is a row of terms, and a notebook is shown when every term holds:
//
//	word          the name has these letters in this order (best match first),
//	              or any other column contains the word
//	'word "a b"   the name or any other column contains exactly this
//	field:value   the field has this value; field:a|b for either
//	!term         the term does not hold; of a bare word, the word occurs nowhere
//
// Case never counts. Ids match by their beginning, with or without the part
// before the dash; a quoted value is taken literally, so that lcc:"none" finds a
// configuration of that name and lcc:none the notebooks without one.
//
// What is not known never matches a value, and never matches none: a notebook
// whose describe was refused is neither in net:disabled nor in vpc:none. A
// negated term keeps it, because it is not known to be what the term excludes:
// !net:disabled shows it, so that a filter hides nothing that might matter.
// field:unknown finds such notebooks and !field:unknown leaves them out.
//
// A term that means nothing, such as one with a field that does not exist, is
// reported as an Issue and left out of the query: it filters nothing away. A term
// that is still being typed, such as "vpc:" under the cursor, is left out too,
// without complaint.
package query
