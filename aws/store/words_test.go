package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nbscope/model"
)

func TestAnErrorOfAFileIsToldWithWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err           error
		cause, advice string
	}{
		"no folder":       {&fs.PathError{Op: "open", Path: "/x/.y.tmp", Err: syscall.ENOENT}, "no such file or directory", "make the folder first, or choose another place"},
		"not permitted":   {&os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EACCES}, "permission denied", "choose a place that you may write to"},
		"no regular file": {notRegularError{}, "it is not a regular file", "take away what is there, or choose another place"},
		"no room":         {fmt.Errorf("x: %w", &fs.PathError{Op: "write", Path: "/x", Err: syscall.ENOSPC}), "no space left on device", "choose another place, or make room"},
		"another":         {errors.New("what"), "what", "choose another place, or make room"},
	} {
		if got := cause(c.err).Error(); got != c.cause {
			t.Errorf("%s: the cause is %q", name, got)
		}
		if got := advice(c.err); got != c.advice {
			t.Errorf("%s: the advice is %q", name, got)
		}
	}
}

func TestAFolderThatCannotBeSyncedIsLetBe(t *testing.T) {
	t.Parallel()
	full := errors.New("a disk that fails")
	for err, want := range map[error]error{
		nil: nil, full: full, syscall.EINVAL: nil, syscall.EACCES: nil, errors.ErrUnsupported: nil, fs.ErrNotExist: fs.ErrNotExist,
	} {
		if got := ignoreUnsynced(err); !errors.Is(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%v: %v", err, got)
		}
	}
	for err, want := range map[error]error{nil: nil, full: full, syscall.ENOENT: nil} {
		if got := ignoreMissing(err); !errors.Is(got, want) {
			t.Errorf("%v: %v", err, got)
		}
	}
	if err := syncDir(filepath.Join(t.TempDir(), "gone")); err != nil {
		t.Errorf("one that is gone by now: %v", err)
	}
}

