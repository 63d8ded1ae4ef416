package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nbscope/model"
	"nbscope/model/recreate"
	"nbscope/ui/cli"
)

// A log is sent to strangers. Secrets are planted wherever nbscope meets one, in words
// that no mask knows, and none of them may stand in it.

// planted are the secrets by where they are.
func planted() map[string]string {
	out := map[string]string{}
	for _, where := range []string{
		"secret key", "session token", "tag", "script", "repository", "failure", "presigned", "refusal", "request id", "code", "typed", "kept tag", "markup",
	} {
		out[where] = "correct-horse-" + strings.ReplaceAll(where, " ", "-")
	}
	return out
}

// indiscreet is an AWS whose every answer holds a secret.
func indiscreet(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(raw))
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	op += form.Get("Action")
	s := planted()
	const arn = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/nb"
	repository := "https://ana:" + s["repository"] + "@git.example/x"
	refused := func(code string) {
		w.Header().Set("X-Amzn-Requestid", s["request id"]+"/"+strings.Repeat("x", 100))
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"__type":%q,"message":"Value '[Tag(key=a, value=%s)]' at 'tags' is wrong: %s"}`, code, s["tag"], s["refusal"])
	}
	switch {
	case op == "GetCallerIdentity":
		fmt.Fprint(w, "<R><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ana</Arn><Account>111122223333</Account></GetCallerIdentityResult></R>")
	case op == "DescribeRegions":
		fmt.Fprint(w, "<R><regionInfo><item><regionName>eu-west-1</regionName><optInStatus>opted-in</optInStatus></item>"+
			"<item><regionName>eu-west-2</regionName><optInStatus>opted-in</optInStatus></item></regionInfo></R>")
	case op == "ListNotebookInstances" && strings.Contains(r.Header.Get("Authorization"), "/eu-west-2/"):
		refused("Odd " + s["code"])
	case op == "ListNotebookInstances":
		fmt.Fprintf(w, `{"NotebookInstances":[{"NotebookInstanceName":"nb","NotebookInstanceArn":%q,"NotebookInstanceStatus":"InService","InstanceType":"ml.t3.medium","CreationTime":1.6e9,"LastModifiedTime":1.6e9,"DefaultCodeRepository":%q}]}`, arn, repository)
	case op == "DescribeNotebookInstance" && !strings.Contains(string(raw), `"nb"`):
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"ValidationException","message":"RecordNotFound"}`)
	case op == "DescribeNotebookInstance":
		fmt.Fprintf(w, `{"NotebookInstanceName":"nb","NotebookInstanceArn":%q,"NotebookInstanceStatus":"InService","InstanceType":"ml.t3.medium","VolumeSizeInGB":5,"RootAccess":"Enabled","PlatformIdentifier":"notebook-al2023-v1",`+
			`"DirectInternetAccess":"Enabled","RoleArn":"arn:aws:iam::111122223333:role/nb","DefaultCodeRepository":%q,"FailureReason":%q,"NotebookInstanceLifecycleConfigName":"lcc"}`,
			arn, repository, s["failure"])
	case op == "GetResources":
		refused("AccessDeniedException")
	case op == "ListTags":
		fmt.Fprintf(w, `{"Tags":[{"Key":"a","Value":%q}]}`, s["kept tag"])
	case op == "DescribeNotebookInstanceLifecycleConfig":
		fmt.Fprintf(w, `{"NotebookInstanceLifecycleConfigName":"lcc","OnStart":[{"Content":%q}]}`, base64.StdEncoding.EncodeToString([]byte("run "+s["script"])))
	case op == "CreatePresignedNotebookInstanceUrl":
		fmt.Fprintf(w, `{"AuthorizedUrl":"https://nb.notebook.eu-west-1.sagemaker.aws?authToken=%s"}`, s["presigned"])
	case form.Get("Action") != "":
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no: %s</Message></Error></Errors></Response>", s["markup"])
	default:
		refused("ValidationException")
	}
}

