package sim

import (
	"net/http"
	"net/url"
	"time"
)

// protocol is how a service speaks.
type protocol int

const (
	jsonProtocol  protocol = iota // JSON 1.1, the operation in X-Amz-Target
	queryProtocol                 // form in, XML out
	ec2Protocol                   // the same in EC2's dialect
	restProtocol                  // JSON, the operation in method and path
	s3Protocol                    // XML and plain bodies, the operation in method, path and query
)

// service is a service of AWS as it stands on the wire.
type service struct {
	name   string // in counters and fault options: "SageMaker"
	scope  string // in the credential scope and in IAM actions: "sagemaker"
	target string // JSON: what stands before the dot of X-Amz-Target
	xmlns  string // query: namespace of the answers
	proto  protocol
	global bool // one endpoint for every region
}

func services() []service {
	return []service{
		{name: "SageMaker", scope: "sagemaker", target: "SageMaker", proto: jsonProtocol},
		{name: "ResourceGroupsTaggingAPI", scope: "tagging", target: "ResourceGroupsTaggingAPI_20170126", proto: jsonProtocol},
		{name: "Organizations", scope: "organizations", target: "AWSOrganizationsV20161128", proto: jsonProtocol, global: true},
		{name: "Account", scope: "account", proto: restProtocol, global: true},
		{name: "ResourceExplorer2", scope: "resource-explorer-2", proto: restProtocol},
		{name: "STS", scope: "sts", xmlns: "https://sts.amazonaws.com/doc/2011-06-15/", proto: queryProtocol},
		{name: "IAM", scope: "iam", xmlns: "https://iam.amazonaws.com/doc/2010-05-08/", proto: queryProtocol, global: true},
		{name: "KMS", scope: "kms", target: "TrentService", proto: jsonProtocol},
		{name: "ServiceQuotas", scope: "servicequotas", target: "ServiceQuotasV20190624", proto: jsonProtocol},
		{name: "Pricing", scope: "pricing", target: "AWSPriceListService", proto: jsonProtocol},
		{name: "SSO", scope: "awsssoportal", proto: restProtocol, global: true},
		{name: "SSOOIDC", scope: "sso-oauth", proto: restProtocol, global: true},
		{name: "S3", scope: "s3", xmlns: "http://s3.amazonaws.com/doc/2006-03-01/", proto: s3Protocol},
		{name: "EC2", scope: "ec2", xmlns: "http://ec2.amazonaws.com/doc/2016-11-15/", proto: ec2Protocol},
	}
}

// iamName is the name of the service in IAM actions, which is not always that in
// the credential scope.
func (s service) iamName() string {
	if s.scope == "tagging" {
		return "tag"
	}
	return s.scope
}

// request is what an operation is asked, after the protocol was taken off.
type request struct {
	service service
	op      string
	caller  caller
	region  string
	now     time.Time
	id      string        // request id
	body    []byte        // JSON
	form    url.Values    // query
	http    *http.Request // of S3
	account *account      // the caller's, nil where nothing is signed
	bearer  string        // token of the SSO portal
	faults  *Faults
}

// action is the operation in the words of IAM.
func (r *request) action() string { return r.service.iamName() + ":" + r.op }

// handler answers one operation: with a value for JSON, with an element for XML.
type handler func(s *cloud, r *request) (any, *apiError)

// operation is a row of the table below.
type operation struct {
	name     string // "SageMaker.ListNotebookInstances"
	handle   handler
	notebook bool // not known where SageMaker offers no notebooks
	open     bool // answered to every known caller, whatever policies say
	unsigned bool // asked without a signature: the token that it takes says who asks
	writes   bool // changes the world, and is kept in the log of writes
}

// operations is the table of what this AWS can do. An operation that is not in
// it is refused as AWS refuses what it does not know.
func operations() map[string]operation {
	table := map[string]operation{}
	for _, rows := range [][]operation{
		sagemakerOperations(), sagemakerWrites(), taggingOperations(), organizationsOperations(), accountOperations(),
		stsOperations(), ssoOperations(), iamOperations(), kmsOperations(), quotaOperations(), pricingOperations(), ec2Operations(), s3Operations(), explorerOperations(),
	} {
		for _, row := range rows {
			table[row.name] = row
		}
	}
	return table
}
