package store_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"nbscope/aws/store"
	"nbscope/model"
)

const (
	key     = "abc123"
	account = "111122223333"
)

func identity(id string) model.Identity {
	return model.Identity{
		Account: id, Alias: "prod-ml", ARN: "arn:aws:iam::" + id + ":user/ana", Partition: "aws", Profiles: []string{"prod", "default"},
	}
}

func notebook(id string, i int) *model.Notebook {
	created := time.Date(2026, 3, 1, 12, 0, i%60, 123456789, time.UTC)
	n := &model.Notebook{
		ARN: fmt.Sprintf("arn:aws:sagemaker:eu-west-1:%s:notebook-instance/nb-%05d", id, i), Name: fmt.Sprintf("NB-%05d", i),
		Account: id, Region: "eu-west-1", Status: model.StatusInService, InstanceType: "ml.t3.medium",
		URL: fmt.Sprintf("nb-%05d.notebook.eu-west-1.sagemaker.aws", i), Created: created, Modified: created.Add(time.Hour),
		LifecycleName: "auto-stop", Repositories: []string{"https://git.example/a", "b"}, HasDefaultRepo: true,
		Described: model.Part{State: model.LoadDone}, SubnetID: fmt.Sprintf("subnet-%03d", i%9), SecurityGroups: []string{"sg-1", "sg-2"},
		NetworkID: fmt.Sprintf("eni-%05d", i), DirectInternet: "Disabled", RootAccess: "Enabled",
		RoleARN: "arn:aws:iam::111122223333:role/nb", KMSKeyID: "k", Platform: "notebook-al2023-v1", IMDSVersion: "2",
		IPAddressType: "ipv4", VolumeGB: 5, FailureReason: "", Located: model.Part{State: model.LoadDone}, VPCID: "vpc-1",
		VPCName: "main", SubnetName: "private", Tagged: model.Part{State: model.LoadFailed, Reason: "denied"},
		Tags: []model.Tag{{Key: "Team", Value: "ml"}, {Key: "owner", Value: fmt.Sprintf("user-%d", i%20)}}, SeenAt: created.Add(2 * time.Hour),
	}
	n.Networked, n.NetworkedAt, n.Egress = model.Part{State: model.LoadFailed, Reason: "denied"}, created.Add(time.Hour), judgement(i)
	return n
}

func path(dir string) string { return filepath.Join(dir, key, account+".json.gz") }

func saved(t testing.TB, n int) (dir string, rows []*model.Notebook) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "cache")
	for i := range n {
		rows = append(rows, notebook(account, i))
	}
	if err := store.Open(dir).Save(key, []model.Identity{identity(account)}, rows); err != nil {
		t.Fatal(err)
	}
	return dir, rows
}

func TestWhatIsSavedIsLoadedAgainAndStale(t *testing.T) {
	t.Parallel()
	dir, rows := saved(t, 3)
	got := store.Open(dir).Load(key)
	if len(got.Notices) != 0 {
		t.Fatalf("notices: %q", got.Notices)
	}
	if want := []model.Identity{identity(account)}; !reflect.DeepEqual(got.Identities, want) {
		t.Errorf("identities %+v, want %+v", got.Identities, want)
	}
	for i, n := range rows {
		want := *n
		want.Stale = true
		if !reflect.DeepEqual(*got.Notebooks[i], want) {
			t.Errorf("row %d:\n got %+v\nwant %+v", i, *got.Notebooks[i], want)
		}
	}
}

// A field added to the notebook must be added to the file, too.
func TestEveryFieldOfANotebookSurvives(t *testing.T) {
	t.Parallel()
	full := notebook(account, 1)
	full.FailureReason, full.Stale = "no capacity", true
	v := reflect.ValueOf(*full)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("the sample leaves %s empty, so nothing is shown of it", v.Type().Field(i).Name)
		}
	}
	dir := t.TempDir()
	if err := store.Open(dir).Save(key, []model.Identity{identity(account)}, []*model.Notebook{full}); err != nil {
		t.Fatal(err)
	}
	got := store.Open(dir).Load(key)
	if len(got.Notebooks) != 1 || !reflect.DeepEqual(got.Notebooks[0], full) {
		t.Errorf("got %+v, want %+v", got, full)
	}
}

func TestAnEmptyNotebookAndUnsetTimesSurvive(t *testing.T) {
	t.Parallel()
	bare := &model.Notebook{ARN: "arn:aws:sagemaker:eu-west-1:" + account + ":notebook-instance/x", Name: "x", Account: account, Region: "eu-west-1", Stale: true}
	dir := t.TempDir()
	if err := store.Open(dir).Save(key, []model.Identity{identity(account)}, []*model.Notebook{bare}); err != nil {
		t.Fatal(err)
	}
	got := store.Open(dir).Load(key)
	if len(got.Notebooks) != 1 || !reflect.DeepEqual(got.Notebooks[0], bare) {
		t.Errorf("got %+v, want %+v", got.Notebooks, bare)
	}
}

