package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nbscope/aws/sim"
	"nbscope/model"
	"nbscope/ui/cli"
)

// Absence is proven, never inferred from a failure: what nbscope list makes of
// every refusal, through the real SDK and as a pipeline sees it.

// refused is what a scan is refused, and what list has to say of it.
type refused struct {
	faults string
	args   string // beside list -o json
	world  func(*sim.Options)
	env    map[string]string
	before string // faults of a scan that went before, whose inventory is kept; "none" for one without faults

	code    int
	targets int
	failed  string // "region state kind" of each target that did not answer, sorted
	signIns int
	unseen  int  // placed and all stand for the world's numbers
	noJSON  bool // nothing is printed
	says    []string
}

// What unseen may stand for.
const (
	all     = -1 // every notebook
	placed  = -2 // those in a VPC
	ofWest1 = -3 // those of eu-west-1
	some    = -4 // at least one
)

// The world: three regions with notebooks in each, one account.
const (
	threeDenied  = "eu-west-1 denied denied; us-east-1 denied denied; us-west-2 denied denied"
	threeForeign = "eu-west-1 failed protocol; us-east-1 failed protocol; us-west-2 failed protocol"
	list         = "sagemaker:ListNotebookInstances@eu-west-1"
	describe     = "sagemaker:DescribeNotebookInstance"
	noRegions    = "denyop=ec2:DescribeRegions,denyop=account:ListRegions"
)

