package recreate

import (
	"strings"
	"testing"

	"nbscope/model"
)

func checksByID(src Snapshot, spec Spec, f Facts) map[string]Check {
	out := map[string]Check{}
	for _, c := range Preflight(&src, spec, DirectionOf(&src), f) {
		out[c.ID] = c
	}
	return out
}

func TestEveryCheckPassesWhereNothingIsWrong(t *testing.T) {
	t.Parallel()
	src := churn()
	for _, c := range Preflight(&src, SpecFor(&src, Enable), Enable, goodFacts()) {
		if c.Result != Pass || c.Evidence == "" || c.Title == "" {
			t.Errorf("%s: %s, %s", c.ID, c.Result, c.Evidence)
		}
	}
}

func TestNoCheckIsLeftOutAndNoneGuesses(t *testing.T) {
	t.Parallel()
	src := churn(func(s *Snapshot) { s.Tags, s.TagsUnknown, s.Platform, s.Status = nil, "denied", "", "Dreaming" })
	spec := SpecFor(&src, Enable)
	nothing := Preflight(&src, spec, Enable, Facts{})
	all := Preflight(&src, spec, Enable, goodFacts())
	if len(nothing) != len(all) || len(all) != len(preflightChecks()) {
		t.Fatalf("%d checks with no fact, %d with all", len(nothing), len(all))
	}
	fromSpec := map[string]bool{"direct-internet": true, "name": true, "settings": true, "instance-type": true, "address-type": true}
	seen := map[string]bool{}
	for i, c := range nothing {
		if c.ID != all[i].ID || seen[c.ID] {
			t.Errorf("check %d is %s, with all facts %s", i, c.ID, all[i].ID)
		}
		seen[c.ID] = true
		want := CheckUnknown
		if fromSpec[c.ID] {
			want = Pass
		}
		if c.Result != want || c.Evidence == "" {
			t.Errorf("%s without a fact is %s: %q, want %s", c.ID, c.Result, c.Evidence, want)
		}
	}
	why := Facts{
		Source: Unknown[*Snapshot]("why"), NameTaken: Unknown[*Snapshot]("why"), Role: Unknown[Role]("why"), Subnet: Unknown[Subnet]("why"),
		Groups: Unknown[[]Group]("why"), Key: Unknown[Key]("why"), Lifecycle: Unknown[*model.LifecycleConfig]("why"), Repos: Unknown[[]Repo]("why"),
		Quotas: Unknown[Quotas]("why"), Usage: Unknown[Usage]("why"), Simulated: Unknown[[]Decision]("why"), Offered: Unknown[bool]("why"),
		SourceLifecycle: Unknown[*model.LifecycleConfig]("why"), Marked: Unknown[[]Marked]("why"),
	}
	told := 0
	for _, c := range Preflight(&src, spec, Enable, why) {
		if c.Result == CheckUnknown && c.Evidence == "why" {
			told++
		}
	}
	if told != 17 {
		t.Errorf("%d checks say why a fact is not known, want 17", told)
	}
	if Blocked(nothing, false) {
		t.Error("what is not known blocks")
	}
}

// wrong is a world in which one check does not pass.
type wrong struct {
	src    func(*Snapshot)
	spec   func(*Spec)
	facts  func(*Facts)
	check  string
	result Result
	says   string // of the evidence
}

// both makes several changes to a source.
func both(all ...func(*Snapshot)) func(*Snapshot) {
	return func(s *Snapshot) {
		for _, f := range all {
			f(s)
		}
	}
}

