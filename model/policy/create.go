package policy

import (
	"encoding/json"
	"strconv"
	"strings"

	"nbscope/model"
)

const (
	maxName    = 63 // characters of a notebook instance's name
	newSuffix  = "-new"
	choose     = "SUBNET=subnet-… GROUP=sg-…  # choose where the new notebook stands"
	ownTags    = "aws:" // reserved: AWS refuses them in a request
	imdsLatest = "2"    // new notebooks may not use the first version
)

// createCommands makes a notebook beside the source with everything that can be
// carried over and direct internet access as wanted, and waits for it. Every
// setting that matters is sent: the API's defaults are others.
func createCommands(n *model.Notebook, direct string) []string {
	name := n.Name[:min(len(n.Name), maxName-len(newSuffix))] + newSuffix
	words := []string{
		"aws", "sagemaker", "create-notebook-instance", "--region", n.Region, "--notebook-instance-name", name,
		"--instance-type", n.InstanceType, "--role-arn", n.RoleARN, "--direct-internet-access", direct,
		"--platform-identifier", supportedPlatform,
		"--instance-metadata-service-configuration", "MinimumInstanceMetadataServiceVersion=" + imdsLatest,
	}
	add := func(option, value string) {
		if value != "" {
			words = append(words, option, value)
		}
	}
	add("--root-access", n.RootAccess)
	add("--kms-key-id", n.KMSKeyID)
	add("--lifecycle-config-name", n.LifecycleName)
	add("--ip-address-type", n.IPAddressType)
	if n.VolumeGB > 0 {
		add("--volume-size-in-gb", strconv.Itoa(n.VolumeGB))
	}
	add("--default-code-repository", n.DefaultRepository())
	if more := n.Repositories; len(more) > 0 {
		if n.HasDefaultRepo {
			more = more[1:]
		}
		if len(more) > 0 {
			words = append(append(words, "--additional-code-repositories"), more...)
		}
	}
	add("--subnet-id", n.SubnetID)
	if len(n.SecurityGroups) > 0 {
		words = append(append(words, "--security-group-ids"), n.SecurityGroups...)
	}
	add("--tags", tagsOf(n))
	create := line(words...)
	wait := line("aws", "sagemaker", "wait", "notebook-instance-in-service", "--region", n.Region, "--notebook-instance-name", name)
	if n.SubnetID == "" {
		return []string{choose, create + ` --subnet-id "$SUBNET" --security-group-ids "$GROUP"`, wait}
	}
	return []string{create, wait}
}

// tagsOf is the value of --tags: the notebook's own tags as JSON, "" when there
// are none.
func tagsOf(n *model.Notebook) string {
	var tags []model.Tag
	for _, t := range n.Tags {
		if !strings.HasPrefix(t.Key, ownTags) {
			tags = append(tags, t)
		}
	}
	if len(tags) == 0 {
		return ""
	}
	raw, err := json.Marshal(tags)
	if err != nil {
		return "" // strings always marshal
	}
	return string(raw)
}
