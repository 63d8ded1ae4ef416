package sim

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// do asks for one change of status by the name of its operation.
func (a atelier) do(op, name string) error {
	ctx := context.Background()
	var err error
	switch op {
	case "Start":
		_, err = a.StartNotebookInstance(ctx, &sagemaker.StartNotebookInstanceInput{NotebookInstanceName: &name})
	case "Stop":
		_, err = a.StopNotebookInstance(ctx, &sagemaker.StopNotebookInstanceInput{NotebookInstanceName: &name})
	case "Update":
		_, err = a.UpdateNotebookInstance(ctx, &sagemaker.UpdateNotebookInstanceInput{NotebookInstanceName: &name, InstanceType: "ml.m5.xlarge"})
	case "Delete":
		_, err = a.DeleteNotebookInstance(ctx, &sagemaker.DeleteNotebookInstanceInput{NotebookInstanceName: &name})
	case "Open":
		_, err = a.CreatePresignedNotebookInstanceUrl(ctx, &sagemaker.CreatePresignedNotebookInstanceUrlInput{NotebookInstanceName: &name})
	}
	return err
}

func TestEveryOperationHasTheStatusesItMayBeAskedIn(t *testing.T) {
	t.Parallel()
	a := newAtelier(t, "")
	ops := map[string]struct{ from, to, after string }{
		"Start":  {"Stopped, Failed", "Pending", inService},
		"Stop":   {"InService", "Stopping", stopped},
		"Update": {"Stopped", "Updating", stopped},
		"Delete": {"Stopped, Failed", "Deleting", gone},
		"Open":   {"InService", "", inService},
	}
	for op, o := range ops {
		for _, status := range statuses() {
			t.Run(op+" while "+status, func(t *testing.T) {
				t.Parallel()
				name := op + "-" + status
				a.set(t, Change{Op: "add", Name: name, Status: status, Hold: true})
				before := a.describe(t, name)
				err := a.do(op, name)
				if strings.Contains(", "+o.from+",", ", "+status+",") {
					if err != nil {
						t.Fatal(err)
					}
					if d := a.describe(t, name); o.to != "" && string(d.NotebookInstanceStatus) != o.to {
						t.Errorf("%s, want %s", d.NotebookInstanceStatus, o.to)
					}
					return
				}
				text := fmt.Sprintf("Status (%s) not in ([%s]). Unable to transition to (%s) for Notebook Instance (%s)", status, o.from, o.to, *before.NotebookInstanceArn)
				if o.to == "" {
					text = fmt.Sprintf("Status (%s) not in ([InService]). Unable to create a presigned URL for Notebook Instance (%s)", status, *before.NotebookInstanceArn)
				}
				wantError(t, err, "ValidationException", text)
				if d := a.describe(t, name); d.NotebookInstanceStatus != before.NotebookInstanceStatus || !d.LastModifiedTime.Equal(*before.LastModifiedTime) {
					t.Errorf("what was refused is now %s", d.NotebookInstanceStatus)
				}
			})
		}
	}
}

func TestANotebookLivesFromCreateToDelete(t *testing.T) {
	t.Parallel()
	a := newAtelier(t, "")
	a.create(t, a.whole("life"))
	steps := []struct {
		op    string
		lasts time.Duration
		in    string // the status meanwhile
		then  string
	}{
		{"Stop", takesStop, stopping, stopped}, {"Update", takesUpdate, updating, stopped}, {"Start", takesStart, pending, inService},
		{"Stop", takesStop, stopping, stopped}, {"Delete", takesDelete, deleting, gone},
	}
	for _, s := range steps {
		if err := a.do(s.op, "LIFE"); err != nil {
			t.Fatal(s.op, err)
		}
		asked := a.clock.Now()
		a.pass(s.lasts - time.Second)
		if d := a.describe(t, "life"); string(d.NotebookInstanceStatus) != s.in || !d.LastModifiedTime.Equal(asked) {
			t.Errorf("%s: %s, modified %s", s.op, d.NotebookInstanceStatus, d.LastModifiedTime)
		}
		a.pass(time.Second)
		if s.then == gone {
			break
		}
		if d := a.describe(t, "life"); string(d.NotebookInstanceStatus) != s.then || !d.LastModifiedTime.After(asked) {
			t.Errorf("%s: %s, modified %s", s.op, d.NotebookInstanceStatus, d.LastModifiedTime)
		}
	}
	for _, op := range []string{"Start", "Stop", "Update", "Delete", "Open"} {
		wantError(t, a.do(op, "life"), "ValidationException", "RecordNotFound")
	}
	if a.do("Start", "a_b") == nil {
		t.Error("a name that none can have is accepted")
	}
}