func refusals() map[string]refused {
	in := func(state, kind string) string { return "eu-west-1 " + state + " " + kind }
	return map[string]refused{
		"nothing": {targets: 3},

		// What used to read as a region that is not enabled.
		"a wrong signature":               {faults: "failop=" + list + ":InvalidSignatureException", code: 3, targets: 3, failed: in("credentials refused", "signature"), says: []string{"check the secret access key"}},
		"a wrong signature, Query's":      {faults: "failop=" + list + ":SignatureDoesNotMatch", code: 3, targets: 3, failed: in("credentials refused", "signature")},
		"half a signature":                {faults: "failop=" + list + ":IncompleteSignature", code: 3, targets: 3, failed: in("credentials refused", "signature"), says: []string{"changes the Authorization header"}},
		"no signature":                    {faults: "failop=" + list + ":MissingAuthenticationTokenException", code: 3, targets: 3, failed: in("credentials refused", "unsigned"), says: []string{"removes the Authorization header"}},
		"a key that is not known":         {faults: "failop=" + list + ":UnrecognizedClientException", code: 3, targets: 3, failed: in("credentials refused", "bad-credentials"), says: []string{"the credentials that STS takes, in a region that is enabled", "AWS_STS_REGIONAL_ENDPOINTS"}},
		"opt in, of a region that is on":  {faults: "failop=" + list + ":OptInRequired", code: 3, targets: 3, failed: in("failed", "not-enabled"), says: []string{"sign the account up for SageMaker"}},
		"a clock that is off":             {faults: "clock=17m,failop=" + list + ":RequestTimeTooSkewed", code: 3, targets: 3, failed: in("failed", "clock"), says: []string{"clock is 17 minutes behind AWS's", "set the clock"}},
		"a clock that is ahead":           {faults: "clock=-3h,failop=" + list + ":RequestTimeTooSkewed", code: 3, targets: 3, failed: in("failed", "clock"), says: []string{"clock is 3 hours ahead of AWS's"}},
		"a clock that the SDK allows for": {faults: "clock=17m", targets: 3},
		"an endpoint of another region":   {faults: "serves=us-east-1", code: 3, targets: 3, failed: in("failed", "wrong-region") + "; us-west-2 failed wrong-region", says: []string{"the endpoint serves one region only"}},
		"a region that AWS calls off":     {faults: "optin=eu-west-1", args: "--region eu-west-1", targets: 1},
		"off, for all that anybody says":  {faults: "optin=eu-west-1," + noRegions, args: "--region eu-west-1", code: 3, targets: 1, failed: in("credentials refused", "bad-credentials"), says: []string{"whether it is enabled is not known"}},
		"off, by the second list":         {faults: "optin=eu-west-1,denyop=ec2:DescribeRegions", args: "--region eu-west-1", targets: 1},

		// What used to read as a region without notebooks.
		"a call that a region does not know":       {faults: "notoffered=eu-west-1", code: 3, targets: 3, failed: in("failed", "not-offered"), says: []string{"is known to offer notebook instances"}},
		"and that nobody has seen one in":          {faults: "notoffered=eu-south-2", args: "--region eu-south-2", world: func(o *sim.Options) { o.Regions = 24 }, targets: 1},
		"and that one was seen in before":          {faults: "notoffered=me-central-1", before: "none", args: "--region me-central-1", world: func(o *sim.Options) { o.Regions, o.Notebooks = 24, 600 }, code: 3, targets: 1, failed: "me-central-1 failed not-offered", says: []string{"were seen before"}},
		"a name that does not resolve":             {env: map[string]string{"AWS_ENDPOINT_URL_SAGEMAKER": "https://api.sagemaker.invalid"}, args: "--region eu-west-1", code: 3, targets: 1, failed: in("failed", "network")},
		"denied":                                   {faults: "denyop=sagemaker:ListNotebookInstances", code: 3, targets: 3, failed: threeDenied},
		"an empty body":                            {faults: "emptyop=" + list, code: 3, targets: 3, failed: in("failed", "protocol"), says: []string{"does not hold what AWS always gives: NotebookInstances"}},
		"a list without itself":                    {faults: "lackop=" + list + ":NotebookInstances", code: 3, targets: 3, failed: in("failed", "protocol")},
		"an entry without its ARN":                 {faults: "lackop=" + list + ":NotebookInstances.NotebookInstanceArn", code: 3, targets: 3, failed: in("failed", "protocol")},
		"notebooks of another account":             {faults: "foreign=account", code: 3, targets: 3, failed: threeForeign, says: []string{"which does not begin with arn:aws:sagemaker:eu-west-1:111122223333:"}},
		"notebooks of another region":              {faults: "foreign=region", code: 3, targets: 3, failed: threeForeign},
		"notebooks of another partition":           {faults: "foreign=partition", code: 3, targets: 3, failed: threeForeign},
		"notebooks by another's name":              {faults: "foreign=name", code: 3, targets: 3, failed: threeForeign, says: []string{"and calls it"}},
		"an empty describe":                        {faults: "emptyop=" + describe, code: 3, targets: 3, unseen: all, says: []string{"NotebookInstanceName"}},
		"a describe of another":                    {faults: "mixup", code: 3, targets: 3, unseen: all, says: []string{"it describes"}},
		"a describe that may not be":               {faults: "denyop=" + describe, code: 3, targets: 3, unseen: all},
		"credentials that expire after the list":   {faults: "failop=" + describe + ":ExpiredTokenException", code: 3, targets: 3, unseen: all},
		"no tags, and no word that there are none": {faults: "emptyop=tag:GetResources,emptyop=sagemaker:ListTags", code: 3, targets: 3, unseen: all, says: []string{"Tags"}},
		"tags in bulk that are hollow":             {faults: "emptyop=tag:GetResources", targets: 3},
		"subnets that may not be read":             {faults: "denyop=ec2:DescribeSubnets", code: 3, targets: 3, unseen: placed},
		"subnets that are hollow":                  {faults: "emptyop=ec2:DescribeSubnets", code: 3, targets: 3, unseen: placed, says: []string{"subnetSet"}},
		"subnets without their VPC":                {faults: "lackop=ec2:DescribeSubnets:subnetSet.vpcId", code: 3, targets: 3, unseen: placed},
		"VPCs that may not be read":                {faults: "denyop=ec2:DescribeVpcs", code: 3, targets: 3, unseen: placed},
		"VPCs that are hollow":                     {faults: "emptyop=ec2:DescribeVpcs", code: 3, targets: 3, unseen: placed, says: []string{"vpcSet"}},
		"VPCs without their ids":                   {faults: "lackop=ec2:DescribeVpcs:vpcSet.vpcId", code: 3, targets: 3, unseen: placed},
		"failing on VPCs that may not be read":     {faults: "denyop=ec2:DescribeVpcs", args: "--fail-on high", code: 4, targets: 3, unseen: placed},
		"entries of an ACL without an action":      {faults: "lackop=ec2:DescribeNetworkAcls:networkAclSet.entrySet.ruleAction", args: "--fail-on high", code: 3, targets: 3, unseen: some},
		"rules with ranges that say nothing":       {faults: "lackop=ec2:DescribeSecurityGroups:securityGroupInfo.ipPermissionsEgress.ipRanges.cidrIp", args: "--fail-on high", code: 3, targets: 3, unseen: some},
		"routes without a destination":             {faults: "lackop=ec2:DescribeRouteTables:routeTableSet.routeSet.destinationCidrBlock", args: "--fail-on high", code: 3, targets: 3, unseen: some},
		"route tables that are hollow":             {faults: "emptyop=ec2:DescribeRouteTables", code: 3, targets: 3, unseen: placed, says: []string{"routeTableSet"}},
		"route tables without routes":              {faults: "lackop=ec2:DescribeRouteTables:routeTableSet.routeSet", code: 3, targets: 3, unseen: placed},
		"groups without rules":                     {faults: "lackop=ec2:DescribeSecurityGroups:securityGroupInfo.ipPermissionsEgress", code: 3, targets: 3, unseen: placed},
		"a DNS attribute that is not there":        {faults: "lackop=ec2:DescribeVpcAttribute:enableDnsSupport", code: 3, targets: 3, unseen: some},
		"a describe without its subnet":            {faults: "lackop=sagemaker:DescribeNotebookInstance:SubnetId", code: 3, targets: 3, unseen: placed},
		"a describe without its internet access":   {faults: "lackop=sagemaker:DescribeNotebookInstance:DirectInternetAccess", code: 3, targets: 3, unseen: all, says: []string{"always gives: DirectInternetAccess"}},
		"a describe without root access":           {faults: "lackop=sagemaker:DescribeNotebookInstance:RootAccess", args: "--policy restrict", code: 3, targets: 3, unseen: all},
		"a describe without its platform":          {faults: "lackop=sagemaker:DescribeNotebookInstance:PlatformIdentifier", code: 3, targets: 3, unseen: all, says: []string{"not seen in full: AWS gave no value for the platform"}},
		"a describe without its metadata service":  {faults: "lackop=sagemaker:DescribeNotebookInstance:InstanceMetadataServiceConfiguration", code: 3, targets: 3, unseen: all},
		"a describe without its volume":            {faults: "lackop=sagemaker:DescribeNotebookInstance:VolumeSizeInGB", code: 3, targets: 3, unseen: all},
		"an entry without its time of creation":    {faults: "lackop=" + list + ":NotebookInstances.CreationTime", code: 3, targets: 3, unseen: 11, says: []string{"the list does not give CreationTime of"}},
		"an entry without its last change":         {faults: "lackop=" + list + ":NotebookInstances.LastModifiedTime", code: 3, targets: 3, unseen: 11, says: []string{"the list does not give LastModifiedTime of"}},
		"entries of an ACL without a protocol":     {faults: "lackop=ec2:DescribeNetworkAcls:networkAclSet.entrySet.protocol", code: 3, targets: 3, unseen: placed},
		"entries of an ACL without a direction":    {faults: "lackop=ec2:DescribeNetworkAcls:networkAclSet.entrySet.egress", code: 3, targets: 3, unseen: placed},
		"rules without a protocol":                 {faults: "lackop=ec2:DescribeSecurityGroups:securityGroupInfo.ipPermissionsEgress.ipProtocol", code: 3, targets: 3, unseen: placed},
		"rules without ranges":                     {faults: "lackop=ec2:DescribeSecurityGroups:securityGroupInfo.ipPermissionsEgress.ipRanges", code: 3, targets: 3, unseen: placed},
		"endpoints without a VPC":                  {faults: "lackop=ec2:DescribeVpcEndpoints:vpcEndpointSet.vpcId", code: 3, targets: 3, unseen: some},
		"a VPC without its DHCP options":           {faults: "lackop=ec2:DescribeVpcs:vpcSet.dhcpOptionsId", code: 3, targets: 3, unseen: placed},
		"a VPC without its addresses":              {faults: "lackop=ec2:DescribeVpcs:vpcSet.cidrBlockAssociationSet", code: 3, targets: 3, unseen: placed},
		"endpoints without private DNS":            {faults: "lackop=ec2:DescribeVpcEndpoints:vpcEndpointSet.privateDnsEnabled", code: 3, targets: 3, unseen: some},
		"endpoints without their groups":           {faults: "lackop=ec2:DescribeVpcEndpoints:vpcEndpointSet.groupSet", code: 3, targets: 3, unseen: some},
		"groups without a VPC":                     {faults: "lackop=ec2:DescribeSecurityGroups:securityGroupInfo.vpcId", code: 3, targets: 3, unseen: placed},
		"ACLs without a VPC":                       {faults: "lackop=ec2:DescribeNetworkAcls:networkAclSet.vpcId", code: 3, targets: 3, unseen: placed},
		"NAT gateways without a subnet":            {faults: "lackop=ec2:DescribeNatGateways:natGatewaySet.subnetId", code: 3, targets: 3, unseen: some},
		"endpoints without their tables":           {faults: "lackop=ec2:DescribeVpcEndpoints:vpcEndpointSet.routeTableIdSet", code: 3, targets: 3, unseen: some},
		"attachments without a VPC":                {faults: "lackop=ec2:DescribeInternetGateways:internetGatewaySet.attachmentSet.vpcId", code: 3, targets: 3, unseen: some},
		"associations without a subnet":            {faults: "lackop=ec2:DescribeRouteTables:routeTableSet.associationSet.subnetId", code: 3, targets: 3, unseen: placed},
		"DHCP options without a key":               {faults: "lackop=ec2:DescribeDhcpOptions:dhcpOptionsSet.dhcpConfigurationSet.key", code: 3, targets: 3, unseen: some},
		"DHCP options without values":              {faults: "lackop=ec2:DescribeDhcpOptions:dhcpOptionsSet.dhcpConfigurationSet.valueSet", code: 3, targets: 3, unseen: some},

		// Which targets there are.
		"regions that nobody lists":             {faults: noRegions, code: 3, targets: 34, signIns: 1, failed: "many", says: []string{"cannot be listed, so there may be more", "allow ec2:DescribeRegions or account:ListRegions"}},
		"regions that are listed by nothing":    {faults: "emptyop=ec2:DescribeRegions,emptyop=account:ListRegions", code: 3, targets: 34, signIns: 1, failed: "many"},
		"regions that are named":                {faults: noRegions, args: "--region us-east-1 --region eu-west-1", targets: 2},
		"a partition that nobody knows":         {faults: "partition=aws-iso-x," + noRegions, env: map[string]string{"AWS_REGION": "us-isox-east-1"}, code: 3, targets: 1, signIns: 1},
		"one of which one region is known":      {faults: "partition=aws-iso-e," + noRegions, env: map[string]string{"AWS_REGION": "eu-isoe-west-1"}, code: 3, targets: 1, signIns: 1},
		"and whose region is named":             {faults: "partition=aws-iso-e," + noRegions, env: map[string]string{"AWS_REGION": "eu-isoe-west-1"}, args: "--region eu-isoe-west-1", targets: 1},
		"a region that nobody knows, named":     {faults: "partition=aws-iso-x," + noRegions, env: map[string]string{"AWS_REGION": "us-isox-east-1"}, args: "--region us-isox-east-1", targets: 1},
		"a region that does not exist":          {args: "--region eu-wst-1 --region eu-west-1", code: 3, targets: 2, failed: "eu-wst-1 credentials refused bad-credentials", says: []string{"no region is known by the name eu-wst-1", "did you mean eu-west-1?", "does not list it"}},
		"a pattern without a region":            {args: "--region xx-*", code: 2, noJSON: true, says: []string{"no enabled region matches xx-*"}},
		"a region of another partition":         {args: "--region cn-north-1", code: 2, noJSON: true, says: []string{"no sign-in is in the partition aws-cn"}},
		"an organization that is listed hollow": {faults: "emptyop=organizations:ListAccounts", args: "--org-role OrganizationAccountAccessRole", code: 1, noJSON: true, says: []string{"Accounts"}},
		"who we are, without an answer":         {faults: "emptyop=sts:GetCallerIdentity", code: 1, noJSON: true, says: []string{"sts:GetCallerIdentity"}},
		"a role, without an answer":             {faults: "emptyop=sts:AssumeRole", args: "--role-arn arn:aws:iam::111122223333:role/" + sim.ReadRole, code: 1, noJSON: true, says: []string{"sts:AssumeRole"}},

		// A pipeline is never green over what was not seen.
		"failing on what was not described": {faults: "denyop=" + describe, args: "--fail-on high", code: 3, targets: 3, unseen: all},
		"failing on what has expired":       {faults: "failop=" + describe + ":ExpiredTokenException", args: "--fail-on high", code: 3, targets: 3, unseen: all},
		"failing on what is not located":    {faults: "denyop=ec2:DescribeSubnets", args: "--fail-on high", code: 3, targets: 3, unseen: placed},
		"failing on what was found":         {faults: "denyop=" + describe + "@eu-west-1", args: "--fail-on low", code: 4, targets: 3, unseen: ofWest1},

		// What is not wanted is not missed.
		"tags and egress, skipped":     {faults: "denyop=tag:GetResources,denyop=sagemaker:ListTags,denyop=ec2:DescribeRouteTables", args: "--skip tags,egress", targets: 3},
		"failing on what is skipped":   {args: "--skip egress --fail-on high", code: 2, noJSON: true, says: []string{"weighs its findings by the egress", "skipped by --skip egress"}},
		"failing on what is not":       {args: "--skip egress --fail-on high --policy restrict", code: 4, targets: 3},
		"filtering by what is skipped": {args: "--skip tags -f tag:Team", code: 2, noJSON: true, says: []string{"tag is skipped by --skip tags"}},
		"sorting by what is skipped":   {args: "--skip egress --sort egress", code: 2, noJSON: true, says: []string{"egress is skipped"}},
		"a column of what is skipped":  {args: "--skip egress --columns name,egress", code: 2, noJSON: true, says: []string{"egress is skipped"}},
		"skipping what there is not":   {args: "--skip tag", code: 2, noJSON: true, says: []string{"did you mean \"tags\"?"}},
	}
}

