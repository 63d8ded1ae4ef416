package aws

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	sdkaws "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"nbscope/model"
)

// explorer speaks to AWS Resource Explorer in one region, without the SDK's package for
// it: see decision 12. It only ever asks what there is: a search where there is no index
// would make one.
type explorer struct {
	spoken

	client    *Client
	partition string
}

const (
	explorerID      = "Resource Explorer 2"
	explorerSigning = "resource-explorer-2"
	explorerPage    = 1000 // resources of a page, at most
	typeNotebook    = "sagemaker:notebook-instance"
)

// The answers, as far as they are read. Times are RFC 3339.
type (
	explorerIndex struct{ Arn, Region, Type, AccountId string } //nolint:revive // the API's names

	explorerIndexes struct {
		Indexes   []explorerIndex
		NextToken *string
	}
	explorerState struct {
		Arn, State, Type string
		CreatedAt        *time.Time
	}
	explorerViews struct {
		Views     []string
		NextToken *string
	}
	explorerView struct {
		ViewArn, Scope string
		Filters        *struct{ FilterString string }
	}
	explorerShown struct {
		Views  []explorerView
		Errors []struct{ ViewArn, ErrorMessage string }
	}
	explorerResource struct {
		Arn, OwningAccountId, Region, ResourceType string //nolint:revive // the API's names
		LastReportedAt                             *time.Time
	}
	explorerResources struct {
		Resources []explorerResource
		NextToken *string
		ViewArn   string
	}
)

// The questions: NextToken goes on with a list.
type (
	explorerFilter   struct{ FilterString string }
	explorerQuestion struct {
		Filters       *explorerFilter `json:",omitempty"`
		ViewArn       string          `json:",omitempty"`
		ViewArns      []string        `json:",omitempty"`
		AccountIdList []string        `json:",omitempty"` //nolint:revive // the API's name
		MaxResults    int             `json:",omitempty"`
		NextToken     *string         `json:",omitempty"`
	}
)

// explorerCall is one call. Operations have the names that the API has for them.
type explorerCall struct {
	operation string
	asks      explorerQuestion
	answer    any // what the answer is decoded into
}

// explorer is Resource Explorer in a region.
func (s *session) explorer(region string) *explorer {
	cfg := s.cfg.Copy()
	cfg.Region = region
	return &explorer{client: s.client, partition: s.partition, spoken: spoken{
		service: explorerID, signing: explorerSigning, id: "X-Amzn-Requestid", signer: v4.NewSigner(), cfg: cfg, clock: s.client.opt.Now,
	}}
}

// indexes lists the indexes of the account, in all regions.
func (e *explorer) indexes(ctx context.Context) ([]explorerIndex, error) {
	return pages(func(next *string) ([]explorerIndex, *string, error) {
		var out explorerIndexes
		err := e.do(ctx, &explorerCall{operation: "ListIndexes", asks: explorerQuestion{MaxResults: 100, NextToken: next}, answer: &out})
		return out.Indexes, out.NextToken, err
	})
}

// indexesOf lists the indexes of other accounts of the organization, ten at most.
func (e *explorer) indexesOf(ctx context.Context, accounts []string) ([]explorerIndex, error) {
	return pages(func(next *string) ([]explorerIndex, *string, error) {
		var out explorerIndexes
		err := e.do(ctx, &explorerCall{operation: "ListIndexesForMembers", asks: explorerQuestion{AccountIdList: accounts, NextToken: next}, answer: &out})
		return out.Indexes, out.NextToken, err
	})
}

// state is how the index of the region is.
func (e *explorer) state(ctx context.Context) (explorerState, error) {
	var out explorerState
	err := e.do(ctx, &explorerCall{operation: "GetIndex", answer: &out})
	return out, err
}

