package sim

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"nbscope/aws/sim/jupytersim"
)

// newLabs is an atelier whose notebooks have Jupyter servers.
func newLabs(t *testing.T, jupyter ...string) atelier {
	t.Helper()
	r := newRig(t, func(o *Options) {
		o.Accounts, o.Regions, o.Notebooks, o.TimeScale, o.Labs, o.Jupyter = 1, 1, 8, 10, true, jupyter
	})
	url, err := r.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.url = url
	return atelier{r, r.sagemaker("us-east-1")}
}

// enter signs in with a new URL as a browser does, and returns it with the address.
func (a atelier) enter(t *testing.T, name string) (browser *http.Client, base string) {
	t.Helper()
	out, err := a.CreatePresignedNotebookInstanceUrl(t.Context(), &sagemaker.CreatePresignedNotebookInstanceUrlInput{NotebookInstanceName: &name})
	if err != nil {
		t.Fatal(err)
	}
	base, _, ok := strings.Cut(*out.AuthorizedUrl, "/?authToken=")
	if !ok || !strings.HasPrefix(base, "http://127.0.0.1:") {
		t.Fatalf("the URL is %s", *out.AuthorizedUrl)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser = &http.Client{Jar: jar}
	if status, text := get(t, browser, *out.AuthorizedUrl); status != http.StatusOK || !strings.Contains(text, "Jupyter") {
		t.Fatalf("signing in is answered %d, %s", status, text)
	}
	return browser, base
}

func get(t *testing.T, browser *http.Client, at string) (status int, text string) {
	t.Helper()
	answer, err := browser.Get(at)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestAPresignedURLOpensTheNotebooksOwnJupyter(t *testing.T) {
	t.Parallel()
	a := newLabs(t)
	a.create(t, plain("First"))
	a.create(t, plain("Second"))
	first, base := a.enter(t, "First")
	_, other := a.enter(t, "Second")
	root := a.labs.open[a.place().find("First").arn()].Root()
	if err := os.WriteFile(filepath.Join(root, "mine"), []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, text := get(t, first, base+"/api/contents"); !strings.Contains(text, `"mine"`) || base == other {
		t.Errorf("the first lists %s", text)
	}
	if _, text := get(t, http.DefaultClient, base+"/api/contents"); !strings.Contains(text, "Sign in") {
		t.Errorf("a stranger is answered %s", text)
	}
	name := sdkaws.String("First")
	if _, err := a.StopNotebookInstance(t.Context(), &sagemaker.StopNotebookInstanceInput{NotebookInstanceName: name}); err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, first, base+"/api/contents"); status != http.StatusServiceUnavailable {
		t.Errorf("a stopped one answers %d", status)
	}
	a.pass(time.Hour)
	if _, err := a.StartNotebookInstance(t.Context(), &sagemaker.StartNotebookInstanceInput{NotebookInstanceName: name}); err != nil {
		t.Fatal(err)
	}
	a.pass(time.Hour)
	again, base := a.enter(t, "First")
	if _, text := get(t, again, base+"/api/contents"); !strings.Contains(text, `"mine"`) {
		t.Errorf("after a start it lists %s", text)
	}
	if _, err := a.StopNotebookInstance(t.Context(), &sagemaker.StopNotebookInstanceInput{NotebookInstanceName: name}); err != nil {
		t.Fatal(err)
	}
	a.pass(time.Hour)
	if _, err := a.DeleteNotebookInstance(t.Context(), &sagemaker.DeleteNotebookInstanceInput{NotebookInstanceName: name}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(root); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the files of a deleted one: %v", err)
	}
}

func TestARealServerStandsBehindANotebookThatIsYetToBeCreated(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "theirs"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	behind, err := jupytersim.Serve(context.Background(), jupytersim.Options{Root: dir, Token: "a=b", NoFront: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer behind.Close()
	a := newLabs(t, "New-One="+behind.Base()+"/?token=a=b")
	a.create(t, plain("new-one"))
	browser, base := a.enter(t, "new-one")
	if _, text := get(t, browser, base+"/api/contents"); !strings.Contains(text, `"theirs"`) {
		t.Errorf("it lists %s", text)
	}
}

func TestTroubleOfAJupyterCanBeMade(t *testing.T) {
	t.Parallel()
	a := newLabs(t)
	a.create(t, plain("lab"))
	browser, base := a.enter(t, "lab")
	_, told := get(t, http.DefaultClient, a.url+"/_sim/jupyter")
	var labs []Lab
	if err := json.Unmarshal([]byte(told), &labs); err != nil || len(labs) != 1 || labs[0].URL != base || labs[0].Calls["GET /"] == 0 {
		t.Fatalf("%v, %s", err, told)
	}
	post := func(body string) int {
		answer, err := http.Post(a.url+"/_sim/jupyter", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.StatusCode
	}
	if status := post(`{"ARN":"` + labs[0].ARN + `","Faults":{"Errors":1,"Status":418},"ExpireSessions":true,"DropSockets":true}`); status != http.StatusNoContent {
		t.Errorf("making trouble is answered %d", status)
	}
	if status, _ := get(t, browser, base+"/api/contents"); status != http.StatusTeapot {
		t.Errorf("the first request is answered %d", status)
	}
	if status, text := get(t, browser, base+"/api/contents"); status != http.StatusOK || !strings.Contains(text, "Sign in") {
		t.Errorf("the second one is answered %d, %s", status, text)
	}
	for body, want := range map[string]int{`{"ARN":"x"}`: http.StatusNotFound, `{"Errors":1}`: http.StatusBadRequest, `x`: http.StatusBadRequest} {
		if status := post(body); status != want {
			t.Errorf("%s is answered %d", body, status)
		}
	}
}

func TestOptionsForJupyterAreNamedWhenTheyMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, pairs := range [][]string{{"lab"}, {"=http://127.0.0.1:1"}, {"a_b=http://127.0.0.1:1"}, {"lab="}, {"lab=127.0.0.1:1"}, {"lab=ftp://h/"}, {"lab=http://"}, {"lab=http://h/", "LAB=http://h/"}} {
		o := Defaults()
		o.Jupyter = pairs
		if _, err := New(o); err == nil || !strings.HasPrefix(err.Error(), "jupyter: ") {
			t.Errorf("%q: %v", pairs, err)
		}
	}
}
