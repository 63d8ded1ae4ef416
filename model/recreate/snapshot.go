package recreate

import (
	"time"

	"nbscope/model"
)

// Snapshot is a notebook's full configuration as observed at a time: every member
// of DescribeNotebookInstance, and the tags.
type Snapshot struct {
	ARN           string       `json:"arn"`
	Name          string       `json:"name"`
	Account       string       `json:"account"`
	Region        string       `json:"region"`
	Status        model.Status `json:"status"`
	FailureReason string       `json:"failureReason,omitempty"`
	URL           string       `json:"url,omitempty"`
	Created       time.Time    `json:"created"`
	Modified      time.Time    `json:"modified"` // moves with every change of the status too

	InstanceType      string   `json:"instanceType"`
	RoleARN           string   `json:"roleArn"`
	SubnetID          string   `json:"subnetId,omitempty"` // "" means no VPC
	SecurityGroups    []string `json:"securityGroups,omitempty"`
	NetworkID         string   `json:"networkInterfaceId,omitempty"`
	DirectInternet    string   `json:"directInternetAccess"`
	RootAccess        string   `json:"rootAccess,omitempty"`
	KMSKeyID          string   `json:"kmsKeyId,omitempty"`
	LifecycleName     string   `json:"lifecycleConfig,omitempty"`
	DefaultRepository string   `json:"defaultCodeRepository,omitempty"`
	MoreRepositories  []string `json:"additionalCodeRepositories,omitempty"`
	VolumeGB          int      `json:"volumeGB,omitempty"`
	Platform          string   `json:"platform,omitempty"`
	IMDSVersion       string   `json:"imdsVersion,omitempty"`
	IPAddressType     string   `json:"ipAddressType,omitempty"`
	AcceleratorTypes  []string `json:"acceleratorTypes,omitempty"`

	Tags        []model.Tag `json:"tags,omitempty"`        // sorted by key
	TagsUnknown string      `json:"tagsUnknown,omitempty"` // why they are not known, "" when they are

	SeenAt time.Time `json:"seenAt"`
}

// Target is where the notebook lives.
func (s *Snapshot) Target() model.Target { return model.Target{Account: s.Account, Region: s.Region} }

// Tag returns the value of the tag with this key, "" where there is none.
func (s *Snapshot) Tag(key string) string {
	for _, t := range s.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// Side is which of the two notebooks of a run is meant.
type Side string

// The sides.
const (
	SideSource      Side = "source"
	SideReplacement Side = "replacement"
)
