package sim

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The patterns that only writes need.
var (
	idPattern       = regexp.MustCompile(`^(?:[-0-9a-zA-Z]+)$`)
	rolePattern     = regexp.MustCompile(`^(?:arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+)$`) //nolint:gocritic // AWS's pattern, which stands in its errors
	kmsPattern      = regexp.MustCompile(`^(?:[a-zA-Z0-9:/_-]*)$`)
	tagPattern      = regexp.MustCompile(`^(?:[\p{L}\p{Z}\p{N}_.:/=+\-@]*)$`)
	platformPattern = regexp.MustCompile(`^(?:notebook-al1-v1|notebook-al2-v1|notebook-al2-v2|notebook-al2-v3|notebook-al2023-v1)$`)
	imdsPattern     = regexp.MustCompile(`^(?:1|2)$`) //nolint:gocritic // AWS's pattern, which stands in its errors
)

// settings are the members that a Create and an Update have in common.
type settings struct {
	NotebookInstanceName                 string
	InstanceType                         string
	IpAddressType                        string //nolint:revive // the API's name
	RoleArn                              string
	RootAccess                           string
	PlatformIdentifier                   string
	VolumeSizeInGB                       *int
	LifecycleConfigName                  string
	DefaultCodeRepository                string
	AdditionalCodeRepositories           []string
	AcceleratorTypes                     []string
	InstanceMetadataServiceConfiguration *imdsConfig
}

// check collects what breaks the service model.
func (in settings) check(c *constraints) {
	c.required("notebookInstanceName", in.NotebookInstanceName)
	c.text("notebookInstanceName", in.NotebookInstanceName, 63, namePattern)
	c.oneOf("instanceType", in.InstanceType, knownTypes())
	c.oneOf("ipAddressType", in.IpAddressType, []string{ipv4, dualstack})
	if in.RoleArn != "" && len(in.RoleArn) < 20 {
		c.add(in.RoleArn, "roleArn", "have length greater than or equal to 20")
	}
	c.text("roleArn", in.RoleArn, 2048, rolePattern)
	c.oneOf("rootAccess", in.RootAccess, []string{on, off})
	c.text("platformIdentifier", in.PlatformIdentifier, 20, platformPattern)
	c.between("volumeSizeInGB", in.VolumeSizeInGB, 5, 16384)
	c.text("lifecycleConfigName", in.LifecycleConfigName, 63, namePattern)
	c.text("defaultCodeRepository", in.DefaultCodeRepository, 1024, repoPattern)
	c.most("additionalCodeRepositories", in.AdditionalCodeRepositories, 3)
	for i, repo := range in.AdditionalCodeRepositories {
		c.text(fmt.Sprintf("additionalCodeRepositories.%d.member", i+1), repo, 1024, repoPattern)
	}
	for i, accelerator := range in.AcceleratorTypes {
		c.oneOf(fmt.Sprintf("acceleratorTypes.%d.member", i+1), accelerator, []string{
			"ml.eia1.medium", "ml.eia1.large", "ml.eia1.xlarge", "ml.eia2.medium", "ml.eia2.large", "ml.eia2.xlarge",
		})
	}
	if imds := in.InstanceMetadataServiceConfiguration; imds != nil {
		const member = "instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion"
		c.required(member, imds.MinimumInstanceMetadataServiceVersion)
		c.text(member, imds.MinimumInstanceMetadataServiceVersion, 1, imdsPattern)
	}
}

// most bounds the length of a list.
func (c *constraints) most(member string, list []string, longest int) {
	if len(list) > longest {
		c.add("["+strings.Join(list, ", ")+"]", member, "have length less than or equal to "+strconv.Itoa(longest))
	}
}

// tags are tags as a request gives them.
func (c *constraints) tags(tags []tag) {
	if len(tags) > maxTags {
		keys := make([]string, 0, len(tags))
		for _, t := range tags {
			keys = append(keys, t.Key)
		}
		c.most("tags", keys, maxTags)
	}
	for i, t := range tags {
		c.tagKey(fmt.Sprintf("tags.%d.member.key", i+1), t.Key)
		c.text(fmt.Sprintf("tags.%d.member.value", i+1), t.Value, 256, tagPattern)
	}
}

func (c *constraints) tagKey(member, key string) {
	if key == "" {
		c.add(key, member, "have length greater than or equal to 1")
	}
	c.text(member, key, 128, tagPattern)
}

// maxTags is how many tags of the user's own a notebook may have.
const maxTags = 50

// ownTags counts the tags that are not AWS's.
func ownTags(tags []tag) int {
	n := 0
	for _, t := range tags {
		if !reserved(t.Key) {
			n++
		}
	}
	return n
}

// reserved says whether a tag's key is AWS's own.
func reserved(key string) bool { return strings.HasPrefix(strings.ToLower(key), "aws:") }

// mayTag refuses tags that the service model allows and AWS does not. The texts
// about twins and numbers are the simulation's.
func mayTag(old, added []tag) *apiError {
	seen := map[string]bool{}
	for _, t := range added {
		if reserved(t.Key) {
			return invalid("aws: prefixed tag key names are not allowed for external use.")
		}
		if seen[t.Key] {
			return invalid("Duplicate tag key %s.", t.Key)
		}
		seen[t.Key] = true
	}
	if n := ownTags(mergeTags(old, added)); n > maxTags {
		return invalid("A resource can have at most %d tags; this one would have %d.", maxTags, n)
	}
	return nil
}

// mergeTags puts tags over those that there are; a key keeps its place.
func mergeTags(old, added []tag) []tag {
	out := append(make([]tag, 0, len(old)+len(added)), old...)
	for _, t := range added {
		replaced := false
		for i := range out {
			if out[i].Key == t.Key {
				out[i].Value, replaced = t.Value, true
			}
		}
		if !replaced {
			out = append(out, t)
		}
	}
	return out
}