// printed is the part of the JSON that this is about.
type printed struct {
	Coverage struct {
		Targets, Answered, Unseen int
		Complete                  bool
		Failed                    []struct{ Region, State, Kind, Message, Hint string }
		SignIns                   []struct{ Message string }
	}
	Notebooks []struct {
		Name, Region string
		Tags         map[string]string
		Egress       *struct{ Verdict string }
		Unknown      map[string]string
	}
}

func TestListIsCompleteOnlyWhereAbsenceIsProven(t *testing.T) {
	for name, c := range refusals() {
		t.Run(name, func(t *testing.T) {
			o := sim.Defaults()
			o.Accounts, o.Regions, o.Notebooks, o.Faults, o.TimeScale = 1, 3, 40, "", 0
			if c.world != nil {
				c.world(&o)
			}
			server, err := sim.New(o)
			if err != nil {
				t.Fatal(err)
			}
			url, err := server.Listen(t.Context(), "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			surroundings(t, server, url, c.env)
			args := append([]string{"list", "-o", "json"}, strings.Fields(c.args)...)
			if c.before != "" {
				if code, _, told := runList(t, args); code != 0 {
					t.Fatalf("the scan before: exit code %d, %s", code, told)
				}
			}
			if err := server.SetFaults(c.faults); err != nil {
				t.Fatal(err)
			}
			code, out, told := runList(t, args)
			c.check(t, server, code, out, told)
		})
	}
}

// surroundings are the environment of a user with one key, files of its own and
// nothing else.
func surroundings(t *testing.T, server *sim.Server, url string, more map[string]string) {
	t.Helper()
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "XDG_") {
			t.Setenv(name, "") // to have it put back
			os.Unsetenv(name)
		}
	}
	home := t.TempDir()
	id, secret := server.AccessKey()
	for name, value := range map[string]string{
		"HOME": home, "XDG_CACHE_HOME": filepath.Join(home, "cache"), "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1",
		"AWS_CONFIG_FILE": filepath.Join(home, "none"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(home, "none"),
		"AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": secret, "AWS_ENDPOINT_URL": url,
	} {
		t.Setenv(name, value)
	}
	for name, value := range more {
		t.Setenv(name, value)
	}
}

