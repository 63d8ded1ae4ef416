package aws

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"nbscope/aws/store"
	"nbscope/model/profile"
)

// The longest that is read of the user's files: of the AWS files and certificates,
// and of one token.
const (
	longestFile  = 16 << 20
	longestToken = 1 << 20
)

// readProfiles reads the user's AWS files, where the variables say or in their
// home. Errors are of type model.Problem.
func readProfiles() (*profile.Files, error) {
	var files [2]profile.File
	for i, where := range []struct{ variable, name string }{
		{"AWS_CONFIG_FILE", "config"}, {"AWS_SHARED_CREDENTIALS_FILE", "credentials"},
	} {
		path, set := os.LookupEnv(where.variable)
		if !set {
			path = "~/.aws/" + where.name
		}
		f, err := readProfileFile(expand(path))
		if err != nil {
			return nil, err
		}
		files[i] = f
	}
	return profile.Join(files[0], files[1]), nil
}

// Profiles are the names of the user's profiles; none where the files cannot be read.
func Profiles() []string {
	files, err := readProfiles()
	if err != nil {
		return nil
	}
	return files.Names()
}

// readProfileFile reads one file. One that does not exist holds no profiles, nor does
// one without a name, which a variable that is set and empty makes of it.
func readProfileFile(path string) (profile.File, error) {
	if path == "" || path == os.DevNull {
		return profile.File{Path: path}, nil
	}
	raw, err := store.ReadFile(path, longestFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return profile.File{Path: path}, nil
	case err != nil:
		return profile.File{}, configProblem("cannot "+err.Error(), "make it a readable file, or name another in AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE")
	}
	f, err := profile.Parse(path, string(raw))
	if err != nil {
		return profile.File{}, configProblem(err.Error(), "correct that line; the AWS CLI refuses the file for it too")
	}
	return f, nil
}

var (
	variableInPath = regexp.MustCompile(`\$(?:\w+|\{[^}]*\})`)
	percentInPath  = regexp.MustCompile(`%[^%]+%`)
)

// expand puts variables and the home into a path, as the AWS CLI does. A variable
// that is not set stays as it is written.
func expand(path string) string {
	set := func(whole string) string {
		if value, ok := os.LookupEnv(strings.Trim(whole, "${}%")); ok {
			return value
		}
		return whole
	}
	path = variableInPath.ReplaceAllStringFunc(path, set)
	if runtime.GOOS == "windows" {
		path = percentInPath.ReplaceAllStringFunc(path, set)
	}
	if !strings.HasPrefix(path, "~") {
		return path
	}
	name, rest := path[1:], ""
	if at := strings.IndexAny(path, `/`+string(filepath.Separator)); at >= 0 {
		name, rest = path[1:at], path[at:]
	}
	if home := homeOf(name); home != "" {
		return home + filepath.FromSlash(rest)
	}
	return path
}

// homeOf is the home of a user, by default one's own, "" where there is none.
func homeOf(name string) string {
	if name != "" {
		if u, err := user.Lookup(name); err == nil {
			return u.HomeDir
		}
		return ""
	}
	if home, err := os.UserHomeDir(); err == nil {
		return home
	}
	if u, err := user.Current(); err == nil {
		return u.HomeDir
	}
	return ""
}
