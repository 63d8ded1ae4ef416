// Package manifest reads what a notebook says of its files, and compares two of them.
//
// A manifest is made inside a notebook by the script of package transfer, and never
// travels with the data that it is to prove. It is text, a line for each name:
//
//	#nbscope-manifest  1  {"run":"…","request":"…","side":"source",…}
//	TYPE  MODE  SIZE  MTIME  CONTENT  ACL  XATTRS  LINK  PATH
//	…
//	#end  {"entries":2,"files":1,"bytes":10,…,"tree":"…","sum":"…"}
//
// with tabs between the fields. TYPE is f, d, l, p, s, c or b as find says it, x for
// what a rule leaves out (see Rule), or ? for what could not be looked at. MODE is
// octal. SIZE is in bytes, of files alone. MTIME is in nanoseconds since 1970.
// CONTENT, ACL and XATTRS are a SHA-256, - where there is nothing, or ! and the
// reason why it is not known. LINK is > and the target of a symbolic link, = and the
// first name of a file with several, @ and the numbers of a device, or -. PATH is
// relative, in bytes: all but letters, digits and ._/+@,=:- stand as %XX.
//
// The top folder itself has no line: the copy works in it. Lines are in the order of
// Order, a folder before what is in it. "tree" is the SHA-256 of all lines of entries
// but x, so that two equal trees have equal digests wherever they are; "sum" is that
// of everything before the last line.
//
// Start with Reader, then Compare.
package manifest