func TestALogHoldsWhatAReportNeedsAndNoSecret(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(indiscreet))
	t.Cleanup(srv.Close)
	home, s := t.TempDir(), planted()
	for name, value := range map[string]string{
		"HOME": home, "XDG_STATE_HOME": "", "XDG_CACHE_HOME": "", "AWS_CONFIG_FILE": filepath.Join(home, "none"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(home, "none"),
		"AWS_ACCESS_KEY_ID": "AKIA111122223333XXXX", "AWS_SECRET_ACCESS_KEY": s["secret key"], "AWS_SESSION_TOKEN": s["session token"],
		"AWS_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	log := filepath.Join(home, "log")
	session, err := open(t.Context(), cli.Settings{EndpointURL: srv.URL, Concurrency: 4, AllowWrite: true, LogFile: log, LogLevel: "debug"})
	if err != nil {
		t.Fatal(err)
	}
	everything(t, &session)
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for where, secret := range s {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds the %s", where)
		}
	}
	if strings.Contains(text, "correct-horse") {
		t.Error("the log holds a part of a secret")
	}
	for _, want := range []string{
		"msg=nbscope version=", "msg=sign-in account=111122223333 arn=arn:aws:iam::111122223333:user/ana",
		"msg=call operation=sagemaker:ListNotebookInstances account=111122223333 region=eu-west-1 status=200 took=", " attempts=1 ",
		"msg=target account=111122223333 region=eu-west-1 state=ok notebooks=1", "region=eu-west-2 state=failed", "code=odd", "request=odd",
		"operation=sagemaker:DescribeNotebookInstanceLifecycleConfig", "operation=sagemaker:CreatePresignedNotebookInstanceUrl",
		"tags in bulk refused", "msg=cache act=load", "msg=cache act=save", "msg=journal act=begin run=7f3c2a9be1d0", "msg=journal act=take", "event=approved",
		"msg=journal act=intend", "effect=create", "msg=journal act=outcome", "msg=journal act=close",
		"operation=sagemaker:CreateNotebookInstance account=111122223333 region=eu-west-1 status=400", "code=ValidationException",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the log does not hold %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// everything lets a session do what meets a secret.
func everything(t *testing.T, session *cli.Session) {
	t.Helper()
	ctx, b := t.Context(), session.Backend
	session.Load()
	inv := model.NewInventory()
	inv.Begin(1, nil)
	b.Scan(ctx, model.ScanRequest{Generation: 1, Mode: model.Full}, func(batch model.Batch) { inv.Apply(batch) })
	if err := session.Save(ctx, inv.Identities(), inv.Rows()); err != nil || inv.Len() != 1 {
		t.Fatalf("kept %d notebooks: %v", inv.Len(), err)
	}
	target := model.Target{Account: "111122223333", Region: "eu-west-1"}
	if lcc, err := b.Lifecycle(ctx, target, "lcc"); err != nil || !strings.Contains(lcc.OnStart, planted()["script"]) {
		t.Fatalf("the script is %q: %v", lcc.OnStart, err)
	}
	if u, err := b.Presign(ctx, target, "nb"); err != nil || !strings.Contains(u, planted()["presigned"]) {
		t.Fatalf("the URL is %q: %v", u, err)
	}
	if _, err := b.Raw(ctx, target, "nb"); err != nil {
		t.Fatal(err)
	}
	source, err := b.Snapshot(ctx, target, "nb")
	if err != nil || !strings.Contains(source.DefaultRepository, planted()["repository"]) || source.Tag("a") != planted()["kept tag"] {
		t.Fatalf("the source is %+v: %v", source, err)
	}
	spec := recreate.SpecFor(&source, recreate.Disable)
	spec.SubnetID = "subnet-1"
	b.Facts(ctx, source, spec)
	plan := recreate.NewPlan("7f3c2a9be1d0", time.Now(), source, spec)
	book, err := session.Runs.Begin(plan)
	if err != nil {
		t.Fatal(err)
	}
	effects, err := book.Take(recreate.Event{
		Kind: recreate.EventApproved, At: time.Now(), Step: recreate.StepCreate, Fingerprint: plan.Fingerprint(), Typed: planted()["typed"],
	})
	for created := false; err == nil && len(effects) > 0 && !created; {
		created = effects[0].Kind == recreate.EffectCreate
		effects, err = book.Perform(ctx, effects[0], func(recreate.Progress) {})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
}
