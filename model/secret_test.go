package model

import (
	"fmt"
	"hash/fnv"
	"slices"
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
		{"MySQL's own option", "mysql -h db -uroot -phunter2 -e x", "mysql -h db -uroot -p**** -e x", 1},
		{"MySQL's own option in quotes", "mysqldump -p'a b' db", "mysqldump -p'****' db", 1},
		{"MySQL's option that asks is shown", "mysql -p db", "mysql -p db", 0},
		{"another program's -p is shown", "yum install mysql -y; cp -p a b", "yum install mysql -y; cp -p a b", 0},
		{"a token of Docker's", "DCKR=dckr_pat_" + long, "DCKR=dckr_pat_****", 1},
		{"a registry's login", "docker login -u x -p hunter2 r.example", "docker login -u x -p **** r.example", 1},
		{"a login by standard input", "echo hunter2 | docker login --password-stdin", "echo **** | docker login --password-stdin", 1},
		{"a login by a here string", "gh auth login --with-token <<< hunter2", "gh auth login --with-token <<< ****", 1},
		{"a registry's configuration", `{"auths":{"r.io":{"auth":"YW5hOmh1bnRlcjI="}}}`, `{"auths":{"r.io":{"auth":"****"}}}`, 1},
		{"a variable of a database's client", "SNOWSQL_PWD=hunter2", "SNOWSQL_PWD=****", 1},
		{"the same in quotes", "MYSQL_PWD='x y'", "MYSQL_PWD='****'", 1},
		{"a connection string", "Server=db;Uid=sa;Pwd=hunter2;", "Server=db;Uid=sa;Pwd=****;", 1},
		{"the folder before is shown", "OLDPWD=/x", "OLDPWD=/x", 0},
		{"a shorter name", "DB_PASS=hunter2", "DB_PASS=****", 1},
		{"a word that only holds it is shown", "compass=north", "compass=north", 0},
		{"chpasswd", "echo ana:hunter2 | sudo chpasswd", "echo ana:**** | sudo chpasswd", 1},
		{"sudo", "echo 'x' | sudo -S ls", "echo '****' | sudo -S ls", 1},
		{"sshpass", "sshpass -p hunter2 ssh x", "sshpass -p **** ssh x", 1},
		{"Redis", "redis-cli -a hunter2 ping", "redis-cli -a **** ping", 1},
		{"OpenSSL", "openssl enc -k x -pass pass:hunter2", "openssl enc -k x -pass pass:****", 1},
		{"Apache's passwords", "htpasswd -bc f ana hunter2", "htpasswd -bc f ana ****", 1},
		{"a key's own passphrase", "ssh-keygen -t rsa -N hunter2 -f x", "ssh-keygen -t rsa -N **** -f x", 1},
		{"a key store", "keytool -storepass hunter2 -list", "keytool -storepass **** -list", 1},
		{"FTP", "lftp -u ana,hunter2 host", "lftp -u ana,**** host", 1},
		{"Samba", "smbclient //h/s -U ana%hunter2", "smbclient //h/s -U ana%****", 1},
		{"Poetry", "poetry config http-basic.foo ana hunter2", "poetry config http-basic.foo ana ****", 1},
		{"Weights & Biases", "wandb login 0123456789abcdef0123", "wandb login ****", 1},
		{"a channel of conda's", "conda config --add channels https://c.example/t/ab-1234567890-ab/x", "conda config --add channels https://c.example/t/****/x", 1},
		{"a line of .pgpass", "db:5432:app:ana:hunter2", "db:5432:app:ana:****", 1},
		{"an account's key of Azure's", "AccountKey=abcd==;EndpointSuffix=x", "AccountKey=****;EndpointSuffix=x", 1},
		{"a shared access signature", "https://x.example/f?sv=2020&sig=abc%2F", "https://x.example/f?sv=2020&sig=****", 1},
		{"a hook of Slack's", "https://hooks.slack.com/services/T000/B000/" + long, "https://hooks.slack.com/services/****", 1},
		{"a token in a user's place", "git clone https://" + long + "@git.example/x", "git clone https://****@git.example/x", 1},
		{"a token before GitHub's word", "https://abc:x-oauth-basic@git.example/x", "https://****:x-oauth-basic@git.example/x", 1},
		{"a session token of AWS", "x IQoJb3JpZ2luX2VjE" + long, "x IQoJb3JpZ2lu****", 1},
		{"a cookie", `curl -H "Cookie: session=abc; x=y"`, `curl -H "Cookie: ****"`, 1},
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

// One token of each known prefix, as it would stand in a script.
func TestMaskSecretsKnowsEveryPrefix(t *testing.T) {
	body := strings.Repeat("a1B2c3D4", 6)
	for _, token := range []string{
		"ghp_", "ghs_", "github_pat_", "glpat-", "gldt-", "GR1348941", "dckr_pat_", "dckr_oat_", "npm_", "pypi-", "hf_", "sk-",
		"gsk_", "dapi", "hvs.", "dop_v1_", "xoxb-", "xoxe.xoxp-", "xapp-", "sk_live_", "whsec_", "shpat_", "glsa_", "NRAK-", "dt0c01.", "sntrys_",
		"SG.", "AIza", "GOCSPX-", "ya29.", "ATATT3", "pul-", "LTAI", "AKCp", "glc_", "fm2_", "ABSK", "FwoGZXIvYXdz",
	} {
		got, count := MaskSecrets("run --with " + token + body + " now")
		if got != "run --with "+token+Mask+" now" || count != 1 {
			t.Errorf("%s: masked to %q with %d", token, got, count)
		}
	}
}

func TestMaskURL(t *testing.T) {
	for address, want := range map[string]string{
		"":                                                      "",
		"shared-notebooks":                                      "shared-notebooks",
		"https://git.example/x.git":                             "https://git.example/x.git",
		"https://git.example:8443/x@v1":                         "https://git.example:8443/x@v1",
		"https://ana@git.example/x":                             "https://****@git.example/x",
		"https://ana:hunter2@git.example":                       "https://****@git.example",
		"https://abc:x-oauth-basic@h.io/x":                      "https://****@h.io/x",
		"https://ana:a/b@git.example/x":                         "https://****@git.example/x",
		"https://ana:a@b@git.example/x":                         "https://****@git.example/x",
		"https://h.io/x?private_token=abc":                      "https://h.io/x?****",
		"https://h.io/x#abc":                                    "https://h.io/x#****",
		"https://h.io/ghp_abcdefghijklmnopqrst/x":               "https://h.io/ghp_****/x",
		"https://git-codecommit.eu-west-1.amazonaws.com/v1/x/y": "https://git-codecommit.eu-west-1.amazonaws.com/v1/x/y",
	} {
		got := MaskURL(address)
		if got != want {
			t.Errorf("%q became %q, want %q", address, got, want)
		}
		if again := MaskURL(got); again != got {
			t.Errorf("%q became %q when it was masked again", got, again)
		}
	}
}

func TestMaskURLsLeavesTheListAlone(t *testing.T) {
	list := []string{"a", "https://ana:pw@h.io/x", "b"}
	if got := MaskURLs(list); strings.Join(got, " ") != "a https://****@h.io/x b" || list[1] != "https://ana:pw@h.io/x" {
		t.Errorf("masked to %q, and the list is %q", got, list)
	}
	if clean := []string{"a", "b"}; &MaskURLs(clean)[0] != &clean[0] {
		t.Error("a list without secrets was copied")
	}
}

func FuzzMaskSecrets(f *testing.F) {
	f.Add("password=\"a\" token='b' https://a:b@c -----BEGIN PRIVATE KEY-----\nx")
	f.Fuzz(func(t *testing.T, script string) {
		once, count := MaskSecrets(script)
		if strings.Count(once, Mask) < count && !strings.Contains(once, "*****") {
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

func TestRulesAndTheirVersionChangeTogether(t *testing.T) {
	t.Parallel()
	h := fnv.New64a()
	rules := secretRules()
	for _, r := range slices.Concat(rules.whole, rules.line) {
		fmt.Fprintln(h, r.pattern, r.named, r.needs)
	}
	if got, want := h.Sum64(), uint64(0x2331ed8af56d24ac); got != want {
		t.Errorf("the rules are others, %#x: raise Masks, so that what was kept is masked by them, and change the number here", got)
	}
}
