package model

import (
	"strings"
	"testing"
)

func TestMaskSecrets(t *testing.T) {
	long := strings.Repeat("Ab3", 12)
	for _, c := range []struct {
		says, script, want string
		count              int
	}{
		{"nothing to hide", "#!/bin/bash\nset -e\nyum install -y git\n", "#!/bin/bash\nset -e\nyum install -y git\n", 0},
		{"an access key", "id=AKIAIOSFODNN7EXAMPLE", "id=AKIA****", 1},
		{"a temporary access key", "ASIAIOSFODNN7EXAMPLE", "ASIA****", 1},
		{"a GitHub token", "git clone ghp_" + long, "git clone ghp_****", 1},
		{"a GitHub token of the newer kind", "github_pat_" + long, "github_pat_****", 1},
		{"a GitLab token", "glpat-" + long, "glpat-****", 1},
		{"a Hugging Face token", "hf_" + long, "hf_****", 1},
		{"a JSON web token", "x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def", "x eyJ****", 1},
		{"an assignment", "export DB_PASSWORD=hunter2", "export DB_PASSWORD=****", 1},
		{"an assignment in quotes", `password="two words" # x`, `password="****" # x`, 1},
		{"an assignment in single quotes", `api_key='a b'; ls`, `api_key='****'; ls`, 1},
		{"an assignment with spaces, as in INI files", "secret = abc", "secret = ****", 1},
		{"a member of JSON", `{"token": "abc", "user": "ana"}`, `{"token": "****", "user": "ana"}`, 1},
		{"a member of YAML", "auth_token: abc", "auth_token: ****", 1},
		{"a name that goes on", "PASSWORD_PROD=hunter2", "PASSWORD_PROD=****", 1},
		{"an option", "tool --password hunter2 --verbose", "tool --password **** --verbose", 1},
		{"an option with an equals sign", "tool --api-key=abc", "tool --api-key=****", 1},
		{"the AWS CLI's configuration", "aws configure set aws_secret_access_key abc/def", "aws configure set aws_secret_access_key ****", 1},
		{"an authorization header", `curl -H "Authorization: Bearer abc.def" https://x`, `curl -H "Authorization: Bearer ****" https://x`, 1},
		{"an authorization header without a scheme", `-H 'authorization: abc'`, `-H 'authorization: ****'`, 1},
		{"a URL with a password", "git clone https://ana:hunter2@git.example/x.git", "git clone https://ana:****@git.example/x.git", 1},
		{"a URL with a port is none", "https://git.example:8443/x@y", "https://git.example:8443/x@y", 0},
		{"curl's user", "curl -s -u ana:hunter2 https://x", "curl -s -u ana:**** https://x", 1},
		{
			"a private key", "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----\nb",
			"a\n-----BEGIN RSA PRIVATE KEY-----\n****\n-----END RSA PRIVATE KEY-----\nb", 1,
		},
		{"a private key that is cut off", "-----BEGIN PRIVATE KEY-----\nMIIE\n", "-----BEGIN PRIVATE KEY-----\n****", 1},
		{"a line of netrc", "machine git.example login ci password hunter2", "machine git.example login ci password ****", 1},
		{"a line of netrc in an echo", `echo "machine git.example login ci password hunter2" >> ~/.netrc`, `echo "machine git.example login ci password ****" >> ~/.netrc`, 1},
		{"netrc over several lines", "machine git.example\n  login ci\n  password hunter2\n", "machine git.example\n  login ci\n  password ****\n", 1},
		{"netrc as printf writes it", `printf 'machine x\nlogin ci\npassword hunter2\n' > .netrc`, `printf 'machine x\nlogin ci\npassword ****\n' > .netrc`, 1},
		{"netrc without a login", "machine x password hunter2", "machine x password ****", 1},
		{"netrc for all other machines", "default login ci password hunter2", "default login ci password ****", 1},
		{"netrc with a reference is shown", "machine x login ci password $PW", "machine x login ci password $PW", 0},
		{"two in a line", "password=a token=b", "password=**** token=****", 2},
		{"a secret within a secret, once", "token=https://a:b@c", "token=****", 1},
		{"the same twice", "password=a\npassword=a\n", "password=****\npassword=****\n", 2},
		{"a reference to a variable is shown", "export TOKEN=$SECRET_FROM_SSM", "export TOKEN=$SECRET_FROM_SSM", 0},
		{"a reference in quotes is shown", `password="${PW}"`, `password="${PW}"`, 0},
		{"a command is shown", "token=`cat x`", "token=`cat x`", 0},
		{"the name of a secret is shown", "SECRET_NAME=prod/db TOKEN_FILE=/run/x secret-id: y", "SECRET_NAME=prod/db TOKEN_FILE=/run/x secret-id: y", 0},
		{"a switch is shown", "use_token=true", "use_token=true", 0},
		{"the working directory is shown", "PWD=/home/ec2-user", "PWD=/home/ec2-user", 0},
		{"a comparison is shown", `if [ "$token" == "" ]; then`, `if [ "$token" == "" ]; then`, 0},
		{"an empty value is shown", `password=""`, `password=""`, 0},
	} {
		t.Run(c.says, func(t *testing.T) {
			got, count := MaskSecrets(c.script)
			if got != c.want || count != c.count {
				t.Errorf("masked to %q with %d, want %q with %d", got, count, c.want, c.count)
			}
		})
	}
}

func FuzzMaskSecrets(f *testing.F) {
	f.Add("password=\"a\" token='b' https://a:b@c -----BEGIN PRIVATE KEY-----\nx")
	f.Fuzz(func(t *testing.T, script string) {
		once, count := MaskSecrets(script)
		if strings.Count(once, mask) < count && !strings.Contains(once, "*****") {
			t.Fatalf("%q: %d masked, but it reads %q", script, count, once)
		}
		if count == 0 && once != script {
			t.Fatalf("%q changed to %q without a count", script, once)
		}
		if strings.Count(once, "\n") > strings.Count(script, "\n") {
			t.Fatalf("%q became longer: %q", script, once)
		}
	})
}
