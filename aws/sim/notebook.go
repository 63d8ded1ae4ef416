package sim

import (
	"strings"
	"time"
)

// notebook is a notebook instance. It is never changed once it stands in a place:
// a change replaces it, so that whoever holds one may read it without a lock.
type notebook struct {
	name, folded  string
	place         *place
	life          life
	created       time.Time
	modified      time.Time // by a user; the status moves it on
	instanceType  string
	role          string
	direct, root  string // "Enabled", "Disabled"
	subnet        *subnet
	groups        []string
	eni           string
	kms           string
	lifecycle     string
	repo          string
	moreRepos     []string
	volume        int
	platform      string
	imds          string
	ipType        string
	failureReason string
	dooms         string // the failure reason once the status is Failed, of one that is going to fail
	made          bool   // since the world was, so that its address is not among those already taken
	tags          []tag
	everTagged    bool
}

type tag struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
}

// status is the status at a time.
func (n *notebook) status(now time.Time) string {
	s, _ := n.life.at(now, n.place.world.scale)
	return s
}

// reason is why a notebook has failed, if it has.
func (n *notebook) reason(now time.Time) string {
	if n.dooms != "" && n.status(now) == failed {
		return n.dooms
	}
	return n.failureReason
}

func (n *notebook) gone(now time.Time) bool { return n.status(now) == gone }

// modifiedAt is the last change at a time: by a user, or of the status.
func (n *notebook) modifiedAt(now time.Time) time.Time {
	if len(n.life.phases) > 1 {
		if _, began := n.life.at(now, n.place.world.scale); began.After(n.modified) {
			return began
		}
	}
	return n.modified
}

// arn is lower case whatever the name is.
func (n *notebook) arn() string { return n.place.arn("sagemaker", "notebook-instance/"+n.folded) }

// url is where Jupyter is reached.
func (n *notebook) url() string {
	return n.folded + ".notebook." + n.place.region.name + ".sagemaker.aws"
}

func (n *notebook) setName(name string) { n.name, n.folded = name, strings.ToLower(name) }

// lifecycle is a lifecycle configuration; the scripts are plain text here.
type lifecycle struct {
	name              string
	onCreate, onStart string
	created, modified time.Time
}

// repository is a code repository that is registered by name.
type repository struct {
	name, url, branch, secret string
	created                   time.Time
}
