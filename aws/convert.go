package aws

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unique"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"nbscope/model"
)

// shared returns an equal string that all equal ones share. Of a hundred thousand
// notebooks most say the same about themselves, and each answer brings new copies.
func shared[T ~string](s T) string { return unique.Make(string(s)).Value() }

func sharedAll(list []string) []string {
	for i, s := range list {
		list[i] = shared(s)
	}
	return list
}

// own returns a string by itself, for a value of one notebook alone: that of an answer
// keeps the text of the whole answer in memory.
func own(s *string) string { return strings.Clone(sdkaws.ToString(s)) }

// alike lets the notebooks of a target share the lists that are equal, and remembers
// what is masked: a thousand notebooks clone a few repositories.
type alike struct {
	masked map[string]string
	lists  map[string][]string
	tags   map[string][]model.Tag
}

func newAlike() *alike {
	return &alike{masked: map[string]string{}, lists: map[string][]string{}, tags: map[string][]model.Tag{}}
}

func (a *alike) list(values []string) []string {
	if len(values) == 0 {
		return nil
	}
	key := strings.Join(values, "\x00")
	had, ok := a.lists[key]
	if !ok {
		had = sharedAll(values)
		a.lists[key] = had
	}
	return had
}

func (a *alike) tagList(tags []model.Tag) []model.Tag {
	key := make([]byte, 0, 256)
	for _, t := range sortedTags(tags) {
		key = append(append(append(append(key, t.Key...), 0), t.Value...), 0)
	}
	had, ok := a.tags[string(key)]
	if !ok {
		had = slices.Clip(tags)
		for i, t := range had {
			had[i] = model.Tag{Key: shared(t.Key), Value: shared(t.Value)}
		}
		a.tags[string(key)] = had
	}
	return had
}

// repositories are masked from here on: an inventory is shown, exported and kept, and
// nothing is done with them. A plan is made of a snapshot.
func (a *alike) repositories(first *string, more []string) (all []string, hasDefault bool) {
	if hasDefault = sdkaws.ToString(first) != ""; hasDefault {
		all = append(all, *first)
	}
	all = append(all, more...)
	for i, address := range all {
		known, ok := a.masked[address]
		if !ok {
			known = model.MaskURL(address)
			a.masked[strings.Clone(address)] = known
		}
		all[i] = known
	}
	return a.list(all), hasDefault
}

// fromSummary makes a notebook of an entry of the list; its other parts are pending.
func (a *alike) fromSummary(t model.Target, s *types.NotebookInstanceSummary, now time.Time) *model.Notebook {
	n := &model.Notebook{
		ARN: own(s.NotebookInstanceArn), Name: sdkaws.ToString(s.NotebookInstanceName),
		Account: t.Account, Region: t.Region, Status: model.Status(shared(s.NotebookInstanceStatus)),
		InstanceType: shared(s.InstanceType), URL: own(s.Url),
		Created: sdkaws.ToTime(s.CreationTime), Modified: sdkaws.ToTime(s.LastModifiedTime),
		LifecycleName: shared(sdkaws.ToString(s.NotebookInstanceLifecycleConfigName)), SeenAt: now,
	}
	if before, ok := strings.CutSuffix(n.ARN, n.Name); ok {
		n.Name = n.ARN[len(before):]
	} else {
		n.Name = strings.Clone(n.Name)
	}
	n.Repositories, n.HasDefaultRepo = a.repositories(s.DefaultCodeRepository, s.AdditionalCodeRepositories)
	return n
}

