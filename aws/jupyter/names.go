package jupyter

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// checkPath says why Jupyter cannot be asked for a path, "" when it can. A hidden
// name is answered like one that does not exist, so that asking would prove nothing.
func checkPath(path string) string {
	for segment := range strings.SplitSeq(path, "/") {
		switch {
		case segment == "":
			return "a part of the path is empty"
		case !utf8.ValidString(segment):
			return "it is not UTF-8, which JSON cannot carry"
		case strings.ContainsRune(segment, 0):
			return "it holds a zero byte"
		case segment == "." || segment == "..":
			return "it leaves the folder"
		case segment[0] == '.':
			return "Jupyter does not serve hidden names"
		}
	}
	return ""
}

// endpoint is where a path is below a root of the API: every segment escaped.
func endpoint(op, root, path string) (string, error) {
	if path == "" {
		return root, nil
	}
	if why := checkPath(path); why != "" {
		return "", tell(op, path, ErrName, "%s", why)
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return root + "/" + strings.Join(segments, "/"), nil
}

// looksLikePage is true of a file that Jupyter serves as text/html, which cannot be
// told from a page to sign in.
func looksLikePage(path string) bool {
	low := strings.ToLower(path)
	for _, end := range []string{".html", ".htm", ".xhtml", ".shtml"} {
		if strings.HasSuffix(low, end) {
			return true
		}
	}
	return false
}

// Quote makes one word of bash of any text without zero bytes. It is the only way
// in which data gets into a script or a command line here.
func Quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
