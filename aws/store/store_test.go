package store_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
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
	if err := store.Open(dir).Save(t.Context(), key, []model.Identity{identity(account)}, rows); err != nil {
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

// judgedBy finds the version of the rules in a file's header.
func judgedBy() *regexp.Regexp { return regexp.MustCompile(`"rules":\d+,`) }

func unzipped(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	zr, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestJudgementsByOtherRulesAreLetGo reads a file as it was before the rules had a
// version: the notebooks are there, and are to be judged.
func TestJudgementsByOtherRulesAreLetGo(t *testing.T) {
	t.Parallel()
	for name, without := range map[string]string{"none": ``, "later ones": `"rules":99,`} {
		dir, rows := saved(t, 3)
		text := unzipped(t, path(dir))
		other := judgedBy().ReplaceAllString(text, without)
		if other == text {
			t.Fatal("the file does not tell by which rules it was judged")
		}
		if err := os.WriteFile(path(dir), zipped(other), 0o600); err != nil {
			t.Fatal(err)
		}
		got := store.Open(dir).Load(key)
		if len(got.Notices) != 0 || len(got.Notebooks) != len(rows) {
			t.Fatalf("%s: %d notebooks, notices %q", name, len(got.Notebooks), got.Notices)
		}
		for i, n := range rows {
			want := *n
			want.Stale, want.Egress, want.Networked, want.NetworkedAt = true, nil, model.Part{}, time.Time{}
			if !reflect.DeepEqual(*got.Notebooks[i], want) {
				t.Errorf("%s, row %d:\n got %+v\nwant %+v", name, i, *got.Notebooks[i], want)
			}
		}
	}
}

// TestSecretsThatOtherRulesLeftAreHidden reads files as they were before what is masked
// had a version, and by the rules of another program.
func TestSecretsThatOtherRulesLeftAreHidden(t *testing.T) {
	t.Parallel()
	const secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
	n := notebook(account, 1)
	n.Repositories, n.FailureReason = []string{"https://ana:" + secret + "@git.example/a"}, "cannot clone with "+secret
	for name, without := range map[string]string{"none": ``, "later ones": `,"masks":99`} {
		dir := t.TempDir()
		if err := store.Open(dir).Save(t.Context(), key, []model.Identity{identity(account)}, []*model.Notebook{n}); err != nil {
			t.Fatal(err)
		}
		text := unzipped(t, path(dir))
		other := strings.Replace(text, fmt.Sprintf(`,"masks":%d`, model.Masks), without, 1)
		if other == text {
			t.Fatal("the file does not tell by which rules it was masked")
		}
		if err := os.WriteFile(path(dir), zipped(other), 0o600); err != nil {
			t.Fatal(err)
		}
		got := store.Open(dir).Load(key).Notebooks[0]
		if said := fmt.Sprint(got.Repositories, got.FailureReason); strings.Contains(said, "ghp_0") || !strings.Contains(said, "git.example") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// A field added to the notebook must be added to the file, too.
// fill sets every field, however deep, to a value that is nowhere else.
func fill(v reflect.Value, count *int64) {
	*count++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(*count, *count).UTC()))
		return
	case model.Load:
		v.SetUint(uint64(model.LoadFailed))
		return
	case *model.Advice, *model.Probe:
		return // judged or tried anew by whoever asks for it
	}
	switch v.Kind() { //nolint:exhaustive // a kind that is not here is told of
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *count))
	case reflect.Int:
		v.SetInt(*count)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), count)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), count)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field, count)
		}
	default:
		panic(fmt.Sprint("a field is a ", v.Kind()))
	}
}

func TestEveryFieldOfANotebookSurvives(t *testing.T) {
	t.Parallel()
	full, count := &model.Notebook{}, int64(0)
	fill(reflect.ValueOf(full).Elem(), &count)
	full.ARN, full.Account, full.Indexed = "arn:aws:sagemaker:eu-west-1:"+account+":notebook-instance/x", account, false
	named := &model.Notebook{ARN: full.ARN + "y", Name: "xy", Account: account, Region: "eu-west-1", Indexed: true} // is not kept
	dir := t.TempDir()
	if err := store.Open(dir).Save(t.Context(), key, []model.Identity{identity(account)}, []*model.Notebook{named, full}); err != nil {
		t.Fatal(err)
	}
	got := store.Open(dir).Load(key)
	if len(got.Notebooks) != 1 || !reflect.DeepEqual(got.Notebooks[0], full) {
		t.Errorf("got %+v, want %+v", got, full)
	}
}

