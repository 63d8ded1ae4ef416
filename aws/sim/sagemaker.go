package sim

import (
	"encoding/base64"
	"strings"
	"time"
)

func sagemakerOperations() []operation {
	return []operation{
		{name: "SageMaker.ListNotebookInstances", handle: listNotebooks, notebook: true},
		{name: "SageMaker.DescribeNotebookInstance", handle: describeNotebook, notebook: true},
		{name: "SageMaker.ListNotebookInstanceLifecycleConfigs", handle: listLifecycles, notebook: true},
		{name: "SageMaker.DescribeNotebookInstanceLifecycleConfig", handle: describeLifecycle, notebook: true},
		{name: "SageMaker.ListCodeRepositories", handle: listRepositories},
		{name: "SageMaker.DescribeCodeRepository", handle: describeRepository},
		{name: "SageMaker.ListTags", handle: listTags},
	}
}

type imdsConfig struct {
	MinimumInstanceMetadataServiceVersion string
}

// describeOutput is the answer of DescribeNotebookInstance. The members are
// those of the API.
type describeOutput struct {
	NotebookInstanceArn                  string
	NotebookInstanceName                 string
	NotebookInstanceStatus               string
	FailureReason                        string `json:",omitempty"`
	Url                                  string `json:",omitempty"` //nolint:revive // the API's name
	InstanceType                         string
	IpAddressType                        string   //nolint:revive // the API's name
	SubnetId                             string   `json:",omitempty"` //nolint:revive // the API's name
	SecurityGroups                       []string `json:",omitempty"`
	RoleArn                              string
	KmsKeyId                             string `json:",omitempty"` //nolint:revive // the API's name
	NetworkInterfaceId                   string `json:",omitempty"` //nolint:revive // the API's name
	LastModifiedTime                     epoch
	CreationTime                         epoch
	NotebookInstanceLifecycleConfigName  string `json:",omitempty"`
	DirectInternetAccess                 string
	VolumeSizeInGB                       int
	DefaultCodeRepository                string   `json:",omitempty"`
	AdditionalCodeRepositories           []string `json:",omitempty"`
	RootAccess                           string
	PlatformIdentifier                   string
	InstanceMetadataServiceConfiguration imdsConfig
}

func describeNotebook(s *cloud, r *request) (any, *apiError) {
	var in struct{ NotebookInstanceName string }
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	if e := checkName("notebookInstanceName", in.NotebookInstanceName); e != nil {
		return nil, e
	}
	n := s.world.place(r.account, r.region).get(in.NotebookInstanceName, r.now)
	if n == nil || r.faults.vanishes(n.arn()) {
		return nil, recordNotFound()
	}
	if r.faults.MixUp {
		n = s.world.place(r.account, r.region).another(n, r.now)
	}
	return describe(n, r), nil
}

// another is a notebook beside the one given, or that one where it is alone.
func (p *place) another(n *notebook, now time.Time) *notebook {
	for _, other := range p.alive(now) {
		if other != n {
			return other
		}
	}
	return n
}

func describe(n *notebook, r *request) describeOutput {
	out := describeOutput{
		NotebookInstanceArn: r.faults.arnOf(n), NotebookInstanceName: n.name, NotebookInstanceStatus: n.status(r.now),
		FailureReason: n.reason(r.now), Url: n.url(), InstanceType: n.instanceType, IpAddressType: n.ipType,
		SecurityGroups: n.groups, RoleArn: n.role, KmsKeyId: n.kms, NetworkInterfaceId: n.eni,
		LastModifiedTime: epoch(n.modifiedAt(r.now)), CreationTime: epoch(n.created),
		NotebookInstanceLifecycleConfigName: n.lifecycle, DirectInternetAccess: n.direct, VolumeSizeInGB: n.volume,
		DefaultCodeRepository: n.repo, AdditionalCodeRepositories: n.moreRepos, RootAccess: n.root,
		PlatformIdentifier: n.platform, InstanceMetadataServiceConfiguration: imdsConfig{n.imds},
	}
	if n.subnet != nil {
		out.SubnetId = n.subnet.id
	}
	return out
}