func TestAnotherSignInSeesNothing(t *testing.T) {
	t.Parallel()
	dir, _ := saved(t, 3)
	if got := store.Open(dir).Load("def456"); len(got.Notebooks)+len(got.Identities)+len(got.Notices) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestSavingOneAccountKeepsTheOther(t *testing.T) {
	t.Parallel()
	dir, _ := saved(t, 2)
	other := "444455556666"
	if err := store.Open(dir).Save(key, []model.Identity{identity(other)}, []*model.Notebook{notebook(other, 7), notebook(account, 9)}); err != nil {
		t.Fatal(err)
	}
	if got := store.Open(dir).Load(key); len(got.Identities) != 2 || len(got.Notebooks) != 3 {
		t.Errorf("%d identities and %d notebooks, want 2 and 3", len(got.Identities), len(got.Notebooks))
	}
}

func TestFilesAndFoldersAreForTheUserAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // permissions are not of this kind there
	}
	dir, _ := saved(t, 1)
	for p, want := range map[string]os.FileMode{filepath.Join(dir, key): 0o700, path(dir): 0o600, filepath.Join(dir, key, "lock"): 0o600} {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", filepath.Base(p), got, want)
		}
	}
}

func zipped(text string) []byte {
	var out bytes.Buffer
	zw := gzip.NewWriter(&out)
	if _, err := zw.Write([]byte(text)); err != nil {
		return nil
	}
	if err := zw.Close(); err != nil {
		return nil
	}
	return out.Bytes()
}

// changed is a good file with one thing changed.
func changed(t *testing.T, good []byte, change func(map[string]any)) []byte {
	t.Helper()
	zr, err := gzip.NewReader(bytes.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.NewDecoder(zr).Decode(&members); err != nil {
		t.Fatal(err)
	}
	change(members)
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return zipped(string(text))
}

func TestAFileThatCannotBeUsedIsSetAsideWithANotice(t *testing.T) {
	t.Parallel()
	firstRow := func(m map[string]any) map[string]any {
		rows, _ := m["rows"].([]any)
		row, _ := rows[0].(map[string]any)
		return row
	}
	set := func(name string, value any) func(*testing.T, []byte) []byte {
		return func(t *testing.T, good []byte) []byte {
			return changed(t, good, func(m map[string]any) { m[name] = value })
		}
	}
	inRow := func(name string, value any) func(*testing.T, []byte) []byte {
		return func(t *testing.T, good []byte) []byte {
			return changed(t, good, func(m map[string]any) { firstRow(m)[name] = value })
		}
	}
	fixed := func(data []byte) func(*testing.T, []byte) []byte {
		return func(*testing.T, []byte) []byte { return data }
	}
	for name, c := range map[string]struct {
		make func(*testing.T, []byte) []byte
		says string
	}{
		"empty":                      {fixed(nil), "damaged"},
		"not gzip":                   {fixed([]byte("hello")), "damaged"},
		"gzip of nothing":            {fixed(zipped("")), "damaged"},
		"gzip of another program":    {fixed(zipped(`{"a":1}`)), "no file of this program"},
		"gzip of a list":             {fixed(zipped(`[1]`)), "damaged"},
		"cut short":                  {func(_ *testing.T, good []byte) []byte { return good[:len(good)/2] }, "damaged"},
		"one byte off":               {func(_ *testing.T, good []byte) []byte { b := bytes.Clone(good); b[len(b)-6] ^= 255; return b }, "damaged"},
		"older format":               {fixed(zipped(`{"schema":-1}`)), "older version"},
		"newer format, other fields": {fixed(zipped(`{"schema":99,"rows":"elsewhere"}`)), "newer version"},
		"another account": {func(t *testing.T, good []byte) []byte {
			return changed(t, good, func(m map[string]any) { m["identity"] = map[string]any{"Account": "999988887777"} })
		}, "another account"},
		"another sign-in":                {set("key", "elsewhere"), "another sign-in"},
		"a word that is not there":       {set("words", []string{"one"}), "do not fit"},
		"times missing":                  {set("times", []int{1}), "do not fit"},
		"a row without a name":           {inRow("n", ""), "do not fit"},
		"a row of another account":       {inRow("a", "arn:aws:sagemaker:eu-west-1:999988887777:notebook-instance/x"), "do not fit"},
		"a row with half a tag":          {inRow("t", []int{1}), "do not fit"},
		"a row with a negative word":     {inRow("s", []int{-1}), "do not fit"},
		"a row with an unknown state":    {inRow("l", []int{7, 0, 0, 0, 0, 0, 0, 0}), "do not fit"},
		"a row with no such judgement":   {inRow("j", 99), "do not fit"},
		"half a judgement":               {set("judged", [][]int{{0}}), "do not fit"},
		"a judgement that is no JSON":    {set("judged", [][]int{{0, 0, 0, 0, 0, 0, 0}}), "do not fit"},
		"a judgement of words not there": {set("judged", [][]int{{0, 0, 0, 0, 0, 0, 99999}}), "do not fit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := saved(t, 2)
			good, err := os.ReadFile(path(dir))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path(dir), c.make(t, good), 0o600); err != nil {
				t.Fatal(err)
			}
			got := store.Open(dir).Load(key)
			if len(got.Notebooks) != 0 || len(got.Identities) != 0 {
				t.Errorf("%d notebooks came out of it", len(got.Notebooks))
			}
			if len(got.Notices) != 1 || !strings.Contains(got.Notices[0], c.says) || !strings.Contains(got.Notices[0], ".bad-1") {
				t.Errorf("notices %q, want one that says %q", got.Notices, c.says)
			}
			if _, err := os.Stat(path(dir) + ".bad-1"); err != nil {
				t.Error(err)
			}
			if again := store.Open(dir).Load(key); len(again.Notices) != 0 {
				t.Errorf("it is told twice: %q", again.Notices)
			}
		})
	}
}