// runList runs the command as main wires it.
func runList(t *testing.T, args []string) (code int, out []byte, told string) {
	t.Helper()
	dir := t.TempDir()
	open3 := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	code = cli.Run(context.Background(), cli.Env{
		Version: "test", Args: args, Stdin: open3("in"), Stdout: open3("out"), Stderr: open3("err"), Environ: os.Environ(),
		Now: time.Now, Open: open, NewRunID: newRunID,
	})
	out, err := os.ReadFile(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "err"))
	if err != nil {
		t.Fatal(err)
	}
	return code, out, string(raw)
}

func (c refused) check(t *testing.T, server *sim.Server, code int, out []byte, told string) {
	t.Helper()
	if code != c.code {
		t.Errorf("exit code %d, want %d: %s", code, c.code, told)
	}
	for _, want := range c.says {
		if !strings.Contains(told, want) {
			t.Errorf("standard error does not say %q: %s", want, told)
		}
	}
	if code == 0 && told != "" {
		t.Errorf("everything is well, and yet: %s", told)
	}
	if c.noJSON {
		if len(out) > 0 {
			t.Errorf("printed %s", out)
		}
		return
	}
	var got printed
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cov := got.Coverage
	if complete := c.failed == "" && c.unseen == 0 && c.signIns == 0; cov.Complete != complete || complete != (cov.Answered == cov.Targets && cov.Unseen == 0 && c.signIns == 0) {
		t.Errorf("complete is %v: %+v", cov.Complete, cov)
	}
	var failed []string
	for _, f := range cov.Failed {
		if f.Message == "" {
			t.Errorf("%s failed without a reason", f.Region)
		}
		failed = append(failed, f.Region+" "+f.State+" "+f.Kind)
	}
	slices.Sort(failed)
	if c.failed == "many" && len(failed) > 0 {
		failed = []string{"many"}
	}
	if s := strings.Join(failed, "; "); s != c.failed || cov.Targets != c.targets || len(cov.SignIns) != c.signIns {
		t.Errorf("%d targets, %d sign-ins failed, failed: %s; want %d, %d, %s", cov.Targets, len(cov.SignIns), s, c.targets, c.signIns, c.failed)
	}
	if want := c.count(server); cov.Unseen != want && (c.unseen != some || cov.Unseen == 0) {
		t.Errorf("%d notebooks unseen, want %d", cov.Unseen, want)
	}
	c.rows(t, server, &got)
}