// views lists the views of the region, with what they show.
func (e *explorer) views(ctx context.Context) ([]model.View, error) {
	arns, err := pages(func(next *string) ([]string, *string, error) {
		var out explorerViews
		err := e.do(ctx, &explorerCall{operation: "ListViews", asks: explorerQuestion{MaxResults: 20, NextToken: next}, answer: &out})
		return out.Views, out.NextToken, err
	})
	var views []model.View
	for err == nil && len(arns) > 0 {
		some := arns[:min(20, len(arns))]
		arns = arns[len(some):]
		var out explorerShown
		err = e.do(ctx, &explorerCall{operation: "BatchGetView", asks: explorerQuestion{ViewArns: some}, answer: &out})
		for _, v := range out.Views {
			view := model.View{ARN: v.ViewArn, Scope: v.Scope}
			if v.Filters != nil {
				view.Filter = v.Filters.FilterString
			}
			views = append(views, view)
		}
	}
	return views, err
}

// notebooks calls take with every page of the notebooks that a view shows.
func (e *explorer) notebooks(ctx context.Context, view string, take func([]explorerResource)) error {
	asks := explorerQuestion{ViewArn: view, MaxResults: explorerPage, Filters: &explorerFilter{"resourcetype:" + typeNotebook}}
	_, err := pages(func(next *string) ([]struct{}, *string, error) {
		asks.NextToken = next
		var out explorerResources
		err := e.do(ctx, &explorerCall{operation: "ListResources", asks: asks, answer: &out})
		if err == nil {
			take(out.Resources)
		}
		return nil, out.NextToken, err
	})
	return err
}

// pages goes through the pages of a list.
func pages[T any](page func(next *string) ([]T, *string, error)) (all []T, err error) {
	var next *string
	for n := 1; ; n++ {
		some, after, err := page(next)
		if err == nil {
			err = endless(explorerSigning+":List", n)
		}
		if err != nil {
			return all, err
		}
		all = append(all, some...)
		if next = after; sdkaws.ToString(next) == "" {
			return all, nil
		}
	}
}

func (e *explorer) do(ctx context.Context, call *explorerCall) error {
	return e.call(ctx, &spokenCall{
		op: call.operation, in: &call.asks, answer: call.answer, read: call.read,
		write: func(req *smithyhttp.Request) (*smithyhttp.Request, error) { return e.write(req, call) },
	})
}

// write makes the request: each operation is a path of its own, and takes JSON.
func (e *explorer) write(req *smithyhttp.Request, call *explorerCall) (*smithyhttp.Request, error) {
	u, err := e.address(call.operation)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(&call.asks)
	if err != nil {
		return nil, &smithy.SerializationError{Err: err}
	}
	req.URL, req.Method, req.Header = u, http.MethodPost, http.Header{"Content-Type": {"application/json"}}
	if req, err = req.SetStream(bytes.NewReader(body)); err != nil {
		return nil, &smithy.SerializationError{Err: err}
	}
	return req, nil
}

// address is where a call goes: to the endpoint that is configured, else to AWS's own.
func (e *explorer) address(op string) (*url.URL, error) {
	p := settingsOf(e.cfg)
	if set := e.client.endpointOf(p, explorerID); set.URL != "" {
		base, err := url.Parse(set.URL)
		if err != nil {
			return nil, &elsewhereError{"", set}
		}
		base.Path = strings.TrimSuffix(base.Path, "/") + "/" + op
		return base, nil
	}
	suffix, known := model.ServiceSuffix(e.partition)
	if !known || e.partition != "aws" {
		return nil, model.Problem{
			Kind: model.KindNotOffered, Operation: explorerSigning + ":" + op, Hint: "use --discover sweep",
			Message: "whether the partition " + e.partition + " has an index is not known",
		}
	}
	host := explorerSigning
	if p != nil && p.FIPS {
		host += "-fips"
	}
	if p != nil && p.DualStack {
		suffix = "api.aws"
	}
	return &url.URL{Scheme: "https", Host: host + "." + e.cfg.Region + "." + suffix, Path: "/" + op}, nil
}

// read decodes an answer, or the error that it is.
func (c *explorerCall) read(status int, h http.Header, raw []byte) error {
	if status >= 200 && status <= 299 {
		return decoded(raw, c.answer, json.Unmarshal)
	}
	var said struct {
		Message string
		Type    string `json:"__type"`
	}
	_ = json.Unmarshal(raw, &said) // what is no JSON is from who stands before AWS
	code := cmp.Or(h.Get("X-Amzn-Errortype"), said.Type)
	code, _, _ = strings.Cut(code[strings.LastIndex(code, "#")+1:], ":")
	return refused(status, code, said.Message)
}