func TestAnOldPlatformIsNeitherStartedNorKept(t *testing.T) {
	t.Parallel()
	a, ctx := newAtelier(t, ""), context.Background()
	for _, platform := range []string{al1, al2v1, al2v2, al2v3} {
		a.set(t, Change{Op: "add", Name: platform, Status: stopped, Platform: platform})
		wantError(t, a.do("Start", platform), "ValidationException", "Platform identifier ("+platform+") is not supported for this service.")
	}
	up := func(name, to string) error {
		_, err := a.UpdateNotebookInstance(ctx, &sagemaker.UpdateNotebookInstanceInput{NotebookInstanceName: &name, PlatformIdentifier: &to})
		return err
	}
	wantError(t, up(al2v1, al2v3), "ValidationException", "Platform identifier (notebook-al2-v3) is not supported for this service.")
	wantError(t, up(al1, al2023), "ValidationException", "Platform identifier (notebook-al2023-v1) is not supported for this service.")
	if err := up(al2v1, al2023); err != nil {
		t.Fatal(err)
	}
	a.pass(takesUpdate)
	if err := a.do("Start", al2v1); err != nil || *a.describe(t, al2v1).PlatformIdentifier != al2023 {
		t.Errorf("after the update: %v", err)
	}
}

func TestUpdateChangesWhatIsGivenAndNothingElse(t *testing.T) {
	t.Parallel()
	str, yes := sdkaws.String, sdkaws.Bool(true)
	cases := map[string]struct {
		in   sagemaker.UpdateNotebookInstanceInput
		want func(d *sagemaker.DescribeNotebookInstanceOutput)
		err  string
	}{
		"the type": {in: sagemaker.UpdateNotebookInstanceInput{InstanceType: "ml.m5.xlarge"},
			want: func(d *sagemaker.DescribeNotebookInstanceOutput) { d.InstanceType = "ml.m5.xlarge" }},
		"the role": {in: sagemaker.UpdateNotebookInstanceInput{RoleArn: str("arn:aws:iam::111122223333:role/MLPlatformNotebook")},
			want: func(d *sagemaker.DescribeNotebookInstanceOutput) {
				d.RoleArn = str("arn:aws:iam::111122223333:role/MLPlatformNotebook")
			}},
		"root access": {in: sagemaker.UpdateNotebookInstanceInput{RootAccess: "Enabled"},
			want: func(d *sagemaker.DescribeNotebookInstanceOutput) { d.RootAccess = "Enabled" }},
		"a larger volume": {in: sagemaker.UpdateNotebookInstanceInput{VolumeSizeInGB: sdkaws.Int32(300)},
			want: func(d *sagemaker.DescribeNotebookInstanceOutput) { d.VolumeSizeInGB = sdkaws.Int32(300) }},
		"a smaller volume": {in: sagemaker.UpdateNotebookInstanceInput{VolumeSizeInGB: sdkaws.Int32(249)},
			err: "VolumeSizeInGB can only be increased: it is 250."},
		"another lifecycle configuration": {in: sagemaker.UpdateNotebookInstanceInput{LifecycleConfigName: str("install-packages")},
			want: func(d *sagemaker.DescribeNotebookInstanceOutput) {
				d.NotebookInstanceLifecycleConfigName = str("install-packages")
			}},
		"no lifecycle configuration": {in: sagemaker.UpdateNotebookInstanceInput{DisassociateLifecycleConfig: yes},
			want: func(d *sagemaker.DescribeNotebookInstanceOutput) { d.NotebookInstanceLifecycleConfigName = nil }},
		"a lifecycle configuration and none": {in: sagemaker.UpdateNotebookInstanceInput{LifecycleConfigName: str("autostop-1h"), DisassociateLifecycleConfig: yes},
			err: "LifecycleConfigName and DisassociateLifecycleConfig cannot be specified together."},
		"a role that does not exist": {in: sagemaker.UpdateNotebookInstanceInput{RoleArn: str("arn:aws:iam::111122223333:role/nobody")},
			err: "Could not assume role arn:aws:iam::111122223333:role/nobody. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role."},
		"no repositories": {in: sagemaker.UpdateNotebookInstanceInput{DisassociateDefaultCodeRepository: yes, DisassociateAdditionalCodeRepositories: yes},
			want: func(d *sagemaker.DescribeNotebookInstanceOutput) {
				d.DefaultCodeRepository, d.AdditionalCodeRepositories = nil, nil
			}},
		"other repositories": {in: sagemaker.UpdateNotebookInstanceInput{DefaultCodeRepository: str("forecasting"), AdditionalCodeRepositories: []string{"ml-templates"}},
			want: func(d *sagemaker.DescribeNotebookInstanceOutput) {
				d.DefaultCodeRepository, d.AdditionalCodeRepositories = str("forecasting"), []string{"ml-templates"}
			}},
		"the address type": {in: sagemaker.UpdateNotebookInstanceInput{IpAddressType: "ipv4"},
			want: func(d *sagemaker.DescribeNotebookInstanceOutput) { d.IpAddressType = "ipv4" }},
		"the metadata version": {
			in: sagemaker.UpdateNotebookInstanceInput{InstanceMetadataServiceConfiguration: &types.InstanceMetadataServiceConfiguration{MinimumInstanceMetadataServiceVersion: str("1")}},
			want: func(d *sagemaker.DescribeNotebookInstanceOutput) {
				d.InstanceMetadataServiceConfiguration = &types.InstanceMetadataServiceConfiguration{MinimumInstanceMetadataServiceVersion: str("1")}
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAtelier(t, "")
			a.create(t, a.whole("subject"))
			a.set(t, Change{Op: "set", Name: "subject", Status: stopped})
			before := a.describe(t, "subject")
			c.in.NotebookInstanceName = str("subject")
			_, err := a.UpdateNotebookInstance(context.Background(), &c.in)
			if c.err != "" {
				wantError(t, err, "ValidationException", c.err)
				c.want = func(*sagemaker.DescribeNotebookInstanceOutput) {}
			} else if err != nil {
				t.Fatal(err)
			}
			a.pass(takesUpdate)
			after := a.describe(t, "subject")
			c.want(before)
			if got, want := flat(after), flat(before); got != want {
				t.Errorf("is\n  %s\nwant\n  %s", got, want)
			}
		})
	}
}

