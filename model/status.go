package model

// Status is AWS's word for where a notebook instance is in its life, as
// DescribeNotebookInstance and ListNotebookInstances spell it. A value that
// this list does not know is kept as it came.
type Status string

// The nine statuses of the SageMaker API (SDK enums, 2026-08-07 and later).
const (
	StatusPending            Status = "Pending"
	StatusInService          Status = "InService"
	StatusStopping           Status = "Stopping"
	StatusStopped            Status = "Stopped"
	StatusFailed             Status = "Failed"
	StatusDeleting           Status = "Deleting"
	StatusUpdating           Status = "Updating"
	StatusPendingMaintenance Status = "PendingMaintenance"
	StatusInMaintenance      Status = "InMaintenance"
)

// Statuses lists every status, in the order of a notebook's life.
func Statuses() []Status {
	return []Status{
		StatusPending, StatusInService, StatusUpdating, StatusStopping, StatusStopped,
		StatusFailed, StatusDeleting, StatusPendingMaintenance, StatusInMaintenance,
	}
}

// InTransition reports whether AWS is expected to change the status by itself,
// so that an explorer does well to look again soon.
func (s Status) InTransition() bool {
	switch s {
	case StatusPending, StatusStopping, StatusDeleting, StatusUpdating,
		StatusPendingMaintenance, StatusInMaintenance:
		return true
	case StatusInService, StatusStopped, StatusFailed:
		return false
	}
	return false
}

// NetworkMode is the plain name of what the subnet and the raw direct internet
// field say together.
type NetworkMode string

// The network modes; the empty value means that the describe has not answered.
const (
	NetworkUnknown NetworkMode = ""
	NetworkNoVPC   NetworkMode = "no-vpc"
	NetworkDirect  NetworkMode = "vpc-direct"
	NetworkVPCOnly NetworkMode = "vpc-only"
)

// Phrase is the mode as a person reads it on screen.
func (m NetworkMode) Phrase() string {
	switch m {
	case NetworkNoVPC:
		return "no VPC"
	case NetworkDirect:
		return "VPC + direct"
	case NetworkVPCOnly:
		return "VPC only"
	case NetworkUnknown:
		return "unknown"
	}
	return string(m)
}

// Values of the DirectInternetAccess and RootAccess fields.
const (
	Enabled  = "Enabled"
	Disabled = "Disabled"
)
