package recreate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"nbscope/model"
)

// request is the input of CreateNotebookInstance with the API's member names, in
// the order of Fields.
type request struct {
	Name       string       `json:"NotebookInstanceName"`
	Type       string       `json:"InstanceType"`
	Platform   string       `json:"PlatformIdentifier,omitempty"`
	Volume     int          `json:"VolumeSizeInGB,omitempty"`
	Lifecycle  string       `json:"LifecycleConfigName,omitempty"`
	IMDS       *requestIMDS `json:"InstanceMetadataServiceConfiguration,omitempty"`
	Role       string       `json:"RoleArn"`
	Root       string       `json:"RootAccess,omitempty"`
	Key        string       `json:"KmsKeyId,omitempty"`
	Subnet     string       `json:"SubnetId,omitempty"`
	Groups     []string     `json:"SecurityGroupIds,omitempty"`
	Direct     string       `json:"DirectInternetAccess"` // always: AWS's default is Enabled, and guardrails look at what was sent
	IPType     string       `json:"IpAddressType,omitempty"`
	Repository string       `json:"DefaultCodeRepository,omitempty"`
	MoreRepos  []string     `json:"AdditionalCodeRepositories,omitempty"`
	Tags       []model.Tag  `json:"Tags,omitempty"`
}

type requestIMDS struct {
	Minimum string `json:"MinimumInstanceMetadataServiceVersion"`
}

// Request is the input of CreateNotebookInstance as indented JSON to be shown: the
// API's member names, always in the same order, absent where nothing is sent. It is
// exact, save for what Masked lists; Reveal gives that back.
func (s *Spec) Request() []byte {
	out := request{
		Name: s.Name, Type: s.InstanceType, Platform: s.Platform, Volume: s.VolumeGB, Lifecycle: s.LifecycleName,
		Role: s.RoleARN, Root: s.RootAccess, Key: s.KMSKeyID, Subnet: s.SubnetID, Groups: s.SecurityGroups,
		Direct: s.DirectInternet, IPType: s.IPAddressType, Repository: model.MaskURL(s.DefaultRepository), MoreRepos: model.MaskURLs(s.MoreRepositories), Tags: s.Tags,
	}
	if s.IMDSVersion != "" {
		out.IMDS = &requestIMDS{s.IMDSVersion}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return nil // texts and numbers always encode
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// ParseRequest reads an input of CreateNotebookInstance as Request writes it. A
// member that this version does not send is an error: it must not be dropped in
// silence.
func ParseRequest(raw []byte) (Spec, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	var in request
	if err := dec.Decode(&in); err != nil {
		return Spec{}, fmt.Errorf("not an input of CreateNotebookInstance: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	out := Spec{
		Name: in.Name, InstanceType: in.Type, Platform: in.Platform, VolumeGB: in.Volume, LifecycleName: in.Lifecycle,
		RoleARN: in.Role, RootAccess: in.Root, KMSKeyID: in.Key, SubnetID: in.Subnet, SecurityGroups: in.Groups,
		DirectInternet: in.Direct, IPAddressType: in.IPType, DefaultRepository: in.Repository, MoreRepositories: in.MoreRepos, Tags: in.Tags,
	}
	if in.IMDS != nil {
		out.IMDSVersion = in.IMDS.Minimum
	}
	return out, nil
}