// described returns the notebook with what a describe says of it, which is newer
// than the list. Whoever calls sets Located.
func (a *alike) described(n *model.Notebook, d *sagemaker.DescribeNotebookInstanceOutput, now time.Time) *model.Notebook {
	out := *n
	out.Described, out.Stale = model.Part{State: model.LoadDone}, false
	out.Status = cmp.Or(model.Status(shared(d.NotebookInstanceStatus)), n.Status)
	out.InstanceType = cmp.Or(shared(d.InstanceType), n.InstanceType)
	out.URL = cmp.Or(n.URL, own(d.Url))
	if d.LastModifiedTime != nil {
		out.Modified = *d.LastModifiedTime
	}
	out.LifecycleName = shared(sdkaws.ToString(d.NotebookInstanceLifecycleConfigName))
	out.Repositories, out.HasDefaultRepo = a.repositories(d.DefaultCodeRepository, d.AdditionalCodeRepositories)
	out.SubnetID = shared(sdkaws.ToString(d.SubnetId))
	out.SecurityGroups = a.list(d.SecurityGroups)
	out.NetworkID = own(d.NetworkInterfaceId)
	out.DirectInternet = shared(d.DirectInternetAccess)
	out.RootAccess = shared(d.RootAccess)
	out.RoleARN = shared(sdkaws.ToString(d.RoleArn))
	out.KMSKeyID = shared(sdkaws.ToString(d.KmsKeyId))
	out.Platform = shared(sdkaws.ToString(d.PlatformIdentifier))
	out.IMDSVersion = ""
	if d.InstanceMetadataServiceConfiguration != nil {
		out.IMDSVersion = shared(sdkaws.ToString(d.InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion))
	}
	out.IPAddressType = shared(d.IpAddressType)
	out.VolumeGB = int(sdkaws.ToInt32(d.VolumeSizeInGB))
	out.FailureReason = shared(model.Masked(sdkaws.ToString(d.FailureReason))) // Git names the address that it could not clone
	out.SeenAt = now
	return &out
}

// carry copies what a scan may go on believing about a notebook from what was
// known of it. A notebook made anew under its old name shares nothing with it.
func carry(fresh, known *model.Notebook) *model.Notebook {
	if known == nil || !known.Created.Equal(fresh.Created) {
		return fresh
	}
	out := *fresh
	if !known.Described.Known() {
		if known.Tagged.Known() {
			out.Tagged, out.Tags = known.Tagged, known.Tags
		}
		return &out
	}
	out = *known
	if !sameEntry(fresh, known) {
		// What cannot change in place still holds, and the rest is better than nothing
		// until the describe answers: it stands as of the last time.
		out.Name, out.Status, out.InstanceType, out.URL = fresh.Name, fresh.Status, fresh.InstanceType, fresh.URL
		out.Modified, out.LifecycleName = fresh.Modified, fresh.LifecycleName
		out.Repositories, out.HasDefaultRepo = fresh.Repositories, fresh.HasDefaultRepo
		out.Stale = true
	} else {
		out.Stale, out.SeenAt = false, fresh.SeenAt
	}
	// Refusals are asked again, save for one that is AWS's answer and not a refusal.
	if out.Tagged.State == model.LoadFailed {
		out.Tagged = model.Part{}
	}
	if out.Located.State == model.LoadFailed && out.Located.Reason != reasonNoSubnet {
		out.Located = model.Part{}
	}
	return &out
}

// sameEntry reports whether the list says of a notebook what it said before.
func sameEntry(a, b *model.Notebook) bool {
	return a.Modified.Equal(b.Modified) && a.Status == b.Status && a.InstanceType == b.InstanceType &&
		a.LifecycleName == b.LifecycleName && a.Name == b.Name
}

// nameTag returns the Name tag of an EC2 resource.
func nameTag(tags []ec2types.Tag) string {
	for _, t := range tags {
		if sdkaws.ToString(t.Key) == "Name" {
			return sdkaws.ToString(t.Value)
		}
	}
	return ""
}

// sortedTags orders tags by key.
func sortedTags(tags []model.Tag) []model.Tag {
	slices.SortFunc(tags, func(a, b model.Tag) int { return cmp.Compare(a.Key, b.Key) })
	return tags
}
