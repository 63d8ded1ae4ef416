package aws

import (
	"context"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"

	"nbscope/model/recreate"
)

// keys lists the keys of the region under their aliases, and those without one.
// One of the two calls is enough to choose by.
func (c *choiceLister) keys(ctx context.Context) ([]recreate.Choice, error) {
	client := c.session.kms(c.source.Region)
	aliases, noAliases := listAliases(ctx, client)
	keys, noKeys := listKeys(ctx, client)
	if noAliases != nil && noKeys != nil {
		return nil, noAliases
	}
	named := map[string]bool{}
	list := make([]recreate.Choice, 0, len(aliases)+len(keys))
	for _, a := range aliases {
		id := sdkaws.ToString(a.TargetKeyId)
		if id == "" {
			continue // a name that AWS keeps for a key that it has not made yet
		}
		named[id] = true
		one := recreate.Choice{Value: c.keyValue(id, &a), Label: strings.TrimPrefix(sdkaws.ToString(a.AliasName), "alias/"), Note: id}
		if strings.HasPrefix(one.Label, "aws/") {
			one.Note += ", managed by AWS"
		}
		list = append(list, one)
	}
	for _, k := range keys {
		if id := sdkaws.ToString(k.KeyId); !named[id] {
			list = append(list, recreate.Choice{Value: c.keyValue(id, nil), Label: id, Note: "no alias"})
		}
	}
	return append([]recreate.Choice{{Label: none, Note: "a key of SageMaker's own"}}, sorted(list)...), nil
}

// keyValue names a key as the source does, where it is the source's, and else by
// its ARN.
func (c *choiceLister) keyValue(id string, alias *kmstypes.AliasListEntry) string {
	arn := "arn:" + c.session.partition + ":kms:" + c.source.Region + ":" + c.source.Account + ":key/" + id
	switch theirs := c.source.KMSKeyID; {
	case theirs == id:
		return id
	case alias != nil && (theirs == sdkaws.ToString(alias.AliasName) || theirs == sdkaws.ToString(alias.AliasArn)):
		return theirs
	}
	return arn
}

func listAliases(ctx context.Context, client *kms.Client) ([]kmstypes.AliasListEntry, error) {
	var out []kmstypes.AliasListEntry
	for pages := kms.NewListAliasesPaginator(client, &kms.ListAliasesInput{Limit: sdkaws.Int32(pageSize)}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Aliases...)
	}
	return out, nil
}

func listKeys(ctx context.Context, client *kms.Client) ([]kmstypes.KeyListEntry, error) {
	var out []kmstypes.KeyListEntry
	for pages := kms.NewListKeysPaginator(client, &kms.ListKeysInput{Limit: sdkaws.Int32(iamPageSize)}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Keys...)
	}
	return out, nil
}
