// Command dist builds what a release consists of: an archive for each system, packages
// for Linux, a list of what is in each binary, and checksums. The same commit and the
// same Go give the same bytes, whoever builds them and when.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// target is a system that is built for.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "/" + t.arch }

func targets() []target {
	systems, archs := []string{"linux", "darwin", "windows"}, []string{"amd64", "arm64"}
	out := make([]target, 0, len(systems)*len(archs))
	for _, system := range systems {
		for _, arch := range archs {
			out = append(out, target{system, arch})
		}
	}
	return out
}

// release is one build of everything.
type release struct {
	version string    // as git describes the commit
	at      time.Time // of the commit: what every file is dated
	out     string
	work    string // of files on their way, removed in the end
	nfpm    string // the program that packs for Linux
}

func main() {
	var r release
	flag.StringVar(&r.version, "version", "", "the version, as git describes the commit")
	flag.StringVar(&r.out, "out", "dist", "the folder to fill")
	flag.StringVar(&r.nfpm, "nfpm", "", "the nfpm to pack for Linux with")
	only := flag.String("only", "", "build for these systems, such as linux/amd64, with commas; host for this one")
	flag.Parse()
	if err := r.run(*only); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

func (r *release) run(only string) error {
	var err error
	if r.at, err = commitTime(); err != nil {
		return err
	}
	if err := os.RemoveAll(r.out); err != nil {
		return err
	}
	r.work = filepath.Join(r.out, ".work")
	if err := os.MkdirAll(r.work, 0o750); err != nil {
		return err
	}
	extras, err := r.extras()
	if err != nil {
		return err
	}
	for _, t := range targets() {
		host := only == "host" && t == target{runtime.GOOS, runtime.GOARCH}
		if only != "" && !host && !slices.Contains(strings.Split(only, ","), t.String()) {
			continue
		}
		if err := r.system(t, extras); err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
	}
	if err := os.RemoveAll(r.work); err != nil {
		return err
	}
	return checksums(r.out)
}

// commitTime is when the commit was made, or SOURCE_DATE_EPOCH where there is no git.
func commitTime() (time.Time, error) {
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		out, err := exec.Command("git", "log", "-1", "--format=%ct").Output()
		if err != nil {
			return time.Time{}, fmt.Errorf("when the commit was made is not known: set SOURCE_DATE_EPOCH (%w)", err)
		}
		seconds = strings.TrimSpace(string(out))
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(n, 0).UTC(), nil
}

// binary builds the program for a system and returns where it is.
func (r *release) binary(t target) (string, error) {
	path := filepath.Join(r.work, t.os+"_"+t.arch, "nbscope")
	if t.os == "windows" {
		path += ".exe"
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version="+r.version, "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOFLAGS=", "GOAMD64=v1", "GOARM64=v8.0")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go build: %w", err)
	}
	return path, nil
}

// extra is a file beside the program: where it is in an archive, and in a package.
type extra struct{ archived, installed, data string }

// extras are the texts, the manual page and the completions of shells, which the
// program prints itself.
func (r *release) extras() ([]extra, error) {
	host, err := r.binary(target{runtime.GOOS, runtime.GOARCH})
	if err != nil {
		return nil, err
	}
	var out []extra
	for _, printed := range []struct{ command, archived, installed string }{
		{"man", "nbscope.1", "/usr/share/man/man1/nbscope.1.gz"},
		{"completion bash", "completions/nbscope.bash", "/usr/share/bash-completion/completions/nbscope"},
		{"completion zsh", "completions/_nbscope", "/usr/share/zsh/vendor-completions/_nbscope"},
		{"completion fish", "completions/nbscope.fish", "/usr/share/fish/vendor_completions.d/nbscope.fish"},
		{"completion powershell", "completions/nbscope.ps1", ""},
		{"config schema", "nbscope.schema.json", "/usr/share/nbscope/nbscope.schema.json"},
	} {
		text, err := exec.Command(host, strings.Fields(printed.command)...).Output()
		if err != nil {
			return nil, fmt.Errorf("nbscope %s: %w", printed.command, err)
		}
		out = append(out, extra{printed.archived, printed.installed, string(text)})
	}
	for _, name := range []string{"README.md", "CHANGELOG.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, extra{name, "/usr/share/doc/nbscope/" + name, string(text)})
	}
	return out, nil
}