func TestChecksOfTheSource(t *testing.T) {
	t.Parallel()
	status := func(to model.Status) func(*Snapshot) { return func(s *Snapshot) { s.Status = to } }
	tag := func(key, value string) func(*Snapshot) {
		return func(s *Snapshot) { s.Tags = append(s.Tags, model.Tag{Key: key, Value: value}) }
	}
	runWrong(t, map[string]wrong{
		"another account is signed in": {facts: func(f *Facts) { f.Identity.Account = "444455556666" }, check: "account", result: Fail, says: "of account 444455556666, the notebook of 111122223333"},
		"the source is gone":           {facts: func(f *Facts) { f.Source = Know[*Snapshot](nil) }, check: "source", result: Fail, says: "does not exist any more"},
		"the source has changed": {facts: func(f *Facts) { s := churn(); s.VolumeGB = 50; f.Source = Know(&s) }, check: "source", result: Fail,
			says: "VolumeSizeInGB (20, now 50)"},
		"the source's tags have changed":    {facts: func(f *Facts) { s := churn(); s.Tags = nil; f.Source = Know(&s) }, check: "source", result: Fail, says: "tag Team (ml + data, now none)"},
		"the source was stopped meanwhile":  {facts: func(f *Facts) { s := churn(stopped); f.Source = Know(&s) }, check: "source-status", result: Warn, says: "is Stopped: it has to be started"},
		"a stopped source":                  {src: stopped, check: "source-status", result: Warn, says: "has to be started"},
		"a pending source":                  {src: status(model.StatusPending), check: "source-status", result: Fail, says: "AWS is working"},
		"a stopping source":                 {src: status(model.StatusStopping), check: "source-status", result: Fail, says: "Stopping"},
		"a source in maintenance":           {src: status(model.StatusInMaintenance), check: "source-status", result: Fail, says: "InMaintenance"},
		"a source that is being deleted":    {src: status(model.StatusDeleting), check: "source-status", result: Fail, says: "its data goes"},
		"a failed source says why":          {src: func(s *Snapshot) { s.Status, s.FailureReason = model.StatusFailed, "no capacity" }, check: "source-status", result: Warn, says: "no capacity"},
		"a status from the future":          {src: status("Dreaming"), check: "source-status", result: CheckUnknown, says: "Dreaming"},
		"Amazon Linux 1 that is stopped":    {src: both(al1, stopped), check: "source-platform", result: Fail, says: "neither starts nor updates Amazon Linux 1"},
		"Amazon Linux 1 that runs":          {src: al1, check: "source-platform", result: Warn, says: "never start again"},
		"Amazon Linux 2 that is stopped":    {src: both(al2, stopped), check: "source-platform", result: Warn, says: "no longer starts Amazon Linux 2"},
		"Amazon Linux 2 that runs":          {src: al2, check: "source-platform", result: Warn, says: "never start again"},
		"a platform that AWS does not name": {src: func(s *Snapshot) { s.Platform = "" }, check: "source-platform", result: CheckUnknown, says: "no platform"},
		"CloudFormation":                    {src: tag("aws:cloudformation:stack-name", "ml"), check: "ownership", result: Fail, says: "CloudFormation (stack ml)"},
		"Service Catalog":                   {src: tag("aws:servicecatalog:provisioningArtifactIdentifier", "pa-1"), check: "ownership", result: Fail, says: "Service Catalog"},
		"Terraform by a key":                {src: tag("Terraform", "true"), check: "ownership", result: Fail, says: "Terraform (tag Terraform=true)"},
		"Terraform by a value":              {src: tag("ManagedBy", "terraform"), check: "ownership", result: Fail, says: "ManagedBy=terraform"},
		"Terraform that is denied":          {src: tag("Terraform", "false"), check: "ownership", result: Pass, says: "tags (3)"},
		"CDK for Terraform":                 {src: tag("cdktf:stack", "ml"), check: "ownership", result: Fail, says: "CDK for Terraform (tag cdktf:stack=ml)"},
		"CDK for Terraform by a value":      {src: tag("provisioner", "cdktf"), check: "ownership", result: Fail, says: "managed by CDK for Terraform"},
		"an opentofu state":                 {src: tag("tf:workspace", "prod"), check: "ownership", result: Fail, says: "managed by Terraform"},
		"Terraform without a value":         {src: tag("terraform", ""), check: "ownership", result: Fail, says: "managed by Terraform"},
		"ACK":                               {src: tag("services.k8s.aws/controller-version", "sagemaker-1.2.3"), check: "ownership", result: Fail, says: "ACK (tag services.k8s.aws/controller-version=sagemaker-1.2.3)"},
		"Ansible by who manages it":         {src: tag("managed_by", "Ansible AWX"), check: "ownership", result: Fail, says: "managed by Ansible"},
		"Ansible by a key":                  {src: tag("ansible-playbook", "ml.yml"), check: "ownership", result: Fail, says: "managed by Ansible"},
		"a team whose name has a tool's":    {src: tag("Owner", "ansible-people"), check: "ownership", result: Pass, says: "tags (3)"},
		"whoever a tag names":               {src: tag("ManagedBy", "ml-platform"), check: "ownership", result: Fail, says: "managed by ml-platform (tag ManagedBy=ml-platform)"},
		"whoever a tag of Kubernetes names": {src: tag("app.kubernetes.io/managed-by", "kro"), check: "ownership", result: Fail, says: "managed by kro"},
		"a hand":                            {src: tag("managed-by", "Manual"), check: "ownership", result: Pass, says: "tags (3)"},
		"nobody":                            {src: tag("managed_by", ""), check: "ownership", result: Pass, says: "tags (3)"},
		"what AWS itself says":              {src: tag("aws:managed-by", "x"), check: "ownership", result: Pass, says: "tags (3)"},
		"Pulumi":                            {src: tag("pulumi:project", "ml"), check: "ownership", result: Fail, says: "Pulumi"},
		"the CDK":                           {src: tag("managed-by", "aws-cdk"), check: "ownership", result: Fail, says: "CDK"},
		"Neptune":                           {src: func(s *Snapshot) { s.Name = "aws-neptune-x" }, check: "ownership", result: Fail, says: "Neptune"},
		"a SageMaker project":               {src: tag("sagemaker:project-id", "p-1"), check: "ownership", result: Fail, says: "SageMaker project"},
		"tags that could not be read":       {src: func(s *Snapshot) { s.Tags, s.TagsUnknown = nil, "denied" }, check: "ownership", result: CheckUnknown, says: "denied"},
		"a setting that is not known":       {src: func(s *Snapshot) { s.DirectInternet = "Maybe" }, check: "direct-internet", result: CheckUnknown, says: `has the value "Maybe"`},
		"nothing to change":                 {spec: func(s *Spec) { s.DirectInternet = model.Disabled }, check: "direct-internet", result: Fail, says: "is Disabled already"},
		"no value of the switch":            {src: func(s *Snapshot) { s.DirectInternet = "" }, check: "direct-internet", result: CheckUnknown, says: "no value"},
		"no room for the source's ARN":      {spec: func(s *Spec) { s.Tags, _ = readTags(manyTags(49)) }, check: "tags", result: Warn, says: "49 tags"},
		"too many tags":                     {spec: func(s *Spec) { s.Tags, _ = readTags(manyTags(50)) }, check: "tags", result: Fail, says: "50 tags"},
	})
}

func TestChecksOfWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	taken := churn(func(s *Snapshot) {
		s.Name, s.ARN = "Churn-Net", s.ARN+"-net"
		s.Tags = []model.Tag{{Key: TagRunID, Value: "r9"}}
	})
	runWrong(t, map[string]wrong{
		"a bad name":                {spec: func(s *Spec) { s.Name = "a_b" }, check: "name", result: Fail, says: "letters, digits"},
		"a name that is taken":      {facts: func(f *Facts) { f.NameTaken = Know(&taken) }, check: "name-free", result: Fail, says: "by run r9 of nbscope"},
		"the source's name":         {spec: func(s *Spec) { s.Name = "CHURN" }, check: "name-free", result: Fail, says: "the source is called churn"},
		"a smaller volume":          {spec: func(s *Spec) { s.VolumeGB = 5 }, check: "settings", result: Fail, says: "Volume (GB): the source has 20 GB"},
		"a retired family":          {spec: func(s *Spec) { s.InstanceType = "ml.inf1.xlarge" }, check: "instance-type", result: Fail, says: "ml.inf1"},
		"a type EC2 does not offer": {facts: func(f *Facts) { f.Offered = Know(false) }, check: "type-offered", result: Warn, says: "does not offer ml.t3.xlarge in the zone of subnet-0a12 (eu-west-1a)"},
		"no quota left at all":      {facts: func(f *Facts) { f.Usage.Value.Total = 20 }, check: "quota-total", result: Fail, says: "20 of 20 notebook instances"},
		"the last of the quota":     {facts: func(f *Facts) { f.Usage.Value.Total = 19 }, check: "quota-total", result: Pass, says: "19 of 20"},
		"no quota of the type left": {facts: func(f *Facts) { f.Usage.Value.OfType = 4 }, check: "quota-type", result: Fail, says: "4 of 4 ml.t3.xlarge"},
		"a type with no quota":      {facts: func(f *Facts) { f.Quotas.Value.OfType = -1 }, check: "quota-type", result: CheckUnknown, says: "lists no limit for ml.t3.xlarge"},
		"a GPU quota of zero":       {facts: func(f *Facts) { f.Quotas.Value.OfType, f.Usage.Value.OfType = 0, 0 }, check: "quota-type", result: Fail, says: "0 of 0"},
		"a repository that is gone": {facts: func(f *Facts) { f.Repos.Value[1].Exists = false }, check: "repositories", result: Fail, says: "no repository other"},
		"a private repository":      {facts: func(f *Facts) { f.Repos.Value[0].Secret = "arn:secret" }, check: "repositories", result: Warn, says: "main-repo (arn:secret)"},
		"repositories by URL need no fact": {spec: func(s *Spec) { s.DefaultRepository, s.MoreRepositories = "https://x.example/y", nil },
			facts: func(f *Facts) { f.Repos = Fact[[]Repo]{} }, check: "repositories", result: Pass, says: "https://x.example/y"},
		"no repository": {spec: func(s *Spec) { s.DefaultRepository, s.MoreRepositories = "", nil }, facts: func(f *Facts) { f.Repos = Fact[[]Repo]{} }, check: "repositories", result: Pass, says: "none"},
		"a repository without a way out": {src: func(s *Snapshot) { s.DirectInternet = model.Enabled }, facts: func(f *Facts) {
			f.Egress = &model.Egress{Verdict: model.VerdictDirect, WhatIf: &model.WhatIf{DirectInternet: model.Disabled, Verdict: model.VerdictIsolated}}
		}, check: "repositories", result: Warn, says: "without a proven way out"},
	})
}