func TestAHeaderIsHeldToWhoseItIs(t *testing.T) {
	t.Parallel()
	const account = "111122223333"
	line := func(schema int, key, id string) string {
		return fmt.Sprintf(`{"schema":%d,"key":%q,"identity":{"Account":%q}}`, schema, key, id)
	}
	for name, c := range map[string]struct{ line, account, want string }{
		"whole":                   {line(schema, "k", account), account, "<nil>"},
		"the oldest that is read": {line(oldest, "k", account), account, "<nil>"},
		"older":                   {line(oldest-1, "k", account), account, "an older version of this program wrote it (format 2, this one reads 4)"},
		"newer":                   {line(schema+1, "k", account), account, "a newer version of this program wrote it (format 5, this one reads 4)"},
		"newer, of another form":  {`{"schema":5,"key":7}`, account, "a newer version of this program wrote it (format 5, this one reads 4)"},
		"no JSON":                 {"{", account, "it is damaged"},
		"no version":              {line(0, "k", account), account, "it is no file of this program"},
		"another sign-in":         {line(schema, "l", account), account, "it belongs to another sign-in"},
		"another account":         {line(schema, "k", "444455556666"), account, "it holds another account than its name says"},
		"no account":              {line(schema, "k", "x"), "x", "it holds another account than its name says"},
	} {
		if _, err := headerOf([]byte(c.line), "k", c.account); fmt.Sprint(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFilesThatAreSetAsideAreKeptAsFarAsThereIsRoom: the last takes the place of the one
// before.
func TestFilesThatAreSetAsideAreKeptAsFarAsThereIsRoom(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x"+suffix)
	for n := 1; n <= maxBad+1; n++ {
		if err := os.WriteFile(path, []byte(fmt.Sprint(n)), 0o600); err != nil {
			t.Fatal(err)
		}
		aside := fmt.Sprintf("%s.bad-%d", path, min(n, maxBad))
		want := "The cached inventory x.json.gz cannot be used: it is damaged. It was moved aside to " + aside + "."
		if got := setAside(path, errDamaged); got != want {
			t.Errorf("%d: %s", n, got)
		}
		if raw, err := os.ReadFile(aside); err != nil || string(raw) != fmt.Sprint(n) {
			t.Errorf("%d: %q, %v", n, raw, err)
		}
	}
	want := "The cached inventory x.json.gz cannot be used: it is damaged. It could not be moved aside either: no such file or directory."
	if got := setAside(path, errDamaged); got != want {
		t.Errorf("one that is gone: %s", got)
	}
}

func TestAFolderIsNamedByTheKeyAsFarAsItIsOne(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("az09", 16)
	for key, want := range map[string]string{
		"": "default", "../": "default", "AZ09": "az09", "`a{/0:é": "a0", long[:63]: long[:63], long: long, long + "x": long,
	} {
		if got := folder(key); got != want {
			t.Errorf("%q: %q", key, got)
		}
	}
}

func TestOnlyJudgementsByOtherRulesAreLetGo(t *testing.T) {
	t.Parallel()
	for by, kept := range map[int]bool{rules: true, rules - 1: false, 0: false, rules + 1: false} {
		n := &model.Notebook{Name: "a", Egress: &model.Egress{}, Networked: model.Part{State: model.LoadDone}, NetworkedAt: time.Unix(1, 0)}
		letGo(by, []*model.Notebook{n})
		if (n.Egress != nil) != kept || n.Networked.Known() != kept || n.NetworkedAt.IsZero() == kept || n.Name != "a" {
			t.Errorf("by %d: %+v", by, n)
		}
	}
}

func TestOneSignInCoversAnotherOfThePlace(t *testing.T) {
	t.Parallel()
	a, ab, none := []string{"a"}, []string{"a", "b"}, []string(nil)
	for name, c := range map[string]struct {
		one, other SignIn
		want       bool
	}{
		"of no profile":            {SignIn{Profiles: none}, SignIn{Profiles: a}, true},
		"of more":                  {SignIn{Profiles: ab}, SignIn{Profiles: a}, true},
		"of all, and of all":       {SignIn{All: true}, SignIn{All: true}, true},
		"of all, and of some":      {SignIn{All: true}, SignIn{Profiles: a}, true},
		"of another":               {SignIn{Profiles: a}, SignIn{Profiles: []string{"b"}}, false},
		"of some that are others'": {SignIn{Profiles: ab}, SignIn{Profiles: []string{"b", "c"}}, false},
		"of another place":         {SignIn{Place: "x", All: true}, SignIn{All: true}, false},
	} {
		if got, back := c.one.covers(c.other), c.other.covers(c.one); got != c.want || back != c.want {
			t.Errorf("%s: %v, and back %v", name, got, back)
		}
	}
}

// TestAFileThatCannotBeMadeIsToldByItsFolder, which is in the way.
func TestAFileThatCannotBeMadeIsToldByItsFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	same := func(old []byte) ([]byte, error) { return old, nil }
	want := "make the folder " + file + ": not a directory; choose another place, or make room"
	if err := ChangeFile(filepath.Join(file, "x"), 1, same); fmt.Sprint(err) != want {
		t.Errorf("%v", err)
	}
	path := filepath.Join(dir, "y")
	if err := os.Mkdir(path+".lock", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := ChangeFile(path, 1, same); fmt.Sprint(err) != "lock "+path+": it is not a regular file" {
		t.Errorf("%v", err)
	}
}

// TestNamesAreTakenAsFarAsTheyAreWanted: whoever has enough is given no more.
func TestNamesAreTakenAsFarAsTheyAreWanted(t *testing.T) {
	t.Parallel()
	cache := Open(t.TempDir())
	ids := []model.Identity{{Account: "111122223333"}, {Account: "444455556666"}}
	rows := []*model.Notebook{{Name: "a", ARN: "a", Region: "r", Account: ids[0].Account}, {Name: "b", ARN: "b", Region: "r", Account: ids[0].Account}}
	if err := cache.Save(t.Context(), "k", ids, rows); err != nil {
		t.Fatal(err)
	}
	for want := 1; want <= 4; want++ {
		got := 0
		for range cache.Names(SignIn{}) {
			got++
			if got == want {
				break
			}
		}
		if got != want {
			t.Errorf("%d of %d names", got, want)
		}
	}
}