// TestAFileWithRemediesIsRead reads what an earlier version wrote, which kept
// remedies with a judgement by older rules.
func TestAFileWithRemediesIsRead(t *testing.T) {
	t.Parallel()
	dir, rows := saved(t, 3)
	old, err := os.ReadFile(filepath.Join("testdata", "with-remedies.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, key, account+".json.gz"), old, 0o600); err != nil {
		t.Fatal(err)
	}
	got := store.Open(dir).Load(key)
	if len(got.Notices) != 0 || len(got.Notebooks) != len(rows) {
		t.Fatalf("%d notebooks, notices: %q", len(got.Notebooks), got.Notices)
	}
	for i, n := range rows {
		want := *n
		want.Stale, want.Egress, want.Networked, want.NetworkedAt = true, nil, model.Part{}, time.Time{}
		if !reflect.DeepEqual(*got.Notebooks[i], want) {
			t.Errorf("row %d: %+v, want %+v", i, *got.Notebooks[i], want)
		}
	}
}

// TestAFileWithoutWhatIsReachedIsRead reads a file of the format before, as if it was
// judged by today's rules: all of it but what is reached, which is not judged yet.
func TestAFileWithoutWhatIsReachedIsRead(t *testing.T) {
	t.Parallel()
	dir, rows := saved(t, 3)
	today := judgedBy().FindString(unzipped(t, path(dir)))
	old := judgedBy().ReplaceAllString(unzipped(t, filepath.Join("testdata", "without-reach.json.gz")), today)
	if err := os.WriteFile(path(dir), zipped(old), 0o600); err != nil {
		t.Fatal(err)
	}
	got := store.Open(dir).Load(key)
	if len(got.Notices) != 0 || len(got.Notebooks) != len(rows) {
		t.Fatalf("%d notebooks, notices: %q", len(got.Notebooks), got.Notices)
	}
	for i, n := range rows {
		want, e := *n, *n.Egress
		e.Reach = nil
		want.Stale, want.Egress = true, &e
		if !reflect.DeepEqual(*got.Notebooks[i], want) {
			t.Errorf("row %d: %+v, want %+v", i, *got.Notebooks[i], want)
		}
	}
}

func TestNotebooksOfOneNetworkShareTheirJudgement(t *testing.T) {
	t.Parallel()
	dir, _ := saved(t, 12)
	rows := store.Open(dir).Load(key).Notebooks
	same, other := rows[0].Egress, rows[1].Egress
	if same != rows[9].Egress || same == other || &same.Endpoints[0] != &other.Endpoints[0] {
		t.Errorf("what is alike is there twice")
	}
}

func TestAnEmptyNotebookAndUnsetTimesSurvive(t *testing.T) {
	t.Parallel()
	bare := &model.Notebook{ARN: "arn:aws:sagemaker:eu-west-1:" + account + ":notebook-instance/x", Name: "x", Account: account, Region: "eu-west-1", Stale: true}
	dir := t.TempDir()
	if err := store.Open(dir).Save(t.Context(), key, []model.Identity{identity(account)}, []*model.Notebook{bare}); err != nil {
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
	if err := store.Open(dir).Save(t.Context(), key, []model.Identity{identity(other)}, []*model.Notebook{notebook(other, 7), notebook(account, 9)}); err != nil {
		t.Fatal(err)
	}
	if got := store.Open(dir).Load(key); len(got.Identities) != 2 || len(got.Notebooks) != 3 {
		t.Errorf("%d identities and %d notebooks, want 2 and 3", len(got.Identities), len(got.Notebooks))
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

func TestWhatWasSkippedIsKeptAsWhatWasNotAsked(t *testing.T) {
	t.Parallel()
	skip := model.Skip{Tags: true, Egress: true}
	n := &model.Notebook{
		ARN: "arn:aws:sagemaker:eu-west-1:" + account + ":notebook-instance/x", Name: "x", Account: account, Region: "eu-west-1",
		Tagged: skip.Part(model.FieldTags), Networked: skip.Part(model.FieldEgress),
	}
	dir := t.TempDir()
	if err := store.Open(dir).Save(t.Context(), key, []model.Identity{identity(account)}, []*model.Notebook{n}); err != nil {
		t.Fatal(err)
	}
	got := store.Open(dir).Load(key)
	if len(got.Notebooks) != 1 || got.Notebooks[0].Tagged != (model.Part{}) || got.Notebooks[0].Networked != (model.Part{}) {
		t.Errorf("got %+v", got)
	}
	if n.Tagged.State != model.LoadSkipped {
		t.Error("what is written was changed")
	}
}