func TestChecksOfTheAccount(t *testing.T) {
	t.Parallel()
	decide := func(d Decision) func(*Facts) {
		return func(f *Facts) { f.Simulated.Value = append([]Decision{d}, f.Simulated.Value...) }
	}
	trusts := func(document string) func(*Facts) { return func(f *Facts) { f.Role.Value.Trust = document } }
	const create = "sagemaker:CreateNotebookInstance"
	runWrong(t, map[string]wrong{
		"a role that is gone":              {facts: func(f *Facts) { f.Role = Know(Role{}) }, check: "role", result: Fail, says: "DataScience does not exist"},
		"the trust of a role that is gone": {facts: func(f *Facts) { f.Role = Know(Role{}) }, check: "role-trust", result: Fail, says: "there is no role"},
		"a role of EC2": {facts: trusts(`{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}`),
			check: "role-trust", result: Fail, says: "does not let sagemaker.amazonaws.com"},
		"a role that denies": {facts: trusts(`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"},{"Effect":"Deny","Principal":{"Service":["sagemaker.amazonaws.com"]},"Action":"sts:*"}]}`),
			check: "role-trust", result: Fail, says: "denies"},
		"a role with a condition": {facts: trusts(`{"Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":["sts:AssumeRole"],"Condition":{"StringEquals":{"aws:SourceAccount":"1"}}}]}`),
			check: "role-trust", result: Warn, says: "under conditions"},
		"a trust that cannot be read":            {facts: trusts(`{"Statement":`), check: "role-trust", result: CheckUnknown, says: "could not be read"},
		"an empty simulation":                    {facts: func(f *Facts) { f.Simulated.Value = nil }, check: "permissions", result: CheckUnknown, says: "said nothing"},
		"a create that a statement denies":       {facts: decide(Decision{Action: create, Explicit: true}), check: "permissions", result: Fail, says: "denied: " + create},
		"a role that may not be passed":          {facts: decide(Decision{Action: "iam:PassRole", Explicit: true}), check: "permissions", result: Fail, says: "denied: iam:PassRole"},
		"a delete that is denied":                {facts: decide(Decision{Action: "sagemaker:DeleteNotebookInstance", Explicit: true}), check: "permissions", result: Warn, says: "not proven: sagemaker:DeleteNotebookInstance"},
		"a create that nothing allows":           {facts: decide(Decision{Action: create}), check: "permissions", result: Warn, says: "not proven: " + create},
		"a denial that depends on what is asked": {facts: decide(Decision{Action: create, Explicit: true, MissingKeys: []string{"aws:x"}}), check: "permissions", result: Warn, says: "not proven"},
		"a service control policy":               {facts: decide(Decision{Action: create, ByOrg: true, Explicit: true}), check: "guardrail", result: Fail, says: "sagemaker:DirectInternetAccess=Enabled"},
		"a simulator that leaves the key out":    {facts: decide(Decision{Action: create, MissingKeys: []string{"sagemaker:DirectInternetAccess"}}), check: "guardrail", result: CheckUnknown, says: "did not look"},
		"a simulation of other calls":            {facts: func(f *Facts) { f.Simulated.Value = f.Simulated.Value[2:] }, check: "guardrail", result: CheckUnknown, says: "said nothing about"},
		"a key that is gone":                     {facts: func(f *Facts) { f.Key = Know(Key{}) }, check: "kms-key", result: Fail, says: "does not exist"},
		"a key that is about to go":              {facts: func(f *Facts) { f.Key.Value.State = "PendingDeletion" }, check: "kms-key", result: Fail, says: "ab12 is PendingDeletion"},
		"no key":                                 {spec: func(s *Spec) { s.KMSKeyID = "" }, facts: func(f *Facts) { f.Key = Fact[Key]{} }, check: "kms-key", result: Pass, says: "AWS's key"},
	})
}

