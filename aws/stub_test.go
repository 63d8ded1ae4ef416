package aws

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"

	"nbscope/model"
)

// stub is the least AWS that a scan needs, made to be spoilt: hook may answer any
// call in its own way. The simulated AWS of package sim is the faithful one.
type stub struct {
	url       string
	regions   []string
	partition string
	subnets   map[string]string // to VPC; others do not exist
	hook      func(call) (status int, body string, answered bool)

	mu        sync.Mutex
	notebooks map[model.Target][]stubNotebook
	calls     map[string]int
}

// call is a request as a hook sees it. The account is read from the access key.
type call struct {
	op, account, region, key string
	partition                string
	json                     map[string]any
	form                     url.Values
	nth                      int // how often the operation was called, this time included
	w                        http.ResponseWriter
}

type stubNotebook struct {
	name, status, subnet, direct string
	modified                     float64
	tags                         map[string]string
}

const (
	homeAccount = "111122223333"
	awayAccount = "444455556666"
)

func keyOf(account string) string { return "AKIA" + account + "XXXX" }

func newStub(t testing.TB) *stub {
	t.Helper()
	s := &stub{
		partition: "aws", regions: []string{"eu-west-1", "us-east-1"}, subnets: map[string]string{"subnet-1": "vpc-1", "subnet-2": "vpc-2"},
		notebooks: map[model.Target][]stubNotebook{}, calls: map[string]int{},
	}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

// fill puts n notebooks into a target, every second one into a VPC.
func (s *stub) fill(account, region string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := model.Target{Account: account, Region: region}
	for i := range n {
		nb := stubNotebook{name: fmt.Sprintf("nb-%04d", i), status: "InService", direct: "Enabled", modified: 1.7e9 + float64(i)}
		if i%2 == 0 {
			nb.subnet, nb.direct = "subnet-1", "Disabled"
		}
		if i%3 == 0 {
			nb.tags = map[string]string{"Team": "ml", "A": strconv.Itoa(i)}
		}
		s.notebooks[t] = append(s.notebooks[t], nb)
	}
}

func (s *stub) edit(account, region string, i int, change func(*stubNotebook)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.notebooks[model.Target{Account: account, Region: region}][i])
}

func (s *stub) drop(account, region string, i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := model.Target{Account: account, Region: region}
	s.notebooks[t] = slices.Delete(slices.Clone(s.notebooks[t]), i, i+1)
}

