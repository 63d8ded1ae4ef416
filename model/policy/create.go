package policy

import (
	"nbscope/model"
	"nbscope/model/recreate"
)

// choose ends a script in which nobody said where the new notebook shall stand.
const choose = `: "${SUBNET:?set it to the subnet of the new notebook}" "${GROUP:?set it to its security group}"`

// createCommands makes a notebook beside the source with everything that can be
// carried over and direct internet access as wanted, and waits for it. nbscope
// plan says the same with its checks.
func createCommands(n *model.Notebook, direct string) []string {
	src := recreate.SnapshotOf(n)
	spec := recreate.SpecFor(&src, recreate.DirectionTo(&src, direct))
	create, wait := spec.CreateCommand(&src), spec.WaitCommand(n.Region)
	if n.SubnetID == "" {
		return []string{choose, create + ` --subnet-id "$SUBNET" --security-group-ids "$GROUP"`, wait}
	}
	return []string{create, wait}
}
