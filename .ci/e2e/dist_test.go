//go:build e2e

package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// distribution makes what a release has for this system, with a mask for new files,
// and returns the folder.
func distribution(t *testing.T, umask string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dist")
	cmd := exec.CommandContext(t.Context(), "bash", "-c", "umask "+umask+"; make -C ../.. dist ONLY=host VERSION=v1.2.3 DIST="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make dist: %v\n%s", err, out)
	}
	return dir
}

// TestDist makes a release for this system twice, and installs, runs and removes it.
func TestDist(t *testing.T) {
	t.Parallel()
	dir := distribution(t, "022")
	sums := readFile(t, filepath.Join(dir, "SHA256SUMS"))
	if again := readFile(t, filepath.Join(distribution(t, "077"), "SHA256SUMS")); again != sums {
		t.Errorf("a second build has other bytes:\n%s\n%s", sums, again)
	}
	name := "nbscope_1.2.3_linux_" + runtime.GOARCH
	var want []string
	for _, ending := range []string{".cdx.json", ".deb", ".rpm", ".tar.gz"} {
		data := readFile(t, filepath.Join(dir, name+ending))
		want = append(want, fmt.Sprintf("%x  %s%s\n", sha256.Sum256([]byte(data)), name, ending))
	}
	if sums != strings.Join(want, "") {
		t.Errorf("the checksums are\n%s\nwant\n%s", sums, strings.Join(want, ""))
	}
	t.Run("archive", func(t *testing.T) { archive(t, filepath.Join(dir, name+".tar.gz"), name) })
	t.Run("parts", func(t *testing.T) { parts(t, filepath.Join(dir, name+".cdx.json")) })
	t.Run("deb", func(t *testing.T) { debianPackage(t, filepath.Join(dir, name+".deb")) })
	if rpm := readFile(t, filepath.Join(dir, name+".rpm")); !strings.HasPrefix(rpm, "\xed\xab\xee\xdb") {
		t.Errorf("the rpm begins with %q", rpm[:4])
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// archive looks at what is in an archive, and runs the program out of it.
func archive(t *testing.T, path, folder string) {
	zr, err := gzip.NewReader(strings.NewReader(readFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for in := tar.NewReader(zr); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Gid != 0 || h.Uname != "" {
			t.Errorf("%s tells who packed it: %d %d %q", h.Name, h.Uid, h.Gid, h.Uname)
		}
		files[strings.TrimPrefix(h.Name, folder+"/")] = string(data)
	}
	want := []string{
		"CHANGELOG.md", "README.md", "completions/_nbscope", "completions/nbscope.bash", "completions/nbscope.fish", "completions/nbscope.ps1", "nbscope", "nbscope.1", "nbscope.schema.json",
	}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Errorf("the archive has %q, want %q", got, want)
	}
	program := filepath.Join(t.TempDir(), "nbscope")
	if err := os.WriteFile(program, []byte(files["nbscope"]), 0o755); err != nil {
		t.Fatal(err)
	}
	r := run(t, newEnvironment(t), program, "--version")
	if r.code != 0 || !strings.Contains(r.stdout, "v1.2.3") {
		t.Errorf("the program says %d %q %q", r.code, r.stdout, r.stderr)
	}
	if !strings.Contains(files["nbscope.1"], `"nbscope v1.2.3"`) {
		t.Error("the manual page is of another version")
	}
}

// parts compares the list of parts with what Go's own tool reads from the binary that
// was built for everyday use.
func parts(t *testing.T, path string) {
	var bom struct {
		BOMFormat, SpecVersion string
		Components             []struct{ Name, Version, PURL string }
	}
	if err := json.Unmarshal([]byte(readFile(t, path)), &bom); err != nil || bom.BOMFormat != "CycloneDX" {
		t.Fatalf("it is a %q (%v)", bom.BOMFormat, err)
	}
	listed := map[string]string{}
	for _, c := range bom.Components {
		listed[c.Name] = c.Version
	}
	out, err := exec.CommandContext(t.Context(), "go", "version", "-m", binary(t)).Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := 0
	for l := range strings.SplitSeq(string(out), "\n") {
		f := strings.Fields(l)
		if len(f) < 3 || f[0] != "dep" {
			continue
		}
		modules++
		if listed[f[1]] != f[2] {
			t.Errorf("of %s %s it lists %q", f[1], f[2], listed[f[1]])
		}
	}
	if modules < 20 || len(listed) != modules+1 || listed["std"] == "" {
		t.Errorf("%d modules are in the binary, and %d parts are listed", modules, len(listed))
	}
}

// debianPackage installs a package below a folder, runs what it brought, and removes it.
func debianPackage(t *testing.T, path string) {
	root := t.TempDir()
	for _, dir := range []string{"info", "updates", "triggers"} {
		if err := os.MkdirAll(filepath.Join(root, "var", "lib", "dpkg", dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"status", "available"} {
		if err := os.WriteFile(filepath.Join(root, "var", "lib", "dpkg", name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	dpkg := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "dpkg", append([]string{"--force-not-root", "--force-bad-path", "--root=" + root, "--log=" + filepath.Join(root, "log")}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("dpkg %v: %v\n%s", args, err, out)
		}
	}
	dpkg("--install", path)
	env := newEnvironment(t)
	r := run(t, env, filepath.Join(root, "usr", "bin", "nbscope"), "list", "--demo", "-o", "json", "--filter", "net:vpc-only")
	var inv inventory
	if err := json.Unmarshal([]byte(r.stdout), &inv); err != nil || len(inv.Notebooks) == 0 {
		t.Errorf("what was installed ends with %d, %v: %s", r.code, err, r.stderr)
	}
	for _, name := range []string{
		"usr/share/man/man1/nbscope.1.gz", "usr/share/bash-completion/completions/nbscope", "usr/share/zsh/vendor-completions/_nbscope",
		"usr/share/fish/vendor_completions.d/nbscope.fish", "usr/share/doc/nbscope/README.md",
	} {
		if readFile(t, filepath.Join(root, name)) == "" {
			t.Errorf("%s is empty", name)
		}
	}
	page, err := gzip.NewReader(bytes.NewReader([]byte(readFile(t, filepath.Join(root, "usr", "share", "man", "man1", "nbscope.1.gz")))))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(page); err != nil || !bytes.Contains(text, []byte(".TH")) {
		t.Errorf("the manual page cannot be read: %v", err)
	}
	dpkg("--remove", "nbscope")
	left, err := filepath.Glob(filepath.Join(root, "usr", "bin", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("after it was removed there is %q (%v)", left, err)
	}
}
