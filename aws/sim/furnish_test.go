package sim

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

// newHomes is an atelier whose notebooks hold files.
func newHomes(t *testing.T, temp string) atelier {
	t.Helper()
	r := newRig(t, func(o *Options) {
		o.Accounts, o.Regions, o.Notebooks, o.TimeScale, o.Labs, o.Furnished, o.Temp = 1, 1, 8, 10, true, true, temp
	})
	url, err := r.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.url = url
	return atelier{r, r.sagemaker("us-east-1")}
}

// tree are the names of a home with their sizes, without what git keeps.
func tree(t *testing.T, root string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == ".git":
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		out = append(out, info.Mode().String()+" "+name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestANotebookOfTheWorldHoldsTheSameFilesEveryTime(t *testing.T) {
	t.Parallel()
	homes := make([][]string, 2)
	for i := range homes {
		a := newHomes(t, t.TempDir())
		all := a.place().alive(a.clock.Now())
		n := all[slices.IndexFunc(all, func(n *notebook) bool { return n.status(a.clock.Now()) == "InService" })]
		a.enter(t, n.name)
		homes[i] = tree(t, a.labs.open[n.arn()].Root())
	}
	if len(homes[0]) < 300 || !slices.Equal(homes[0], homes[1]) {
		t.Errorf("%d and %d names, or others", len(homes[0]), len(homes[1]))
	}
}

func TestANewNotebookHoldsItsRepositoriesAndNothingElse(t *testing.T) {
	t.Parallel()
	temp := t.TempDir()
	a := newHomes(t, temp)
	in := plain("fresh")
	in.DefaultCodeRepository = sdkaws.String("https://git.example/team/forecasting.git")
	a.create(t, in)
	a.enter(t, "fresh")
	n := a.place().find("fresh")
	root := a.labs.open[n.arn()].Root()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	if !slices.Equal(names, []string{"forecasting", "lost+found"}) {
		t.Errorf("it holds %v", names)
	}
	if rel, err := filepath.Rel(temp, root); err != nil || strings.HasPrefix(rel, "..") {
		t.Errorf("its home is %s, outside of %s", root, temp)
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git here")
	}
	for asked, want := range map[string]string{
		"status --porcelain --ignored":             "",
		"log --oneline --branches --not --remotes": "",
		"config remote.origin.url":                 "https://git.example/team/forecasting.git\n",
		"log --format=%an --all":                   "Dana\n",
	} {
		cmd := exec.CommandContext(t.Context(), "git", strings.Fields(asked)...)
		cmd.Dir = filepath.Join(root, "forecasting")
		if out, err := cmd.CombinedOutput(); err != nil || string(out) != want {
			t.Errorf("git %s: %v, %q", asked, err, out)
		}
	}
	if _, err := a.StopNotebookInstance(t.Context(), &sagemaker.StopNotebookInstanceInput{NotebookInstanceName: sdkaws.String("fresh")}); err != nil {
		t.Fatal(err)
	}
	a.Close()
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("after the end the folder holds %v, %v", left, err)
	}
}

func TestTwoRepositoriesOfOneNameAreOneClone(t *testing.T) {
	t.Parallel()
	h := furnisher{ctx: t.Context(), root: t.TempDir(), r: newRNG(1, "home")}
	for _, url := range []string{"https://git.example.com/ml/features.git", "https://git.example.com/other/features.git"} {
		h.clone("features", url)
	}
	if h.err != nil {
		t.Fatal(h.err)
	}
	if _, err := os.Stat(h.path("features/.git/HEAD")); err != nil {
		t.Error(err)
	}
}
