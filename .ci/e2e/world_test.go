//go:build e2e

// Package e2e runs the shipped binary against parts that nobody here wrote: the
// AWS CLI, an independent emulator and a real terminal.
package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// binary is the program under test, built by make.
func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("NBSCOPE_BIN")
	if path == "" {
		t.Fatal("NBSCOPE_BIN must name the built binary; run make e2e")
	}
	return path
}

// environment is a shell environment of its own: an empty HOME, and no AWS
// setting of the machine's.
type environment map[string]string

func newEnvironment(t *testing.T) environment {
	t.Helper()
	home := t.TempDir()
	return environment{
		"HOME": home, "PATH": os.Getenv("PATH"), "LANG": "C.UTF-8", "TERM": "xterm-256color",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "PYTHONWARNINGS": "ignore",
	}
}

func (e environment) with(more environment) environment {
	out := environment{}
	maps.Copy(out, e)
	maps.Copy(out, more)
	return out
}

func (e environment) list() []string {
	var out []string
	for k, v := range e {
		out = append(out, k+"="+v)
	}
	return out
}

type result struct {
	stdout, stderr string
	code           int
}

// run runs a command to its end.
func run(t *testing.T, env environment, name string, args ...string) result {
	t.Helper()
	return runWithin(t, 2*time.Minute, env, name, args...)
}

// runWithin runs a command that may take longer, such as a script of many calls.
func runWithin(t *testing.T, limit time.Duration, env environment, name string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = env.list()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("%s %v did not end: %s", name, args, stderr.String())
	}
	if err != nil && cmd.ProcessState == nil {
		t.Fatalf("%s: %v", name, err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// aws runs the AWS CLI and decodes its JSON answer into out, which may be nil.
func aws(t *testing.T, env environment, out any, args ...string) {
	t.Helper()
	r := run(t, env, "aws", append(args, "--output", "json")...)
	if r.code != 0 {
		t.Fatalf("aws %s: exit %d: %s", strings.Join(args, " "), r.code, r.stderr)
	}
	if out != nil {
		if err := json.Unmarshal([]byte(r.stdout), out); err != nil {
			t.Fatalf("aws %s: %v in %q", strings.Join(args, " "), err, r.stdout)
		}
	}
}

// inventory is the part of the JSON contract that the tests compare.
type inventory struct {
	Schema   int `json:"schema"`
	Coverage struct {
		Targets  int `json:"targets"`
		Answered int `json:"answered"`
	} `json:"coverage"`
	Notebooks []notebook `json:"notebooks"`
}

type notebook struct {
	ARN                  string            `json:"arn"`
	Name                 string            `json:"name"`
	Account              string            `json:"account"`
	Region               string            `json:"region"`
	Status               string            `json:"status"`
	InstanceType         string            `json:"instanceType"`
	NetworkMode          string            `json:"networkMode"`
	DirectInternetAccess string            `json:"directInternetAccess"`
	VPCID                string            `json:"vpcId"`
	SubnetID             string            `json:"subnetId"`
	SecurityGroups       []string          `json:"securityGroups"`
	RoleARN              string            `json:"roleArn"`
	KMSKeyID             string            `json:"kmsKeyId"`
	LifecycleConfig      string            `json:"lifecycleConfig"`
	RootAccess           string            `json:"rootAccess"`
	VolumeGB             int               `json:"volumeGB"`
	Tags                 map[string]string `json:"tags"`
}

// list runs nbscope list -o json and checks its exit code.
func list(t *testing.T, env environment, wantCode int, args ...string) inventory {
	t.Helper()
	r := run(t, env, binary(t), append([]string{"list", "-o", "json"}, args...)...)
	if r.code != wantCode {
		t.Fatalf("nbscope list %v: exit %d, want %d: %s", args, r.code, wantCode, r.stderr)
	}
	var inv inventory
	if err := json.Unmarshal([]byte(r.stdout), &inv); err != nil {
		t.Fatalf("nbscope list %v: %v in %.200q", args, err, r.stdout)
	}
	if inv.Schema != 1 {
		t.Fatalf("schema %d, want 1", inv.Schema)
	}
	return inv
}

// described is the AWS CLI's answer to describe-notebook-instance.
type described struct {
	NotebookInstanceArn                 string
	NotebookInstanceName                string
	NotebookInstanceStatus              string
	InstanceType                        string
	SubnetID                            string `json:"SubnetId"`
	SecurityGroups                      []string
	RoleArn                             string
	KmsKeyID                            string `json:"KmsKeyId"`
	NotebookInstanceLifecycleConfigName string
	DirectInternetAccess                string
	VolumeSizeInGB                      int
	RootAccess                          string
}

type named struct {
	NotebookInstances []struct{ NotebookInstanceName string }
}

// everything lists and describes what the AWS CLI sees in a region, by ARN.
func everything(t *testing.T, env environment, region string) map[string]described {
	t.Helper()
	var names named
	aws(t, env, &names, "sagemaker", "list-notebook-instances", "--region", region)
	out := map[string]described{}
	for _, n := range names.NotebookInstances {
		var d described
		aws(t, env, &d, "sagemaker", "describe-notebook-instance", "--region", region, "--notebook-instance-name", n.NotebookInstanceName)
		out[d.NotebookInstanceArn] = d
	}
	return out
}

// compare holds what nbscope printed against what the AWS CLI describes, field by
// field. Status is left out where it moves by itself.
func compare(t *testing.T, got []notebook, want map[string]described) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("nbscope lists %d notebook instances, the AWS CLI %d", len(got), len(want))
	}
	for _, n := range got {
		d, ok := want[n.ARN]
		if !ok {
			t.Errorf("%s is not among what the AWS CLI lists", n.ARN)
			continue
		}
		pairs := map[string][2]string{
			"name": {n.Name, d.NotebookInstanceName}, "type": {n.InstanceType, d.InstanceType},
			"subnet": {n.SubnetID, d.SubnetID}, "groups": {strings.Join(n.SecurityGroups, " "), strings.Join(d.SecurityGroups, " ")},
			"role": {n.RoleARN, d.RoleArn}, "key": {n.KMSKeyID, d.KmsKeyID},
			"lifecycle": {n.LifecycleConfig, d.NotebookInstanceLifecycleConfigName},
			"direct":    {n.DirectInternetAccess, d.DirectInternetAccess}, "root": {n.RootAccess, d.RootAccess},
			"volume": {fmt.Sprint(n.VolumeGB), fmt.Sprint(d.VolumeSizeInGB)},
		}
		for field, p := range pairs {
			if p[0] != p[1] {
				t.Errorf("%s: %s is %q, the AWS CLI says %q", n.ARN, field, p[0], p[1])
			}
		}
	}
}