func TestChecksOfTheNetwork(t *testing.T) {
	t.Parallel()
	whatIf := func(to string, v model.Verdict, loses ...string) func(*Facts) {
		return func(f *Facts) {
			f.Egress = &model.Egress{Verdict: model.VerdictNAT, WhatIf: &model.WhatIf{DirectInternet: to, Verdict: v, Loses: loses}}
		}
	}
	on := func(s *Snapshot) { s.DirectInternet = model.Enabled }
	runWrong(t, map[string]wrong{
		"a subnet that is gone":              {facts: func(f *Facts) { f.Subnet = Know(Subnet{}) }, check: "subnet", result: Fail, says: "subnet-0a12 does not exist"},
		"a subnet that is not ready":         {facts: func(f *Facts) { f.Subnet.Value.State = "pending" }, check: "subnet", result: Fail, says: "is pending"},
		"off without a subnet":               {src: bare, check: "subnet", result: Fail, says: "no subnet"},
		"the addresses of a subnet gone":     {facts: func(f *Facts) { f.Subnet = Know(Subnet{}) }, check: "subnet-addresses", result: CheckUnknown, says: "not known"},
		"one address":                        {facts: func(f *Facts) { f.Subnet.Value.FreeAddresses = 1 }, check: "subnet-addresses", result: Fail, says: "has 1 free"},
		"four addresses":                     {facts: func(f *Facts) { f.Subnet.Value.FreeAddresses = 4 }, check: "subnet-addresses", result: Warn, says: "has 4 free"},
		"five addresses":                     {facts: func(f *Facts) { f.Subnet.Value.FreeAddresses = 5 }, check: "subnet-addresses", result: Pass, says: "has 5 free"},
		"a group that is gone":               {facts: func(f *Facts) { f.Groups.Value = f.Groups.Value[:1] }, check: "security-groups", result: Fail, says: "there is no sg-2"},
		"a group of another VPC":             {facts: func(f *Facts) { f.Groups.Value[1].VPCID = "vpc-2" }, check: "security-groups", result: Fail, says: "sg-2 of vpc-2, and the subnet is of vpc-1"},
		"groups beside a subnet not known":   {facts: func(f *Facts) { f.Subnet = Fact[Subnet]{} }, check: "security-groups", result: CheckUnknown, says: "VPC is not known"},
		"six groups":                         {spec: func(s *Spec) { s.SecurityGroups = listed("sg-1 sg-2 sg-3 sg-4 sg-5 sg-6") }, check: "security-groups", result: Fail, says: "6 groups"},
		"no groups where the source has":     {spec: func(s *Spec) { s.SecurityGroups = nil }, check: "security-groups", result: Fail, says: "there is none"},
		"no groups as on the source":         {src: func(s *Snapshot) { s.SecurityGroups = nil }, check: "security-groups", result: Warn, says: "as on the source"},
		"dual stack without IPv6":            {spec: func(s *Spec) { s.IPAddressType = "dualstack" }, check: "address-type", result: Fail, says: "no IPv6 range"},
		"dual stack in an unknown subnet":    {spec: func(s *Spec) { s.IPAddressType = "dualstack" }, facts: func(f *Facts) { f.Subnet = Fact[Subnet]{} }, check: "address-type", result: CheckUnknown, says: "not known"},
		"on, which loses an endpoint":        {facts: whatIf(model.Enabled, model.VerdictDirect, "S3 through vpce-1"), check: "egress", result: Warn, says: "it loses: S3 through vpce-1"},
		"off behind NAT":                     {src: on, facts: whatIf(model.Disabled, model.VerdictNAT), check: "egress", result: Pass, says: "becomes NAT"},
		"off without a way out":              {src: on, facts: whatIf(model.Disabled, model.VerdictIsolated), check: "egress", result: Warn, says: "not proven to reach"},
		"off in another subnet":              {src: on, spec: func(s *Spec) { s.SubnetID = "subnet-2" }, facts: whatIf(model.Disabled, model.VerdictNAT), check: "egress", result: CheckUnknown, says: "was not judged"},
		"on where the network is not judged": {facts: func(f *Facts) { f.Egress = nil }, check: "egress", result: CheckUnknown, says: "aws:SourceVpce"},
	})
}

