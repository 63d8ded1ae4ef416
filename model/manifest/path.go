package manifest

import (
	"bytes"
	"errors"
)

// Order compares two paths as a manifest has them: by bytes, where the slash comes
// before every other. So a folder stands right before what is in it, and what is
// sorted folder by folder is sorted as a whole.
func Order(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		if a[i] == '/' || b[i] != '/' && a[i] < b[i] {
			return -1
		}
		return 1
	}
	return len(a) - len(b)
}

// within reports whether a path is in a folder, or in one of its folders.
func within(path, folder []byte) bool {
	return len(path) > len(folder) && path[len(folder)] == '/' && bytes.Equal(path[:len(folder)], folder)
}

// parent is the folder that a path is in, empty at the top.
func parent(path []byte) []byte {
	return path[:max(0, bytes.LastIndexByte(path, '/'))]
}

// plain reports whether a byte of a path stands for itself in a manifest.
func plain(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	switch c {
	case '.', '_', '/', '+', '@', ',', '=', ':', '-':
		return true
	}
	return false
}

// AppendPath appends a path, or the target of a link, as it stands in a manifest.
func AppendPath(to, path []byte) []byte {
	const hex = "0123456789ABCDEF"
	for _, c := range path {
		if plain(c) {
			to = append(to, c)
		} else {
			to = append(to, '%', hex[c>>4], hex[c&15])
		}
	}
	return to
}

var (
	errNoHex  = errors.New("what follows a % is no byte in hex")
	errNeeded = errors.New("a byte is written as no manifest writes it")
)

// appendBytes appends the bytes that a path of a manifest stands for. There is one
// way to write each, and no other is taken: else one name could stand there twice.
func appendBytes(to, text []byte) ([]byte, error) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' {
			if i+2 >= len(text) {
				return to, errNoHex
			}
			hi, lo := digit(text[i+1]), digit(text[i+2])
			if hi < 0 || lo < 0 {
				return to, errNoHex
			}
			c = byte(hi<<4 | lo)
			i += 2
			if plain(c) {
				return to, errNeeded
			}
		} else if !plain(c) {
			return to, errNeeded
		}
		to = append(to, c)
	}
	return to, nil
}

func digit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// checkPath says what is wrong with a path of an entry.
func checkPath(path []byte) error {
	begin := 0
	for i := 0; i <= len(path); i++ {
		if i < len(path) && path[i] == 0 {
			return errors.New("a path holds a NUL")
		}
		if i < len(path) && path[i] != '/' {
			continue
		}
		switch string(path[begin:i]) {
		case "", ".", "..":
			return errors.New("a path has a part that is no name")
		}
		begin = i + 1
	}
	return nil
}
