package sim

import (
	"slices"
	"strings"
	"time"
)

func kmsOperations() []operation {
	return []operation{
		{name: "KMS.DescribeKey", handle: describeKey},
		{name: "KMS.ListKeys", handle: listKeys},
		{name: "KMS.ListAliases", handle: listAliases},
	}
}

// The states of a key.
const (
	keyEnabled  = "Enabled"
	keyDisabled = "Disabled"
	keyDoomed   = "PendingDeletion"
)

// kmsKey is a key of a place.
type kmsKey struct {
	id, alias, about string
	state            string
	manager          string // "CUSTOMER" or "AWS"
	created          time.Time
}

// keyring is the keys of a place.
type keyring struct {
	place   *place
	changed map[string]string // states, by id
}

// all lists the keys of a place: the one of the notebooks, one that is disabled,
// one that is going to be deleted, and one of AWS's own. In the third account the
// notebooks' key of one region has been disabled, as it happens. They follow from
// the seed and from what was changed; p.mu is held.
func (g *keyring) all() []kmsKey {
	r := newRNG(g.place.world.seed, "keys", g.place.account.id, g.place.region.name)
	id := func() string {
		return r.hex(8) + "-" + r.hex(4) + "-4" + r.hex(3) + "-9" + r.hex(3) + "-" + r.hex(12)
	}
	made := g.place.world.base.Add(-900 * 24 * time.Hour)
	keys := []kmsKey{
		{g.place.net.keyID, "alias/ml-notebooks", "Volumes of notebook instances", keyEnabled, "CUSTOMER", made},
		{id(), "alias/ml-notebooks-2021", "Before the rotation", keyDisabled, "CUSTOMER", made},
		{id(), "alias/decommissioned", "", keyDoomed, "CUSTOMER", made},
		{id(), "alias/aws/s3", "Default key that protects my S3 objects when no other key is defined", keyEnabled, "AWS", made},
	}
	if g.place.account.index == 2 && g.place.region.name == "eu-west-1" {
		keys[0].state = keyDisabled
	}
	for i := range keys {
		if state, ok := g.changed[keys[i].id]; ok {
			keys[i].state = state
		}
	}
	return keys
}

func (g *keyring) arn(id string) string { return g.place.arn("kms", "key/"+id) }

// find finds a key by id, by ARN, or by the name or ARN of its alias, with p.mu
// held.
func (g *keyring) find(name string) (kmsKey, bool) {
	name = strings.TrimPrefix(name, g.place.arn("kms", ""))
	keys := g.all()
	i := slices.IndexFunc(keys, func(k kmsKey) bool {
		return name == k.id || name == "key/"+k.id || name == k.alias
	})
	if i < 0 {
		return kmsKey{}, false
	}
	return keys[i], true
}

// missing is what KMS says of a key that is not there.
func (g *keyring) missing(name string) *apiError {
	short := strings.TrimPrefix(name, g.place.arn("kms", ""))
	switch {
	case strings.HasPrefix(short, "alias/"):
		return badRequest("NotFoundException", "Alias %s is not found.", g.place.arn("kms", short))
	case strings.HasPrefix(short, "arn:"):
		return badRequest("NotFoundException", "Invalid arn %s", g.place.region.name)
	}
	return badRequest("NotFoundException", "Key '%s' does not exist", g.arn(strings.TrimPrefix(short, "key/")))
}

// check refuses a key that a notebook's volume cannot be encrypted with. The
// texts are KMS's; that SageMaker hands them on like this is the simulation's.
func (g *keyring) check(name string) *apiError {
	if name == "" {
		return nil
	}
	k, ok := g.find(name)
	if !ok {
		e := g.missing(name)
		return invalid("%s", e.message)
	}
	switch k.state {
	case keyDisabled:
		return invalid("%s is disabled.", g.arn(k.id))
	case keyDoomed:
		return invalid("%s is pending deletion.", g.arn(k.id))
	}
	return nil
}

type keyMetadata struct {
	AWSAccountId          string //nolint:revive // the API's name
	KeyId                 string //nolint:revive // the API's name
	Arn                   string
	CreationDate          epoch
	Enabled               bool
	Description           string
	KeyUsage              string
	KeyState              string
	DeletionDate          *epoch `json:",omitempty"`
	Origin                string
	KeyManager            string
	CustomerMasterKeySpec string
	KeySpec               string
	EncryptionAlgorithms  []string
	MultiRegion           bool
}

func describeKey(s *cloud, r *request) (any, *apiError) {
	var in struct {
		KeyId string //nolint:revive // the API's name
	}
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	var c constraints
	c.required("keyId", in.KeyId)
	if e := c.err("ValidationException"); e != nil {
		return nil, e
	}
	p := s.world.place(r.account, r.region)
	p.mu.RLock()
	defer p.mu.RUnlock()
	k, ok := p.keys.find(in.KeyId)
	if !ok {
		return nil, p.keys.missing(in.KeyId)
	}
	out := keyMetadata{
		AWSAccountId: r.account.id, KeyId: k.id, Arn: p.keys.arn(k.id), CreationDate: epoch(k.created), Enabled: k.state == keyEnabled,
		Description: k.about, KeyUsage: "ENCRYPT_DECRYPT", KeyState: k.state, Origin: "AWS_KMS", KeyManager: k.manager,
		CustomerMasterKeySpec: "SYMMETRIC_DEFAULT", KeySpec: "SYMMETRIC_DEFAULT", EncryptionAlgorithms: []string{"SYMMETRIC_DEFAULT"},
	}
	if k.state == keyDoomed {
		at := epoch(s.world.base.Add(7 * 24 * time.Hour))
		out.DeletionDate = &at
	}
	return struct{ KeyMetadata keyMetadata }{out}, nil
}

// kmsPage cuts a page out of a list of KMS's.
func kmsPage[T any](r *request, all []T, limit *int, usual int, marker string) (cut []T, next string, e *apiError) {
	var c constraints
	c.between("limit", limit, 1, 1000)
	if e := c.err("ValidationException"); e != nil {
		return nil, "", e
	}
	cut, next, ok := page(r, all, sizeOf(limit, usual), "", marker)
	if !ok {
		return nil, "", badRequest("InvalidMarkerException", "Could not deserialize marker '%s'", marker)
	}
	return cut, next, nil
}

type kmsListInput struct {
	KeyId  string //nolint:revive // the API's name
	Limit  *int
	Marker string
}

func listKeys(s *cloud, r *request) (any, *apiError) {
	var in kmsListInput
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	type entry struct{ KeyId, KeyArn string } //nolint:revive // the API's names
	p := s.world.place(r.account, r.region)
	p.mu.RLock()
	defer p.mu.RUnlock()
	keys := p.keys.all()
	all := make([]entry, 0, len(keys))
	for _, k := range keys {
		all = append(all, entry{k.id, p.keys.arn(k.id)})
	}
	cut, next, e := kmsPage(r, all, in.Limit, 100, in.Marker)
	if e != nil {
		return nil, e
	}
	return struct {
		Keys       []entry
		NextMarker string `json:",omitempty"`
		Truncated  bool
	}{cut, next, next != ""}, nil
}

func listAliases(s *cloud, r *request) (any, *apiError) {
	var in kmsListInput
	if e := decodeJSON(r, &in); e != nil {
		return nil, e
	}
	type entry struct {
		AliasName, AliasArn, TargetKeyId string //nolint:revive // the API's names
		CreationDate, LastUpdatedDate    epoch
	}
	p := s.world.place(r.account, r.region)
	p.mu.RLock()
	defer p.mu.RUnlock()
	only, ok := p.keys.find(in.KeyId)
	if in.KeyId != "" && !ok {
		return nil, p.keys.missing(in.KeyId)
	}
	keys := p.keys.all()
	all := make([]entry, 0, len(keys))
	for _, k := range keys {
		if !ok || only.id == k.id {
			all = append(all, entry{k.alias, p.arn("kms", k.alias), k.id, epoch(k.created), epoch(k.created)})
		}
	}
	cut, next, e := kmsPage(r, all, in.Limit, 50, in.Marker)
	if e != nil {
		return nil, e
	}
	return struct {
		Aliases    []entry
		NextMarker string `json:",omitempty"`
		Truncated  bool
	}{cut, next, next != ""}, nil
}