// startSim starts nbscope sim and returns the environment that it prints.
func startSim(t *testing.T, args ...string) environment {
	t.Helper()
	cmd := exec.Command(binary(t), append([]string{"sim", "--listen", "127.0.0.1:0"}, args...)...)
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, cmd)
	env := environment{}
	export := regexp.MustCompile(`^export ([A-Z_]+)=(.*)$`)
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "unset ") {
		if m := export.FindStringSubmatch(lines.Text()); m != nil {
			env[m[1]] = strings.Trim(m[2], `"'`)
		}
	}
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"} {
		if env[name] == "" {
			t.Fatalf("nbscope sim did not print %s: %v %s", name, env, log.String())
		}
	}
	return newEnvironment(t).with(env)
}

// startMoto starts the independent emulator and returns an environment for it.
func startMoto(t *testing.T) environment {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	cmd := exec.Command("moto_server", "-H", "127.0.0.1", "-p", fmt.Sprint(port))
	start(t, cmd)
	url := fmt.Sprintf("http://127.0.0.1:%d", port)
	waitFor(t, "moto_server", func() bool {
		resp, err := http.Get(url + "/moto-api/")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return newEnvironment(t).with(environment{
		"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
		"AWS_DEFAULT_REGION": "us-east-1",
	})
}

// start runs a server until the test ends; only this process is ended.
func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 2400 {
		if done() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("waited two minutes for %s", what)
}
