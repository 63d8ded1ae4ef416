package sim

import "time"

// makeConfigs makes the lifecycle configurations of a place. The scripts are our
// own. The token in one of them is a fake that has the look of a real one, for
// programs that mask what looks like a secret.
func (m *maker) makeConfigs() {
	all := []lifecycle{
		{name: "autostop-1h", onStart: autostopScript},
		{name: "install-packages", onCreate: installScript, onStart: "#!/bin/bash\nset -e\nsudo -u ec2-user -i /home/ec2-user/SageMaker/.env/refresh.sh\n"},
		{name: "registry-login", onStart: secretScript},
		{name: "Windows-Edited", onCreate: "#!/bin/bash\r\nset -e\r\nyum install -y jq\r\n", onStart: ""},
	}
	keep := len(all)
	if m.count == 0 {
		keep = 0
	} else if m.count < 4 {
		keep = 1 + m.r.below(len(all))
	}
	for i := range all[:keep] {
		c := all[i]
		c.created = m.world.base.Add(-time.Duration(400+100*i) * 24 * time.Hour)
		c.modified = c.created.Add(36 * time.Hour)
		m.configs = append(m.configs, &c)
	}
}

const autostopScript = `#!/bin/bash
set -e
# Stops this notebook when nobody has used it for an hour.
IDLE_SECONDS=3600
cat > /usr/local/bin/autostop.py <<'PY'
import json, sys, urllib.request
sessions = json.load(urllib.request.urlopen("http://localhost:8888/api/sessions"))
sys.exit(1 if sessions else 0)
PY
echo "*/5 * * * * root python3 /usr/local/bin/autostop.py $IDLE_SECONDS" > /etc/cron.d/autostop
`

const installScript = `#!/bin/bash
set -eux
sudo -u ec2-user -i <<'EOF'
source activate python3
pip install --quiet pandas==2.2.3 pyarrow lightgbm
git config --global credential.helper '!aws codecommit credential-helper $@'
EOF
`

// The values are fakes: see makeConfigs.
//
//nolint:gosec // that it looks like a secret is what it is for
const secretScript = `#!/bin/bash
set -e
export PIP_INDEX_URL=https://packages.example.com/simple
export REGISTRY_PASSWORD=simulated-not-a-real-password
export API_TOKEN="fake_0000000000000000000000000000000000"
echo "machine packages.example.com login ci password $REGISTRY_PASSWORD" > /home/ec2-user/.netrc
`

func (m *maker) makeRepos() {
	if m.count == 0 {
		return
	}
	made := m.world.base.Add(-600 * 24 * time.Hour)
	for _, name := range []string{"feature-library", "ml-templates", "forecasting"} {
		m.repos = append(m.repos, &repository{
			name: name, url: "https://git.example.com/ml/" + name + ".git", branch: "main",
			secret: m.arn("secretsmanager", "secret:AmazonSageMaker-git-"+name), created: made,
		})
	}
}