// counted returns the calls since it was last asked.
func (s *stub) counted() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.calls
	s.calls = map[string]int{}
	return out
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := call{w: w, partition: s.partition}
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	parts := strings.Split(scope, "/")
	if len(parts) < 5 {
		w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"TOKEN_EXPIRED","message":"no"}`) // as to who renews the token of aws login
		return
	}
	c.key, c.region = parts[0], parts[2]
	if len(c.key) == 20 {
		c.account = c.key[4:16]
	}
	raw, _ := io.ReadAll(r.Body)
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, c.op, _ = strings.Cut(target, ".")
		_ = json.Unmarshal(raw, &c.json)
	} else {
		c.form, _ = url.ParseQuery(string(raw))
		c.op = c.form.Get("Action")
		if r.URL.Path == "/listRegions" {
			c.op = "ListRegions"
		}
	}
	s.mu.Lock()
	s.calls[c.op]++
	c.nth = s.calls[c.op]
	s.mu.Unlock()
	if s.hook != nil {
		if status, body, answered := s.hook(c); answered {
			if status > 0 {
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
			}
			return
		}
	}
	status, body := s.answer(c)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func refuse(code, message string) (int, string, bool) {
	return http.StatusBadRequest, fmt.Sprintf(`{"__type":%q,"message":%q}`, code, message), true
}

func refuseXML(code, message string) (int, string, bool) {
	return http.StatusForbidden, fmt.Sprintf("<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", code, message), true
}

func refuseEC2(code, message string) (int, string, bool) {
	return http.StatusForbidden, fmt.Sprintf("<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors></Response>", code, message), true
}

func (s *stub) answer(c call) (int, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.notebooks[model.Target{Account: c.account, Region: c.region}]
	switch c.op {
	case "GetCallerIdentity":
		return 200, fmt.Sprintf("<R><GetCallerIdentityResult><Arn>arn:%s:iam::%s:user/ana</Arn><Account>%s</Account></GetCallerIdentityResult></R>", s.partition, c.account, c.account)
	case "GetSessionToken":
		return 200, fmt.Sprintf("<R><GetSessionTokenResult><Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"+
			"<SessionToken>mfa</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></GetSessionTokenResult></R>", c.key)
	case "AssumeRole":
		account := strings.Split(c.form.Get("RoleArn"), ":")[4]
		return 200, fmt.Sprintf("<R><AssumeRoleResult><Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"+
			"<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></R>", keyOf(account))
	case "ListAccountAliases":
		return 200, "<R><ListAccountAliasesResult><AccountAliases><member>alias-" + c.account[:4] + "</member></AccountAliases></ListAccountAliasesResult></R>"
	case "DescribeRegions":
		out := "<R><regionInfo>"
		for _, r := range s.regions {
			out += "<item><regionName>" + r + "</regionName><optInStatus>opt-in-not-required</optInStatus></item>"
		}
		return 200, out + "</regionInfo></R>"
	case "ListNotebookInstances":
		return 200, s.listed(c, all)
	case "DescribeNotebookInstance":
		for _, n := range all {
			if n.name == c.json["NotebookInstanceName"] {
				return 200, mustJSON(n.describe(c))
			}
		}
		return 400, `{"__type":"ValidationException","message":"RecordNotFound"}`
	case "GetResources":
		return 200, s.tagged(c, all)
	case "ListTags":
		return 200, `{"Tags":[{"Key":"from","Value":"ListTags"}]}`
	case "DescribeSubnets":
		return 200, s.located("subnetSet", "subnetId", c)
	case "DescribeVpcs":
		return 200, "<R><vpcSet><item><vpcId>vpc-1</vpcId><ownerId>" + c.account + "</ownerId><cidrBlockAssociationSet/><dhcpOptionsId>dopt-1</dhcpOptionsId><tagSet><item><key>Name</key><value>main</value></item></tagSet></item></vpcSet></R>"
	case "DescribeRouteTables":
		return 200, "<R><routeTableSet/></R>" // nothing is there
	case "DescribeNatGateways":
		return 200, "<R><natGatewaySet/></R>"
	case "DescribeInternetGateways":
		return 200, "<R><internetGatewaySet/></R>"
	case "DescribeSecurityGroups":
		return 200, "<R><securityGroupInfo><item><groupId>sg-1</groupId><vpcId>vpc-1</vpcId><ipPermissionsEgress/></item></securityGroupInfo></R>"
	case "DescribeNetworkAcls":
		return 200, "<R><networkAclSet/></R>"
	case "DescribeVpcEndpoints":
		return 200, "<R><vpcEndpointSet/></R>"
	case "DescribeVpcAttribute":
		name := c.form.Get("Attribute")
		return 200, fmt.Sprintf("<R><vpcId>%s</vpcId><%s><value>true</value></%s></R>", c.form.Get("VpcId"), name, name)
	case "DescribeDhcpOptions":
		return 200, "<R><dhcpOptionsSet><item><dhcpOptionsId>dopt-1</dhcpOptionsId><dhcpConfigurationSet><item><key>domain-name-servers</key>" +
			"<valueSet><item><value>AmazonProvidedDNS</value></item></valueSet></item></dhcpConfigurationSet></item></dhcpOptionsSet></R>"
	case "ListAccounts":
		return 200, fmt.Sprintf(`{"Accounts":[{"Id":%q,"Status":"ACTIVE"},{"Id":%q,"State":"ACTIVE"},{"Id":"777788889999","State":"SUSPENDED"}]}`, homeAccount, awayAccount)
	}
	return 400, `{"__type":"UnknownOperationException"}`
}

func (n stubNotebook) describe(c call) map[string]any {
	out := n.summary(c)
	out["SubnetId"], out["DirectInternetAccess"], out["RootAccess"] = n.subnet, n.direct, "Enabled"
	out["SecurityGroups"] = []string{}
	if n.subnet != "" {
		out["SecurityGroups"] = []string{"sg-1"}
	}
	out["VolumeSizeInGB"], out["RoleArn"] = 5, "arn:aws:iam::"+c.account+":role/nb"
	out["PlatformIdentifier"] = "notebook-al2023-v1"
	out["InstanceMetadataServiceConfiguration"] = map[string]any{"MinimumInstanceMetadataServiceVersion": "2"}
	return out
}

func (n stubNotebook) arn(c call) string {
	return "arn:" + c.partition + ":sagemaker:" + c.region + ":" + c.account + ":notebook-instance/" + n.name
}

func (n stubNotebook) summary(c call) map[string]any {
	return map[string]any{
		"NotebookInstanceName": n.name, "NotebookInstanceArn": n.arn(c), "NotebookInstanceStatus": n.status,
		"InstanceType": "ml.t3.medium", "CreationTime": 1.6e9, "LastModifiedTime": n.modified,
	}
}

func (s *stub) listed(c call, all []stubNotebook) string {
	from, _ := strconv.Atoi(fmt.Sprint(c.json["NextToken"]))
	out := map[string]any{}
	page := []any{}
	for i := from; i < len(all) && len(page) < 100; i++ {
		page = append(page, all[i].summary(c))
	}
	out["NotebookInstances"] = page
	if from+100 < len(all) {
		out["NextToken"] = strconv.Itoa(from + 100)
	}
	return mustJSON(out)
}

func (s *stub) tagged(c call, all []stubNotebook) string {
	from, _ := strconv.Atoi(fmt.Sprint(c.json["PaginationToken"]))
	page := []any{}
	var tagged []stubNotebook
	for _, n := range all {
		if len(n.tags) > 0 {
			tagged = append(tagged, n)
		}
	}
	for i := from; i < len(tagged) && len(page) < 100; i++ {
		var tags []any
		for k, v := range tagged[i].tags {
			tags = append(tags, map[string]any{"Key": k, "Value": v})
		}
		page = append(page, map[string]any{"ResourceARN": tagged[i].arn(c), "Tags": tags})
	}
	out := map[string]any{"ResourceTagMappingList": page, "PaginationToken": ""}
	if from+100 < len(tagged) {
		out["PaginationToken"] = strconv.Itoa(from + 100)
	}
	return mustJSON(out)
}

func (s *stub) located(set, id string, c call) string {
	out := "<R><" + set + ">"
	for i := 1; ; i++ {
		value := c.form.Get(fmt.Sprintf("Filter.1.Value.%d", i))
		if value == "" {
			break
		}
		for subnet, vpc := range s.subnets {
			if value == subnet || value == vpc {
				out += "<item><" + id + ">" + subnet + "</" + id + "><vpcId>" + vpc + "</vpcId><cidrBlock>10.0.0.0/20</cidrBlock>" +
					"<blockPublicAccessStates><internetGatewayBlockMode>off</internetGatewayBlockMode></blockPublicAccessStates></item>"
			}
		}
	}
	return out + "</" + set + "></R>"
}

// networkCalls are the calls that read the network of one target in which nothing
// names anything else, besides those for subnets and VPCs and the attributes of a VPC.
func networkCalls() []string {
	return []string{
		"DescribeRouteTables", "DescribeSecurityGroups", "DescribeNetworkAcls", "DescribeVpcEndpoints", "DescribeDhcpOptions",
	}
}

func mustJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

// client makes a client on the stub that uses no file and no variable.
func (s *stub) client(t testing.TB, change ...func(*Options)) *Client {
	t.Helper()
	o := Options{
		EndpointURL: s.url, Concurrency: 16, Now: time.Now,
		Static: &StaticKey{ID: keyOf(homeAccount), Secret: "s", Region: "eu-west-1"},
	}
	for _, f := range change {
		f(&o)
	}
	return hastyClient(t, o)
}

// hastyClient repeats calls as any other, and sooner.
func hastyClient(t testing.TB, o Options) *Client {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	asEver := c.retryer
	c.retryer = func() sdkaws.Retryer { return hasty{asEver()} }
	return c
}

type hasty struct{ sdkaws.Retryer }

func (h hasty) RetryDelay(attempt int, err error) (time.Duration, error) {
	d, err := h.Retryer.RetryDelay(attempt, err)
	return d / 50, err
}

// files gives the test AWS files of its own and an environment without AWS.
func files(t *testing.T, configText, credentialsText string) {
	t.Helper()
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for name, text := range map[string]string{"AWS_CONFIG_FILE": configText, "AWS_SHARED_CREDENTIALS_FILE": credentialsText} {
		path := filepath.Join(dir, strings.ToLower(name))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv(name, path)
	}
}

// once scans into a fresh or given inventory and returns it.
func once(t testing.TB, c *Client, inv *model.Inventory, req model.ScanRequest) *model.Inventory {
	t.Helper()
	if inv == nil {
		inv = model.NewInventory()
	}
	req.Generation = inv.Generation() + 1
	req.Known = inv.Snapshot()
	inv.Begin(req.Generation, req.Only)
	done := 0
	c.Scan(t.Context(), req, func(b model.Batch) {
		if done > 0 {
			t.Error("a batch came after the last")
		}
		if b.Done {
			done++
		}
		if !inv.Apply(b) {
			t.Errorf("a batch of generation %d", b.Generation)
		}
	})
	if done != 1 || inv.Scanning() {
		t.Errorf("%d last batches", done)
	}
	return inv
}

func stateOf(inv *model.Inventory, account, region string) model.TargetStatus {
	for _, st := range inv.Targets() {
		if st.Target == (model.Target{Account: account, Region: region}) {
			return st
		}
	}
	return model.TargetStatus{State: "no such target"}
}
