package aws

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	awsmw "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/pricing"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	taggingtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go/middleware"

	"nbscope/model"
)

// What an answer must hold before it counts. The SDK decodes an empty body, an
// answer without its list, or one about something else without an error, and each
// of them would read as "there is none".

// answerError says why an answer of status 200 does not count.
type answerError struct{ says string }

func (e *answerError) Error() string { return e.says }

// hollow is an answer that does not hold what it must.
func hollow(lacks string) error {
	return &answerError{"the answer does not hold what AWS always gives: " + lacks}
}

// ofNotebook refuses an ARN that is not that of a notebook in the place that was
// asked. AWS writes names in lower case there.
func (r *targetRun) ofNotebook(operation string, arn, name *string) error {
	if err := r.ofPlace(operation, arn); err != nil {
		return err
	}
	if of, is := sdkaws.ToString(arn), sdkaws.ToString(name); !strings.EqualFold(of[strings.LastIndex(of, "/")+1:], is) {
		return model.Problem{Kind: model.KindProtocol, Operation: operation, Hint: hintNotAWS, Message: "the answer names " + of + " and calls it " + is}
	}
	return nil
}

// ofPlace refuses an ARN of another partition, account or region than that which
// was asked. Whose account it is STS has said, at the same endpoint.
func (r *targetRun) ofPlace(operation string, arn *string) error {
	place := "arn:" + r.session.partition + ":sagemaker:" + r.target.Region + ":" + r.target.Account + ":"
	if got := sdkaws.ToString(arn); len(got) < len(place) || !strings.EqualFold(got[:len(place)], place) {
		return model.Problem{
			Kind: model.KindProtocol, Operation: operation, Hint: hintNotAWS,
			Message: "the answer names " + got + ", which does not begin with " + place,
		}
	}
	return nil
}

// repeats reports whether a page of a list names itself as the next one.
func repeats(asked, answer any) bool {
	for _, m := range [...][2]string{{"NextToken", "NextToken"}, {"PaginationToken", "PaginationToken"}, {"Marker", "Marker"}, {"Marker", "NextMarker"}} {
		if before := text(asked, m[0]); before != "" && before == text(answer, m[1]) {
			return true
		}
	}
	return false
}

// text is the value of a member that is text, "" where there is none.
func text(of any, member string) string {
	v := reflect.Indirect(reflect.ValueOf(of))
	if v.Kind() != reflect.Struct {
		return ""
	}
	if f := v.FieldByName(member); f.IsValid() {
		s, _ := reflect.TypeAssert[*string](f)
		return sdkaws.ToString(s)
	}
	return ""
}

// must returns what an answer lacks, "" for one that counts.
type must func(asked, answer any) string

// holding makes a must of what is looked for in an answer: a list of conditions in
// the order in which they are told.
func holding[O any](lacks func(O) string) must {
	return func(_, answer any) string {
		o, ok := answer.(O)
		if !ok {
			return "it is of another operation"
		}
		return lacks(o)
	}
}

// listed says what a list lacks: itself, or in one of its items something without
// which the item cannot be told from another or reads as if it had less than it has.
func listed[T any](member string, items []T, fits func(*T) bool) string {
	if items == nil {
		return member
	}
	for i := range items {
		if !fits(&items[i]) {
			return "what tells one of " + member + " from another"
		}
	}
	return ""
}

// given is for lists whose items stand for themselves.
func given[T any](*T) bool { return true }