// system builds all that there is for one system.
func (r *release) system(t target, extras []extra) error {
	binary, err := r.binary(t)
	if err != nil {
		return err
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	name := "nbscope_" + strings.TrimPrefix(r.version, "v") + "_" + t.os + "_" + t.arch
	files := []file{{filepath.Base(binary), 0o755, program}}
	for _, e := range extras {
		files = append(files, file{e.archived, 0o644, []byte(e.data)})
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(a.name, b.name) })
	write, extension := tarball, ".tar.gz"
	if t.os == "windows" {
		write, extension = zipped, ".zip"
	}
	packed, err := write(name, r.at, files)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(r.out, name+extension), packed, 0o644); err != nil {
		return err
	}
	bom, err := billOfMaterials(binary, r.version, r.at)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(r.out, name+".cdx.json"), bom, 0o644); err != nil {
		return err
	}
	if t.os != "linux" {
		return nil
	}
	return r.packages(t, name, binary, extras)
}

// packages makes a deb and an rpm.
func (r *release) packages(t target, name, binary string, extras []extra) error {
	var c strings.Builder
	fmt.Fprintf(&c, "name: nbscope\narch: %s\nplatform: linux\nversion: %q\nsection: utils\npriority: optional\n", t.arch, packageVersion(r.version))
	c.WriteString("maintainer: The nbscope authors\ndescription: |\n  Explore SageMaker notebook instances across accounts and regions\n" +
		"  A terminal program that shows where each notebook instance sits, whether it reaches\n  the internet, and recreates it where its setting is wrong.\n")
	at := r.at.Format(time.RFC3339)
	fmt.Fprintf(&c, "mtime: %s\nrpm:\n  buildhost: localhost\ncontents:\n", at)
	entry := func(src, dst string, mode int) {
		fmt.Fprintf(&c, "  - {src: %q, dst: %q, file_info: {mode: %#o, mtime: %s, owner: root, group: root}}\n", src, dst, mode, at)
	}
	entry(binary, "/usr/bin/nbscope", 0o755)
	for i, e := range extras {
		if e.installed == "" {
			continue
		}
		data := []byte(e.data)
		if strings.HasSuffix(e.installed, ".gz") {
			var err error
			if data, err = gzipped(data); err != nil {
				return err
			}
		}
		src := filepath.Join(r.work, strconv.Itoa(i))
		if err := os.WriteFile(src, data, 0o644); err != nil {
			return err
		}
		if rest, ok := strings.CutPrefix(e.installed, "/usr/share/zsh/vendor-completions/"); ok { // Debian's own place
			fmt.Fprintf(&c, "  - {packager: rpm, src: %q, dst: %q, file_info: {mode: 0o644, mtime: %s}}\n", src, "/usr/share/zsh/site-functions/"+rest, at)
			fmt.Fprintf(&c, "  - {packager: deb, src: %q, dst: %q, file_info: {mode: 0o644, mtime: %s}}\n", src, e.installed, at)
			continue
		}
		entry(src, e.installed, 0o644)
	}
	config := filepath.Join(r.work, "nfpm.yaml")
	if err := os.WriteFile(config, []byte(c.String()), 0o644); err != nil {
		return err
	}
	for _, kind := range []string{"deb", "rpm"} {
		cmd := exec.Command(r.nfpm, "package", "--config", config, "--packager", kind, "--target", filepath.Join(r.out, name+"."+kind))
		cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+strconv.FormatInt(r.at.Unix(), 10))
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("nfpm: %w: %s", err, out)
		}
	}
	return nil
}

var numbered = regexp.MustCompile(`^v?\d+\.\d`)

// packageVersion is a version that packages take: what no tag names comes before all
// that one does.
func packageVersion(v string) string {
	if numbered.MatchString(v) {
		return v
	}
	return "0.0.0-" + v
}