// count is the number of notebooks that the case means.
func (c refused) count(server *sim.Server) int {
	if c.unseen >= 0 {
		return c.unseen
	}
	n := 0
	for _, nb := range server.World().Notebooks {
		if c.unseen == all || c.unseen == placed && nb.SubnetID != "" || c.unseen == ofWest1 && nb.Region == "eu-west-1" {
			n++
		}
	}
	return n
}

// rows checks that every notebook of a target that answered is there, that nothing
// that was not seen reads as a value, and that no region that failed looks empty.
func (c refused) rows(t *testing.T, server *sim.Server, got *printed) {
	t.Helper()
	failed := map[string]bool{}
	for _, f := range got.Coverage.Failed {
		failed[f.Region] = true
	}
	there := map[string]bool{}
	for _, n := range got.Notebooks {
		there[n.Region+"/"+n.Name] = true
		if n.Tags == nil && n.Unknown["tags"] == "" {
			t.Errorf("%s has no tags and no word of it", n.Name)
		}
		if n.Egress == nil && n.Unknown["egress"] == "" {
			t.Errorf("%s has no verdict and no word of it", n.Name)
		}
	}
	for _, n := range server.World().Notebooks {
		if !there[n.Region+"/"+n.Name] && !failed[n.Region] && !strings.Contains(c.args, "--region") && c.env == nil {
			t.Errorf("%s is missing, and its region has answered", n.ARN)
		}
	}
}