// flat is what a user can set of a notebook, as one text.
func flat(d *sagemaker.DescribeNotebookInstanceOutput) string {
	return fmt.Sprint(d.InstanceType, " ", *d.RoleArn, d.RootAccess, d.DirectInternetAccess, *d.VolumeSizeInGB, *d.PlatformIdentifier, d.IpAddressType, " ",
		sdkaws.ToString(d.NotebookInstanceLifecycleConfigName), " ", sdkaws.ToString(d.DefaultCodeRepository), " ", d.AdditionalCodeRepositories,
		*d.InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion, d.NotebookInstanceStatus)
}

func TestAPresignedURLIsForOneNotebookAndFiveMinutes(t *testing.T) {
	t.Parallel()
	a, ctx := newAtelier(t, ""), context.Background()
	a.create(t, plain("Open-Me"))
	ask := func(seconds int32) (string, error) {
		in := &sagemaker.CreatePresignedNotebookInstanceUrlInput{NotebookInstanceName: sdkaws.String("Open-Me")}
		if seconds > 0 {
			in.SessionExpirationDurationInSeconds = &seconds
		}
		out, err := a.CreatePresignedNotebookInstanceUrl(ctx, in)
		if err != nil {
			return "", err
		}
		return *out.AuthorizedUrl, nil
	}
	first, err := ask(0)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(first)
	if err != nil || u.Scheme != "https" || u.Host != "open-me.notebook.us-east-1.sagemaker.aws" {
		t.Fatalf("%s %v", first, err)
	}
	body, _, _ := strings.Cut(u.Query().Get("authToken"), ".")
	plainText, err := base64.RawURLEncoding.DecodeString(body)
	want := fmt.Sprintf("arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/open-me|%d|43200|", a.clock.Now().Add(5*time.Minute).Unix())
	if err != nil || !strings.HasPrefix(string(plainText), want) {
		t.Errorf("the token says %q %v", plainText, err)
	}
	if second, err := ask(1800); err != nil || second == first {
		t.Errorf("the second URL is %s %v", second, err)
	}
	for seconds, text := range map[int32]string{1799: "greater than or equal to 1800", 43201: "less than or equal to 43200"} {
		_, err := ask(seconds)
		wantError(t, err, "ValidationException", fmt.Sprintf("1 validation error detected: Value '%d' at 'sessionExpirationDurationInSeconds' failed to satisfy constraint: "+
			"Member must have value %s", seconds, text))
	}
}