func TestChecksOfTheScripts(t *testing.T) {
	t.Parallel()
	script := func(onStart string) func(*Facts) { return func(f *Facts) { f.Lifecycle.Value.OnStart = onStart } }
	before := func(onStart string) func(*Facts) {
		return func(f *Facts) { f.SourceLifecycle.Value.OnStart = onStart }
	}
	off := func(s *Snapshot) { s.DirectInternet = model.Enabled }
	runWrong(t, map[string]wrong{
		"a configuration that is gone": {facts: func(f *Facts) { f.Lifecycle = Know[*model.LifecycleConfig](nil) }, check: "lifecycle", result: Fail, says: "there is no autostop"},
		"its scripts":                  {facts: func(f *Facts) { f.Lifecycle = Know[*model.LifecycleConfig](nil) }, check: "lifecycle-scripts", result: CheckUnknown, says: "there is no autostop"},
		"created without it":           {spec: func(s *Spec) { s.LifecycleName = "" }, facts: func(f *Facts) { f.Lifecycle = Fact[*model.LifecycleConfig]{} }, check: "lifecycle", result: Pass, says: "attach autostop afterwards"},
		"scripts that do not run":      {spec: func(s *Spec) { s.LifecycleName = "" }, facts: func(f *Facts) { f.Lifecycle = Fact[*model.LifecycleConfig]{} }, check: "lifecycle-scripts", result: Pass, says: "none run"},
		"a script that stops when idle": {facts: script("IDLE_TIME=3600\n(crontab -l; echo \"*/5 * * * * python autostop.py --time $IDLE_TIME\") | crontab -\n"),
			check: "lifecycle-scripts", result: Warn, says: "OnStart stops the notebook when it is idle (IDLE_TIME=3600)"},
		"a script that only speaks of it": {facts: script("# autostop.py is not used\necho\n"), check: "lifecycle-scripts", result: Pass, says: "1 lines"},
		"Windows line ends":               {facts: script("#!/bin/bash\r\necho\r\n"), check: "lifecycle-scripts", result: Warn, says: "Windows line ends"},
		"yum from an older platform":      {src: al2, facts: script("sudo yum install -y git-lfs\n"), check: "lifecycle-scripts", result: Warn, says: "calls yum"},
		"yum that works already":          {facts: script("sudo yum install -y git-lfs\n"), check: "lifecycle-scripts", result: Pass, says: "nothing"},
		"pip without a way out":           {src: off, facts: script("pip install -q x && curl -s https://x\n"), check: "lifecycle-scripts", result: Warn, says: "calls pip, curl, and a way to the internet for that is not proven"},
		"pip with direct internet":        {facts: script("pip install -q x\n"), check: "lifecycle-scripts", result: Pass, says: "nothing"},
		"a script that stops it by the clock": {facts: script("echo '0 19 * * * aws sagemaker stop-notebook-instance --notebook-instance-name x' | crontab -\n"),
			check: "lifecycle-scripts", result: Warn, says: "OnStart stops the notebook by itself"},
		"the source's, which stop it when idle": {facts: before("python autostop.py --time 3600 &\n"), check: "source-scripts", result: Warn,
			says: "OnStart stops the notebook when it is idle (--time 3600); a copy in a terminal does not count as use"},
		"the source's, which only fail at a start":   {facts: before("#!/bin/bash\r\nyum install -y jq\r\n"), check: "source-scripts", result: Pass, says: "known to stop it"},
		"the source's, where the run starts it":      {src: stopped, facts: before("#!/bin/bash\r\necho\r\n"), check: "source-scripts", result: Warn, says: "OnStart has Windows line ends"},
		"the source's, where it is moved first":      {src: both(al2, stopped), facts: before("yum install -y jq\n"), check: "source-scripts", result: Warn, says: "OnStart calls yum, which differ"},
		"the source's, where it runs as it is":       {src: al2, facts: before("yum install -y jq\n"), check: "source-scripts", result: Pass, says: "known to stop it"},
		"the source's, without a way out":            {src: stopped, facts: before("pip install x\n"), check: "source-scripts", result: Warn, says: "OnStart calls pip"},
		"the source's, harmless, where it starts it": {src: stopped, check: "source-scripts", result: Pass, says: "OnStart runs when the run starts it: 1 lines"},
		"the source's, which are gone":               {facts: func(f *Facts) { f.SourceLifecycle = Know[*model.LifecycleConfig](nil) }, check: "source-scripts", result: CheckUnknown, says: "there is no autostop"},
		"the source's, where it has none":            {src: func(s *Snapshot) { s.LifecycleName = "" }, check: "source-scripts", result: Pass, says: "it has none"},
		"a word that only contains pip":              {src: off, facts: script("pipeline run; ./curling\n"), check: "lifecycle-scripts", result: Pass, says: "nothing"},
	})
}