func TestWhatIsSkippedCostsNoCalls(t *testing.T) {
	o := sim.Defaults()
	o.Accounts, o.Regions, o.Notebooks, o.Faults, o.TimeScale = 1, 3, 40, "", 0
	server, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	url, err := server.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	surroundings(t, server, url, nil)
	code, out, told := runList(t, []string{"list", "--skip", "tags,egress"})
	if head, _, _ := strings.Cut(string(out), "\n"); code != 0 || strings.Contains(head, "EGRESS") || strings.Contains(head, "TAGS") || !strings.Contains(head, "VPC") {
		t.Errorf("exit code %d, %s\n%s", code, told, head)
	}
	wanted := []string{
		"STS.GetCallerIdentity", "IAM.ListAccountAliases", "EC2.DescribeRegions", "SageMaker.ListNotebookInstances",
		"SageMaker.DescribeNotebookInstance", "EC2.DescribeSubnets", "EC2.DescribeVpcs",
	}
	for op, calls := range server.Calls() {
		if !slices.Contains(wanted, op) {
			t.Errorf("%s was called %d times", op, calls.Calls)
		}
	}
}

func TestAFailureDoesNotMakeTheCacheForget(t *testing.T) {
	o := sim.Defaults()
	o.Accounts, o.Regions, o.Notebooks, o.Faults, o.TimeScale = 1, 3, 40, "", 0
	server, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	url, err := server.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	surroundings(t, server, url, nil)
	kept := func() (n int) {
		session, err := open(t.Context(), cli.Settings{Concurrency: 8, LogLevel: "info"})
		if err != nil {
			t.Fatal(err)
		}
		for _, nb := range session.Load().Notebooks {
			if nb.Target() == (model.Target{Account: server.World().Accounts[0].ID, Region: "eu-west-1"}) {
				n++
			}
		}
		return n
	}
	if code, _, told := runList(t, []string{"list"}); code != 0 {
		t.Fatalf("exit code %d: %s", code, told)
	}
	before := kept()
	if err := server.SetFaults("deny=eu-west-1"); err != nil {
		t.Fatal(err)
	}
	if code, _, told := runList(t, []string{"list"}); code != 3 {
		t.Fatalf("exit code %d: %s", code, told)
	}
	if after := kept(); before == 0 || after != before {
		t.Errorf("%d notebooks were kept of a region, and %d after it failed", before, after)
	}
}
