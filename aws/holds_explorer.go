package aws

import (
	"slices"
	"strings"
)

// explorerMusts are those of Resource Explorer. That it names no notebook somewhere is
// taken for a belief, so that a list of another view must not be.
func explorerMusts(out map[string]must) {
	indexes := holding(func(o *explorerIndexes) string {
		return listed("Indexes", o.Indexes, func(i *explorerIndex) bool { return i.Region != "" && i.Type != "" })
	})
	out[explorerID+".ListIndexes"] = indexes
	out[explorerID+".ListIndexesForMembers"] = func(asked, answer any) string {
		if lacks := indexes(asked, answer); lacks != "" {
			return lacks
		}
		q, _ := asked.(*explorerQuestion)
		for _, i := range answer.(*explorerIndexes).Indexes { //nolint:forcetypeassert // it is what indexes found
			if q == nil || !slices.Contains(q.AccountIdList, i.AccountId) {
				return "the account of an index that was asked for"
			}
		}
		return ""
	}
	out[explorerID+".GetIndex"] = holding(func(o *explorerState) string {
		return missing(member{"Arn", o.Arn}, member{"State", o.State}, member{"Type", o.Type})
	})
	out[explorerID+".ListViews"] = holding(func(o *explorerViews) string { return listed("Views", o.Views, given) })
	out[explorerID+".BatchGetView"] = holding(func(o *explorerShown) string {
		if len(o.Errors) > 0 {
			return "a view that it lists (" + o.Errors[0].ErrorMessage + ")"
		}
		return listed("Views", o.Views, func(v *explorerView) bool { return v.ViewArn != "" })
	})
	out[explorerID+".ListResources"] = func(asked, answer any) string {
		q, _ := asked.(*explorerQuestion)
		o, ok := answer.(*explorerResources)
		if q == nil || !ok {
			return "it is of another operation"
		}
		if !strings.EqualFold(o.ViewArn, q.ViewArn) {
			return "the view that was asked (it is of " + o.ViewArn + ")"
		}
		return listed("Resources", o.Resources, func(r *explorerResource) bool {
			return r.Arn != "" && r.OwningAccountId != "" && r.Region != "" && strings.EqualFold(r.ResourceType, typeNotebook)
		})
	}
}