func runWrong(t *testing.T, cases map[string]wrong) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src := churn()
			if c.src != nil {
				c.src(&src)
			}
			facts := goodFacts()
			facts.Source = Know(&src)
			if c.facts != nil {
				c.facts(&facts)
			}
			spec := SpecFor(&src, DirectionOf(&src))
			if c.spec != nil {
				c.spec(&spec)
			}
			got := checksByID(src, spec, facts)[c.check]
			if got.Result != c.result || !strings.Contains(got.Evidence, c.says) {
				t.Errorf("%s is %s: %s\nwant %s: %s", c.check, got.Result, got.Evidence, c.result, c.says)
			}
			if got.Result == Fail && got.Hint == "" {
				t.Errorf("%s fails and says nothing of what mends it", c.check)
			}
		})
	}
}

func TestAnOwnerBlocksUnlessItIsOverridden(t *testing.T) {
	t.Parallel()
	src := churn(func(s *Snapshot) {
		s.Tags = []model.Tag{{Key: "aws:cloudformation:stack-name", Value: "ml"}, {Key: "aws:cloudformation:logical-id", Value: "Notebook"}}
	})
	facts := goodFacts()
	facts.Source = Know(&src)
	checks := Preflight(&src, SpecFor(&src, Enable), Enable, facts)
	if !Blocked(checks, false) || Blocked(checks, true) {
		t.Errorf("blocked %v, overridden %v", Blocked(checks, false), Blocked(checks, true))
	}
	c := checksByID(src, SpecFor(&src, Enable), facts)["ownership"]
	commands := strings.Join(c.Commands, "\n")
	if !strings.Contains(commands, "Resources.Notebook.Properties.DirectInternetAccess: Enabled") || !strings.Contains(c.Hint, "copy the data") {
		t.Errorf("the template change is not told: %s\n%s", commands, c.Hint)
	}
	facts.Role = Know(Role{})
	if !Blocked(Preflight(&src, SpecFor(&src, Enable), Enable, facts), true) {
		t.Error("overriding the owner overrides a role that is gone")
	}
}

