package recreate

import (
	"slices"

	"nbscope/model"
)

// SnapshotOf is a notebook of the inventory as a snapshot. It is as old as the
// inventory is: enough to show what a recreate would be, and not to make one.
func SnapshotOf(n *model.Notebook) Snapshot {
	out := Snapshot{
		ARN: n.ARN, Name: n.Name, Account: n.Account, Region: n.Region, Status: n.Status, FailureReason: n.FailureReason,
		URL: n.URL, Created: n.Created, Modified: n.Modified, InstanceType: n.InstanceType, RoleARN: n.RoleARN,
		SubnetID: n.SubnetID, SecurityGroups: slices.Clone(n.SecurityGroups), NetworkID: n.NetworkID, DirectInternet: n.DirectInternet,
		RootAccess: n.RootAccess, KMSKeyID: n.KMSKeyID, LifecycleName: n.LifecycleName, DefaultRepository: n.DefaultRepository(),
		VolumeGB: n.VolumeGB, Platform: n.Platform, IMDSVersion: n.IMDSVersion, IPAddressType: n.IPAddressType,
		Tags: slices.Clone(n.Tags), SeenAt: n.SeenAt,
	}
	more := n.Repositories
	if n.HasDefaultRepo && len(more) > 0 {
		more = more[1:]
	}
	if len(more) > 0 {
		out.MoreRepositories = slices.Clone(more)
	}
	if !n.Tagged.Known() {
		out.TagsUnknown = n.Reason(model.FieldTags)
	}
	return out
}