func TestFilesSetAsideDoNotReplaceEachOtherNorGrowForEver(t *testing.T) {
	t.Parallel()
	dir, _ := saved(t, 1)
	for range 12 {
		if err := os.WriteFile(path(dir), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := store.Open(dir).Load(key); len(got.Notices) != 1 {
			t.Fatalf("notices %q", got.Notices)
		}
	}
	kept, err := filepath.Glob(path(dir) + ".bad-*")
	if err != nil || len(kept) != 9 {
		t.Errorf("%d files kept, want 9 (%v)", len(kept), err)
	}
}

func TestAPlaceThatCannotBeWrittenIsNamed(t *testing.T) {
	t.Parallel()
	inTheWay := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := store.Open(inTheWay).Save(key, []model.Identity{identity(account)}, nil)
	if err == nil || !strings.Contains(err.Error(), inTheWay) || !strings.Contains(err.Error(), "--no-cache") {
		t.Errorf("got %v", err)
	}
	if got := store.Open(inTheWay).Load(key); len(got.Notices) != 1 || !strings.Contains(got.Notices[0], inTheWay) {
		t.Errorf("load says %q", got.Notices)
	}
	missing := filepath.Join(t.TempDir(), "no", "such", "file.csv")
	err = store.WriteFile(missing, []byte("x"), 0o600)
	if err == nil || !strings.Contains(err.Error(), missing) || strings.Contains(err.Error(), ".tmp") {
		t.Errorf("got %v", err)
	}
}

func TestAWriteThatFailsLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(target, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := store.WriteFile(target, []byte("x"), 0o600); err == nil {
		t.Fatal("a folder was replaced by a file")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v (%v)", entries, err)
	}
}

func TestWriteFileReplacesAndFollowsLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if err := store.WriteFile(link, []byte("new"), 0o640); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != "new" {
		t.Errorf("the file holds %q (%v)", got, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone (%v)", err)
	}
}

func TestWritersAndReadersAtOnceSeeWholeFiles(t *testing.T) {
	t.Parallel()
	dir, _ := saved(t, 50)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			rows := make([]*model.Notebook, 0, 50+w)
			for i := range 50 + w {
				rows = append(rows, notebook(account, i))
			}
			for range 5 {
				if err := store.Open(dir).Save(key, []model.Identity{identity(account)}, rows); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 20 {
				if got := store.Open(dir).Load(key); len(got.Notices) != 0 || len(got.Notebooks) < 50 {
					t.Errorf("%d rows, notices %q", len(got.Notebooks), got.Notices)
				}
			}
		})
	}
	wg.Wait()
}

func TestKeysCannotNameAnotherPlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cache := store.Open(filepath.Join(dir, "cache"))
	for _, k := range []string{"../../up", "", "/etc", ".."} {
		if err := cache.Save(k, []model.Identity{identity(account)}, nil); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("written outside of the cache: %v (%v)", entries, err)
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir, _ := saved(b, n)
			info, err := os.Stat(path(dir))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if got := store.Open(dir).Load(key); len(got.Notebooks) != n {
					b.Fatal("lost rows")
				}
			}
			b.ReportMetric(float64(info.Size())/1024, "KiB")
			if n == 1000 {
				b.ReportMetric(10, "budget-ms")
			}
		})
	}
}