// musts lists what the answer of every operation that only reads must hold, by
// service and operation. Those that change something are settled by looking.
func musts() map[string]must {
	out := map[string]must{
		"SSO.GetRoleCredentials": holding(func(o *sso.GetRoleCredentialsOutput) string {
			c := o.RoleCredentials
			if c == nil || c.Expiration <= 0 {
				return "RoleCredentials"
			}
			return missing(in("AccessKeyId", c.AccessKeyId), in("SecretAccessKey", c.SecretAccessKey), in("SessionToken", c.SessionToken))
		}),
		"SSO OIDC.CreateToken": holding(func(o *ssooidc.CreateTokenOutput) string {
			if o.ExpiresIn <= 0 {
				return "ExpiresIn"
			}
			return missing(in("AccessToken", o.AccessToken))
		}),
		"Account.ListRegions": holding(func(o *account.ListRegionsOutput) string {
			return listed("Regions", o.Regions, func(r *accounttypes.Region) bool { return has(r.RegionName) && r.RegionOptStatus != "" })
		}),
		"Resource Groups Tagging API.GetResources": holding(func(o *tagging.GetResourcesOutput) string {
			return listed("ResourceTagMappingList", o.ResourceTagMappingList, func(m *taggingtypes.ResourceTagMapping) bool {
				return has(m.ResourceARN) && m.Tags != nil
			})
		}),
		"IAM.ListAccountAliases": holding(func(o *iam.ListAccountAliasesOutput) string { return listed("AccountAliases", o.AccountAliases, given) }),
		"IAM.ListRoles":          holding(func(o *iam.ListRolesOutput) string { return listed("Roles", o.Roles, given) }),
		"IAM.GetRole": holding(func(o *iam.GetRoleOutput) string {
			if o.Role == nil {
				return "Role"
			}
			return missing(in("Arn", o.Role.Arn))
		}),
		"IAM.SimulatePrincipalPolicy": holding(func(o *iam.SimulatePrincipalPolicyOutput) string {
			return listed("EvaluationResults", o.EvaluationResults, given)
		}),
		"KMS.ListKeys":    holding(func(o *kms.ListKeysOutput) string { return listed("Keys", o.Keys, given) }),
		"KMS.ListAliases": holding(func(o *kms.ListAliasesOutput) string { return listed("Aliases", o.Aliases, given) }),
		"KMS.DescribeKey": holding(func(o *kms.DescribeKeyOutput) string {
			if o.KeyMetadata == nil {
				return "KeyMetadata"
			}
			return missing(in("KeyId", o.KeyMetadata.KeyId))
		}),
		"Pricing.GetProducts": holding(func(o *pricing.GetProductsOutput) string { return listed("PriceList", o.PriceList, given) }),
		"Service Quotas.ListServiceQuotas": holding(func(o *servicequotas.ListServiceQuotasOutput) string {
			return listed("Quotas", o.Quotas, given)
		}),
	}
	stsMusts(out)
	organizationMusts(out)
	sagemakerMusts(out)
	ec2Musts(out)
	s3Musts(out)
	explorerMusts(out)
	return out
}

func stsMusts(out map[string]must) {
	out["STS.GetCallerIdentity"] = holding(lackOfCaller)
	out["STS.AssumeRole"] = holding(func(o *sts.AssumeRoleOutput) string { return missingCredentials(o.Credentials) })
	out["STS.AssumeRoleWithWebIdentity"] = holding(func(o *sts.AssumeRoleWithWebIdentityOutput) string { return missingCredentials(o.Credentials) })
	out["STS.GetSessionToken"] = holding(func(o *sts.GetSessionTokenOutput) string { return missingCredentials(o.Credentials) })
}

func lackOfCaller(o *sts.GetCallerIdentityOutput) string {
	if lacks := missing(in("Arn", o.Arn), in("Account", o.Account)); lacks != "" {
		return lacks
	}
	caller, ok := identityOf(o.Arn)
	switch {
	case !isAccount(*o.Account):
		return "an Account of twelve digits"
	case !ok || caller.Account != *o.Account:
		return "an Arn of the Account that it names"
	}
	return ""
}

func organizationMusts(out map[string]must) {
	out["Organizations.ListAccounts"] = holding(func(o *organizations.ListAccountsOutput) string { return lackOfAccounts(o.Accounts) })
	out["Organizations.ListAccountsForParent"] = holding(func(o *organizations.ListAccountsForParentOutput) string {
		return lackOfAccounts(o.Accounts)
	})
	out["Organizations.ListRoots"] = holding(func(o *organizations.ListRootsOutput) string {
		return listed("Roots", o.Roots, func(r *orgtypes.Root) bool { return has(r.Id) && has(r.Name) })
	})
	out["Organizations.ListOrganizationalUnitsForParent"] = holding(func(o *organizations.ListOrganizationalUnitsForParentOutput) string {
		return listed("OrganizationalUnits", o.OrganizationalUnits, func(u *orgtypes.OrganizationalUnit) bool { return has(u.Id) && has(u.Name) })
	})
}

func lackOfAccounts(accounts []orgtypes.Account) string {
	return listed("Accounts", accounts, func(a *orgtypes.Account) bool { return has(a.Id) && (a.State != "" || a.Status != "") })
}

func missingCredentials(c *ststypes.Credentials) string {
	if c == nil {
		return "Credentials"
	}
	if c.Expiration == nil {
		return "Expiration"
	}
	return missing(in("AccessKeyId", c.AccessKeyId), in("SecretAccessKey", c.SecretAccessKey), in("SessionToken", c.SessionToken))
}