func TestAQuotaThatIsUsedUpSaysHowToRaiseIt(t *testing.T) {
	t.Parallel()
	facts := goodFacts()
	facts.Usage = Know(Usage{Total: 20, OfType: 4})
	checks := checksByID(churn(), planOf(churn()).Spec, facts)
	if got := strings.Join(checks["quota-total"].Commands, ""); !strings.HasSuffix(got, "--quota-code L-04CE2E67 --desired-value 21") {
		t.Errorf("the command is %s", got)
	}
	if got := strings.Join(checks["quota-type"].Commands, ""); !strings.Contains(got, "ml.t3.xlarge for notebook instance usage") {
		t.Errorf("the command is %s", got)
	}
}

func TestTrustPolicies(t *testing.T) {
	t.Parallel()
	const allow = `"Effect":"Allow","Action":"sts:AssumeRole"`
	cases := map[string]struct {
		document string
		want     trust
		broken   bool
	}{
		"a text":                  {`{"Statement":[{` + allow + `,"Principal":{"Service":"sagemaker.amazonaws.com"}}]}`, trust{allowed: true}, false},
		"a list":                  {`{"Statement":[{` + allow + `,"Principal":{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]}}]}`, trust{allowed: true}, false},
		"China":                   {`{"Statement":[{` + allow + `,"Principal":{"Service":"sagemaker.amazonaws.com.cn"}}]}`, trust{allowed: true}, false},
		"one statement":           {`{"Statement":{` + allow + `,"Principal":{"Service":"sagemaker.amazonaws.com"}}}`, trust{allowed: true}, false},
		"everybody":               {`{"Statement":{` + allow + `,"Principal":"*"}}`, trust{allowed: true}, false},
		"an account":              {`{"Statement":{` + allow + `,"Principal":{"AWS":"arn:aws:iam::111122223333:root"}}}`, trust{}, false},
		"another action":          {`{"Statement":{"Effect":"Allow","Action":"sts:TagSession","Principal":{"Service":"sagemaker.amazonaws.com"}}}`, trust{}, false},
		"a name that looks alike": {`{"Statement":{` + allow + `,"Principal":{"Service":"evil-sagemaker.amazonaws.com"}}}`, trust{}, false},
		"with and without a condition": {`{"Statement":[{` + allow + `,"Principal":"*","Condition":{"Bool":{}}},{` + allow + `,"Principal":"*"}]}`,
			trust{allowed: true}, false},
		"escaped as IAM sends it": {"%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22sts%3AAssumeRole%22%2C%22Principal%22%3A%22%2A%22%7D%7D", trust{allowed: true}, false},
		"a bad escape":            {"%7", trust{}, true},
		"nothing":                 {``, trust{}, true},
		"no statement":            {`{"Statement":[]}`, trust{}, true},
		"a number as statement":   {`{"Statement":7}`, trust{}, true},
		"a number as action":      {`{"Statement":{"Effect":"Allow","Action":7,"Principal":"*"}}`, trust{}, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := trustOf(c.document)
			if (err != nil) != c.broken || got != c.want {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}
