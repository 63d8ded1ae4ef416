package profile

import (
	"fmt"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"
)

// File is one of the two files, parsed. The zero File is one that does not exist.
type File struct {
	Path     string
	sections []section // in the order of the file
}

// section is a head with what stands below it.
type section struct {
	head     string // as it stands between the brackets
	line     int
	settings map[string]setting // by lower-case name
}

// setting is a value with the line that it stands on. A value that begins on the
// lines below its name is a table of its own.
type setting struct {
	text  string
	table map[string]string
	path  string
	line  int
}

// SyntaxError says why a file cannot be read. The AWS CLI refuses such a file
// whole.
type SyntaxError struct {
	Path string
	Line int
	Says string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s line %d: %s", e.Path, e.Line, e.Says) }

// lendsToAll is the section whose settings every other section of the file has,
// where it says nothing else itself.
const lendsToAll = "DEFAULT"

// Parse reads the text of a file. Errors are of type *SyntaxError.
func Parse(path, text string) (File, error) {
	text = strings.TrimPrefix(text, "\ufeff") // the mark of editors on Windows; it says nothing but that this is UTF-8
	p := parser{path: path, byHead: map[string]*section{}}
	if !utf8.ValidString(text) {
		valid, _, _ := strings.Cut(strings.ToValidUTF8(text, "\x00"), "\x00")
		p.line = 1 + strings.Count(valid, "\n")
		return File{}, p.wrong("the text is not UTF-8")
	}
	for line := range strings.SplitSeq(unixLines(text), "\n") {
		p.line++
		if err := p.take(line); err != nil {
			return File{}, err
		}
	}
	return p.file()
}

// unixLines ends every line in the one way.
func unixLines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// parser holds where a file has been read to.
type parser struct {
	path    string
	line    int
	indent  int      // of the last head or setting
	section *section // nil before the first
	name    string   // of the setting that an indented line goes on with
	order   []*section
	byHead  map[string]*section
	values  map[*section]map[string][]string
	first   map[*section]map[string]int // lines of settings
}

func (p *parser) wrong(format string, args ...any) error {
	return &SyntaxError{Path: p.path, Line: p.line, Says: fmt.Sprintf(format, args...)}
}

// take reads one line.
func (p *parser) take(line string) error {
	text := strings.TrimFunc(line, isSpace)
	switch {
	case strings.HasPrefix(text, "#"), strings.HasPrefix(text, ";"):
		return nil // only on a line of its own; behind a value it belongs to the value
	case text == "":
		if p.name != "" {
			p.append("")
		}
		return nil
	}
	indent := strings.IndexFunc(line, func(r rune) bool { return !isSpace(r) })
	indent = utf8.RuneCountInString(line[:indent])
	if p.name != "" && indent > p.indent {
		p.append(text)
		return nil
	}
	p.indent = indent
	if end := strings.LastIndexByte(text, ']'); text[0] == '[' && end > 1 {
		return p.begin(text[1:end])
	}
	return p.set(text)
}

func (p *parser) append(text string) {
	values := p.values[p.section]
	values[p.name] = append(values[p.name], text)
}

// begin begins a section.
func (p *parser) begin(head string) error {
	p.name = ""
	before := p.byHead[head]
	if before != nil && head != lendsToAll {
		return p.wrong("the section [%s] appears a second time, after line %d", head, before.line)
	}
	if before == nil {
		before = &section{head: head, line: p.line}
		p.order = append(p.order, before)
		p.byHead[head] = before
	}
	p.section = before
	return nil
}

// set reads a setting.
func (p *parser) set(text string) error {
	if p.section == nil {
		return p.wrong("there is no section such as [default] above this line")
	}
	at := strings.IndexAny(text, "=:")
	if at < 0 {
		return p.wrong("this is neither a section nor a setting such as region = us-east-1")
	}
	name := strings.ToLower(strings.TrimFunc(text[:at], isSpace))
	if name == "" {
		return p.wrong("a setting has no name")
	}
	if p.values[p.section] == nil {
		if p.values == nil {
			p.values, p.first = map[*section]map[string][]string{}, map[*section]map[string]int{}
		}
		p.values[p.section], p.first[p.section] = map[string][]string{}, map[string]int{}
	}
	if line, twice := p.first[p.section][name]; twice {
		return p.wrong("%s appears a second time in [%s], after line %d", name, p.section.head, line)
	}
	p.name = name
	p.first[p.section][name] = p.line
	p.append(strings.TrimFunc(text[at+1:], isSpace))
	return nil
}

// file puts the parts together.
func (p *parser) file() (File, error) {
	out := File{Path: p.path}
	var lent map[string]setting
	if all := p.byHead[lendsToAll]; all != nil {
		var err error
		if lent, err = p.settings(all); err != nil {
			return File{}, err
		}
	}
	for _, s := range p.order {
		if s.head == lendsToAll {
			continue
		}
		own, err := p.settings(s)
		if err != nil {
			return File{}, err
		}
		s.settings = maps.Clone(lent)
		if s.settings == nil {
			s.settings = map[string]setting{}
		}
		maps.Copy(s.settings, own)
		out.sections = append(out.sections, *s)
	}
	return out, nil
}

func (p *parser) settings(s *section) (map[string]setting, error) {
	out := map[string]setting{}
	for name, lines := range p.values[s] {
		v := setting{path: p.path, line: p.first[s][name], text: strings.TrimRightFunc(strings.Join(lines, "\n"), isSpace)}
		if strings.HasPrefix(v.text, "\n") {
			v.table = map[string]string{}
			for i, line := range lines {
				key, value, ok := strings.Cut(line, "=")
				if !ok && line != "" {
					p.line = v.line + i
					return nil, p.wrong("in the table of %s this is not a setting such as endpoint_url = https://...", name)
				}
				if line != "" {
					v.table[strings.TrimFunc(key, isSpace)] = strings.TrimFunc(value, isSpace)
				}
			}
		}
		out[name] = v
	}
	return out, nil
}

// isSpace is what Python takes for blank.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }
