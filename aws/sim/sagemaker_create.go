package sim

import (
	"slices"
	"strconv"
	"time"
)

// sagemakerWrites are the operations of SageMaker that change the world, and the
// one that opens a notebook.
func sagemakerWrites() []operation {
	return []operation{
		{name: "SageMaker.CreateNotebookInstance", handle: createNotebook, notebook: true, writes: true},
		{name: "SageMaker.StartNotebookInstance", handle: startNotebook, notebook: true, writes: true},
		{name: "SageMaker.StopNotebookInstance", handle: stopNotebook, notebook: true, writes: true},
		{name: "SageMaker.UpdateNotebookInstance", handle: updateNotebook, notebook: true, writes: true},
		{name: "SageMaker.DeleteNotebookInstance", handle: deleteNotebook, notebook: true, writes: true},
		{name: "SageMaker.CreateNotebookInstanceLifecycleConfig", handle: createLifecycle, notebook: true, writes: true},
		{name: "SageMaker.AddTags", handle: addTags, writes: true},
		{name: "SageMaker.DeleteTags", handle: deleteTags, writes: true},
		{name: "SageMaker.CreatePresignedNotebookInstanceUrl", handle: createPresignedURL, notebook: true},
	}
}

// createInput is the request of CreateNotebookInstance. The members are those of
// the API.
type createInput struct {
	settings
	SubnetId             string   //nolint:revive // the API's name
	SecurityGroupIds     []string //nolint:revive // the API's name
	KmsKeyId             string   //nolint:revive // the API's name
	DirectInternetAccess string
	Tags                 []tag
}

func (in createInput) check() *apiError {
	var c constraints
	in.settings.check(&c)
	c.required("instanceType", in.InstanceType)
	c.required("roleArn", in.RoleArn)
	c.text("subnetId", in.SubnetId, 32, idPattern)
	c.most("securityGroupIds", in.SecurityGroupIds, 5)
	for i, id := range in.SecurityGroupIds {
		c.text("securityGroupIds."+strconv.Itoa(i+1)+".member", id, 32, idPattern)
	}
	c.text("kmsKeyId", in.KmsKeyId, 2048, kmsPattern)
	c.oneOf("directInternetAccess", in.DirectInternetAccess, []string{on, off})
	c.tags(in.Tags)
	return c.err("ValidationException")
}

// createNotebook checks the request as a whole before anything exists. What AWS
// finds out only when it builds the notebook ends in the status Failed instead.
func createNotebook(s *cloud, r *request) (any, *apiError) {
	var in createInput
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	if e := in.check(); e != nil {
		return nil, e
	}
	if e := in.mayCreate(r); e != nil {
		return nil, e
	}
	p := s.world.place(r.account, r.region)
	p.mu.Lock()
	defer p.mu.Unlock()
	if old := p.find(in.NotebookInstanceName); old != nil && !old.gone(r.now) {
		return nil, invalid("Cannot create a duplicate Notebook Instance (%s)", old.arn())
	}
	n := p.draft(in, r.now)
	if e := p.connectNew(n, in); e != nil {
		return nil, e
	}
	if e := p.checkParts(n, in.settings); e != nil {
		return nil, e
	}
	if e := p.limits.room(n.instanceType, 1, r.now); e != nil {
		return nil, e
	}
	p.begin(n, r)
	if old := p.find(n.name); old != nil && old.subnet != nil && !old.made {
		old.subnet.free++ // the notebook that had the name gives its address back for good
	}
	p.put(n)
	return struct{ NotebookInstanceArn string }{n.arn()}, nil
}

// mayCreate is what policies have to say. The condition key of direct internet is
// there only when the member is: who leaves it out is not held by a policy on it.
func (in createInput) mayCreate(r *request) *apiError {
	arn := resourceOf(r)
	switch {
	case in.DirectInternetAccess != "" && in.DirectInternetAccess == r.faults.SCPDirect:
		return denied(r, arn, directPolicyDenies)
	case r.faults.deniesOp("iam:PassRole", r.region):
		return deniedFor(r, "iam:PassRole", in.RoleArn, noPolicyAllows)
	case len(in.Tags) > 0 && r.faults.deniesOp("sagemaker:AddTags", r.region):
		return deniedFor(r, "sagemaker:AddTags", arn, noPolicyAllows)
	}
	return mayTag(nil, in.Tags)
}

// draft is the notebook that a request asks for, with AWS's defaults. The API's
// own text says that a request without a metadata version gets version 1.
func (p *place) draft(in createInput, now time.Time) *notebook {
	n := &notebook{
		place: p, created: now.UTC().Truncate(time.Millisecond), instanceType: in.InstanceType, role: in.RoleArn,
		direct: on, root: on, ipType: ipv4, volume: 5, platform: al2023, imds: "1",
		kms: in.KmsKeyId, tags: slices.Clone(in.Tags), everTagged: len(in.Tags) > 0, made: true,
	}
	n.modified = n.created
	n.setName(in.NotebookInstanceName)
	if in.DirectInternetAccess != "" {
		n.direct = in.DirectInternetAccess
	}
	n.configure(in.settings)
	return n
}

// configure sets the members that are given.
func (n *notebook) configure(in settings) {
	for _, f := range []struct {
		to    *string
		value string
	}{
		{&n.instanceType, in.InstanceType}, {&n.ipType, in.IpAddressType}, {&n.role, in.RoleArn}, {&n.root, in.RootAccess},
		{&n.platform, in.PlatformIdentifier}, {&n.lifecycle, in.LifecycleConfigName}, {&n.repo, in.DefaultCodeRepository},
	} {
		if f.value != "" {
			*f.to = f.value
		}
	}
	if len(in.AdditionalCodeRepositories) > 0 {
		n.moreRepos = slices.Clone(in.AdditionalCodeRepositories)
	}
	if in.VolumeSizeInGB != nil {
		n.volume = *in.VolumeSizeInGB
	}
	if imds := in.InstanceMetadataServiceConfiguration; imds != nil {
		n.imds = imds.MinimumInstanceMetadataServiceVersion
	}
}

// begin sends a notebook on its way to InService, or to the failure that waits
// for it.
func (p *place) begin(n *notebook, r *request) {
	n.modified = r.now.UTC().Truncate(time.Millisecond)
	n.failureReason, n.dooms = "", ""
	n.life = life{since: n.modified, phases: settle(pending)}
	reason, after := p.doom(n, r)
	if reason != "" {
		n.dooms = reason
		n.life.phases = []phase{{pending, after}, {failed, 0}}
	}
	if n.subnet != nil && n.eni == "" && after != takesToRefuse {
		n.eni = "eni-0" + newRNG(p.world.seed, n.arn(), n.subnet.id, r.id).hex(16)
	}
}