func sagemakerMusts(out map[string]must) {
	out["SageMaker.ListNotebookInstances"] = holding(func(o *sagemaker.ListNotebookInstancesOutput) string {
		return listed("NotebookInstances", o.NotebookInstances, func(n *types.NotebookInstanceSummary) bool {
			return has(n.NotebookInstanceArn) && has(n.NotebookInstanceName) // see missingOfEntry for the rest
		})
	})
	out["SageMaker.DescribeNotebookInstance"] = describesWhatWasAsked
	out["SageMaker.ListTags"] = holding(func(o *sagemaker.ListTagsOutput) string {
		return listed("Tags", o.Tags, func(t *types.Tag) bool { return has(t.Key) })
	})
	out["SageMaker.ListNotebookInstanceLifecycleConfigs"] = holding(func(o *sagemaker.ListNotebookInstanceLifecycleConfigsOutput) string {
		return listed("NotebookInstanceLifecycleConfigs", o.NotebookInstanceLifecycleConfigs, given)
	})
	out["SageMaker.ListCodeRepositories"] = holding(func(o *sagemaker.ListCodeRepositoriesOutput) string {
		return listed("CodeRepositorySummaryList", o.CodeRepositorySummaryList, given)
	})
	out["SageMaker.DescribeNotebookInstanceLifecycleConfig"] = holding(func(o *sagemaker.DescribeNotebookInstanceLifecycleConfigOutput) string {
		return missing(in("NotebookInstanceLifecycleConfigName", o.NotebookInstanceLifecycleConfigName))
	})
	out["SageMaker.DescribeCodeRepository"] = holding(func(o *sagemaker.DescribeCodeRepositoryOutput) string {
		return missing(in("CodeRepositoryName", o.CodeRepositoryName))
	})
}

// missingOfEntry names what an entry of a list lacks although it can be told from the
// others: without its times it is not told from one made anew under its name, nor whether
// what is known of it still holds.
func missingOfEntry(n *types.NotebookInstanceSummary) string {
	switch {
	case n.CreationTime == nil:
		return "CreationTime"
	case n.LastModifiedTime == nil:
		return "LastModifiedTime"
	}
	return missing(member{"NotebookInstanceStatus", string(n.NotebookInstanceStatus)})
}

// describesWhatWasAsked looks for the notebook that was asked for, and for what no
// notebook is without: the members that its creation requires, and its status.
func describesWhatWasAsked(asked, answer any) string {
	q, _ := asked.(*sagemaker.DescribeNotebookInstanceInput)
	o, ok := answer.(*sagemaker.DescribeNotebookInstanceOutput)
	if q == nil || !ok {
		return "it is of another operation"
	}
	if lacks := missing(in("NotebookInstanceName", o.NotebookInstanceName), in("NotebookInstanceArn", o.NotebookInstanceArn),
		in("RoleArn", o.RoleArn), member{"NotebookInstanceStatus", string(o.NotebookInstanceStatus)},
		member{"InstanceType", string(o.InstanceType)}, member{"DirectInternetAccess", string(o.DirectInternetAccess)}); lacks != "" {
		return lacks
	}
	if name := sdkaws.ToString(q.NotebookInstanceName); !strings.EqualFold(name, *o.NotebookInstanceName) {
		return "the notebook " + name + " (it describes " + *o.NotebookInstanceName + ")"
	}
	return missingOfNetwork(o)
}

// missingOfNetwork names the half of a notebook's place in a VPC that is not there
// although the other is: without a subnet it would read as one outside of any VPC.
func missingOfNetwork(o *sagemaker.DescribeNotebookInstanceOutput) string {
	inside := len(o.SecurityGroups) > 0 || has(o.NetworkInterfaceId) || o.DirectInternetAccess == types.DirectInternetAccessDisabled
	switch {
	case inside && !has(o.SubnetId):
		return "SubnetId"
	case has(o.SubnetId) && o.SecurityGroups == nil:
		return "SecurityGroups"
	}
	return ""
}

// member is a member of an answer with its value.
type member struct{ name, value string }

func in(name string, value *string) member { return member{name, sdkaws.ToString(value)} }

// missing names the first member without a value.
func missing(members ...member) string {
	for _, m := range members {
		if m.value == "" {
			return m.name
		}
	}
	return ""
}

func has(s *string) bool { return sdkaws.ToString(s) != "" }

// checkAnswers refuses an answer that does not hold what it must.
func (c *wiring) checkAnswers(s *middleware.Stack) error {
	step := middleware.InitializeMiddlewareFunc("nbscope.holds", func(
		ctx context.Context, call middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		out, md, err := next.HandleInitialize(ctx, call)
		if err != nil {
			return out, md, err
		}
		if lacks, ok := c.answers[awsmw.GetServiceID(ctx)+"."+awsmw.GetOperationName(ctx)]; ok {
			if what := lacks(call.Parameters, out.Result); what != "" {
				return middleware.InitializeOutput{}, md, hollow(what)
			}
		}
		if repeats(call.Parameters, out.Result) {
			return middleware.InitializeOutput{}, md, &answerError{"the list repeats the same page for ever"}
		}
		return out, md, nil
	})
	if err := s.Initialize.Add(step, middleware.After); err != nil {
		return fmt.Errorf("add the check of answers: %w", err)
	}
	return nil
}

// isAccount reports whether an id is one of an account: twelve digits.
func isAccount(id string) bool {
	return len(id) == 12 && strings.Trim(id, "0123456789") == ""
}