func checkName(member, name string) *apiError {
	var c constraints
	c.required(member, name)
	c.text(member, name, 63, namePattern)
	return c.err("ValidationException")
}

func listTags(s *cloud, r *request) (any, *apiError) {
	var in struct {
		ResourceArn string
		NextToken   string
		MaxResults  *int
	}
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	var c constraints
	c.required("resourceArn", in.ResourceArn)
	c.between("maxResults", in.MaxResults, 50, 1<<31-1)
	if e := c.err("ValidationException"); e != nil {
		return nil, e
	}
	p := s.world.place(r.account, r.region)
	name, ok := strings.CutPrefix(in.ResourceArn, p.arn("sagemaker", "notebook-instance/"))
	n := p.get(name, r.now)
	if !ok || n == nil {
		return nil, recordNotFound()
	}
	tags, next, ok := page(r, n.tags, sizeOf(in.MaxResults, 50), in.ResourceArn, in.NextToken)
	if !ok {
		return nil, invalidPageToken()
	}
	return struct {
		Tags      []tag
		NextToken string `json:",omitempty"`
	}{append([]tag{}, tags...), next}, nil
}

func invalidPageToken() *apiError { return invalid("Invalid pagination token.") }

type hook struct{ Content string }

type lifecycleOutput struct {
	NotebookInstanceLifecycleConfigArn  string
	NotebookInstanceLifecycleConfigName string
	OnCreate                            []hook `json:",omitempty"`
	OnStart                             []hook `json:",omitempty"`
	LastModifiedTime                    epoch
	CreationTime                        epoch
}

func describeLifecycle(s *cloud, r *request) (any, *apiError) {
	var in struct{ NotebookInstanceLifecycleConfigName string }
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	if e := checkName("notebookInstanceLifecycleConfigName", in.NotebookInstanceLifecycleConfigName); e != nil {
		return nil, e
	}
	p := s.world.place(r.account, r.region)
	p.mu.RLock()
	defer p.mu.RUnlock()
	c := p.config(in.NotebookInstanceLifecycleConfigName)
	if c == nil {
		return nil, recordNotFound()
	}
	out := p.lifecycleSummary(c)
	out.OnCreate, out.OnStart = hooks(c.onCreate), hooks(c.onStart)
	return out, nil
}

func hooks(script string) []hook {
	if script == "" {
		return nil
	}
	return []hook{{base64.StdEncoding.EncodeToString([]byte(script))}}
}

func (p *place) lifecycleSummary(c *lifecycle) lifecycleOutput {
	return lifecycleOutput{
		NotebookInstanceLifecycleConfigArn:  p.configARN(c.name),
		NotebookInstanceLifecycleConfigName: c.name,
		LastModifiedTime:                    epoch(c.modified), CreationTime: epoch(c.created),
	}
}

type gitConfig struct {
	RepositoryUrl string //nolint:revive // the API's name
	Branch        string `json:",omitempty"`
	SecretArn     string `json:",omitempty"`
}

type repositoryOutput struct {
	CodeRepositoryName string
	CodeRepositoryArn  string
	CreationTime       epoch
	LastModifiedTime   epoch
	GitConfig          gitConfig
}

func (p *place) repositoryOutput(c *repository) repositoryOutput {
	return repositoryOutput{
		CodeRepositoryName: c.name, CodeRepositoryArn: p.arn("sagemaker", "code-repository/"+c.name),
		CreationTime: epoch(c.created), LastModifiedTime: epoch(c.created),
		GitConfig: gitConfig{c.url, c.branch, c.secret},
	}
}

func describeRepository(s *cloud, r *request) (any, *apiError) {
	var in struct{ CodeRepositoryName string }
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	if e := checkName("codeRepositoryName", in.CodeRepositoryName); e != nil {
		return nil, e
	}
	p := s.world.place(r.account, r.region)
	for _, c := range p.repos {
		if c.name == in.CodeRepositoryName {
			return p.repositoryOutput(c), nil
		}
	}
	return nil, invalid("Cannot find CodeRepository %s", p.arn("sagemaker", "code-repository/"+in.CodeRepositoryName))
}
